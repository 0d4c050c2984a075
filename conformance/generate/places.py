"""A request schema compiled to places, and the places of one base request.

A :class:`Place` is one documented key or item with its edges, its wrong values and its samplers,
worked out once per call. A :class:`Spot` is a place in one concrete base: with its path, and
whether the base has something there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.generate.edits import ABSENT, INSIDE, Path, inside
from conformance.generate.pieces import Schema, alternatives, kinds, resolve
from conformance.generate.samplers import Sampler, sampler, wrong_sampler
from conformance.generate.values import Named, edges, wrong

DECLARED = "new"
"""The kind of an entity that a request brings into being: its name stays as the base has it."""


class Place:
    """One piece of a request schema, compiled when first asked for."""

    def __init__(self, schema: Any, root: Schema) -> None:
        self.schema = resolve(schema, root)
        self.root = root
        declares = self.schema.get("x-role") == "declares"
        entity = DECLARED if declares else self.schema.get("x-entity") or self._nullable_entity()
        self.entity: str | None = str(entity) if entity else None

    def _nullable_entity(self) -> Any:
        """The entity that every alternative but null names; None where there is no such."""
        options = [option for option in self.options if kinds(option) != ("null",)]
        named = {option.get("x-entity") for option in options}
        return named.pop() if len(named) == 1 else None

    @cached_property
    def options(self) -> list[Schema]:
        """The documented alternatives."""
        return alternatives(self.schema, self.root)

    @cached_property
    def edges(self) -> tuple[Named, ...]:
        """Values at the edges of what is allowed."""
        return tuple(edges(self.schema, self.root))

    @cached_property
    def wrong(self) -> tuple[Named, ...]:
        """Values that are not allowed."""
        return tuple(wrong(self.schema, self.root))

    @cached_property
    def sample(self) -> Sampler:
        """Draws a value that is allowed."""
        return sampler(self.schema, self.root)

    @cached_property
    def sample_wrong(self) -> Sampler | None:
        """Draws a value that is not allowed; None where everything is."""
        return wrong_sampler(self.schema, self.root)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The documented keys, if the place may hold an object."""
        return tuple(
            field
            for option in self.options
            if "object" in kinds(option)
            for field in _fields(option, self.root)
        )

    @cached_property
    def item(self) -> Place | None:
        """The items, if the place may hold an array."""
        for option in self.options:
            if isinstance(option.get("items"), dict):
                return Place(option["items"], self.root)
        return None

    @cached_property
    def carried(self) -> Place | None:
        """The JSON value inside, if the place may hold JSON text."""
        for option in self.options:
            if "contentSchema" in option:
                return Place(option["contentSchema"], self.root)
        return None


@dataclass(frozen=True, slots=True)
class Field:
    """One documented key of an object."""

    name: str
    place: Place
    required: bool
    never_omit: bool


def _fields(option: Schema, root: Schema) -> Iterator[Field]:
    required = {name.lower() for name in option.get("required", ())}
    kept = {name.lower() for name in option.get("x-never-omit", ())}
    for name, sub in option.get("properties", {}).items():
        lower = name.lower()
        yield Field(name, Place(sub, root), lower in required, lower in kept)


@dataclass(frozen=True, slots=True)
class Condition:
    """``when`` keys hold these values, ``needs`` keys are required."""

    when: tuple[tuple[str, tuple[Any, ...]], ...]
    needs: tuple[str, ...]


def conditions(schema: Schema) -> Iterator[Condition]:
    """The if-then rules of a request that compare keys with listed values."""
    for rule in schema.get("allOf", ()):
        tests = rule.get("if", {}).get("properties", {})
        when = tuple(
            (key, tuple(test.get("enum", [test["const"]] if "const" in test else [])))
            for key, test in tests.items()
        )
        needs = tuple(rule.get("then", {}).get("required", ()))
        if needs and when and all(values for _, values in when):
            yield Condition(when, needs)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in one base. ``removable``: an object's key, which could be left out."""

    path: Path
    place: Place
    present: bool
    required: bool
    never_omit: bool
    removable: bool
    container: bool

    @property
    def label(self) -> str:
        """The place as people write it."""
        return ".".join(str(step) for step in self.path) or "the request"


def spots(place: Place, base: Any, path: Path = (), field: Field | None = None) -> Iterator[Spot]:
    """The spots of a base, outermost first."""
    inner = list(_inner(place, base, path))
    required = field.required if field else True
    never_omit = field.never_omit if field else True
    yield Spot(
        path, place, base is not ABSENT, required, never_omit, field is not None, bool(inner)
    )
    yield from inner


def _inner(place: Place, base: Any, path: Path) -> Iterator[Spot]:
    if isinstance(base, dict):
        spelled = {name.lower(): name for name in base}
        for field in place.fields:
            name = spelled.get(field.name.lower(), field.name)
            yield from spots(field.place, base.get(name, ABSENT), (*path, name), field)
    elif isinstance(base, list) and base and place.item is not None:
        yield from spots(place.item, base[0], (*path, 0))
    elif place.carried is not None and inside(base) is not ABSENT:
        yield from spots(place.carried, inside(base), (*path, INSIDE))


