"""The Digitizer: one GraphQL operation per POST, and subscriptions on a WebSocket.

No page says how a login is remembered. A cookie that the target sets is kept and sent back; until
one came, the session of the exchange stands in the headers ``Authorization`` and ``APToken``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.contract.digitizer import Operation
from conformance.wire.frames import Frame, FrameError
from conformance.wire.http import HttpPool
from conformance.wire.http_connection import HttpBroken
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

PROTOCOL = "graphql-transport-ws"
WORKERS = 4
"""Connections at once in a batch."""


def body_of(operation: Operation, variables: str) -> str:
    """The body of one request; ``variables`` is text and goes in as it is, JSON or not."""
    query, name = json.dumps(operation.document), json.dumps(operation.name)
    return f'{{"query": {query}, "operationName": {name}, "variables": {variables}}}'


def _operation_name(body: str) -> str:
    """What a body says it does; empty when it does not."""
    try:
        return str(json.loads(body).get("operationName") or "")
    except (ValueError, AttributeError, RecursionError):
        return ""


def payload_of(text: str, status: int) -> str:
    """What a response says: its data, or the whole of it when it carries errors.

    A refusal by HTTP status alone, without GraphQL's own words, is put into them.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return json.dumps({"errors": [{"message": text or f"status {status}"}]})
    if "errors" in body:
        return text
    return json.dumps(body.get("data"))


class Login:
    """How requests of one login are recognised: cookies once there are some, headers before."""

    def __init__(self, token: str = "") -> None:
        self._token = token
        self._cookies: dict[str, str] = {}
        self._had_cookie = False

    def headers(self) -> dict[str, str]:
        """Headers for the next request."""
        if self._had_cookie:
            pairs = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            return {"Cookie": pairs} if pairs else {}
        if self._token:
            return {"Authorization": f"Bearer {self._token}", "APToken": self._token}
        return {}

    def secrets(self) -> tuple[str, ...]:
        """What must not reach a transcript."""
        return tuple(self._cookies.values())

    def take(self, headers: Mapping[str, str]) -> None:
        """Keep or drop the cookie that a response sets."""
        pair, _, attributes = headers.get("set-cookie", "").partition(";")
        name, found, value = pair.strip().partition("=")
        if not found:
            return
        self._had_cookie = True
        value = value.strip('"')
        if value and "max-age=0" not in attributes.lower():
            self._cookies[name] = value
        else:
            self._cookies.pop(name, None)


class GraphqlSurface:
    """Operations of one login as POSTs."""

    kind = "digitizer"

    def __init__(
        self, url: str, operations: Mapping[str, Operation], *, timeout_s: float, token: str = "",
        listener: FrameListener | None = None,
    ) -> None:
        self._pool = HttpPool(url)
        self._subscriptions: list[Subscription] = []
        self._listener = listener
        self._told = 0
        self._operations = operations
        self._timeout_s = timeout_s
        self._patience = Patience(timeout_s)
        self.login = Login(token)

    @property
    def closed(self) -> bool:
        """HTTP has no connection that could be gone between two requests."""
        return False

    async def request(
        self, name: str, payload: str, *, kind: int = 0, sequence: int | None = None
    ) -> tuple[WireReply | None, float]:
        """One operation by the name of its field; the reply is None when none came in time."""
        return await self.post(body_of(self._operations[name], payload))

    async def document(self, text: str) -> tuple[WireReply | None, float]:
        """One document of the caller's own."""
        return await self.post(json.dumps({"query": text}))

    async def post(self, body: str) -> tuple[WireReply | None, float]:
        """One POST; raises Lost, also when nobody is there: the exchange beside it is."""
        started = time.perf_counter()
        self._told += 1
        number = self._told
        self._tell("sent", {"i": number, "n": _operation_name(body), "o": body})
        try:
            async with self._patience.wait():
                response = await self._pool.send(
                    "POST", self._pool.address.path, self.login.headers(),
                    body.encode("utf-8", "surrogatepass"),
                )
        except TimeoutError:
            return None, (time.perf_counter() - started) * 1000
        except (HttpBroken, Unreachable) as error:
            raise Lost(str(error)) from None
        self.login.take(response.headers)
        text = response.body.decode("utf-8", "replace")
        self._tell("received", {"i": number, "status": response.status, "o": text})
        reply = WireReply(payload_of(text, response.status), status=response.status, raw=text)
        return reply, (time.perf_counter() - started) * 1000

    def _tell(self, way: str, told: dict[str, Any]) -> None:
        if self._listener is not None:
            self._listener(way, json.dumps(told))

    async def pump(
        self, name: str, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
        before: Before | None = None,
    ) -> None:
        """Many operations, each connection carrying one at a time."""
        await pump(
            lambda payload: self.request(name, payload), payloads, window, on_reply, before,
            workers=WORKERS,
        )

    def take_unasked(self) -> list[Frame | FrameError]:
        """Nothing comes over HTTP without being asked for."""
        return []

    async def subscribe(self, name: str) -> Subscription:
        """Subscribe on a socket of its own, which ends with this; raises Unreachable or Lost."""
        opened = await Subscription.open(
            self._pool.address._replace(
                scheme="wss" if self._pool.address.scheme == "https" else "ws"
            ).geturl(),
            self._operations[name].document, self.login.headers(), self._timeout_s,
        )
        self._subscriptions.append(opened)
        return opened

    async def close(self) -> None:
        """Close the idle connections and end the subscriptions."""
        self._pool.close()
        while self._subscriptions:
            await self._subscriptions.pop().close()


