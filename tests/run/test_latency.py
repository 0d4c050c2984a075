"""Latency is paid once per window, and whoever waits for a turn is not silent."""

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
SLOW_MS, BUDGET_S, SWALLOWED = 60, 0.3, 3
"""A target whose tenth answer comes after twice the budget, and that swallows one request."""


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


async def work_slowly(socket: ServerConnection) -> None:
    number = 0
    async for text in socket:
        await asyncio.sleep(SLOW_MS / 1000)
        if number != SWALLOWED:
            await socket.send(text.replace('"m":0', '"m":1'))
        number += 1


def test_only_what_was_swallowed_is_silent_in_a_slow_batch() -> None:
    async def silent() -> list[int]:
        async with serve(work_slowly, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            client = await WebSocketClient.connect(f"ws://127.0.0.1:{port}/", timeout_s=BUDGET_S)
            found: list[int] = []
            await client.pump(
                "Ping", ["{}"] * 12, Window(12),
                lambda n, answer, _: found.append(n) if answer is None else None,
            )
            await client.close()
        assert not client.unasked  # no answer came after it was given up
        return found

    assert asyncio.run(silent()) == [SWALLOWED]
