"""The private shares service: remote calls as JSON objects on a WebSocket of its own.

A call carries its parameters as JSON text; its reply an envelope as JSON text, and the envelope of
a success its payload as JSON text once more. A reply is matched by ``RequestUniqueId`` alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from conformance.wire.frames import Frame, FrameError
from conformance.wire.patience import Patience
from conformance.wire.socket import InvalidHandshake, InvalidURI, Socket
from conformance.wire.surface import Before, OnWireReply, WireReply
from conformance.wire.websocket import (
    CONNECT_TIMEOUT_S,
    MAX_MESSAGE_BYTES,
    FrameListener,
    Lost,
    Unreachable,
)
from conformance.wire.window import Window
from conformance.wire.workers import pump

CALL = "RPCCall"
REPLIES = ("RCPReply", "RPCReply")
"""The pages print the first, everywhere; the second is what they must have meant."""
WORKERS = 4
"""Calls in flight at once in a batch: lists of thousands of users take a while each."""


@dataclass(frozen=True, slots=True)
class RpcReply:
    """One reply as received; ``parameter`` is the envelope's text, unparsed."""

    kind: str
    parameter: str
    request_id: str
    raw: str


class _Reply(msgspec.Struct, rename={"kind": "MessageType", "parameter": "Parameter",
                                     "request_id": "RequestUniqueId"}):
    kind: str
    parameter: str
    request_id: str


def encode_call(name: str, parameter: str, request_id: str) -> str:
    """A call as text; ``parameter`` is JSON text and is escaped into ``Parameter``."""
    return json.dumps({
        "MessageType": CALL, "FunctionName": name, "Parameter": parameter,
        "RequestUniqueId": request_id,
    }, ensure_ascii=False)


def decode_reply(text: str) -> RpcReply:
    """Parse a reply with exactly typed keys; raises FrameError."""
    try:
        reply = msgspec.json.decode(text, type=_Reply)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FrameError(str(error), text) from None
    return RpcReply(reply.kind, reply.parameter, reply.request_id, text)


def payload_of(parameter: str) -> str:
    """What a reply says: the payload of a success that has one, otherwise the envelope."""
    try:
        envelope = json.loads(parameter)
    except (ValueError, RecursionError):
        return parameter
    if not isinstance(envelope, dict) or envelope.get("success") is not True:
        return parameter
    payload = envelope.get("payload")
    return payload if isinstance(payload, str) else parameter


class RpcSurface:
    """Calls on one socket."""

    kind = "apad"

    def __init__(
        self, socket: Socket, *, timeout_s: float, listener: FrameListener | None = None
    ) -> None:
        self._socket = socket
        self._patience = Patience(timeout_s)
        self._listener = listener
        self._waiting: dict[str, asyncio.Future[RpcReply | Lost]] = {}
        self._unasked: list[Frame | FrameError] = []
        self._end_reason = ""
        socket.on_text, socket.on_end = self._take, self._end

    @classmethod
    async def connect(
        cls, url: str, *, timeout_s: float, listener: FrameListener | None = None
    ) -> RpcSurface:
        """Open a connection; raises Unreachable."""
        try:
            socket = await Socket.connect(
                url, max_size=MAX_MESSAGE_BYTES, timeout_s=CONNECT_TIMEOUT_S
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            raise Unreachable(f"{url}: {error or type(error).__name__}") from error
        return cls(socket, timeout_s=timeout_s, listener=listener)

    @property
    def closed(self) -> bool:
        """Is the socket gone?"""
        return self._socket.ended

    async def request(
        self, name: str, payload: str, *, kind: int = 0, sequence: int | None = None
    ) -> tuple[WireReply | None, float]:
        """Send one call and wait for the reply with its id. ``sequence`` becomes part of the id."""
        request_id = str(uuid.UUID(int=sequence) if sequence else uuid.uuid4())
        return await self.exchange(encode_call(name, payload, request_id), request_id)

    async def exchange(self, text: str, request_id: str) -> tuple[WireReply | None, float]:
        """Send text as it is and wait for the reply with that id."""
        if self.closed:
            raise Lost(self._end_reason or "the connection is closed")
        started = time.perf_counter()
        future: asyncio.Future[RpcReply | Lost] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        if self._listener is not None:
            self._listener("sent", text)
        self._socket.send(text)
        found: RpcReply | Lost | None = None
        with contextlib.suppress(TimeoutError):
            async with self._patience.wait():
                found = await future
        self._waiting.pop(request_id, None)
        elapsed_ms = (time.perf_counter() - started) * 1000
        if isinstance(found, Lost):
            raise found
        if found is None:
            return None, elapsed_ms
        return WireReply(payload_of(found.parameter), raw=found.raw), elapsed_ms

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
        before: Before | None = None,
    ) -> None:
        """Many calls, several in flight."""
        await pump(
            lambda payload: self.request(name, payload), payloads, window, on_reply, before,
            workers=WORKERS, stop_when_lost=True,
        )

    def take_unasked(self) -> list[Frame | FrameError]:
        """Whatever no call waited for, taken out."""
        taken, self._unasked = self._unasked, []
        return taken

    async def close(self) -> None:
        """Close the socket."""
        await self._socket.close()

    def _take(self, text: str) -> None:
        if self._listener is not None:
            self._listener("received", text)
        try:
            reply = decode_reply(text)
        except FrameError as error:
            self._unasked.append(error)
            return
        future = self._waiting.get(reply.request_id)
        if future is None or future.done():
            self._unasked.append(FrameError("a reply that no call waits for", text))
        else:
            future.set_result(reply)

    def _end(self, reason: str) -> None:
        self._end_reason = reason
        for future in self._waiting.values():
            if not future.done():
                future.set_result(Lost(reason))
