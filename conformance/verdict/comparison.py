"""What changed between two runs, by clause: broken, changed, fixed, newly (un)verified.

Compares what each clause came to and, for failures, the signature; it never looks at texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from conformance.verdict.outcome import HELD, Outcome
from conformance.verdict.summary import (
    CONFORMANT,
    NOT_CONFORMANT,
    UNVERIFIED,
    ClauseVerdict,
)

Kind = Literal[
    "broken", "changed", "newly-unverified", "newly-different", "fixed", "newly-verified"
]
KINDS: tuple[Kind, ...] = (
    "broken", "changed", "newly-unverified", "newly-different", "fixed", "newly-verified",
)
BAD = frozenset({"fail", "error"})
OPEN = frozenset({"unverified", "blocked", "missing"})
NOTED = frozenset({"differs", "waived"})


@dataclass(frozen=True, slots=True)
class ClauseState:
    """What one clause came to in one run. ``signature`` is empty for all that holds."""

    verdict: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that came to something else."""

    clause: str
    kind: Kind
    before: ClauseState
    after: ClauseState


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, worst kind first, clauses in order inside."""

    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {kind: len(self.of(kind)) for kind in KINDS}

    @property
    def exit_code(self) -> int:
        """1 when something broke or broke otherwise, 6 when less was verified, else 0."""
        counts = self.counts
        if counts["broken"] or counts["changed"]:
            return NOT_CONFORMANT
        return UNVERIFIED if counts["newly-unverified"] else CONFORMANT


MISSING = ClauseState("missing")


def compare(before: Mapping[str, ClauseState], after: Mapping[str, ClauseState]) -> Comparison:
    """Compare two runs; a clause that one of them lacks is ``missing`` there."""
    changes: list[Change] = []
    for clause in dict.fromkeys((*after, *before)):
        old, new = before.get(clause, MISSING), after.get(clause, MISSING)
        kind = kind_of_change(old, new)
        if kind is not None:
            changes.append(Change(clause, kind, old, new))
    return Comparison(tuple(sorted(changes, key=lambda change: KINDS.index(change.kind))))


def kind_of_change(old: ClauseState, new: ClauseState) -> Kind | None:
    """How a clause changed, or None when it did not."""
    if new.verdict in BAD:
        if old.verdict not in BAD:
            return "broken"
        return "changed" if old != new else None
    if new.verdict in OPEN:
        return None if old.verdict in OPEN else "newly-unverified"
    if new.verdict in NOTED:
        return _into_noted(old, new)
    if new.verdict in HELD:
        if old.verdict in BAD | NOTED:
            return "fixed"
        return "newly-verified" if old.verdict in OPEN else None
    return None


def _into_noted(old: ClauseState, new: ClauseState) -> Kind | None:
    """A difference that fails nobody is still told when it is new or another one."""
    if old.verdict in HELD or (old.verdict in NOTED and old.signature != new.signature):
        return "newly-different"
    return "newly-verified" if old.verdict in OPEN else None


def state_of(verdict: ClauseVerdict) -> ClauseState:
    """The state of a clause in a run that was summarised."""
    return ClauseState(verdict.verdict, signature_of(verdict.outcomes))


def signature_of(outcomes: Iterable[Outcome]) -> str:
    """One signature for all failures of a clause; empty when there is none."""
    failed = sorted({
        outcome.signature for outcome in outcomes
        if outcome.verdict in BAD | NOTED
    })
    if len(failed) <= 1:
        return failed[0] if failed else ""
    return hashlib.sha256("|".join(failed).encode()).hexdigest()[:12]
