"""WebSocket gateway: frames in, replies and events out, in order, with bounded memory.

A connection's replies and events go through one outbox, so a reply always precedes the events its
call caused. A client that does not read first stops being read, then, when events still pile up,
is closed: the outbox never exceeds its bound.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from starlette.websockets import WebSocket

from conformance.reference.dispatch import Dispatcher, Peer
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.faults.registry import received, sent
from conformance.reference.gateway.frames import BadFrame, MessageType, read_frame, write_frame

# Characters that may wait for one client before we stop reading from it, and before we close it.
PAUSE_READING_AT = 1 << 20
CLOSE_AT = 8 << 20
NORMAL_CLOSURE = 1000
TRY_AGAIN_LATER = 1013


class Connection:
    """One client's socket: a peer of the dispatcher and a subscriber of events."""

    def __init__(self, websocket: WebSocket, dispatcher: Dispatcher) -> None:
        self._websocket = websocket
        self._dispatcher = dispatcher
        address = websocket.client.host if websocket.client else ""
        self._peer = Peer(address, self)
        self._outbox: deque[str] = deque()
        self._waiting = 0
        self._work = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._closing = False
        self._reading: asyncio.Task[None] | None = None
        self._close_code = TRY_AGAIN_LATER

    async def run(self) -> None:
        """Serve the connection until either side closes it."""
        await self._websocket.accept()
        writer = asyncio.create_task(self._write())
        self._reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait((self._reading,))
            if not self._reading.cancelled():
                self._reading.result()
        finally:
            self._reading.cancel()
            self._closing = True
            self._work.set()
            self._dispatcher.exchange.events.drop(self)
            self._peer.unbind()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, RuntimeError, OSError):
                await writer

    async def _read(self) -> None:
        while not self._closing:
            message = await self._websocket.receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if text is None:
                text = (message.get("bytes") or b"").decode("utf-8", "replace")
            self._handle(text)
            self._dispatcher.exchange.events.flush()
            await self._drained.wait()

    def _handle(self, text: str) -> None:
        dialect = self._dispatcher.dialect
        if self._dispatcher.exchange.defects.any:
            taken = received(self._dispatcher.exchange.defects, text)
            if taken is None:
                self._close_normally()
                return
            text = taken
        try:
            frame = read_frame(text)
        except BadFrame as bad:
            payload = dialect.encode(dialect.refusal(None, InvalidRequest(str(bad))))
            self._queue(write_frame(MessageType.ERROR, bad.sequence, bad.name, payload))
            return
        answer = self._dispatcher.handle(self._peer, frame.name, frame.payload, frame.sequence)
        if answer is not None:
            kind = MessageType.ERROR if answer.unknown else MessageType.REPLY
            self._send(kind, frame.sequence, frame.name, answer.text)

    def deliver(self, sequence: int, name: str, payload: object) -> None:
        """Queue an event."""
        dialect = self._dispatcher.dialect
        text = dialect.encode(dialect.event(name, payload))
        self._send(MessageType.EVENT, sequence, name, text)

    def _send(self, kind: MessageType, sequence: int, name: str, payload: str) -> None:
        head = (int(kind), sequence, name, payload)
        if self._dispatcher.exchange.defects.any:
            head = sent(self._dispatcher.exchange.defects, head)
        self._queue(write_frame(*head))

    def disconnect(self) -> None:
        """Close the connection after the running call was answered and its answer sent."""
        asyncio.get_running_loop().call_soon(self._close_normally)

    def _close_normally(self) -> None:
        self._closing = True
        self._close_code = NORMAL_CLOSURE
        self._work.set()

    def _queue(self, frame: str) -> None:
        if self._closing:
            return
        self._outbox.append(frame)
        self._waiting += len(frame)
        if self._waiting > PAUSE_READING_AT:
            self._drained.clear()
        if self._waiting > CLOSE_AT:
            self._give_up()
        self._work.set()

    def _give_up(self) -> None:
        """Forget a client that does not read; neither side of it will ever be heard again."""
        self._closing = True
        self._outbox.clear()
        self._dispatcher.exchange.events.drop(self)
        if self._reading is not None:
            self._reading.cancel()

    async def _write(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while self._outbox:
                frame = self._outbox.popleft()
                await self._websocket.send_text(frame)
                self._waiting -= len(frame)
            if self._closing:
                self._drained.set()
                with contextlib.suppress(RuntimeError):
                    await self._websocket.close(self._close_code)
                return
            self._drained.set()
