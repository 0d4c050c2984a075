"""The HTTP gateway as a surface: ``POST <base><Call>``, the session in the header ``APToken``."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from conformance.wire.frames import Frame, FrameError
from conformance.wire.http_connection import HttpBroken, HttpConnection, HttpResponse
from conformance.wire.patience import Patience
from conformance.wire.surface import Before, OnWireReply, WireReply
from conformance.wire.websocket import FrameListener, Lost, Unreachable
from conformance.wire.window import Window
from conformance.wire.workers import pump

CONNECTIONS = 16
"""Connections at once: beyond this neither our reference nor our client gets faster."""


class HttpPool:
    """The kept-alive connections to one address."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)
        self._idle: list[HttpConnection] = []

    async def post(self, name: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        """Call something by its name; raises HttpBroken or Unreachable."""
        path = f"{self.address.path.rstrip('/')}/{quote(name)}"
        return await self.send("POST", path, headers, body)

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> HttpResponse:
        """One exchange over an idle or a new connection; raises HttpBroken or Unreachable."""
        connection = await self._connection()
        try:
            return await connection.exchange(self.address, method, path or "/", headers, body)
        finally:
            if connection.usable:
                self._idle.append(connection)
            else:
                connection.close()

    async def _connection(self) -> HttpConnection:
        await asyncio.sleep(0)  # an idle connection that the target ended shows when the loop runs
        while self._idle:
            kept = self._idle.pop()
            if not kept.ended:
                return kept
            kept.close()
        try:
            return await HttpConnection.open(self.address)
        except (OSError, TimeoutError) as error:
            raise Unreachable(f"{self.address.geturl()}: {error}") from None

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


class HttpSurface:
    """Requests of one login as POSTs."""

    kind = "http"

    def __init__(
        self, pool: HttpPool, *, timeout_s: float, token: str = "",
        listener: FrameListener | None = None,
    ) -> None:
        self._pool = pool
        self._listener = listener
        self._told = 0
        self._patience = Patience(timeout_s)
        self._headers = {"APToken": token} if token else {}

    @property
    def closed(self) -> bool:
        """HTTP has no connection that could be gone between two requests."""
        return False

    async def request(
        self, name: str, payload: str, *, kind: int = 0, sequence: int | None = None
    ) -> tuple[WireReply | None, float]:
        """One POST; the reply is None when none came within the time-out."""
        started = time.perf_counter()
        self._told += 1
        number = self._told
        self._tell("sent", number, name, payload)
        try:
            async with self._patience.wait():
                response = await self._pool.post(
                    name, self._headers, payload.encode("utf-8", "surrogatepass")
                )
        except TimeoutError:
            return None, (time.perf_counter() - started) * 1000
        except HttpBroken as error:
            raise Lost(str(error)) from None
        text = response.body.decode("utf-8", "replace")
        self._tell("received", number, name, text, status=response.status)
        return WireReply(text, status=response.status), (time.perf_counter() - started) * 1000

    def _tell(self, way: str, number: int, name: str, body: str, **more: int) -> None:
        if self._listener is not None:
            self._listener(way, json.dumps({"i": number, "n": name, **more, "o": body}))

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
        before: Before | None = None,
    ) -> None:
        """Many POSTs, each connection carrying one at a time."""
        await pump(
            lambda payload: self.request(name, payload), payloads, window, on_reply, before,
            workers=CONNECTIONS,
        )

    def take_unasked(self) -> list[Frame | FrameError]:
        """Nothing comes over HTTP without being asked for."""
        return []

    async def close(self) -> None:
        """The connections belong to all sessions."""
