"""Every single change to a base request, each under a stable name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from conformance.generate.case import Expectation
from conformance.generate.edits import ABSENT, get_at, put_at
from conformance.generate.pieces import Schema
from conformance.generate.places import Spot, conditions


class Variant(NamedTuple):
    """A changed request; whether it is valid is for the schema to say.

    ``meant`` saves work to whoever looks for one kind: None where it may be either.
    """

    name: str
    base: Any
    spot: Spot | None = None
    value: Any = ABSENT
    meant: Expectation | None = None

    @property
    def payload(self) -> Any:
        """The request, made when it is asked for."""
        return self.base if self.spot is None else put_at(self.base, self.spot.path, self.value)

    @classmethod
    def of(
        cls, base: Any, spot: Spot, name: str, value: Any, meant: Expectation | None = None
    ) -> Variant:
        """The base with another value at one spot."""
        return cls(f"{spot.label}: {name}", base, spot, value, meant)


def variants(
    base: Any, found: Sequence[Spot], root: Schema, *, entity_edges: bool
) -> Iterator[Variant]:
    """All single changes. ``entity_edges``: boundary numbers also where an entity is named.

    For calls that write those are left out: some read 0 as "all of them".
    """
    yield Variant("the base", base)
    for spot in found:
        yield from _at(base, spot, entity_edges)
    yield from _fewest_and_most(base, found)
    yield from _by_condition(base, found, root)


def _at(base: Any, spot: Spot, entity_edges: bool) -> Iterator[Variant]:
    if spot.removable and spot.present and not spot.never_omit:
        yield Variant(f"without {spot.label}", base, spot)
    for name, value in _good(base, spot, entity_edges):
        yield Variant.of(base, spot, name, value)
    for name, value in spot.place.wrong:
        if spot.path or not _reads_as_empty(spot, value):
            yield Variant.of(base, spot, name, value, "refusal")


def _reads_as_empty(spot: Spot, value: Any) -> bool:
    """Null is widely read as an empty object, and some keys must not be left out even once."""
    return value is None or (value == {} and any(field.never_omit for field in spot.place.fields))


def _good(base: Any, spot: Spot, entity_edges: bool) -> Iterator[tuple[str, Any]]:
    if spot.place.entity:
        if entity_edges and spot.path and spot.place.entity != "new":
            yield from ((n, v) for n, v in spot.place.edges if n.startswith("integer "))
        yield from ((n, v) for n, v in spot.place.edges if v is None)
        return
    if not spot.container:
        if _names_entities(spot):
            yield from _lists_of(get_at(base, spot.path))
        else:
            yield from spot.place.edges
        return
    yield from _lists_of(get_at(base, spot.path))


def _names_entities(spot: Spot) -> bool:
    return spot.place.item is not None and spot.place.item.entity is not None


def _lists_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Other lists of the same items: none, the first alone, all of them twice."""
    if isinstance(value, list):
        yield "no items", []
        yield "one item", value[:1]
        yield "its items twice", [*value, *value]


def _fewest_and_most(base: Any, found: Sequence[Spot]) -> Iterator[Variant]:
    fewest = most = base
    for spot in found:
        if len(spot.path) != 1 or not spot.removable or spot.never_omit:
            continue
        if not spot.required:
            fewest = put_at(fewest, spot.path, ABSENT)
        if not spot.present and not spot.place.entity and spot.place.edges:
            most = put_at(most, spot.path, spot.place.edges[0][1])
    yield Variant("required keys only", fewest)
    yield Variant("every key", most)


def _by_condition(base: Any, found: Sequence[Spot], root: Schema) -> Iterator[Variant]:
    """For each if-then rule, its condition made true, with and without what it then demands."""
    by_key = {str(spot.path[0]).lower(): spot for spot in found if len(spot.path) == 1}
    for rule in conditions(root):
        needed = [by_key[key.lower()] for key in rule.needs if key.lower() in by_key]
        keys = [by_key[key.lower()] for key, _ in rule.when if key.lower() in by_key]
        for values in itertools.product(*(options for _, options in rule.when)):
            true = base
            for spot, value in zip(keys, values, strict=False):
                true = put_at(true, spot.path, value)
            shown = ", ".join(f"{s.label} {v}" for s, v in zip(keys, values, strict=False))
            for spot in needed:
                name = f"with {shown}, without {spot.label}"
                yield Variant(name, true, spot)
