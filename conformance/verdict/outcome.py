"""One outcome: what one case found about one clause on one surface as one persona."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec

Verdict = Literal[
    "pass", "lenient", "differs", "fail", "blocked", "unverified", "not-applicable", "waived",
    "error",
]
WORST_FIRST: tuple[Verdict, ...] = (
    "error", "fail", "differs", "blocked", "unverified", "waived", "lenient", "pass",
    "not-applicable",
)
EXERCISED: frozenset[Verdict] = frozenset({"pass", "lenient", "differs", "fail", "waived"})
HELD: frozenset[Verdict] = frozenset({"pass", "lenient"})


WALK = "random walk"
"""Stands for the surface of an entry that tells the steps of a failed walk, not an exchange."""


class ExchangeText(msgspec.Struct, frozen=True):
    """One request and its reply as text, secrets masked. ``received`` is empty if none came."""

    call: str
    persona: str
    surface: str
    sent: str
    received: str
    elapsed_ms: float


class FindingText(msgspec.Struct, frozen=True):
    """What a finding says, ready for any report."""

    kind: str
    required: str
    received: str
    oracle: str = ""
    state: str = ""
    count: int = 1
    exchanges: tuple[ExchangeText, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the walk that led here, empty without one; it ends the conversation."""
        last = self.exchanges[-1] if self.exchanges else None
        told = last.sent if last is not None and last.surface == WALK else ""
        return tuple(told.splitlines())


class Outcome(msgspec.Struct, frozen=True):
    """``reason`` explains every verdict that is not a pass; ``evidence`` is what it rests on.

    ``capsule`` is the replay capsule's path relative to the run directory, empty without one.
    """

    clause: str
    surface: str
    persona: str
    verdict: Verdict
    reason: str = ""
    evidence: dict[str, Any] = {}
    finding: FindingText | None = None
    test: str = ""
    duration_ms: float = 0.0
    capsule: str = ""

    @property
    def signature(self) -> str:
        """Stable across runs for the same kind of failure of the same clause.

        It goes by the kind of finding, not by its texts, and survives being waived.
        """
        kind = self.finding.kind if self.finding is not None else self.verdict
        text = f"{self.clause}|{self.surface}|{kind}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def identity(self) -> str:
        """Stable across runs for the same case with the same kind of failure."""
        text = f"{self.signature}|{self.persona}|{self.test}"
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome that decides: the worst of several for one clause."""
    return min(outcomes, key=lambda outcome: WORST_FIRST.index(outcome.verdict))
