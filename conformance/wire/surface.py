"""A surface: one way a request can travel, WebSocket frames or the HTTP gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from conformance.wire.frames import Frame, FrameError, MessageType
from conformance.wire.websocket import Lost, Reply, WebSocketClient
from conformance.wire.window import Window


@dataclass(frozen=True, slots=True)
class WireReply:
    """What came back: payload text, and either the frame or the HTTP status around it.

    ``raw`` is the whole message where the payload is a part that was taken out of it.
    """

    payload: str
    frame: Frame | None = None
    status: int | None = None
    raw: str = ""


FENCE = "Ping"
OnWireReply = Callable[[int, WireReply | Lost | None, float], None]
"""Called per request of a batch: its position, what came (None: nothing in time), milliseconds.

It must not raise: it runs where the connection is read.
"""
Before = Callable[[], Awaitable[None]]
"""Awaited before each request is sent: the pace of the run."""


class Surface(Protocol):
    """One connection to the target."""

    kind: str

    @property
    def closed(self) -> bool:
        """Is the connection gone?"""

    async def request(
        self, name: str, payload: str, *, kind: int = 0, sequence: int | None = None
    ) -> tuple[WireReply | None, float]:
        """Send a request; the reply (None after the time-out) and the milliseconds it took."""

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
        before: Before | None = None,
    ) -> None:
        """Send many requests of one call, as many in flight as the window allows."""

    def take_unasked(self) -> list[Frame | FrameError]:
        """What came without being asked for, taken out."""

    async def close(self) -> None:
        """Close the connection."""


class WebSocketSurface:
    """Requests as frames on one WebSocket."""

    kind = "websocket"

    def __init__(self, client: WebSocketClient) -> None:
        self.client = client

    @property
    def closed(self) -> bool:
        """Is the socket gone?"""
        return self.client.closed

    @property
    def pending(self) -> bool:
        """Has something arrived that was not taken in yet?"""
        return self.client.pending

    async def request(
        self, name: str, payload: str, *, kind: int = MessageType.REQUEST,
        sequence: int | None = None,
    ) -> tuple[WireReply | None, float]:
        """Send one frame and wait for the frame that echoes its ``i``."""
        return _wrapped(await self.client.call(name, payload, kind=kind, sequence=sequence))

    async def request_in_silence(
        self, name: str, payload: str, *, kind: int = MessageType.REQUEST,
        sequence: int | None = None,
    ) -> tuple[WireReply | None, float]:
        """The same for a call whose page says that nothing is answered.

        A Ping goes out right behind it: once that is answered, the silence is known.
        """
        return _wrapped(
            await self.client.call(name, payload, kind=kind, sequence=sequence, fence=FENCE)
        )

    def ask(
        self, loop: asyncio.AbstractEventLoop, name: str, payload: str, *, silent: bool,
        kind: int = MessageType.REQUEST, sequence: int | None = None,
    ) -> tuple[WireReply | None, float]:
        """Either of them where the loop stands still: it runs until the answer is there."""
        fence = FENCE if silent else ""
        return _wrapped(
            self.client.ask(loop, name, payload, kind=kind, sequence=sequence, fence=fence)
        )

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
        before: Before | None = None,
    ) -> None:
        """Send many frames; replies are matched by their ``i``."""

        def receive(position: int, answer: Frame | Lost | None, elapsed_ms: float) -> None:
            wrapped = WireReply(answer.payload, answer) if isinstance(answer, Frame) else answer
            on_reply(position, wrapped, elapsed_ms)

        await self.client.pump(name, payloads, window, receive, before)

    def take_unasked(self) -> list[Frame | FrameError]:
        """Events and strays, taken out."""
        taken = list(self.client.unasked)
        self.client.unasked.clear()
        return taken

    async def close(self) -> None:
        """Close the socket."""
        await self.client.close()


def _wrapped(reply: Reply) -> tuple[WireReply | None, float]:
    if reply.frame is None:
        return None, reply.elapsed_ms
    return WireReply(reply.frame.payload, reply.frame), reply.elapsed_ms
