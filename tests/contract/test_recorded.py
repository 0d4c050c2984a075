"""Replies of real deployments: a contract that refuses them is not the contract.

`tests/data/recorded.json` holds payload facts with their source, names and addresses replaced.
Those of the 3.1 era must be accepted; a later one may differ only with a reason written beside it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import judge, load_contract

from .pages import errata
from .pages.compare import events
from .pages.judge import Judge
from .pages.schema_view import Node, call_files, documents, parts

DATA = Path(__file__).parents[1] / "data" / "recorded.json"
RECORDS: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
NAMES = [f"{at:02} {one['call']}" for at, one in enumerate(RECORDS)]


@cache
def shapes(call: str) -> list[Node]:
    """What a reply of the call may be: its response or a refusal; or the event's payload."""
    if call.startswith("events/"):
        return [events()[call.split("/")[1]]]
    document = json.loads(call_files()[call].read_text(encoding="utf-8"))
    standard = documents()["apex:types/standard"]
    known = parts(document)
    return [known["response"], known.get("failure", Node(standard["$defs"]["Failure"], standard))]


def verdict(call: str, payload: Any) -> str:
    """`pass` as documented, `lenient` by a listed alternative only, else `fail`."""
    if any(Judge(node, documented_only=True).accepts(payload) for node in shapes(call)):
        return "pass"
    return "lenient" if any(Judge(node).accepts(payload) for node in shapes(call)) else "fail"


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_recorded_payload_is_judged_as_known(record):
    """The verdict beside each payload is part of the data: a change of the contract shows here."""
    found = verdict(record["call"], record["payload"])
    assert found == record["verdict"], [
        Judge(node).errors(record["payload"]) for node in shapes(record["call"])
    ]


def test_payloads_of_the_era_are_accepted():
    refused = [
        one["call"]
        for one in RECORDS
        if one["era"] == "3.1" and one["verdict"] not in ("pass", "lenient")
    ]
    assert not refused


def test_later_payloads_differ_only_with_a_reason():
    silent = [one["call"] for one in RECORDS if one["verdict"] == "fail" and not one.get("differs")]
    assert not silent


def test_records_say_where_they_come_from():
    assert all(one["source"] and one["era"] in ("3.1", "later") for one in RECORDS)


def test_every_named_erratum_exists():
    """A reply is called lenient by an entry that anyone can read."""
    known = {entry["id"] for entry in errata.entries()}
    texts = [*call_files(digitizer=True).values()]
    documents_ = [json.loads(path.read_text(encoding="utf-8")) for path in texts]
    named = {one for document in [*documents_, *documents().values()] for one in marks(document)}
    assert named <= known, sorted(named - known)


def marks(schema: Any) -> set[str]:
    """Every erratum a schema refers to."""
    if isinstance(schema, list):
        return {one for item in schema for one in marks(item)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["x-erratum"]} if isinstance(schema.get("x-erratum"), str) else set()
    return own.union(*(marks(value) for value in schema.values()))


@pytest.mark.parametrize(
    "record",
    [one for one in RECORDS if one["verdict"] == "lenient" and "events/" not in one["call"]],
    ids=lambda one: one["call"],
)
def test_lenient_payload_names_its_erratum(record):
    """The library's judge says by which listed tolerance the payload held."""
    section, name = record["call"].split("/")
    found = judge(load_contract("3.1").call(name, section), "response", record["payload"])
    assert found.verdict == "lenient"
    assert found.errata
