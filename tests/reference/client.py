"""A small client for tests of the reference: real sockets, exact numbers, one line a call."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from functools import cached_property
from typing import Any

from conformance.reference.embedded import EmbeddedReference
from conformance.wire.frames import Frame, MessageType
from conformance.wire.websocket import WebSocketClient


class Client:
    """One connection, logged in or not."""

    def __init__(self, embedded: EmbeddedReference) -> None:
        self._embedded = embedded
        self._socket = embedded.run(WebSocketClient.connect(embedded.websocket_url))

    def call(self, name: str, **payload: Any) -> Any:
        """Send a request, return the parsed payload of its reply."""
        return self.send(name, payload)

    def send(self, name: str, payload: Any) -> Any:
        """The same for a payload that is not an object."""
        text = payload if isinstance(payload, str) else json.dumps(payload, default=_number)
        reply = self._embedded.run(self._socket.call(name, text))
        assert reply.frame is not None, f"{name}: no answer"
        return parse(reply.frame)

    def events(self, name: str | None = None) -> list[Any]:
        """Events that have arrived, oldest first; a Ping is the fence that proves completeness."""
        return [payload for heard, payload in self.all_events() if name in (None, heard)]

    def all_events(self) -> list[tuple[str, Any]]:
        """The same with the name of each event."""
        self.call("Ping")
        frames = [f for f in self._socket.unasked if isinstance(f, Frame)]
        self._socket.unasked.clear()
        assert all(frame.kind == MessageType.EVENT for frame in frames), frames
        return [(frame.name, parse(frame)) for frame in frames]

    def event_names(self) -> list[str]:
        """Only the names."""
        return [name for name, _ in self.all_events()]

    def fire(self, name: str, **payload: Any) -> None:
        """Send a request that is never answered."""
        text = json.dumps(payload, default=_number)
        frame = {"m": 0, "i": 1_000_001, "n": name, "o": text}
        self._embedded.run(self._socket.send_text(json.dumps(frame)))

    def hung_up(self, within_s: float = 1.0) -> bool:
        """Has the exchange closed the connection?"""

        async def wait() -> bool:
            deadline = asyncio.get_running_loop().time() + within_s
            while not self._socket.closed and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0.002)
            return self._socket.closed

        return self._embedded.run(wait())

    def close(self) -> None:
        self._embedded.run(self._socket.close())


class Venue:
    """The exchange under test with one logged-in client per persona."""

    def __init__(self, embedded: EmbeddedReference) -> None:
        self._embedded = embedded
        self._clients: list[Client] = []

    @property
    def exchange(self) -> Any:
        return self._embedded.exchange

    @property
    def personas(self) -> Any:
        return self._embedded.personas

    @property
    def embedded(self) -> EmbeddedReference:
        return self._embedded

    def pass_time(self, milliseconds: int) -> None:
        """Move the exchange's clock."""
        self.exchange.clock.advance(milliseconds)

    def restart_with(self, defect: str) -> None:
        """A fresh exchange with one fault in it; clients that are logged in no longer are."""
        self._embedded.reset((defect,))

    def restart(self, defects: tuple[str, ...]) -> None:
        """A fresh exchange with these defects on; earlier clients are gone."""
        self.close()
        for name in self.personas:
            self.__dict__.pop(name, None)
        self._embedded.reset(defects)

    def anonymous(self) -> Client:
        client = Client(self._embedded)
        self._clients.append(client)
        return client

    def login(self, username: str, password: str) -> Client:
        client = self.anonymous()
        reply = client.call("AuthenticateUser", UserName=username, Password=password)
        assert reply.get("authenticated", reply.get("Authenticated")) is True, reply
        return client

    def persona(self, name: str) -> Client:
        persona = self.personas[name]
        return self.login(persona.username, persona.password)

    @cached_property
    def trader(self) -> Client:
        return self.persona("trader")

    @cached_property
    def second_trader(self) -> Client:
        return self.persona("second_trader")

    @cached_property
    def read_only(self) -> Client:
        return self.persona("read_only")

    @cached_property
    def market_maker(self) -> Client:
        return self.persona("market_maker")

    @cached_property
    def operator(self) -> Client:
        return self.persona("operator")

    @cached_property
    def superuser(self) -> Client:
        return self.persona("superuser")

    def account(self, name: str) -> int:
        return int(self.personas[name].account_id)

    def user(self, name: str) -> int:
        return int(self.personas[name].user_id)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()


def parse(frame: Frame) -> Any:
    """The payload; bare text stays text."""
    try:
        return json.loads(frame.payload, parse_float=Decimal)
    except ValueError:
        return frame.payload


def refused(reply: Any, code: int) -> bool:
    """Is this the standard refusal with that code?"""
    return bool(reply["result"] is False and reply["errorcode"] == code)


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))