class Subscription:
    """One subscription: acknowledged, running, and every message of it in order."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.messages: list[dict[str, Any]] = []
        self.strays: list[str] = []
        self._end_reason = ""
        self._arrived = asyncio.Event()
        socket.on_text, socket.on_end = self._take, self._end

    @classmethod
    async def open(
        cls, url: str, document: str, headers: Mapping[str, str], timeout_s: float
    ) -> Subscription:
        """Connect, agree on the protocol and subscribe."""
        try:
            socket = await Socket.connect(
                url, max_size=MAX_MESSAGE_BYTES, timeout_s=CONNECT_TIMEOUT_S,
                subprotocols=(PROTOCOL,), headers=headers,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            raise Unreachable(f"{url}: {error or type(error).__name__}") from error
        opened = cls(socket)
        opened._send({"type": "connection_init"})
        if await opened.wait(lambda m: m.get("type") == "connection_ack", timeout_s) is None:
            raise Lost(opened._end_reason or "the subscription socket was not acknowledged")
        opened._send({"id": "1", "type": "subscribe", "payload": {"query": document}})
        # A pong comes after the subscription has been taken in: the protocol keeps the order.
        opened._send({"type": "ping"})
        await opened.wait(
            lambda m: m.get("type") in ("pong", "error", "next", "complete"), timeout_s
        )
        return opened

    def nexts(self) -> list[dict[str, Any]]:
        """The results that came so far, oldest first."""
        return [m["payload"] for m in self.messages
                if m.get("type") == "next" and isinstance(m.get("payload"), dict)]

    @property
    def refusal(self) -> str:
        """Why the target refused or ended it; empty while it runs."""
        for message in self.messages:
            if message.get("type") == "error":
                return json.dumps({"errors": message.get("payload")})
        for result in self.nexts():
            if result.get("errors"):
                return json.dumps(result)
        return self._end_reason

    async def wait(self, wanted: Any, timeout_s: float) -> dict[str, Any] | None:
        """The first message that is wanted, come already or coming; None when it is not coming."""
        deadline = time.monotonic() + timeout_s
        seen = 0
        while True:
            for message in self.messages[seen:]:
                if wanted(message):
                    return message
            seen = len(self.messages)
            left = deadline - time.monotonic()
            if left <= 0 or self._end_reason:
                return None
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), left)

    async def close(self) -> None:
        """End the subscription and its socket."""
        if not self._socket.ended:
            self._send({"id": "1", "type": "complete"})
            await self._socket.close()

    def _send(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))

    def _take(self, text: str) -> None:
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            self.strays.append(text)
            return
        if message.get("type") == "ping":
            self._send({"type": "pong"})
        self.messages.append(message)
        self._arrived.set()

    def _end(self, reason: str) -> None:
        self._end_reason = reason or "the connection is closed"
        self._arrived.set()
