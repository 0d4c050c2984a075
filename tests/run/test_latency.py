"""Latency is paid once per window, not once per request."""

from __future__ import annotations

import asyncio
import time

import pytest
from websockets.asyncio.server import ServerConnection, serve

from conformance.wire.websocket import WebSocketClient
from conformance.wire.window import Window
from tests.run.proxy import delaying

DELAY_MS = 50
REQUESTS = 200


async def echo(socket: ServerConnection) -> None:
    async for text in socket:
        await socket.send(text.replace('"m":0', '"m":1'))


async def seconds_through_the_proxy(window: int) -> float:
    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with delaying(f"127.0.0.1:{port}", DELAY_MS) as address:
            client = await WebSocketClient.connect(f"ws://{address}/")
            answered: list[int] = []
            started = time.perf_counter()
            await client.pump(
                "Ping", ["{}"] * REQUESTS, Window(window), lambda n, *_: answered.append(n)
            )
            seconds = time.perf_counter() - started
            await client.close()
    assert len(answered) == REQUESTS
    return seconds


@pytest.mark.parametrize(("window", "round_trips"), [(REQUESTS, 1), (REQUESTS // 4, 4)])
def test_a_window_costs_one_round_trip(window: int, round_trips: int) -> None:
    seconds = asyncio.run(seconds_through_the_proxy(window))

    floor = round_trips * DELAY_MS / 1000
    assert seconds >= floor
    assert seconds < REQUESTS * DELAY_MS / 1000 / 4  # far from one round trip each
