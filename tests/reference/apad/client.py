"""A client of the private shares service: one line a call, all three layers of JSON undone."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue


class RpcClient:
    """One connection with the exchange session of one persona."""

    def __init__(self, embedded: EmbeddedReference, session_id: str | None) -> None:
        self._embedded = embedded
        self.session_id = session_id
        self._socket: ClientConnection = embedded.run(_open(embedded.apad_url))

    def call(self, name: str, **parameters: Any) -> Any:
        """The payload of a successful call."""
        envelope = self.envelope(name, **parameters)
        assert envelope["success"] is True, envelope
        return parse(envelope["payload"]) if "payload" in envelope else None

    def refused(self, name: str, **parameters: Any) -> str:
        """Why a call was refused."""
        envelope = self.envelope(name, **parameters)
        assert envelope["success"] is False, envelope
        return str(envelope["err"])

    def envelope(self, name: str, **parameters: Any) -> Any:
        """The envelope of a call's reply."""
        session = {} if self.session_id is None else {"sessionId": self.session_id}
        number = str(uuid.uuid4())
        reply = self.send(
            {
                "MessageType": "RPCCall", "FunctionName": name,
                "Parameter": json.dumps({**session, **parameters}), "RequestUniqueId": number,
            }
        )
        assert reply["RequestUniqueId"] == number
        return parse(reply["Parameter"])

    def send(self, message: Any) -> Any:
        """The reply to any message."""
        text = message if isinstance(message, str) else json.dumps(message)
        self._embedded.run(self._socket.send(text))
        return parse(str(self._embedded.run(self._socket.recv())))

    def close(self) -> None:
        self._embedded.run(self._socket.close())


async def _open(url: str) -> ClientConnection:
    return await connect(url)


def parse(text: str) -> Any:
    """JSON with exact numbers."""
    return json.loads(text, parse_float=Decimal)


class Platform:
    """The service with one client per persona."""

    def __init__(self, embedded: EmbeddedReference, venue: Venue) -> None:
        self._embedded = embedded
        self.venue = venue
        self._clients: list[RpcClient] = []

    def anonymous(self) -> RpcClient:
        return self.with_session(None)

    def with_session(self, session_id: str | None) -> RpcClient:
        client = RpcClient(self._embedded, session_id)
        self._clients.append(client)
        return client

    def login(self, username: str, password: str) -> RpcClient:
        reply = self.venue.anonymous().call(
            "AuthenticateUser", UserName=username, Password=password
        )
        return self.with_session(str(reply["SessionToken"]))

    def persona(self, name: str) -> RpcClient:
        persona = self.venue.personas[name]
        return self.login(persona.username, persona.password)

    @property
    def shares(self) -> Any:
        """The service's state."""
        return self.venue.exchange.apad

    def close(self) -> None:
        for client in self._clients:
            client.close()
