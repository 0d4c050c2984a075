"""Random requests around a base: many keys changed at once, some left out, unknown ones added."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from conformance.generate.edits import ABSENT, put_at
from conformance.generate.places import Spot

OMIT, CHANGE, ADD_UNKNOWN = 0.3, 0.8, 0.1
"""How often a key is left out, changed, or an undocumented one added: by feel, not measured."""
UNKNOWN_KEY = "ConformanceUnknownKey"


class RandomRequests:
    """Draws requests around one base. Its spots are sorted out once."""

    def __init__(self, base: Any, found: Sequence[Spot]) -> None:
        self._base = base
        free = [spot for spot in found if not spot.place.entity and not _pinned(spot)]
        self._changes: list[tuple[Spot, Callable[[random.Random], Any], bool]] = [
            (spot, spot.place.sample, spot.removable and not (spot.required or spot.never_omit))
            for spot in free
        ]
        self._wrong = [
            (spot, spot.place.sample_wrong) for spot in found
            if spot.path and spot.place.sample_wrong is not None
        ]
        self._required = [s for s in found if s.removable and s.required and not s.never_omit]

    def valid(self, rng: random.Random) -> Any:
        """A request that should be valid."""
        payload = self._base
        for spot, sample, optional in self._changes:
            if optional and rng.random() < OMIT:
                payload = put_at(payload, spot.path, ABSENT)
            elif rng.random() < CHANGE:
                payload = put_at(payload, spot.path, sample(rng))
        if isinstance(payload, dict) and (not self._changes or rng.random() < ADD_UNKNOWN):
            payload = {**payload, UNKNOWN_KEY: rng.getrandbits(32)}
        elif isinstance(payload, list) and payload and rng.random() < OMIT:
            payload = payload * rng.randrange(2, 4)
        return payload

    def invalid(self, rng: random.Random) -> Any:
        """A request with one to three things wrong; ABSENT where nothing can be."""
        payload = self.valid(rng)
        if not self._wrong and not self._required:
            return ABSENT
        for _ in range(1 if rng.random() < 0.7 else rng.randrange(2, 4)):
            if self._required and rng.random() < 0.15:
                payload = put_at(payload, rng.choice(self._required).path, ABSENT)
            elif self._wrong:
                spot, sample = rng.choice(self._wrong)
                assert sample is not None
                payload = put_at(payload, spot.path, sample(rng))
        return payload


def _pinned(spot: Spot) -> bool:
    """A container is varied through what it holds; a list of entities stays as it is."""
    item = spot.place.item
    if not spot.path and item is not None and not item.fields:
        return item.entity is not None
    return not spot.path or spot.container or (item is not None and item.entity is not None)
