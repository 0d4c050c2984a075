"""What a case has seen so far: a verdict rests on this, never on silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.validators import Judgement


@dataclass
class Evidence:
    """Counts over one case.

    ``judged`` replies, of which ``successes`` and ``refusals``; ``keys_seen`` are documented paths;
    ``errata`` are the known deviations a reply needed to hold; ``undocumented`` keys nobody lists.
    """

    judged: int = 0
    successes: int = 0
    refusals: int = 0
    unchanged_reads: int = 0
    events: int = 0
    lenient: bool = False
    keys_seen: set[str] = field(default_factory=set)
    errata: set[str] = field(default_factory=set)
    undocumented: set[str] = field(default_factory=set)

    def add(self, judgement: Judgement) -> None:
        """Count one judged payload."""
        self.judged += 1
        self.keys_seen |= judgement.keys_seen
        self.undocumented.update(judgement.undocumented)
        self.errata.update(judgement.errata)
        self.lenient = self.lenient or judgement.verdict == "lenient"

    def as_data(self) -> dict[str, Any]:
        """Plain data for the run record."""
        return {
            "judged": self.judged,
            "successes": self.successes,
            "refusals": self.refusals,
            "unchanged_reads": self.unchanged_reads,
            "events": self.events,
            "keys_seen": sorted(self.keys_seen),
            "errata": sorted(self.errata),
            "undocumented": sorted(self.undocumented),
        }


_current: ContextVar[Evidence] = ContextVar("evidence")


def evidence() -> Evidence:
    """The evidence of the running case; outside of one, evidence that nobody reads."""
    found = _current.get(None)
    return found if found is not None else Evidence()


@contextmanager
def collecting() -> Iterator[Evidence]:
    """Collect evidence for the case run inside."""
    fresh = Evidence()
    token = _current.set(fresh)
    try:
        yield fresh
    finally:
        _current.reset(token)
