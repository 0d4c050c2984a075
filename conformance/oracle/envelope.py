"""The envelope of a reply: message type, echoed number, echoed name, JSON text inside."""

from __future__ import annotations

from conformance.contract.call import Call
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.oracle.replies import SHOWN, owes_nothing, require_answer
from conformance.target.session import Turn, lookup
from conformance.wire.frames import MessageType
from conformance.wire.rpc import REPLIES, decode_reply

HTTP_OK = 200
# The one call whose page prints bare text instead of JSON.
BARE_TEXT = frozenset({"uncertain/Ping"})


def require_envelope(call: Call, turn: Turn) -> None:
    """Finding unless the reply's frame is as documented.

    That ``i`` is echoed needs no comparison: a reply with another ``i`` is not the answer to this
    request, so it shows as silence with a stray frame beside it.
    """
    if owes_nothing(call, turn):
        evidence().judged += 1
        return
    require_answer(turn)
    assert turn.reply is not None
    frame = turn.reply.frame
    evidence().judged += 1
    evidence().successes += 1
    if call.service == "apad":
        _require_rpc_envelope(turn)
        return
    if call.service == "digitizer":
        require_graphql_body(turn)
        return
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


def _require_rpc_envelope(turn: Turn) -> None:
    """Message type, then an envelope as text; the id is echoed, or it would not be this reply."""
    assert turn.reply is not None
    reply = decode_reply(turn.reply.raw)
    if reply.kind not in REPLIES:
        raise _finding(
            "MessageType", f"MessageType {REPLIES[0]}", f"MessageType {reply.kind!r}", turn
        )
    try:
        envelope = parse_json(reply.parameter)
    except PayloadError as error:
        raise _finding("Parameter", "Parameter holds JSON text", str(error), turn) from None
    if not isinstance(envelope, dict) or not isinstance(lookup(envelope, "success"), bool):
        raise _finding(
            "success", "an object with success true or false", reply.parameter[:SHOWN], turn
        )


def require_graphql_body(turn: Turn) -> None:
    """A response of GraphQL is an object with data, or a non-empty list of errors, or both."""
    assert turn.reply is not None
    try:
        body = parse_json(turn.reply.raw)
    except PayloadError as error:
        raise _finding("body", "the body is JSON", f"{error}: {turn.text[:SHOWN]}", turn) from None
    errors = body.get("errors") if isinstance(body, dict) else None
    refused = isinstance(errors, list) and bool(errors)
    answered = isinstance(body, dict) and "errors" not in body and isinstance(
        body.get("data"), dict
    )
    if not refused and not answered:
        raise _finding(
            "data", "data, or a non-empty list of errors", turn.reply.raw[:SHOWN], turn
        )


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
