"""Words of the scenarios about frames: what travels below calls and payloads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.generate.world import World
from conformance.oracle.replies import require_answer
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from conformance.wire.frames import Frame
from conformance.wire.surface import WebSocketSurface
from conformance.wire.websocket import WebSocketClient

NOT_AUTHORISED = 20
ABSENT_ID = 2_000_000_011
"""An id that no exchange has handed out, within 32 bits."""
UNUSED = 900_001
"""A frame number that the sessions of a run never come to."""
FAILURE_TEXTS = {
    20: {"Not Authorized"},
    100: {"Invalid Request", "Invalid Response"},
    101: {"Operation Failed"},
    102: {"Server Error"},
    104: {"Resource Not Found"},
    106: {"Operation Not Supported"},
}
"""The documented codes, each with the texts that the pages list for it."""


def client_of(session: Session) -> WebSocketClient:
    """The socket below a session; Unavailable where requests travel otherwise."""
    if not isinstance(session.surface, WebSocketSurface):
        raise Unavailable("frames exist on a WebSocket only")
    return session.surface.client


def send_raw(session: Session, text: str) -> None:
    """Send text as it is, frame or not."""
    session.loop.run_until_complete(client_of(session).send_text(text))


def send_frame(session: Session, kind: int, name: str, payload: Any) -> None:
    """Send a frame of any type without waiting for an answer."""
    text = json.dumps(payload)
    session.allow(name, text)
    send_raw(session, json.dumps({"m": kind, "i": UNUSED, "n": name, "o": text}))


def is_json(text: str) -> bool:
    """Does the text hold a JSON object or array?"""
    try:
        return isinstance(parse_json(text), (dict, list))
    except PayloadError:
        return False


def frame_of(turn: Turn) -> Frame:
    """The frame that answered; a finding when none came."""
    require_answer(turn)
    assert turn.reply is not None
    if turn.reply.frame is None:
        raise Unavailable("frames exist on a WebSocket only")
    return turn.reply.frame


def require_alive(verify: Verifier, session: Session) -> None:
    """Finding unless the connection still answers."""
    verify.succeeded(session.call("Ping"))


def answered_in_order(session: Session, sequences: Iterable[int]) -> list[int]:
    """The numbers that came back for Pings sent one after the other under these numbers."""
    return [frame_of(session.send("Ping", {}, sequence=number)).sequence for number in sequences]


def own_query(world: World, who: Session) -> dict[str, int]:
    """The payload of a read about oneself."""
    return {"OMSId": world.oms_id, "UserId": who.user_id}


def failure_of(turn: Turn) -> tuple[Any, Any, Any]:
    """result, errorcode and errormsg of a reply."""
    value = turn.value
    return lookup(value, "result"), lookup(value, "errorcode"), lookup(value, "errormsg")


def has_documented_text(code: Any, text: Any) -> bool:
    """Is this one of the texts of the code?"""
    known = {name.casefold() for name in FAILURE_TEXTS.get(code, ())}
    return isinstance(text, str) and text.strip().casefold() in known


def stray_frames(session: Session) -> list[Frame]:
    """Frames that came without being asked for; a Ping is the fence."""
    session.call("Ping")
    return [item for item in session.strays() if isinstance(item, Frame)]
