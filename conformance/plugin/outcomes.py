"""From the end of a case to its outcome: verdict, reason, evidence, finding, secrets masked."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.clauses import Clause
from conformance.oracle.evidence import Evidence
from conformance.oracle.finding import Finding, Unverified
from conformance.target.deployment import LoginFailed, NotOffered, Unavailable
from conformance.target.fence import Fenced
from conformance.target.session import Turn
from conformance.target.target_file import Target
from conformance.verdict.outcome import ExchangeText, FindingText, Outcome, Verdict
from conformance.wire.websocket import Lost, Unreachable

NOT_EXERCISED = (Unverified, Unavailable, Fenced, LoginFailed)
MASK = "***"
SHOWN_EXCHANGES = 20
GROUP_MARK = "@"
"""pytest-xdist appends it and the group to node ids; a case keeps one name without it."""


def outcome_of(
    item: pytest.Item, clause: Clause, error: BaseException | None, evidence: Evidence,
    seconds: float,
) -> Outcome:
    """The outcome of one case."""
    world = getattr(item, "funcargs", {}).get("world")
    target: Target | None = world.deployment.target if world is not None else None
    surface = surface_of(item)
    verdict, reason = verdict_on(clause, error, target, surface)
    if verdict == "pass" and evidence.lenient:
        verdict = "lenient"
        reason = "known deviations: " + (", ".join(sorted(evidence.errata)) or "key spelling")
    turns = error.turns if isinstance(error, Finding) else ()
    secrets = _secrets(world) if error is not None else ()
    return Outcome(
        clause=clause.id,
        surface=surface,
        persona=turns[0].persona if turns else "",
        verdict=verdict,
        reason=mask(reason, secrets),
        evidence=evidence.as_data(),
        finding=_finding(error, secrets),
        test=item.nodeid.rpartition(GROUP_MARK)[0] or item.nodeid,
        duration_ms=round(seconds * 1000, 3),
    )


def surface_of(item: pytest.Item) -> str:
    """The surface a case runs over: its parameter, or frames."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("surface", "websocket")) if callspec else "websocket"


def verdict_on(
    clause: Clause, error: BaseException | None, target: Target | None, surface: str
) -> tuple[Verdict, str]:
    """What the end of a case means. No page describes HTTP, so it cannot fail a foreign target."""
    if error is None:
        return "pass", ""
    if isinstance(error, NOT_EXERCISED):
        return "unverified", str(error)
    if isinstance(error, NotOffered):
        return "not-applicable", str(error)
    if isinstance(error, Unreachable):
        return "error", f"target unreachable: {error}"
    if isinstance(error, (Finding, Lost)):
        stated = clause.stated and getattr(error, "basis", "stated") == "stated"
        enforced = stated and surface != "http"
        own = target is not None and target.is_reference
        return ("fail" if enforced or own else "differs"), str(error)
    return "error", f"{type(error).__name__}: {error}"


def _finding(error: BaseException | None, secrets: tuple[str, ...]) -> FindingText | None:
    if isinstance(error, Lost):
        return FindingText("connection-lost", "the connection stays up", str(error))
    if not isinstance(error, Finding):
        return None
    return FindingText(
        kind=error.kind,
        required=mask(error.required, secrets),
        received=mask(error.received, secrets),
        oracle=error.oracle,
        state=mask(error.state, secrets),
        count=error.count,
        exchanges=tuple(exchange_text(turn, secrets) for turn in error.turns[-SHOWN_EXCHANGES:]),
    )


def exchange_text(turn: Turn, secrets: tuple[str, ...]) -> ExchangeText:
    """A turn as text without secrets."""
    return ExchangeText(
        turn.call, turn.persona, turn.surface, mask(turn.sent, secrets), mask(turn.text, secrets),
        round(turn.elapsed_ms, 3),
    )


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """The text with every secret replaced."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def _secrets(world: Any) -> tuple[str, ...]:
    if world is None:
        return ()
    known: tuple[str, ...] = world.deployment.secrets()
    return known
