"""The checks of this folder can fail: each seeded slip in a good call file is found.

A check that never fails proves nothing about the schemas it has passed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from .pages import facts, tolerant
from .pages.compare import compare, events
from .pages.instances import build, mutations
from .pages.judge import Judge
from .pages.schema_view import Node, call_files

CALL = "oms_orders/SendOrder"
Schema = dict[str, Any]


def _change(key: str, schema: Schema | None) -> Callable[[Schema], None]:
    def apply(document: Schema) -> None:
        properties = document["$defs"]["request"]["properties"]
        properties.pop(key, None)
        if schema is not None:
            properties[key] = schema

    return apply


SLIPS = {
    "a key is missing": ("UseDisplayQuantity", _change("UseDisplayQuantity", None)),
    "a type is another": ("LimitPrice", _change("LimitPrice", {"type": "string"})),
    "a width is another": ("ClientOrderId", _change("ClientOrderId", {"type": "integer"})),
    "a type is wider": ("AccountId", _change("AccountId", {"type": ["integer", "string"]})),
    "a number is missing": ("Side", _change("Side", {"type": "integer", "enum": [0, 1, 2]})),
    "a default is missing": ("ClientOrderId", _change(
        "ClientOrderId", {"$ref": "apex:types/numbers#/$defs/Long"})),
    "a key is invented": ("colour", _change("Colour", {"type": "string"})),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_seeded_slip_is_found(slip):
    key, apply = SLIPS[slip]
    document = copy.deepcopy(json.loads(call_files()[CALL].read_text(encoding="utf-8")))
    apply(document)

    found = compare(facts.facts()[CALL], document, events())

    assert key.lower() in {one.key.lower() for one in found if not one.erratum}


def test_reply_that_requires_too_little_is_found():
    """Table and sample both have the fee, so a reply without it is no reply."""
    call = "oms_orders/GetOrderFee"
    document = copy.deepcopy(json.loads(call_files()[call].read_text(encoding="utf-8")))
    document["$defs"]["response"].pop("required")

    found = compare(facts.facts()[call], document, events())

    assert {"OrderFee", "ProductId"} <= {one.key for one in found if not one.erratum}


@pytest.mark.parametrize(
    "loose",
    [
        {"type": "object", "properties": {"a": {}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"enum": [1]}, "b": {}}, "required": ["a"]},
        {"type": "array", "items": {}},
        {"type": "array", "prefixItems": [{"type": "integer"}, {}], "items": False},
    ],
    ids=["no type", "one of two untyped", "untyped items", "untyped column"],
)
def test_mutations_survive_a_loose_schema(loose):
    node = Node(loose, {})
    survivors = [one for one in mutations(build(node), node) if Judge(node).accepts(one.value)]
    assert survivors


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, // note\n "b": "x//y",}', {"a": 1, "b": "x//y"}),
        ('{"a"= "1" "b": 2}', {"a": "1", "b": 2}),
        ('{"a": { {"b": 1}, {"b": 2} }}', {"a": [{"b": 1}, {"b": 2}]}),
        ("[[0, // id\n 1.5,],]", [[0, 1.5]]),
        ("PONG", "PONG"),
        ('{"a": }', {"a": None}),
        ("", None),
    ],
)
def test_reader_of_samples_understands_what_is_nearly_json(text, value):
    assert tolerant.read(text) == value
