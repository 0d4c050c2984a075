"""The envelope of a reply: message type, echoed number, echoed name, JSON text inside."""

from __future__ import annotations

from conformance.contract.call import Call
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.oracle.replies import SHOWN, require_answer
from conformance.target.session import Turn
from conformance.wire.frames import MessageType

HTTP_OK = 200
# The one call whose page prints bare text instead of JSON.
BARE_TEXT = frozenset({"uncertain/Ping"})


def require_envelope(call: Call, turn: Turn) -> None:
    """Finding unless the reply's frame is as documented.

    That ``i`` is echoed needs no comparison: a reply with another ``i`` is not the answer to this
    request, so it shows as silence with a stray frame beside it.
    """
    require_answer(turn)
    assert turn.reply is not None
    frame = turn.reply.frame
    evidence().judged += 1
    evidence().successes += 1
    if frame is None:
        _require_http_envelope(call, turn)
        return
    if frame.kind not in (MessageType.REPLY, MessageType.ERROR):
        raise _finding("m", "m=1 or m=5", f"m={frame.kind}", turn)
    if frame.name != turn.call:
        raise _finding("n", f"n={turn.call!r}", f"n={frame.name!r}", turn)
    _require_json(call, turn, "o", "o holds JSON text")


def _require_http_envelope(call: Call, turn: Turn) -> None:
    """The gateway answers success and refusal alike with status 200 and a JSON body."""
    assert turn.reply is not None
    if turn.reply.status != HTTP_OK:
        raise _finding("status", f"status {HTTP_OK}", f"status {turn.reply.status}", turn)
    _require_json(call, turn, "body", "the body is JSON")


def _require_json(call: Call, turn: Turn, place: str, required: str) -> None:
    if call.key in BARE_TEXT:
        return
    try:
        parse_json(turn.text)
    except PayloadError as error:
        raise _finding(place, required, f"{error}: {turn.text[:SHOWN]}", turn) from None


def _finding(kind: str, required: str, received: str, turn: Turn) -> Finding:
    return Finding(
        f"envelope:{kind}", required=required, received=received,
        oracle="background/_api_bkg_background", turns=[turn],
    )
