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
    if frame is None:
        return
    evidence().judged += 1
    evidence().successes += 1
    if frame.kind not in (MessageType.REPLY, MessageType.ERROR):
        raise _finding("m", "m=1 or m=5", f"m={frame.kind}", turn)
    if frame.name != turn.call:
        raise _finding("n", f"n={turn.call!r}", f"n={frame.name!r}", turn)
    if call.key in BARE_TEXT:
        return
    try:
        parse_json(frame.payload)
    except PayloadError as error:
        shown = f"{error}: {frame.payload[:SHOWN]}"
        raise _finding("o", "o holds JSON text", shown, turn) from None


def _finding(kind: str, required: str, received: str, turn: Turn) -> Finding:
    return Finding(
        f"envelope:{kind}", required=required, received=received,
        oracle="background/_api_bkg_background", turns=[turn],
    )
