"""A WebSocket server of a few lines, to answer as wrongly as a test needs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import websockets
from websockets.asyncio.server import Server, ServerConnection, serve

from conformance.contract.catalog import load_contract
from conformance.target.deployment import Deployment
from conformance.target.target_file import Address, Limits, Target

Answer = Callable[[dict[str, Any]], list[dict[str, Any] | str] | None]
"""Frame in, frames (or raw texts) out; None closes the connection."""


def reply(frame: dict[str, Any], payload: Any) -> dict[str, Any]:
    """The well-formed reply to a frame."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return {"m": 1, "i": frame["i"], "n": frame["n"], "o": text}


@contextmanager
def deployment_of(answer: Answer, **limits: Any) -> Iterator[Deployment]:
    """A deployment whose server answers so, on the deployment's own loop."""
    contract = load_contract()
    loop = asyncio.new_event_loop()

    async def handle(socket: ServerConnection) -> None:
        try:
            async for text in socket:
                answers = answer(json.loads(text))
                if answers is None:
                    await socket.close(1011)
                    return
                for frame in answers:
                    await socket.send(frame if isinstance(frame, str) else json.dumps(frame))
        except websockets.ConnectionClosed:
            return

    async def start() -> Server:
        return await serve(handle, "127.0.0.1", 0)

    server = loop.run_until_complete(start())
    port = next(iter(server.sockets)).getsockname()[1]
    place = Address("stub", "test", f"ws://127.0.0.1:{port}/")
    deployment = Deployment(Target(place, Limits(**limits)), contract, loop=loop)
    try:
        yield deployment
    finally:
        server.close()
        loop.run_until_complete(server.wait_closed())
        deployment.close()
        loop.close()
