"""From the transcript of a failing case to its replay capsule."""

from __future__ import annotations

import json
from collections.abc import Sequence

from conformance import __version__
from conformance.contract.clauses import Clause
from conformance.plugin.options import RunOptions
from conformance.target.deployment import Deployment
from conformance.target.hooks import HookFailed
from conformance.target.session import Turn
from conformance.target.transcript import Line, Tap, Transcript, message
from conformance.verdict.capsule import Capsule, CapsuleConnection, CapsuleLine
from conformance.verdict.outcome import FindingText, Outcome

LINES, TEXT = 600, 60_000
"""The longest conversation and the longest message that a capsule keeps."""


def capsule_of(
    outcome: Outcome, clause: Clause, turns: Sequence[Turn], deployment: Deployment,
    options: RunOptions,
) -> Capsule:
    """The capsule of a failing case: its conversation, and the requests that decided it."""
    transcript, finding = deployment.transcript, outcome.finding or FindingText("", "", "")
    everything = transcript.lines()
    state_changed = finding.kind.startswith("state:")
    wanted = [line for line in everything if not line.aside or state_changed]
    chosen, deciding = _with_deciding(wanted, everything, turns, deployment)
    dropped = max(0, len(chosen) - LINES)
    target = deployment.target.target
    return Capsule(
        format="conformance-capsule/1",
        suite_version=__version__,
        api_version=options.api_version,
        clause=clause.id,
        text=clause.text,
        basis=clause.basis,
        source=clause.source,
        surface=outcome.surface,
        persona=outcome.persona,
        verdict=outcome.verdict,
        kind=finding.kind,
        required=finding.required,
        received=finding.received,
        oracle=finding.oracle,
        state=finding.state,
        test=outcome.test,
        seed=options.seed,
        effort=options.effort,
        target=target.name,
        environment=target.environment,
        defects=options.defects,
        clock_ms=_began(deployment),
        connections=tuple(_connection(tap, transcript) for tap in transcript.taps()),
        lines=tuple(_line(line) for line in chosen[dropped:]),
        deciding=tuple(place - dropped for place in deciding if place >= dropped),
        forgotten=transcript.forgotten + dropped,
    )


def _began(deployment: Deployment) -> int:
    """The target's clock when the conversation began."""
    try:
        now = deployment.now_ms()
    except HookFailed:
        return 0
    return now - round(deployment.transcript.elapsed_ms())


def _with_deciding(
    wanted: list[Line], everything: list[Line], turns: Sequence[Turn], deployment: Deployment
) -> tuple[list[Line], list[int]]:
    """The conversation with what a finding names in it, and where that stands."""
    chosen, found = list(wanted), list[Line]()
    for turn in turns:
        sent, received = _lines_of(turn, everything, deployment)
        for line in (sent, received):
            if line is not None and line not in chosen:
                chosen.append(line)
        if sent is not None:
            found.append(sent)
    chosen.sort(key=lambda line: line.at_ms)
    return chosen, [chosen.index(line) for line in found]


def _lines_of(
    turn: Turn, everything: list[Line], deployment: Deployment
) -> tuple[Line | None, Line | None]:
    """The newest lines that carried a turn."""
    payload = deployment.transcript.secrets.labelled(turn.sent)
    names = {turn.call, deployment.target.aliases.get(turn.call, turn.call)}
    sent = next(
        (line for line in reversed(everything)
         if line.way == "sent" and _carries(line, names, payload)), None
    )
    if sent is None:
        return None, None
    number = message(sent.text)["i"]
    received = next(
        (line for line in everything
         if line.way == "received" and line.connection == sent.connection
         and line.at_ms >= sent.at_ms and message(line.text)["i"] == number), None
    )
    return sent, received


def _carries(line: Line, names: set[str], payload: str) -> bool:
    told = message(line.text)
    if told["o"] == payload and told["n"] in names:
        return True
    try:  # a GraphQL body holds the payload as its variables
        body = json.loads(told["o"])
    except (TypeError, ValueError):
        return False
    return isinstance(body, dict) and "variables" in body and _same(body["variables"], payload)


def _same(value: object, text: str) -> bool:
    try:
        return bool(json.loads(text) == value)
    except ValueError:
        return False


def _connection(tap: Tap, transcript: Transcript) -> CapsuleConnection:
    session = tap.session
    return CapsuleConnection(
        number=tap.number,
        surface=tap.kind,
        persona=session.persona if session is not None else "anonymous",
        username=transcript.secrets.labelled(session.username) if session is not None else "",
        user_id=session.user_id if session is not None else 0,
        account_id=session.account_id if session is not None else 0,
        token=transcript.secrets.labelled(session.token) if session is not None else "",
        adopted=transcript.adopted(tap),
        base=tap.base.number if tap.base is not None else 0,
        local_address=tap.local_address,
    )


def _line(line: Line) -> CapsuleLine:
    return CapsuleLine(
        line.at_ms, line.connection, line.way, line.text[:TEXT], len(line.text) > TEXT
    )
