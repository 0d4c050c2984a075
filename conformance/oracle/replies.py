"""Reading a reply: what kind it is, and whether it has its documented shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conformance.contract.call import Call
from conformance.contract.validators import Judgement, judge
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.target.session import Turn, lookup
from conformance.wire.frames import MessageType

Outcome = Literal["success", "failure"]
SHOWN = 300
"""Characters of a payload that a finding quotes; the transcript has all of it."""
REMEMBERED, REMEMBERED_LENGTH = 256, 1024
"""Short replies per call whose judgement is remembered."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A judged reply."""

    turn: Turn
    outcome: Outcome
    judgement: Judgement


def read_reply(call: Call, turn: Turn) -> Reading:
    """Judge a reply as success or refusal; Finding when none came or neither shape fits."""
    if owes_nothing(call, turn):
        return _silence(turn, "success")
    require_answer(turn)
    judgement = _judged(call, turn)
    evidence().add(judgement)
    if not judgement.holds:
        shown = "; ".join(str(deviation) for deviation in judgement.deviations[:5])
        raise Finding(
            f"shape:{judgement.deviations[0].keyword if judgement.deviations else ''}",
            required=f"a documented reply of {call.name}: {shown}",
            received=turn.text[:SHOWN],
            oracle=f"schemas/calls/{call.key}.json",
            turns=[turn],
        )
    outcome = judgement.outcome or "success"
    if outcome == "success":
        evidence().successes += 1
    else:
        evidence().refusals += 1
    return Reading(turn, outcome, judgement)


def _judged(call: Call, turn: Turn) -> Judgement:
    """The judgement of a reply; what comes word for word again is judged once.

    Refusals do, and long lists that are read many times in a row: of those the last is kept.
    """
    text = turn.text
    long = len(text) > REMEMBERED_LENGTH
    known: dict[str, Judgement] = call.store.cache.setdefault(("judged", call.key, long), {})
    judgement = known.get(text)
    if judgement is None:
        if long or len(known) >= REMEMBERED:
            known.clear()
        judgement = known[text] = judge(call, "response", turn.value)
    return judgement


def owes_nothing(call: Call, turn: Turn) -> bool:
    """Is this the silence that the call's page announces? Over HTTP it is an empty body."""
    return not turn.text and not call.replies


def _silence(turn: Turn, outcome: Outcome) -> Reading:
    """Silence that is documented says neither yes nor no: it counts as what was asked about."""
    evidence().judged += 1
    return Reading(turn, outcome, Judgement("pass", outcome, (), (), frozenset(), (), ()))


def require_answer(turn: Turn) -> None:
    """Finding when a request was not answered within the target's latency budget."""
    if turn.reply is None:
        raise Finding(
            "silence", required="an answer within the latency budget",
            received=f"none in {turn.elapsed_ms:.0f} ms", turns=[turn],
        )


def require_success(call: Call, turn: Turn) -> Reading:
    """Finding unless the reply is a documented success."""
    reading = read_reply(call, turn)
    if reading.outcome != "success":
        raise Finding(
            "refused", required=f"{call.name} succeeds", received=turn.text[:SHOWN],
            oracle=f"schemas/calls/{call.key}.json", turns=[turn],
        )
    return reading


def require_refusal(call: Call, turn: Turn, *, code: int | None = None) -> Reading:
    """Finding unless the reply is a documented refusal, with that code if one is given."""
    if owes_nothing(call, turn):
        return _silence(turn, "failure")
    reading = _read_error_frame(call, turn) if is_error_frame(turn) else read_reply(call, turn)
    if reading.outcome != "failure":
        raise Finding(
            "accepted", required=f"{call.name} is refused", received=turn.text[:SHOWN],
            turns=[turn],
        )
    found = lookup(turn.value, "errorcode")
    tells_code = found is not None or is_error_frame(turn)
    if code is not None and tells_code and found != code:
        raise Finding(
            f"code:{code}", required=f"errorcode {code}", received=f"errorcode {found}",
            turns=[turn],
        )
    return reading


def _read_error_frame(call: Call, turn: Turn) -> Reading:
    """No page describes what an error frame carries, so its payload is counted, not judged."""
    evidence().judged += 1
    evidence().refusals += 1
    return Reading(turn, "failure", judge(call, "failure", turn.value))


def is_error_frame(turn: Turn) -> bool:
    """Did the answer travel as an error frame (m=5)?"""
    frame = turn.reply.frame if turn.reply is not None else None
    return frame is not None and frame.kind == MessageType.ERROR
