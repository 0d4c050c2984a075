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

from conformance.wire.frames import Frame, FrameError, MessageType, decode_frame, encode_frame
from conformance.wire.socket import InvalidHandshake, InvalidURI, Socket
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
        self, socket: Socket, *, timeout_s: float, listener: FrameListener | None
    ) -> None:
        self._socket = socket
        self._timeout_s = timeout_s
        self._listener = listener
        self._sequence = 0
        self._waiting: dict[int, Receiver] = {}
        self.unasked: deque[Frame | FrameError] = deque()
        self._arrived = asyncio.Event()
        self._end_reason = ""
        self._answered = 0.0
        socket.on_text, socket.on_end = self._take, self._end

    @classmethod
    async def connect(
        cls, url: str, *, timeout_s: float = 5.0, listener: FrameListener | None = None,
        local_address: str | None = None,
    ) -> WebSocketClient:
        """Open a connection; raises Unreachable."""
        try:
            socket = await Socket.connect(
                url, max_size=MAX_MESSAGE_BYTES, timeout_s=CONNECT_TIMEOUT_S,
                local_address=local_address,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            raise Unreachable(f"{url}: {error or type(error).__name__}") from error
        return cls(socket, timeout_s=timeout_s, listener=listener)

    @property
    def pending(self) -> bool:
        """Has something arrived that was not taken in yet?"""
        return self._socket.pending

    @property
    def closed(self) -> bool:
        """Has either side ended the connection?"""
        return self._socket.ended

    async def call(
        self, name: str, payload: str, *, kind: int = MessageType.REQUEST,
        sequence: int | None = None, fence: str = "",
    ) -> Reply:
        """Send one request and wait for its answer (or the time-out).

        ``fence`` names a call that is sent right behind: its answer ends the wait, for requests
        that are expected to be met with silence.
        """
        pending = self._begin(asyncio.get_running_loop(), name, payload, kind, sequence, fence)
        return pending.reply(await pending.answer)

    def ask(
        self, loop: asyncio.AbstractEventLoop, name: str, payload: str, *,
        kind: int = MessageType.REQUEST, sequence: int | None = None, fence: str = "",
    ) -> Reply:
        """The same where the loop stands still: it runs until the answer is there.

        Without a task, and with the request written at once, that takes a third of the turns.
        """
        pending = self._begin(loop, name, payload, kind, sequence, fence)
        self._socket.flush()
        return pending.reply(loop.run_until_complete(pending.answer))

    def _begin(
        self, loop: asyncio.AbstractEventLoop, name: str, payload: str, kind: int,
        sequence: int | None, fence: str,
    ) -> _Pending:
        pending = _Pending(loop, self._timeout_s)
        number = self._next_sequence() if sequence is None else sequence
        try:
            self._send(name, payload, kind, number, pending.receive)
            if fence:
                behind = self._next_sequence()
                self._send(
                    fence, "{}", MessageType.REQUEST, behind, lambda _: pending.receive(None)
                )
        except Lost:
            pending.receive(None)
            raise
        return pending

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
                if self._socket.congested:
                    await self._socket.writable()
                if before is not None:
                    await before()
                if self.closed or batch.lost:
                    window.give()
                    break
                sequence = self._next_sequence()
                receive = batch.expect(sequence, position)
                self._send(name, payload, MessageType.REQUEST, sequence, receive)
            await batch.finished()
        finally:
            watch.cancel()

    async def send_text(self, text: str) -> None:
        """Send text as it is, frame or not."""
        if self._listener is not None:
            self._listener("sent", text)
        self._socket.send(text)
        await self._socket.writable()

    async def send_and_cut(
        self, name: str, payloads: Iterable[str], *, replies: int = 0, part: str = ""
    ) -> list[Frame]:
        """Send requests in one write, and cut the connection when so many are answered.

        With no replies to wait for it is cut as soon as the requests have left. ``part`` is the
        payload of one more request of which the end is never sent. Returns the replies.
        """
        answered: list[Frame] = []
        enough = asyncio.Event()

        def receive(answer: Frame | Lost) -> None:
            if isinstance(answer, Frame):
                answered.append(answer)
            if isinstance(answer, Lost) or len(answered) >= replies:
                enough.set()

        for payload in payloads:
            self._send(name, payload, MessageType.REQUEST, self._next_sequence(), receive)
        if part:
            text = encode_frame(MessageType.REQUEST, self._next_sequence(), name, part)
            self._socket.send_part(text[:-1])
        self._socket.flush()
        if replies:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timeout_s):
                    await enough.wait()
        await self._socket.cut()
        return answered[:replies]

    async def ping(self) -> bool:
        """Send a ping control frame; was it answered with a pong in time?"""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._socket.ping(b"conformance")
        except TimeoutError:
            return False
        return True

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
        await self._socket.close()

    async def _watch(self, batch: _Batch) -> None:
        """Give requests up that were silent for too long, and nothing else was answered since.

        While others are answered, or a long answer is on its way, the target works through what was
        sent at once, and the time that a request waits for its turn is our doing.
        """
        while True:
            await asyncio.sleep(min(OVERDUE_CHECK_S, self._timeout_s / 4))
            heard = max(self._answered, self._socket.part_came)
            if time.perf_counter() - heard < self._timeout_s:
                continue
            for sequence in batch.overdue(self._timeout_s):
                self._waiting.pop(sequence, None)

    def _next_sequence(self) -> int:
        self._sequence += 2
        return self._sequence

    def _send(
        self, name: str, payload: str, kind: int, sequence: int, receive: Receiver
    ) -> None:
        if self.closed:
            raise Lost(self._end_reason or "the connection is closed")
        self._waiting[sequence] = receive
        text = encode_frame(kind, sequence, name, payload)
        if self._listener is not None:
            self._listener("sent", text)
        self._socket.send(text)

    def _end(self, reason: str) -> None:
        self._end_reason = reason
        waiting, self._waiting = self._waiting, {}
        for receive in waiting.values():
            receive(Lost(reason))
        self._arrived.set()

    def _take(self, text: str) -> None:
        if self._listener is not None:
            self._listener("received", text)
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
            self._answered = time.perf_counter()
            receive(frame)

    def _keep(self, item: Frame | FrameError) -> None:
        self.unasked.append(item)
        self._arrived.set()


class _Pending:
    """One request that waits for its answer, or for its time to be up."""

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout_s: float) -> None:
        self.answer: asyncio.Future[Frame | Lost | None] = loop.create_future()
        self._started = time.perf_counter()
        self._timer = loop.call_later(timeout_s, self.receive, None)

    def receive(self, answer: Frame | Lost | None) -> None:
        self._timer.cancel()
        if not self.answer.done():
            self.answer.set_result(answer)

    def reply(self, answer: Frame | Lost | None) -> Reply:
        if isinstance(answer, Lost):
            raise answer
        return Reply(answer, (time.perf_counter() - self._started) * 1000)


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
        """Requests that went unanswered for so long, given up."""
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
