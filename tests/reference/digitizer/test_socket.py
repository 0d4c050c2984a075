"""Malformed messages on the digitizer's WebSocket close it with the protocol's own code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.reference.digitizer.client import Digitizer

BAD_REQUEST = 4400
START = {"type": "connection_init"}


@pytest.mark.parametrize(
    "message",
    [
        "{", "[]", "5", b"\xff", {"type": 5}, {"type": "nothing"}, {"type": "complete"},
        {"type": "subscribe", "id": "1"}, {"type": "subscribe", "id": ["1"], "payload": {}},
        {"type": "subscribe", "id": "1", "payload": {"query": 5}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{ version }", "variables": []}},
    ],
)
def test_malformed_message_closes_the_socket(stranger: Digitizer, message: Any) -> None:
    async def send() -> int | None:
        url = stranger.url.replace("http", "ws", 1)
        async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:
            await socket.send(json.dumps(START))
            await socket.recv()
            await socket.send(message if isinstance(message, str | bytes) else json.dumps(message))
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        return closed.value.rcvd.code if closed.value.rcvd else None

    assert stranger._embedded.run(send()) == BAD_REQUEST
    assert stranger.ask("{ version }")["version"]
