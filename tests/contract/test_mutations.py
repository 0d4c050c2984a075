"""A schema that accepts a wrong message is a defect: each mutation of a valid one is refused.

For both parts of every call, and for every event: build a valid instance, change one thing at a
time (drop a required key, change a type, leave an enumeration, nest wrongly), and count what
survives.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from .pages import errata
from .pages.compare import events
from .pages.instances import build, must, mutations
from .pages.judge import Judge
from .pages.schema_view import Node, call_files, parts

FILES = call_files(digitizer=True)
TRIED: Counter[str] = Counter()


@cache
def nodes(call: str) -> dict[str, Node]:
    return parts(json.loads(FILES[call].read_text(encoding="utf-8")))


def survivors(label: str, node: Node) -> list[str]:
    """Mutations that the schema lets through, with its marked alternatives and without."""
    wide = _survivors(label, node, Judge(node))
    strict = Node(node.schema, node.document, strict=True)
    return wide + _survivors(f"{label} as printed", strict, Judge(node, documented_only=True))


def _survivors(label: str, node: Node, judge: Judge) -> list[str]:
    found: dict[str, str] = {}
    for full in (True, False):
        valid = build(node, full)
        assert judge.accepts(valid), f"{label}: {judge.errors(valid)}\n{json.dumps(valid)}"
        for one in mutations(valid, node):
            TRIED[one.kind] += 1
            if judge.accepts(one.value):
                found.setdefault(
                    f"{label}: {one.kind} at {one.path or 'the top'}", json.dumps(one.value)[:160]
                )
    return [f"{what}: {example}" for what, example in found.items()]


@pytest.mark.parametrize("call", sorted(FILES))
def test_every_mutation_of_a_call_is_refused(call):
    found = [
        line
        for part, node in nodes(call).items()
        if part != "failure"
        for line in survivors(f"{call} {part}", node)
    ]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("event", sorted(events()))
def test_every_mutation_of_an_event_is_refused(event):
    found = survivors(event, events()[event])
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("call", sorted(FILES))
def test_every_mutation_of_a_refusal_is_refused(call):
    """The shape of a refusal is judged as strictly as that of a success."""
    found = [
        line
        for part, node in nodes(call).items()
        if part == "failure"
        for line in survivors(f"{call} {part}", node)
    ]
    assert not found, "\n".join(["", *found])


def test_mutations_were_tried(request):
    """The figure behind the claim; the floor only proves that the tests above did something."""
    if not TRIED:
        pytest.skip("no-data: the mutation tests did not run in this process")
    report = f"mutations tried: {sum(TRIED.values())}, " + ", ".join(
        f"{kind} {count}" for kind, count in sorted(TRIED.items())
    )
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n" + report)
    assert set(TRIED) >= {"dropped key", "changed type", "wrong nesting"}, report


def objects(node: Node, path: str = "", depth: int = 0) -> Iterator[tuple[str, Node]]:
    """Every object shape below a node."""
    if depth > 8:
        return
    yield path or "(whole)", node
    for key, below in node.children():
        yield from objects(below, f"{path}.{key}", depth + 1)
    for below in node.items(0):
        yield from objects(below, f"{path}[]", depth + 1)


@pytest.mark.parametrize("call", sorted(call_files()))
def test_every_property_of_a_reply_has_a_type(call):
    """A key without a type takes anything; what the page calls variable has its erratum."""
    page = json.loads(FILES[call].read_text(encoding="utf-8"))["x-call"]["page"]
    loose = [
        path
        for part, node in nodes(call).items()
        for path, below in objects(node)
        if not below.kinds() and not errata.explains(page, path.rsplit(".", 1)[-1])
    ]
    assert not loose, f"{call}: no type at {loose}"


@pytest.mark.parametrize("call", sorted(call_files()))
def test_every_object_of_a_reply_requires_a_key(call):
    """An object that requires nothing is any object; where page and sample agree they bind."""
    page = json.loads(FILES[call].read_text(encoding="utf-8"))["x-call"]["page"]
    reply = nodes(call)["response"]
    strict = Node(reply.schema, reply.document, strict=True)
    loose = [
        path
        for path, below in objects(strict)
        if list(below.children())
        and not must(below)
        and not errata.explains(page, path.rsplit(".", 1)[-1].rstrip("[]"))
    ]
    assert not loose, f"{call}: nothing required at {loose}"
