"""Units: what a report shows one line for, a clause on one surface as one persona.

Several cases may have decided one unit; the worst stands for it. A clause without any outcome is
one unit too, without surface and persona, so that it is never out of sight.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from conformance.contract.clauses import Clause
from conformance.report.run_record import RequiredClause
from conformance.report.text import one_line, visible
from conformance.verdict.outcome import ExchangeText, FindingText, Outcome, Verdict, worst
from conformance.verdict.summary import ClauseVerdict

TEXT_BUDGET = 3_000_000
"""Characters of conversation in one report; the dearest format multiplies them by five."""
TEXT_LIMIT, TEXT_FLOOR = 6_000, 160
EXCHANGE_BUDGET, EXCHANGE_LIMIT, EXCHANGE_FLOOR = 8_000, 20, 2
LINE_LIMIT = 600


@dataclass(frozen=True, slots=True)
class Tally:
    """What a unit's verdict rests on."""

    judged: int = 0
    successes: int = 0
    refusals: int = 0
    unchanged_reads: int = 0
    events: int = 0
    keys_seen: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    undocumented: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of a report. ``omitted`` exchanges are in the record only."""

    clause: Clause
    service: str
    surface: str
    persona: str
    verdict: Verdict
    reason: str
    evidence: Tally
    finding: FindingText | None
    omitted: int
    signature: str
    tests: tuple[str, ...]
    capsule: str
    start_ms: int
    stop_ms: int

    @property
    def id(self) -> str:
        """Clause, surface and persona: what the unit is known by."""
        return "|".join((self.clause.id, self.surface, self.persona))

    @property
    def explanation(self) -> str:
        """The reason, where it says more than the finding does below it."""
        told = self.finding is not None and self.reason.startswith("required ")
        return "" if told or self.verdict == "pass" else self.reason

    def digest(self, *more: str) -> str:
        """A stable hash of the unit's id and what else tells it apart."""
        return hashlib.sha256("|".join((self.id, *more)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Bounds:
    text: int
    exchanges: int


def units_of(
    verdicts: Iterable[ClauseVerdict], required: Mapping[str, RequiredClause], started_ms: int
) -> Iterator[Unit]:
    """The units of all clauses, in order, texts visible and bounded."""
    clauses = list(verdicts)
    bounds = _bounds([outcome for verdict in clauses for outcome in verdict.outcomes])
    clock = float(started_ms)
    for verdict in clauses:
        clause = verdict.clause
        groups: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
        for outcome in verdict.outcomes or (_nothing(clause, verdict),):
            groups[outcome.surface, outcome.persona].append(outcome)
        for group in groups.values():
            duration = sum(outcome.duration_ms for outcome in group)
            unit = _unit(clause, required[clause.id].service, group, verdict, bounds)
            yield replace(unit, start_ms=int(clock), stop_ms=int(clock + duration))
            clock += duration


def _nothing(clause: Clause, verdict: ClauseVerdict) -> Outcome:
    return Outcome(clause.id, "", "", verdict.verdict, verdict.reason)


def _unit(
    clause: Clause, service: str, group: Sequence[Outcome], decided: ClauseVerdict, bounds: _Bounds
) -> Unit:
    decisive = worst(list(group))
    verdict, reason = decisive.verdict, decisive.reason
    if decided.verdict == "blocked" and verdict in ("fail", "differs"):
        verdict, reason = "blocked", f"{decided.reason}; by itself: {reason}"
    finding, omitted = _bounded(decisive.finding, bounds)
    return Unit(
        clause=clause,
        service=service,
        surface=one_line(decisive.surface, LINE_LIMIT),
        persona=one_line(decisive.persona, LINE_LIMIT),
        verdict=verdict,
        reason=visible(reason, min(bounds.text, LINE_LIMIT)),
        evidence=_tally(group),
        finding=finding,
        omitted=omitted,
        signature=decisive.signature,
        tests=tuple(one_line(outcome.test, LINE_LIMIT) for outcome in group if outcome.test),
        capsule=one_line(decisive.capsule, LINE_LIMIT),
        start_ms=0,
        stop_ms=0,
    )


def _bounds(outcomes: Sequence[Outcome]) -> _Bounds:
    findings = [outcome.finding for outcome in outcomes if outcome.finding is not None]
    exchanges = max(
        EXCHANGE_FLOOR, min(EXCHANGE_LIMIT, EXCHANGE_BUDGET // max(1, len(findings)))
    )
    shown = sum(3 + 2 * min(exchanges, len(finding.exchanges)) for finding in findings)
    text = max(TEXT_FLOOR, min(TEXT_LIMIT, TEXT_BUDGET // max(1, shown)))
    return _Bounds(text, exchanges)


def _bounded(finding: FindingText | None, bounds: _Bounds) -> tuple[FindingText | None, int]:
    if finding is None:
        return None, 0
    kept = finding.exchanges[-bounds.exchanges:]
    shown = FindingText(
        kind=one_line(finding.kind, LINE_LIMIT),
        required=visible(finding.required, bounds.text),
        received=visible(finding.received, bounds.text),
        oracle=one_line(finding.oracle, LINE_LIMIT),
        state=visible(finding.state, bounds.text),
        count=finding.count,
        exchanges=tuple(_exchange(exchange, bounds.text) for exchange in kept),
    )
    return shown, len(finding.exchanges) - len(kept)


def _exchange(exchange: ExchangeText, limit: int) -> ExchangeText:
    return msgspec.structs.replace(
        exchange,
        call=one_line(exchange.call, LINE_LIMIT),
        persona=one_line(exchange.persona, LINE_LIMIT),
        surface=one_line(exchange.surface, LINE_LIMIT),
        sent=visible(exchange.sent, limit),
        received=visible(exchange.received, limit),
    )


def _tally(group: Sequence[Outcome]) -> Tally:
    def number(name: str) -> int:
        return sum(int(o.evidence.get(name) or 0) for o in group)

    def names(name: str) -> tuple[str, ...]:
        found = {str(v) for o in group for v in _list(o.evidence.get(name))}
        return tuple(one_line(v, 120) for v in sorted(found)[:200])

    return Tally(
        number("judged"), number("successes"), number("refusals"), number("unchanged_reads"),
        number("events"), names("keys_seen"), names("errata"), names("undocumented"),
    )


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set)) else []
