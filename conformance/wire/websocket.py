"""A WebSocket client that pipelines: every request has its own ``i``, every ``i`` one receiver.

What arrives without being asked for (events, replies nobody waits for, text that is no frame) is
kept in order in :attr:`WebSocketClient.unasked`, since each of them may be evidence.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import websockets
from websockets.asyncio.client import ClientConnection

from conformance.wire.frames import Frame, FrameError, MessageType, decode_frame, encode_frame
from conformance.wire.window import Window

MAX_MESSAGE_BYTES = 32 << 20
CONNECT_TIMEOUT_S = 10.0
OVERDUE_CHECK_S = 0.05
"""How often a pipelined batch looks for overdue answers: fine beside budgets of a second."""


class Unreachable(ConnectionError):
    """The target did not accept a connection."""


class Lost(ConnectionError):
    """The connection broke while replies were awaited."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: the frame, or None if none came in time."""

    frame: Frame | None
    elapsed_ms: float


FrameListener = Callable[[str, str], None]
"""Called with ``"sent"`` or ``"received"`` and the frame's text, for the transcript."""
Receiver = Callable[[Frame | Lost], None]
"""Called once with the reply to one request, or with the loss of the connection."""
OnReply = Callable[[int, Frame | Lost | None, float], None]
"""Called per request of a batch: its position, what came (None: nothing in time), milliseconds."""


class WebSocketClient:
    """One connection. Sequence numbers are even and rise from 2, as the documentation advises."""

    def __init__(
        self, connection: ClientConnection, *, timeout_s: float, listener: FrameListener | None
    ) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._listener = listener
        self._sequence = 0
        self._waiting: dict[int, Receiver] = {}
        self.unasked: deque[Frame | FrameError] = deque()
        self._arrived = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(
        cls, url: str, *, timeout_s: float = 5.0, listener: FrameListener | None = None
    ) -> WebSocketClient:
        """Open a connection; raises Unreachable."""
        try:
            connection = await websockets.connect(
                url, compression=None, max_queue=None, ping_interval=None, proxy=None,
                max_size=MAX_MESSAGE_BYTES, open_timeout=CONNECT_TIMEOUT_S,
            )
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            raise Unreachable(f"{url}: {error}") from error
        return cls(connection, timeout_s=timeout_s, listener=listener)

    @property
    def closed(self) -> bool:
        """Has either side ended the connection?"""
        return self._reader.done()

    async def call(
        self, name: str, payload: str, *, kind: int = MessageType.REQUEST,
        sequence: int | None = None,
    ) -> Reply:
        """Send one request and wait for its answer (or the time-out)."""
        started = time.perf_counter()
        future: asyncio.Future[Frame | Lost] = asyncio.get_running_loop().create_future()

        def receive(answer: Frame | Lost) -> None:
            if not future.done():
                future.set_result(answer)

        await self._send(name, payload, kind, sequence, receive)
        found: Frame | Lost | None = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                found = await future
        if isinstance(found, Lost):
            raise found
        return Reply(found, (time.perf_counter() - started) * 1000)

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnReply,
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Send many requests of one call within a window; ``on_reply`` gets each answer.

        Payloads are drawn as places come free. After a loss of the connection nothing more is
        drawn, and what was unanswered gets the loss.
        """
        batch = _Batch(window, on_reply)
        watch = asyncio.create_task(self._watch(batch))
        try:
            for position, payload in enumerate(payloads):
                if not window.try_take():
                    await window.take()
                if before is not None:
                    await before()
                if self.closed or batch.lost:
                    window.give()
                    break
                await self._send_one(batch, position, name, payload)
            await batch.finished()
        finally:
            watch.cancel()

    async def send_text(self, text: str) -> None:
        """Send text as it is, frame or not."""
        self._note("sent", text)
        await self._connection.send(text)

    async def next_unasked(self, timeout_s: float) -> Frame | FrameError | None:
        """The next event or stray frame; None if nothing came in time."""
        deadline = time.monotonic() + timeout_s
        while not self.unasked:
            left = deadline - time.monotonic()
            if left <= 0 or self.closed:
                return None
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), left)
        return self.unasked.popleft()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader

    async def _send_one(self, batch: _Batch, position: int, name: str, payload: str) -> None:
        sequence = self._next_sequence()
        receive = batch.expect(sequence, position)
        try:
            await self._send(name, payload, MessageType.REQUEST, sequence, receive)
        except Lost as lost:
            receive(lost)

    async def _watch(self, batch: _Batch) -> None:
        while True:
            await asyncio.sleep(min(OVERDUE_CHECK_S, self._timeout_s / 4))
            for sequence in batch.overdue(self._timeout_s):
                self._waiting.pop(sequence, None)

    def _next_sequence(self) -> int:
        self._sequence += 2
        return self._sequence

    async def _send(
        self, name: str, payload: str, kind: int, sequence: int | None, receive: Receiver
    ) -> None:
        if sequence is None:
            sequence = self._next_sequence()
        if self.closed:
            raise Lost("the connection is closed")
        self._waiting[sequence] = receive
        text = encode_frame(kind, sequence, name, payload)
        self._note("sent", text)
        try:
            await self._connection.send(text)
        except websockets.ConnectionClosed as error:
            self._waiting.pop(sequence, None)
            raise Lost(str(error)) from None

    async def _read(self) -> None:
        reason = "the target closed the connection"
        try:
            async for message in self._connection:
                text = message if isinstance(message, str) else message.decode("utf-8", "replace")
                self._note("received", text)
                self._take(text)
        except (websockets.ConnectionClosed, OSError) as error:
            reason = str(error)
        finally:
            waiting, self._waiting = self._waiting, {}
            for receive in waiting.values():
                receive(Lost(reason))
            self._arrived.set()

    def _take(self, text: str) -> None:
        try:
            frame = decode_frame(text)
        except FrameError as error:
            self._keep(error)
            return
        receive = None
        if frame.kind in (MessageType.REPLY, MessageType.ERROR):
            receive = self._waiting.pop(frame.sequence, None)
        if receive is None:
            self._keep(frame)
        else:
            receive(frame)

    def _keep(self, item: Frame | FrameError) -> None:
        self.unasked.append(item)
        self._arrived.set()

    def _note(self, direction: str, text: str) -> None:
        if self._listener is not None:
            self._listener(direction, text)


class _Batch:
    """The requests of one batch that are in flight."""

    def __init__(self, window: Window, on_reply: OnReply) -> None:
        self._window = window
        self._on_reply = on_reply
        self._open: dict[int, tuple[int, float]] = {}
        self._drained: asyncio.Future[None] | None = None
        self.lost = False

    def expect(self, sequence: int, position: int) -> Receiver:
        self._open[sequence] = (position, time.perf_counter())
        return lambda answer: self._settle(sequence, answer)

    def overdue(self, timeout_s: float) -> list[int]:
        limit = time.perf_counter() - timeout_s
        late = [sequence for sequence, (_, sent) in self._open.items() if sent < limit]
        for sequence in late:
            self._settle(sequence, None)
        return late

    async def finished(self) -> None:
        if self._open:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def _settle(self, sequence: int, answer: Frame | Lost | None) -> None:
        found = self._open.pop(sequence, None)
        if found is None:
            return
        self._window.give()
        self.lost = self.lost or isinstance(answer, Lost)
        self._on_reply(found[0], answer, (time.perf_counter() - found[1]) * 1000)
        if not self._open and self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
