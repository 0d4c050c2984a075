"""From the end of a case to its outcome: verdict, reason, evidence, finding, secrets masked."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.contract.clauses import Clause
from conformance.oracle.evidence import Evidence
from conformance.oracle.finding import Finding, Unverified
from conformance.plugin.walks import steps_of
from conformance.target.deployment import Deployment
from conformance.target.fence import Fenced
from conformance.target.hooks import HookFailed
from conformance.target.session import MissingKey, Turn
from conformance.target.target_file import Target
from conformance.target.unavailable import LoginFailed, NotOffered, Unavailable
from conformance.verdict.outcome import WALK, ExchangeText, FindingText, Outcome, Verdict
from conformance.wire.websocket import Lost, Unreachable

NOT_EXERCISED = (Unverified, Unavailable, Fenced, LoginFailed, HookFailed)
OUR_FOLDERS, LIBRARIES = {"conformance", "scenarios"}, {"site-packages", "dist-packages"}
STANDARD = sysconfig.get_path("stdlib")
PLACE_PARTS = 3
"""Folders and file that name a place, without the path of a machine."""
SHOWN_EXCHANGES, FEW = 20, 3
"""Exchanges a finding shows; with fewer of its own than this, the conversation's end leads up."""


def outcome_of(
    item: pytest.Item, clause: Clause, error: BaseException | None, evidence: Evidence,
    seconds: float, deployment: Deployment | None,
) -> Outcome:
    """The outcome of one case."""
    target: Target | None = deployment.target if deployment is not None else None
    surface = surface_of(item)
    verdict, reason = verdict_on(clause, error, target, surface)
    if verdict == "pass" and evidence.lenient:
        verdict = "lenient"
        reason = "known deviations: " + (", ".join(sorted(evidence.errata)) or "key spelling")
    turns = error.turns if isinstance(error, Finding) else ()
    return Outcome(
        clause=clause.id,
        surface=surface,
        persona=turns[0].persona if turns else "",
        verdict=verdict,
        reason=mask(reason, deployment),
        evidence=evidence.as_data(),
        finding=_finding(error, deployment),
        test=item.nodeid,
        duration_ms=round(seconds * 1000, 3),
    )


def judged(error: BaseException | None) -> BaseException | None:
    """What ended a case, as a verdict can be made of it.

    A reply that lacks a key the case reads on from is no mistake of ours: behind a refusal the
    clause could not be exercised, otherwise the reply is not as required.
    """
    if not isinstance(error, MissingKey):
        return error
    turn = error.turn
    if turn.reply is None or turn.get("result") is False or turn.get("errorcode"):
        return Unverified(f"{turn.call} is needed first and was refused: {turn.text[:300]}")
    found = Finding(
        f"missing-key:{error.key}", required=f"{turn.call} answers with {error.key}",
        received=turn.text[:300], turns=[turn],
    )
    for note in getattr(error, "__notes__", ()):  # the walk that led here, if one did
        found.add_note(note)
    return found


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
    return "error", _mistake(error)


def _mistake(error: BaseException) -> str:
    """A mistake of ours, and the line of ours that it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)] or frames
    if not ours:
        return f"{type(error).__name__}: {error}"
    said = f"{type(error).__name__}: {str(error) or ours[-1].line}"
    place = "/".join(Path(ours[-1].filename).parts[-PLACE_PARTS:])
    return f"{said} ({place}:{ours[-1].lineno})"


def _is_ours(file: str) -> bool:
    """Is a file part of this suite, or a scenario of somebody's own, and no library?"""
    parts = set(Path(file).parts)
    return bool(OUR_FOLDERS & parts) or not (LIBRARIES & parts or file.startswith(STANDARD))


def _finding(error: BaseException | None, deployment: Deployment | None) -> FindingText | None:
    if isinstance(error, Lost):
        return FindingText(
            "connection-lost", "the connection stays up", mask(str(error), deployment),
            exchanges=(*_exchanges((), deployment), *_walk(error, deployment)),
        )
    if not isinstance(error, Finding):
        return None
    return FindingText(
        kind=error.kind,
        required=mask(error.required, deployment),
        received=mask(error.received, deployment),
        oracle=error.oracle,
        state=mask(error.state, deployment),
        count=error.count,
        exchanges=(*_exchanges(error.turns, deployment), *_walk(error, deployment)),
    )


def _walk(error: BaseException, deployment: Deployment | None) -> tuple[ExchangeText, ...]:
    """The steps of the shortest failing walk, as the last entry of its conversation."""
    steps = steps_of(error)
    if not steps:
        return ()
    told = mask("\n".join(steps), deployment)
    name = f"{len(steps)} steps from the start to this" if len(steps) > 1 else "one step to this"
    return (ExchangeText(name, "the model", WALK, told, mask(str(error), deployment), 0.0),)


def _exchanges(
    turns: Sequence[Turn], deployment: Deployment | None
) -> tuple[ExchangeText, ...]:
    """What the finding names, after the end of the conversation where it names little."""
    named = [exchange_text(turn, deployment) for turn in turns[-SHOWN_EXCHANGES:]]
    if deployment is None or len(named) >= FEW:
        return tuple(named)
    tail = [
        ExchangeText(e.call, e.persona, e.surface, e.sent, e.received, e.elapsed_ms)
        for e in deployment.transcript.exchanges(SHOWN_EXCHANGES)
    ]
    missing = [one for one in named if not any(_alike(one, other) for other in tail)]
    return tuple((*tail, *missing)[-SHOWN_EXCHANGES:])


def _alike(one: ExchangeText, other: ExchangeText) -> bool:
    return (one.call, one.sent) == (other.call, other.sent)


def exchange_text(turn: Turn, deployment: Deployment | None) -> ExchangeText:
    """A turn as text without secrets."""
    return ExchangeText(
        turn.call, turn.persona, turn.surface, mask(turn.sent, deployment),
        mask(turn.text, deployment), round(turn.elapsed_ms, 3),
    )


def mask(text: str, deployment: Deployment | None) -> str:
    """The text with every secret replaced."""
    return deployment.mask(text) if deployment is not None and text else text
