"""Letter case: keys are compared without it, spelling is judged apart, values are left alone."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest

from conformance.contract.folding import Folded, fold_data
from conformance.contract.shapes import Sighting, documented_keys, shape_of

TREE: dict[str, Any] = {
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {"Label": {"const": "Leaf"}, "Kids": {"items": {"$ref": "#/$defs/Tree"}}},
            "required": ["Label"],
        }
    },
    "$ref": "#/$defs/Tree",
}


def test_fold_data_changes_keys_and_nothing_else() -> None:
    value = {"A": [{"Bc": "De"}], "x": 1}
    before = copy.deepcopy(value)
    assert fold_data(value) == {"a": [{"bc": "De"}], "x": 1}
    assert value == before


def test_fold_data_reports_keys_that_differ_only_in_case() -> None:
    collisions: list[str] = []
    assert fold_data({"r": [{"Id": 1, "ID": 2, "x": 0}]}, collisions) == {"r": [{"id": 2, "x": 0}]}
    assert collisions == ["$.r[0].ID"]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"properties": {"A": {"type": "string"}}}, {"a": "X"}, {"a": 1}),
        ({"required": ["Ab"]}, {"ab": 1}, {}),
        ({"dependentRequired": {"A": ["B"]}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"dependentSchemas": {"A": {"required": ["B"]}}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"patternProperties": {"^Px": {"type": "integer"}}}, {"px1": 1}, {"px1": "x"}),
        ({"anyOf": [{"required": ["A"]}, {"required": ["B"]}]}, {"b": 1}, {"c": 1}),
        ({"const": {"Key": "Value"}}, {"key": "Value"}, {"key": "value"}),
        (TREE, {"label": "Leaf", "kids": [{"label": "Leaf"}]}, {"label": "Leaf", "kids": [{}]}),
        (
            {"properties": {"Px": {"type": "string"}, "px": {"type": "null"}}},
            {"px": None},
            {"px": 1},
        ),
    ],
)
def test_folded_schema_judges_folded_data(schema: dict[str, Any], good: Any, bad: Any) -> None:
    before = copy.deepcopy(schema)
    validator = jsonschema.Draft202012Validator(Folded(schema, strict=False).schema)
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)
    assert schema == before


def test_marked_alternative_is_gone_from_the_strict_schema() -> None:
    schema = {"anyOf": [{"const": 1}, {"const": 2, "x-basis": "observed", "x-erratum": "a/B/c"}]}
    strict, wide = Folded(schema, strict=True), Folded(schema, strict=False)
    assert strict.schema == {"anyOf": [{"const": 1}]}
    assert wide.schema["anyOf"][1] == {"const": 2, "x-lenient": "a/B/c"}
    assert strict.lenient
    assert wide.lenient


def test_mark_on_the_referenced_shape_counts() -> None:
    schema = {
        "$defs": {"Old": {"const": 2, "x-basis": "later"}},
        "anyOf": [{"const": 1}, {"$ref": "#/$defs/Old"}],
    }
    assert Folded(schema, strict=True).schema["anyOf"] == [{"const": 1}]


def test_stated_and_inferred_alternatives_stay() -> None:
    schema = {"anyOf": [{"const": 1, "x-basis": "inferred"}, {"const": 2, "x-basis": "stated"}]}
    assert len(Folded(schema, strict=True).schema["anyOf"]) == 2


def test_nothing_left_means_nothing_holds() -> None:
    schema = {"anyOf": [{"const": 1, "x-basis": "observed"}]}
    assert not jsonschema.Draft202012Validator(Folded(schema, strict=True).schema).is_valid(1)


def test_spelling_is_judged_at_the_very_place() -> None:
    """One shape may document `Id`, another beside it `id`: each is right only at its place."""
    shape = shape_of(
        {
            "properties": {
                "A": {"properties": {"Id": {}}},
                "B": {"items": {"properties": {"id": {}}}},
            }
        }
    )
    sighting = Sighting()
    shape.walk({"A": {"Id": 1}, "B": [{"id": 1}]}, sighting)
    assert not sighting.misspelled

    shape.walk({"A": {"id": 1}, "b": []}, sighting)
    assert sighting.misspelled == {("$.A.Id", "id"), ("$.B", "b")}


def test_keys_of_a_map_are_data() -> None:
    shape = shape_of({"additionalProperties": {"properties": {"Px": {}}}})
    sighting = Sighting()
    assert shape.walk({"BTC": {"PX": 1}, "btc": {}}, sighting) == {"BTC": {"px": 1}, "btc": {}}
    assert not sighting.undocumented
    assert not sighting.collisions


def test_documented_keys_of_a_recursive_shape_end() -> None:
    assert documented_keys(shape_of(TREE)) == {"$.Label": ("Label",), "$.Kids": ("Kids",)}
