"""A WebSocket client that pipelines: every request has its own ``i``, every ``i`` its own future.

What arrives without being asked for (events, replies nobody waits for, text that is no frame) is
kept in order in :attr:`WebSocketClient.unasked`, since each of them may be evidence.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import websockets
from websockets.asyncio.client import ClientConnection

from conformance.wire.frames import Frame, FrameError, MessageType, decode_frame, encode_frame

MAX_MESSAGE_BYTES = 32 << 20
CONNECT_TIMEOUT_S = 10.0


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


class WebSocketClient:
    """One connection. Sequence numbers are even and rise from 2, as the documentation advises."""

    def __init__(
        self, connection: ClientConnection, *, timeout_s: float, listener: FrameListener | None
    ) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._listener = listener
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Frame]] = {}
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
        future = await self._send(name, payload, kind, sequence)
        frame = await self._answer(future)
        return Reply(frame, (time.perf_counter() - started) * 1000)

    async def batch(self, requests: Sequence[tuple[str, str]], *, in_flight: int) -> list[Reply]:
        """Send many requests, at most ``in_flight`` unanswered at a time; answers in order."""
        gate = asyncio.Semaphore(in_flight)

        async def one(name: str, payload: str) -> Reply:
            async with gate:
                return await self.call(name, payload)

        return list(await asyncio.gather(*(one(name, payload) for name, payload in requests)))

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

    async def _send(
        self, name: str, payload: str, kind: int, sequence: int | None
    ) -> asyncio.Future[Frame]:
        if sequence is None:
            self._sequence += 2
            sequence = self._sequence
        if self.closed:
            raise Lost("the connection is closed")
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = future
        text = encode_frame(kind, sequence, name, payload)
        self._note("sent", text)
        try:
            await self._connection.send(text)
        except websockets.ConnectionClosed as error:
            self._waiting.pop(sequence, None)
            raise Lost(str(error)) from None
        return future

    async def _answer(self, future: asyncio.Future[Frame]) -> Frame | None:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await future
        except TimeoutError:
            return None

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
            for future in waiting.values():
                if not future.done():
                    future.set_exception(Lost(reason))
            self._arrived.set()

    def _take(self, text: str) -> None:
        try:
            frame = decode_frame(text)
        except FrameError as error:
            self._keep(error)
            return
        future = None
        if frame.kind in (MessageType.REPLY, MessageType.ERROR):
            future = self._waiting.pop(frame.sequence, None)
        if future is None or future.done():
            self._keep(frame)
        else:
            future.set_result(frame)

    def _keep(self, item: Frame | FrameError) -> None:
        self.unasked.append(item)
        self._arrived.set()

    def _note(self, direction: str, text: str) -> None:
        if self._listener is not None:
            self._listener(direction, text)
