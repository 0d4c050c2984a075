"""Every sample of the pages conforms to its own call's schema and not to another shape's.

A sample that is not JSON is repaired by the errata; what it needed must be listed there.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from .pages import errata, facts
from .pages.compare import events
from .pages.instances import build
from .pages.judge import Judge
from .pages.samples import Sample, conforms, pieces, samples
from .pages.schema_view import Node, call_files, documents, parts

CALLS = sorted(facts.facts())
PARTS = [(call, part) for call in CALLS for part in facts.facts()[call].parts]


@cache
def judges(call: str, part: str) -> list[Judge]:
    """What a sample of the part may conform to: the part itself, for replies also a refusal."""
    document = json.loads(call_files()[call].read_text(encoding="utf-8"))
    known = {**events(), **parts(document)}
    found = [known[part]]
    if part == "response":
        standard = documents()["apex:types/standard"]
        found += [known["failure"]] if "failure" in known else []
        if document["x-call"]["failure"] != "own":
            found.append(Node(standard["$defs"]["Failure"], standard))
    return [Judge(node) for node in found]


def of(call: str, part: str) -> list[Sample]:
    return samples(facts.facts()[call], part)


@pytest.mark.parametrize(("call", "part"), PARTS)
def test_sample_conforms_to_its_own_schema(call, part):
    """A schema its own documentation breaks would accuse every honest deployment."""
    for sample in of(call, part):
        assert sample.json, f"not JSON even after repair: {sample.text}"
        wrong = [conforms(judge, sample.value) for judge in judges(call, part)]
        assert [] in wrong, f"{wrong[0]}\n{json.dumps(sample.value)}"


@pytest.mark.parametrize(
    ("call", "part"),
    [(call, part) for call, part in PARTS if facts.facts()[call].parts[part].nested],
)
def test_sample_of_a_piece_conforms_to_a_shape_below_the_part(call, part):
    assert not pieces(facts.facts()[call], part, judges(call, part)[0].node)


def test_every_repaired_sample_is_listed():
    """A page whose sample is not JSON is a defect of the page, and every defect has its entry."""
    silent = sorted(
        {
            call
            for call, part in PARTS
            for sample in of(call, part)
            if sample.repairs
            and not any(
                entry["kind"] == "not-json" or entry.get("repair")
                for entry in errata.of_page(facts.facts()[call].page)
            )
        }
    )
    assert not silent, f"no erratum of kind not-json: {silent}"


@cache
def replies() -> dict[str, Any]:
    """One successful reply of each call, from its page; built where the page prints none."""
    found = {}
    for call in CALLS:
        good = [
            one.value
            for one in of(call, "response")
            if one.json and not conforms(judges(call, "response")[0], one.value)
        ]
        found[call] = good[0] if good else build(judges(call, "response")[0].node)
    return found


@cache
def shape(call: str) -> tuple[str, frozenset[str]]:
    """Kind of a reply and the keys that page and schema both make part of it."""
    document = json.loads(call_files()[call].read_text(encoding="utf-8"))
    value, kind, nodes = replies()[call], "", [parts(document)["response"]]
    while isinstance(value, list) and value:
        nodes = [one for node in nodes for one in node.items(0)]
        value, kind = value[0], kind + "array of "
    if not isinstance(value, dict):
        bare = "text" if isinstance(value, str | float) else type(value).__name__
        return kind + bare, frozenset()
    needed = {
        key.lower()
        for node in nodes
        for one in node.opened
        if not one.observed
        for key in one.schema.get("required", ())
    }
    tabled = {row.key.lower() for row in facts.facts()[call].parts["response"].keys}
    return kind + "object", frozenset(needed & tabled & {key.lower() for key in value})


def keys(value: Any) -> frozenset[str]:
    while isinstance(value, list) and value:
        value = value[0]
    return frozenset(key.lower() for key in value) if isinstance(value, dict) else frozenset()


@pytest.mark.parametrize("call", CALLS)
def test_schema_refuses_replies_of_another_shape(call):
    """A reply of another kind, or without a key this call's page and sample have, is refused."""
    kind, needed = shape(call)
    judge = Judge(judges(call, "response")[0].node, documented_only=True)
    taken = [
        other
        for other, value in replies().items()
        if (shape(other)[0] != kind or needed - keys(value))
        and value != []
        and judge.accepts(value)
    ]
    assert not taken, f"{call} takes the replies of {taken}"
