"""Which protocol a WebSocket speaks, told by its path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from conformance.reference.dispatch import Dispatcher
from conformance.reference.gateway.rpc import RpcConnection
from conformance.reference.gateway.websocket import Connection

DIGITIZER, PRIVATE_SHARES = "/digitizer/", "/apad"


def upgrades_for(dispatcher: Dispatcher) -> Callable[..., asyncio.Protocol]:
    """What uvicorn makes for each WebSocket.

    The private shares service is at ``/apad/``, the digitizer's subscriptions belong to the ASGI
    application, and every other path takes frames.
    """

    def upgrade(
        config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> asyncio.Protocol:
        def speaker(path: str) -> asyncio.Protocol:
            if path.startswith(DIGITIZER):
                return WebSocketsSansIOProtocol(config, server_state, app_state)
            if path.rstrip("/") == PRIVATE_SHARES:
                return RpcConnection(dispatcher, config, server_state)
            return Connection(dispatcher, config, server_state)

        return _Upgrade(speaker)

    return upgrade


class _Upgrade(asyncio.Protocol):
    """Takes the request and hands the connection over to whom its path names."""

    def __init__(self, speaker: Callable[[str], asyncio.Protocol]) -> None:
        self._speaker = speaker
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called with the transport of the HTTP connection."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called once, with the whole request."""
        target = data.split(b" ", 2)[1].decode("latin-1")
        speaker = self._speaker(target.partition("?")[0])
        speaker.connection_made(self._transport)
        # uvicorn sets this object as the transport's protocol when we return.
        asyncio.get_running_loop().call_soon(self._transport.set_protocol, speaker)
        speaker.data_received(data)
