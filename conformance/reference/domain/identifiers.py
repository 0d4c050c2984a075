"""Identifiers: counters per kind of thing, and GUIDs and secrets that a seed makes repeatable."""

from __future__ import annotations

import random
import secrets
import uuid
from collections import defaultdict

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Identifiers:
    """Hands out ids. With a seed every id, GUID and token repeats from run to run."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed) if seed is not None else secrets.SystemRandom()
        self._counters: defaultdict[str, int] = defaultdict(int)

    def next(self, kind: str, *, start: int = 1) -> int:
        """The next id of a kind: ``start``, ``start`` + 1, … never reused."""
        self._counters[kind] = max(self._counters[kind] + 1, start)
        return self._counters[kind]

    def reserve(self, kind: str, taken: int) -> None:
        """Make sure that ``taken`` and everything below it is never handed out."""
        self._counters[kind] = max(self._counters[kind], taken)

    def guid(self) -> str:
        """A version 4 GUID, lower case with dashes."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, bits: int = 160) -> str:
        """A hexadecimal secret."""
        return f"{self._random.getrandbits(bits):0{bits // 4}x}"

    def digits(self, count: int) -> str:
        """A code of decimal digits."""
        return "".join(self._random.choice("0123456789") for _ in range(count))

    def base32(self, length: int = 32) -> str:
        """A secret for one-time passwords."""
        return "".join(self._random.choice(_BASE32) for _ in range(length))
