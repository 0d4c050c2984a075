"""Latency is paid once per window, and whoever waits for a turn is not silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve

from conformance.wire.patience import Patience
from conformance.wire.websocket import WebSocketClient
from conformance.wire.window import Window
from tests.run.proxy import delaying

DELAY_MS = 50
REQUESTS = 200
SLOW_MS, BUDGET_S, SWALLOWED = 60, 0.3, 3
"""A target whose tenth answer comes after twice the budget, and that swallows one request."""
PARTS = 8
"""Into which another target cuts its answers, so that one of them takes longer than the budget."""


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


def silent_in_a_batch(
    handler: Callable[[ServerConnection], Awaitable[None]], requests: int
) -> list[int]:
    """Which requests of a batch the client gives up; no answer may come to one of them."""
    async def found() -> list[int]:
        async with serve(handler, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            client = await WebSocketClient.connect(f"ws://127.0.0.1:{port}/", timeout_s=BUDGET_S)
            given_up: list[int] = []
            await client.pump(
                "Ping", ["{}"] * requests, Window(requests),
                lambda n, answer, _: given_up.append(n) if answer is None else None,
            )
            await client.close()
        assert not client.unasked
        return given_up

    return asyncio.run(found())


def test_only_what_was_swallowed_is_silent_in_a_slow_batch() -> None:
    assert silent_in_a_batch(work_slowly, 12) == [SWALLOWED]


async def answer_in_parts(socket: ServerConnection) -> None:
    async def parts(text: str) -> AsyncIterator[str]:
        size = len(text) // PARTS + 1
        for start in range(0, len(text), size):
            await asyncio.sleep(SLOW_MS / 1000)
            yield text[start:start + size]

    async for text in socket:
        await socket.send(parts(str(text).replace('"m":0', '"m":1')))


def test_an_answer_on_its_way_is_no_silence() -> None:
    """A long list takes longer than the budget, and part after part of it arrives."""
    assert SLOW_MS * PARTS > BUDGET_S * 1000

    assert silent_in_a_batch(answer_in_parts, 2) == []


def test_whoever_waits_for_a_turn_over_other_surfaces_is_not_silent() -> None:
    """Answered one after the other, the last waits longer than the budget; one is swallowed."""
    async def outcomes() -> list[str]:
        patience, turn = Patience(BUDGET_S), asyncio.Lock()

        async def ask(number: int) -> str:
            try:
                async with patience.wait():
                    if number == SWALLOWED:
                        await asyncio.Event().wait()
                    async with turn:
                        await asyncio.sleep(SLOW_MS / 1000)
            except TimeoutError:
                return "silent"
            return "answered"

        return await asyncio.gather(*(ask(number) for number in range(12)))

    expected = ["answered"] * 12
    expected[SWALLOWED] = "silent"
    assert asyncio.run(outcomes()) == expected
