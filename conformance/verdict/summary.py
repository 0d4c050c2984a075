"""From outcomes to the verdict of a run.

The verdict is computed from the required clauses of the claimed profiles, not from what happened to
run: a required clause without an outcome is unverified.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.contract.clauses import Clause
from conformance.verdict.outcome import EXERCISED, HELD, Outcome, Verdict, worst

CONFORMANT, NOT_CONFORMANT, USAGE, UNREACHABLE, OUR_ERROR, WAIVER, UNVERIFIED = range(7)
"""Exit codes, documented in the README."""
WORDS = {
    CONFORMANT: "conformant",
    NOT_CONFORMANT: "not conformant",
    USAGE: "no verdict: usage or target file",
    UNREACHABLE: "no verdict: target unreachable or lost",
    OUR_ERROR: "no verdict: error of the suite",
    WAIVER: "not conformant: waivers need attention",
    UNVERIFIED: "not fully verified",
}
MISSED: frozenset[Verdict] = frozenset({"fail", "error", "blocked", "unverified"})
"""Verdicts that keep a profile from being reached."""
BROKEN: frozenset[Verdict] = frozenset({"fail", "error", "waived"})
"""Verdicts that block what presupposes the clause."""


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """What one required clause came to."""

    clause: Clause
    verdict: Verdict
    reason: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The four numbers, and how the verdicts spread."""

    required: int
    applicable: int
    exercised: int
    held: int
    by_verdict: Mapping[str, int]

    @property
    def reached(self) -> bool:
        """Does everything here hold, differ only where nobody stated it, or is it excused?"""
        return self.exercised > 0 and not any(self.by_verdict.get(v) for v in MISSED)


@dataclass(frozen=True, slots=True)
class Summary:
    """The verdict of a run."""

    clauses: tuple[ClauseVerdict, ...]
    total: Numbers
    by_section: Mapping[str, Numbers]

    @property
    def exit_code(self) -> int:
        """0 conformant, 1 not, 4 our own error, 6 required clauses left unverified."""
        found = self.total.by_verdict
        if found.get("error"):
            return OUR_ERROR
        if found.get("fail"):
            return NOT_CONFORMANT
        if not self.total.exercised or found.get("unverified") or found.get("blocked"):
            return UNVERIFIED
        return CONFORMANT

    @property
    def word(self) -> str:
        """The verdict in words."""
        return WORDS[self.exit_code]


def summarise(
    required: Iterable[Clause], outcomes: Iterable[Outcome], not_run: str = "no case exercised it"
) -> Summary:
    """Add outcomes up. ``not_run`` is the reason given to clauses without any."""
    found: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.clause].append(outcome)
    verdicts = [_of_clause(clause, found[clause.id], not_run) for clause in required]
    collapsed = tuple(_collapse(verdicts))
    sections: defaultdict[str, list[ClauseVerdict]] = defaultdict(list)
    for verdict in collapsed:
        sections[verdict.clause.section].append(verdict)
    by_section = {name: count(members) for name, members in sections.items()}
    return Summary(collapsed, count(collapsed), by_section)


def count(verdicts: Iterable[ClauseVerdict]) -> Numbers:
    """The four numbers over some clauses."""
    spread = Counter(verdict.verdict for verdict in verdicts)
    required = sum(spread.values())
    return Numbers(
        required=required,
        applicable=required - spread["not-applicable"],
        exercised=sum(spread[v] for v in EXERCISED),
        held=sum(spread[v] for v in HELD),
        by_verdict={str(verdict): n for verdict, n in spread.items()},
    )


def _of_clause(clause: Clause, outcomes: list[Outcome], not_run: str) -> ClauseVerdict:
    if not outcomes:
        return ClauseVerdict(clause, "unverified", not_run, ())
    decisive = worst(outcomes)
    return ClauseVerdict(clause, decisive.verdict, decisive.reason, tuple(outcomes))


def _collapse(verdicts: list[ClauseVerdict]) -> Iterable[ClauseVerdict]:
    """A clause that fails behind a broken presupposition is blocked by it, not broken itself."""
    by_id = {verdict.clause.id: verdict for verdict in verdicts}
    for verdict in verdicts:
        culprit = _broken_root(verdict.clause, by_id, frozenset())
        if verdict.verdict in ("fail", "differs") and culprit is not None:
            yield ClauseVerdict(
                verdict.clause, "blocked", f"{culprit} does not hold", verdict.outcomes
            )
        else:
            yield verdict


def _broken_root(
    clause: Clause, by_id: Mapping[str, ClauseVerdict], met: frozenset[str]
) -> str | None:
    for needed in clause.presupposes:
        found = by_id.get(needed)
        if found is None or needed in met:
            continue
        if found.verdict in BROKEN:
            return needed
        deeper = _broken_root(found.clause, by_id, met | {needed})
        if deeper is not None:
            return deeper
    return None
