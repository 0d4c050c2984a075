"""Judging a conversation that was sent again, where the conversation alone can decide.

Shapes, refusals, frames and unchanged reads follow from the contract. What a case worked out by
itself (a value it expected) does not: there the case must run again.
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.errors import PayloadError, UnknownName
from conformance.contract.payload import parse_json
from conformance.contract.validators import judge
from conformance.generate.case import Case
from conformance.oracle.envelope import require_envelope
from conformance.oracle.finding import Finding
from conformance.oracle.replies import (
    require_answer,
    require_refusal,
    require_success,
)
from conformance.oracle.sweep import answered_as_documented
from conformance.replay.conversation import Conversation, Replayed
from conformance.target.session import Turn, section_on
from conformance.verdict.capsule import Capsule
from conformance.wire.frames import Frame, MessageType

LOST = ("connection-lost",)


@dataclass(frozen=True, slots=True)
class Again:
    """``fails`` is None where the conversation alone cannot tell; ``told`` says why."""

    fails: bool | None
    told: str


def judge_again(
    capsule: Capsule, contract: Contract, replayed: list[Replayed], conversation: Conversation
) -> Again:
    """Does what failed then still fail?"""
    kind = capsule.kind
    deciding = [r for r in replayed if r.place in capsule.deciding]
    trouble = _led_elsewhere(contract, replayed, set(capsule.deciding))
    if kind == "stray-reply":
        return _strays(conversation)
    if kind.startswith("state:"):
        return _state(kind.partition(":")[2], replayed)
    if not deciding:
        return Again(None, "the finding names no request")
    if "{{code}}" in capsule.lines[deciding[-1].place].text:
        return Again(None, "the deciding request carries a one-time code")
    last = deciding[-1]
    if kind in LOST or last.lost is not None:
        return Again(last.lost is not None, f"connection lost: {last.lost}")
    if last.turn is None:
        return Again(None, "the deciding request is no request frame")
    if trouble:
        return Again(None, trouble)
    return _turn(kind, contract, last.turn)


def _turn(kind: str, contract: Contract, turn: Turn) -> Again:
    try:
        call = contract.call(turn.call, section_on(turn.surface))
    except UnknownName:
        return Again(None, f"{turn.call} is no call of the contract")
    word, _, rest = kind.partition(":")
    try:
        if word == "silence":
            require_answer(turn)
        elif word in ("shape", "server-error", "error-frame"):
            answered_as_documented(call)(Case(call.name, "replayed", turn.sent, "answer"), turn)
        elif word == "refused":
            require_success(call, turn)
        elif word in ("accepted", "code"):
            require_refusal(call, turn, code=int(rest) if rest else None)
        elif word == "envelope":
            require_envelope(call, turn)
        else:
            return Again(None, f"only the case knows what {kind!r} requires")
    except Finding as finding:
        return Again(True, str(finding))
    return Again(False, "the reply is now as required")


def _strays(conversation: Conversation) -> Again:
    replies = [
        stray for stray in conversation.strays()
        if not isinstance(stray, Frame) or stray.kind in (MessageType.REPLY, MessageType.ERROR)
    ]
    if replies:
        return Again(True, f"a reply that nobody waits for: {replies[0].raw[:300]}")
    return Again(False, "every request got one reply")


def _state(call: str, replayed: list[Replayed]) -> Again:
    """The last read of that call, beside the same read before it."""
    reads = [r for r in replayed if r.call == call and r.turn is not None]
    for at in range(len(reads) - 1, 0, -1):
        earlier = [r for r in reads[:at] if r.sent == reads[at].sent]
        if earlier:
            before, after = earlier[-1].now, reads[at].now
            return Again(before != after, f"{call} read {before} before and {after} after")
    return Again(None, f"{call} was not read twice")


def _led_elsewhere(contract: Contract, replayed: list[Replayed], deciding: set[int]) -> str:
    """What leads up to the failure went otherwise than then; empty if it did not."""
    for one in replayed:
        if one.place in deciding or one.then is None:
            continue
        surface = one.session.surface.kind
        then, now = (_outcome(contract, one.call, surface, text) for text in (one.then, one.now))
        if then != now:
            return f"{one.call} was a {then} then and is a {now} now"
    return ""


def _outcome(contract: Contract, name: str, surface: str, text: str | None) -> str:
    if text is None:
        return "silence"
    try:
        call: Call = contract.call(name, section_on(surface))
        return judge(call, "response", parse_json(text)).outcome or "success"
    except (UnknownName, PayloadError):
        return "success"
