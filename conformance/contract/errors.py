"""What can go wrong in the lowest layer, each with the place and the mend.

Knows nothing of targets or verdicts: these are our own errors or bad input, never a finding.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

FEW = 25
"""So many names are shown whole."""


class ContractError(Exception):
    """The contract data itself is unusable: names the file and what is wrong with it."""


class UnknownName(ContractError, LookupError):
    """A name that the contract does not hold.

    ``kind`` is what was looked for (call, section, part, version, clause, profile, event),
    ``name`` what was given, ``nearest`` up to three close names, best first; ``known`` all names,
    shown where none is close and they are few.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        self.nearest = nearest_names(name, self.known)
        super().__init__(self._sentence())

    def __str__(self) -> str:
        return self._sentence()

    def _sentence(self) -> str:
        said = f"unknown {self.kind} {self.name!r}"
        if self.nearest:
            return f"{said}; nearest: {', '.join(self.nearest)}"
        if len(self.known) <= FEW:
            return f"{said}; known: {', '.join(self.known)}"
        return f"{said}; none of the {len(self.known)} known is close: see conformance catalog"


class PayloadError(ContractError, ValueError):
    """A text that is no acceptable JSON payload.

    ``reason`` is one phrase; ``position`` the zero-based offset in characters (bytes when the
    input is not UTF-8), ``line`` and ``column`` count from one; None when no place can be named.
    """

    def __init__(
        self,
        reason: str,
        position: int | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        self.reason = reason
        self.position = position
        self.line = line
        self.column = column
        place = "" if position is None else f" at position {position}"
        if line is not None:
            place += f" (line {line}, column {column})"
        super().__init__(f"{reason}{place}")


def nearest_names(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the known names closest to ``name`` in any letter case, best first."""
    by_fold: dict[str, str] = {}
    for candidate in known:
        by_fold.setdefault(candidate.lower(), candidate)
    hits = difflib.get_close_matches(name.lower(), by_fold, n=limit, cutoff=0.6)
    return tuple(by_fold[hit] for hit in hits)
