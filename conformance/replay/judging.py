"""Judging a conversation that was sent again, where the conversation alone can decide.

Shapes, refusals, frames and unchanged reads follow from the contract. What a case worked out by
itself (a value it expected) does not: there the case must run again.
"""

from __future__ import annotations

import re
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
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


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
        return Again(None, trouble) if trouble else _strays(conversation)
    if kind.startswith("state:"):
        call = kind.partition(":")[2]
        return Again(None, trouble) if trouble else _state(contract, call, replayed)
    if not deciding:
        return Again(None, "the finding names no request")
    last = deciding[-1]
    reason = _unknown(capsule, last.place)
    if reason:
        return Again(None, reason)
    if kind in LOST or last.lost is not None:
        return Again(last.lost is not None, f"connection lost: {last.lost}")
    if last.turn is None:
        return Again(None, "the deciding request is no request frame")
    if trouble:
        return Again(None, trouble)
    return _turn(kind, contract, last.turn)


def _unknown(capsule: Capsule, place: int) -> str:
    """What the deciding request names and nothing before it; empty if there is no such thing."""
    text = capsule.lines[place].text
    if "{{code}}" in text:
        return "the deciding request carries a one-time code"
    before = "".join(line.text for line in capsule.lines[:place])
    strange = [guid for guid in _GUID.findall(text) if guid not in before]
    return f"nothing in the conversation handed out {strange[0]}" if strange else ""


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


def _state(contract: Contract, call: str, replayed: list[Replayed]) -> Again:
    """Reads of that call around the last write that changed then, beside the same reads of now."""
    written = max((r.place for r in replayed if _writes(contract, r)), default=0)
    reads = [r for r in replayed if r.call == call and r.turn is not None]
    alike = [[r for r in reads if r.sent == sent] for sent in dict.fromkeys(r.sent for r in reads)]
    pairs = [
        (same[-2], same[-1]) for same in alike if len(same) > 1 and same[-1].place > written
    ]
    changed = [(before, after) for before, after in pairs if before.then != after.then]
    if not changed:
        return Again(None, f"{call} was not read twice")
    before, after = next((pair for pair in changed if pair[0].now != pair[1].now), changed[-1])
    return Again(
        before.now != after.now, f"{call} read {before.now} before and {after.now} after"
    )


def _writes(contract: Contract, one: Replayed) -> bool:
    try:
        call = contract.call(one.call, section_on(one.session.surface.kind))
    except UnknownName:
        return True
    return call.effect != "none"


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
