"""Requests of one call, varied from a base: every single change by name, then random ones.

A generator is compiled once per call. A base is a payload that the target is known to answer well;
keys that identify entities keep the base's value, since a random id would only ever be refused.
Whether a variant is valid, and whether the page itself says so, is decided by compiled schemas.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from conformance.contract.call import Call
from conformance.contract.validators import PartValidator, validator_for
from conformance.generate.case import Basis, Case, Expectation
from conformance.generate.edits import ABSENT, folded, get_at, has_null, text_of, without_nulls
from conformance.generate.malformed import cut_text, malformed_texts
from conformance.generate.pieces import stated_only
from conformance.generate.places import Place, Spot, spots
from conformance.generate.randoms import RandomRequests
from conformance.generate.values import example
from conformance.generate.variants import Variant, variants
from conformance.target.ownership import ABSENT_ID

TRIES = 20
"""Random draws per case wanted, after which a small space of requests counts as exhausted."""


def generator_for(call: Call) -> RequestGenerator:
    """The call's generator, compiled when first asked for."""
    key = ("requests", call.key)
    found: RequestGenerator | None = call.store.cache.get(key)
    if found is None:
        found = call.store.cache[key] = RequestGenerator(call)
    return found


class RequestGenerator:
    """Makes requests of one call."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.root = call.bundled("request")
        validator = validator_for(call, "request")
        self._strict: Callable[[Any], bool] = validator.strict.is_valid
        self._wide: Callable[[Any], bool] = validator.wide.is_valid
        self._tolerant = validator.wide is not validator.strict
        stated = PartValidator(stated_only(self.root))
        self._stated: Callable[[Any], bool] = stated.strict.is_valid
        self.place = Place(self.root, self.root)

    def example(self, *, full: bool = False) -> Any:
        """A request made from the schema alone, for want of a base; ids in it mean nothing."""
        return example(self.root, self.root, full=full)

    def valid(self, base: Any, seed: int, count: int) -> Iterator[Case]:
        """Every valid edge, then random valid requests up to ``count``."""
        yield from self._enough("answer", base, seed, count)

    def invalid(self, base: Any, seed: int, count: int) -> Iterator[Case]:
        """Every single violation, then random ones up to ``count``."""
        yield from self._enough("refusal", base, seed, count)

    def systematic(self, base: Any, expect: Expectation | None = None) -> Iterator[Case]:
        """Every single change to the base, each under its own name; of one kind if one is given."""
        seen: set[str] = set()
        harmless = self.call.effect == "none"
        for variant in variants(base, list(self.spots(base)), self.root, entity_edges=harmless):
            if expect and variant.meant not in (None, expect):
                continue
            case = self._case(variant.name, variant.payload, expect)
            if case is not None and case.payload not in seen:
                seen.add(case.payload)
                yield case
        if expect == "answer":
            return
        for name, text in malformed_texts(text_of(base)):
            yield Case(self.call.name, name, text, "refusal")

    def random(
        self, base: Any, seed: int, count: int, expect: Expectation | None = None
    ) -> Iterator[Case]:
        """``count`` random requests; same seed, same requests. Without ``expect``, both kinds."""
        rng = Random(f"{self.call.key}/{seed}/{expect}")
        requests = RandomRequests(base, list(spots(self.place, base)))
        text = text_of(base)
        seen: set[str] = set()
        for _ in range(TRIES * (count + 1)):
            wanted = expect or ("answer" if rng.random() < 0.5 else "refusal")
            case = self._draw(requests, rng, wanted, text, seed)
            if case is None or case.payload in seen:
                continue
            seen.add(case.payload)
            yield case
            if len(seen) >= count:
                return

    def absent_entities(self, base: Any) -> Iterator[Case]:
        """The base with one id replaced by one that refers to nothing."""
        for spot in self.spots(base):
            present = get_at(base, spot.path)
            if not spot.place.entity or not isinstance(present, int) or isinstance(present, bool):
                continue
            variant = Variant.of(base, spot, f"an absent {spot.place.entity}", ABSENT_ID)
            if self.expectation(variant.payload) == "answer":
                text = text_of(variant.payload)
                yield Case(self.call.name, variant.name, text, "refusal", basis="inferred")

    def spots(self, base: Any) -> Iterator[Spot]:
        """The documented places of a base."""
        return spots(self.place, base)

    def expectation(self, payload: Any) -> Expectation | None:
        """What the compiled schema says of a payload; None where the answer is open.

        Open are what only a tolerance allows, and null for a key that may be left out, which is
        widely read as leaving it out.
        """
        return self._expectation(folded(payload))

    def may_be_sent(self, payload: Any) -> bool:
        """Does an object hold every key without which the call would mean everything there is?"""
        if not isinstance(payload, dict):
            return True
        present = {key.lower() for key in payload}
        return all(f.name.lower() in present for f in self.place.fields if f.never_omit)

    def basis(self, payload: Any) -> Basis:
        """Whether the page itself demands that an invalid payload is refused."""
        return self._basis(folded(payload))

    def _expectation(self, low: Any) -> Expectation | None:
        if self._strict(low):
            return "answer"
        if self._tolerant and self._wide(low):
            return None
        if has_null(low) and self._strict(without_nulls(low)):
            return None
        return "refusal"

    def _basis(self, low: Any) -> Basis:
        if self._stated(low) or (has_null(low) and self._stated(without_nulls(low))):
            return "inferred"
        return "stated"

    def _enough(self, expect: Expectation, base: Any, seed: int, count: int) -> Iterator[Case]:
        made: set[str] = set()
        for case in self.systematic(base, expect):
            made.add(case.payload)
            yield case
        missing = count - len(made)
        if missing > 0:
            drawn = self.random(base, seed, count, expect)
            yield from itertools.islice((c for c in drawn if c.payload not in made), missing)

    def _draw(
        self, requests: RandomRequests, rng: Random, wanted: Expectation, text: str, seed: int
    ) -> Case | None:
        if wanted == "answer":
            return self._case("random", requests.valid(rng), wanted, seed)
        payload = requests.invalid(rng) if rng.random() < 0.9 else ABSENT
        if payload is not ABSENT:
            return self._case("random", payload, wanted, seed)
        broken = cut_text(rng, text)
        if broken is None:
            return None
        return Case(self.call.name, "random text", broken, "refusal", seed)

    def _case(
        self, name: str, payload: Any, wanted: Expectation | None, seed: int | None = None
    ) -> Case | None:
        low = folded(payload)
        expect = self._expectation(low)
        if expect is None or (wanted and expect != wanted):
            return None
        basis: Basis = "stated" if expect == "answer" else self._basis(low)
        return Case(self.call.name, name, text_of(payload), expect, seed, basis)
