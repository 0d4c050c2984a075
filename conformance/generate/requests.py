"""Requests of one call, varied from a base: every single change by name, then random ones.

A request generator is compiled once per call. ``base`` is a payload that the target is known to
answer well; keys that identify entities keep the base's value, since a random id would only ever
be refused.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from conformance.contract.call import Call
from conformance.contract.folding import fold_data
from conformance.contract.payload import dump_json
from conformance.contract.validators import validator_for
from conformance.generate.case import Case, Expectation
from conformance.generate.values import (
    Sampler,
    Schema,
    invalid_values,
    resolve,
    sampler,
    valid_values,
)

Basis = Literal["stated", "inferred"]
_MALFORMED = (
    ("cut short", '{"OMSId":'),
    ("not JSON", "hello"),
    ("a trailing comma", '{"OMSId":1,}'),
    ("a bare number", "7"),
    ("a bare text", '"text"'),
)
_ABSENT_ID = 2_000_000_011
"""An id that no exchange has handed out, within 32 bits."""


@dataclass(frozen=True, slots=True)
class Key:
    """One documented key at one place in a request."""

    path: tuple[str | int, ...]
    schema: Schema
    required: bool
    entity: str | None
    sample: Sampler
    basis: Basis
    never_omit: bool

    @property
    def label(self) -> str:
        """The place as people write it."""
        return ".".join(str(step) for step in self.path)


class RequestGenerator:
    """Makes requests of one call."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._root = call.bundled("request")
        self._validator = validator_for(call, "request")

    def valid(self, base: Any, seed: int, count: int) -> Iterator[Case]:
        """Every valid edge, then random valid requests up to ``count``."""
        yield from self._enough("answer", base, seed, count)

    def invalid(self, base: Any, seed: int, count: int) -> Iterator[Case]:
        """Every single violation, then random ones up to ``count``."""
        yield from self._enough("refusal", base, seed, count)

    def _enough(self, expect: Expectation, base: Any, seed: int, count: int) -> Iterator[Case]:
        made = 0
        for case in self.systematic(base):
            if case.expect == expect:
                made += 1
                yield case
        if made < count:
            random_cases = self.random(base, seed, 4 * (count - made))
            wanted = (case for case in random_cases if case.expect == expect)
            yield from itertools.islice(wanted, count - made)

    def systematic(self, base: Any) -> Iterator[Case]:
        """Every single change to the base, valid or not, each under its own name."""
        seen: set[str] = set()
        for name, payload, basis in self._variants(base):
            case = self._case(name, payload, basis=basis)
            if case is not None and case.payload not in seen:
                seen.add(case.payload)
                yield case
        for name, text in _MALFORMED:
            yield Case(self.call.name, name, text, "refusal")

    def random(self, base: Any, seed: int, count: int) -> Iterator[Case]:
        """``count`` random requests, half of them meant to be invalid; same seed, same requests."""
        rng = random.Random(f"{self.call.key}/{seed}")
        keys = [key for key in self._keys(base) if not key.entity]
        attempts = 0
        while count > 0 and keys and attempts < 20 * (count + 1):
            attempts += 1
            payload = copy.deepcopy(base)
            for key in keys:
                if not key.required and not key.never_omit and rng.random() < 0.3:
                    _remove(payload, key.path)
                elif rng.random() < 0.8:
                    _put(payload, key.path, key.sample(rng))
            if rng.random() < 0.5:
                key = rng.choice(keys)
                _put(payload, key.path, rng.choice(list(invalid_values(key.schema, self._root)))[1])
            case = self._case("random", payload, seed)
            if case is not None:
                count -= 1
                yield case

    def absent_entities(self, base: Any) -> Iterator[Case]:
        """The base with one id replaced by one that refers to nothing."""
        for key in self._keys(base):
            present = _get(base, key.path)
            if key.entity and isinstance(present, int) and not isinstance(present, bool):
                payload = copy.deepcopy(base)
                _put(payload, key.path, _ABSENT_ID)
                if self._expectation(payload) == "answer":
                    yield Case(self.call.name, f"{key.label}: an absent {key.entity}",
                               dump_json(payload), "refusal", basis="inferred")

    def _variants(self, base: Any) -> Iterator[tuple[str, Any, Basis]]:
        yield "the base", base, "stated"
        for key in self._keys(base):
            present = _get(base, key.path) is not _ABSENT
            if present and not key.never_omit:
                yield f"without {key.label}", _without(base, key.path), key.basis
            values = [] if key.entity else list(valid_values(key.schema, self._root))
            wrong = invalid_values(key.schema, self._root)
            if not key.required:
                # Null for a key that may be left out is widely read as leaving it out.
                wrong = ((name, value) for name, value in wrong if value is not None)
            for name, value in (*values, *wrong):
                yield f"{key.label}: {name}", _with(base, key.path, value), "stated"

    def _case(
        self, name: str, payload: Any, seed: int | None = None, basis: Basis = "inferred"
    ) -> Case | None:
        expect = self._expectation(payload)
        if expect is None:
            return None
        return Case(self.call.name, name, dump_json(payload), expect, seed, basis)

    def _expectation(self, payload: Any) -> Expectation | None:
        """What the compiled schema says of a payload; None for one that only a tolerance allows."""
        folded = fold_data(payload)
        if self._validator.strict.is_valid(folded):
            return "answer"
        return None if self._validator.wide.is_valid(folded) else "refusal"

    def _keys(self, base: Any) -> list[Key]:
        return list(self._walk(self._root, base, ()))

    def _walk(self, schema: Any, base: Any, path: tuple[str | int, ...]) -> Iterator[Key]:
        resolved = resolve(schema, self._root)
        if resolved.get("type") == "array" and isinstance(base, list) and base:
            yield from self._walk(resolved.get("items", {}), base[0], (*path, 0))
            return
        properties = resolved.get("properties", {})
        if not properties or not isinstance(base, dict):
            return
        required = {name.lower() for name in resolved.get("required", ())}
        bases = {k.lower(): v for k, v in resolved.get("x-required-basis", {}).items()}
        never_omit = {name.lower() for name in resolved.get("x-never-omit", ())}
        spelled = {name.lower(): name for name in base}
        for name, sub in properties.items():
            here = (*path, spelled.get(name.lower(), name))
            piece = resolve(sub, self._root)
            entity = piece.get("x-entity") if piece.get("x-role") != "declares" else "new"
            basis = bases.get(name.lower(), "stated")
            if "x-value-basis" in piece:
                basis = "inferred"
            yield Key(
                here, piece, name.lower() in required, entity, sampler(piece, self._root), basis,
                name.lower() in never_omit,
            )
            inner = base.get(spelled.get(name.lower(), name))
            if isinstance(inner, (dict, list)):
                yield from self._walk(piece, inner, here)


_ABSENT = object()


def _get(payload: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            payload = payload[step]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return payload


def _put(payload: Any, path: tuple[str | int, ...], value: Any) -> None:
    parent = _get(payload, path[:-1])
    if isinstance(parent, (dict, list)):
        parent[path[-1]] = value  # type: ignore[index]


def _remove(payload: Any, path: tuple[str | int, ...]) -> None:
    parent = _get(payload, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def _with(base: Any, path: tuple[str | int, ...], value: Any) -> Any:
    payload = copy.deepcopy(base)
    _put(payload, path, value)
    return payload


def _without(base: Any, path: tuple[str | int, ...]) -> Any:
    payload = copy.deepcopy(base)
    _remove(payload, path)
    return payload
