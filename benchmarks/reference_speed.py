"""How fast the reference exchange answers, beside a bare echo server on the same libraries.

    python -m benchmarks.reference_speed [--requests N] [--orders N]

Both servers run in processes of their own; the client keeps 64 requests in flight. Printed are
round trips per second of the echo server, of reads, and of orders of two accounts that trade with
each other, and the ratios to the echo server. Variants alternate, and the best of three runs
counts: on a shared machine the others measure the neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from conformance.reference.demo import build_demo
from conformance.reference.dispatch import Dispatcher
from conformance.reference.rendering.pages import PagesDialect
from conformance.reference.server import server_config

IN_FLIGHT = 64
REPETITIONS = 3
SEED = 1


def serve_exchange(listener: socket.socket) -> None:
    """The reference exchange."""
    exchange, _ = build_demo(SEED)
    config = server_config(Dispatcher(exchange, PagesDialect()), control=False)
    uvicorn.Server(config).run(sockets=[listener])


def serve_echo(listener: socket.socket) -> None:
    """Sends every message back."""

    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        while (message := await websocket.receive())["type"] == "websocket.receive":
            await websocket.send_text(message["text"])

    application = Starlette(routes=[WebSocketRoute("/{path:path}", echo)])
    config = uvicorn.Config(
        application, log_level="warning", lifespan="off", ws="websockets-sansio"
    )
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def running(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server in a process of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    process = multiprocessing.get_context("fork").Process(
        target=serve, args=(listener,), daemon=True
    )
    process.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/WSGateway/"
    finally:
        process.terminate()
        process.join()
        listener.close()


class Pipeline:
    """One connection with a fixed number of requests in flight."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = count(2, 2)

    async def call(self, name: str, payload: dict[str, object]) -> Any:
        """One request, one answer."""
        await self._connection.send(self._frame(name, json.dumps(payload)))
        return json.loads(json.loads(await self._connection.recv())["o"])

    async def run(self, name: str, payload: dict[str, object], requests: int) -> float:
        """The same request many times, frames made beforehand; returns answers per second."""
        text = json.dumps(payload)
        frames = [self._frame(name, text) for _ in range(requests)]
        refused = '\\"errorcode\\":', '\\"Rejected\\"'
        started = time.perf_counter()
        for frame in frames[:IN_FLIGHT]:
            await self._connection.send(frame)
        for position in range(requests):
            answer = str(await self._connection.recv())
            if any(mark in answer for mark in refused):
                raise RuntimeError(answer)
            if position + IN_FLIGHT < requests:
                await self._connection.send(frames[position + IN_FLIGHT])
        return requests / (time.perf_counter() - started)

    def _frame(self, name: str, text: str) -> str:
        return json.dumps({"m": 0, "i": next(self._numbers), "n": name, "o": text})


async def logged_in(url: str, persona: str) -> tuple[Pipeline, int]:
    """A connection of a persona, and its account."""
    member = build_demo(SEED)[1][persona]
    pipeline = Pipeline(await connect(url, compression=None))
    credentials: dict[str, object] = {"UserName": member.username, "Password": member.password}
    reply = await pipeline.call("AuthenticateUser", credentials)
    if reply["authenticated"] is not True:
        raise RuntimeError(reply)
    return pipeline, member.account_id


async def reads(url: str, name: str, requests: int) -> float:
    """The same read again and again."""
    pipeline, account = await logged_in(url, "trader")
    payload: dict[str, object] = {"OMSId": 1, "AccountId": account, "InstrumentId": 1}
    return await pipeline.run(name, payload, requests)


async def orders(url: str, total: int) -> float:
    """Two accounts that trade with each other at one price, half the orders each."""
    members = [await logged_in(url, name) for name in ("trader", "second_trader")]
    streams = []
    for side, (pipeline, account) in enumerate(members):
        order: dict[str, object] = {
            "OMSId": 1, "AccountId": account, "InstrumentId": 1, "Side": side, "OrderType": 2,
            "Quantity": 0.0001, "LimitPrice": 50100, "TimeInForce": 1, "ClientOrderId": 1,
        }
        streams.append(pipeline.run("SendOrder", order, total // 2))
    return float(sum(await asyncio.gather(*streams)))


async def echoes(url: str, requests: int) -> float:
    """The echo server with the frame of a read."""
    payload: dict[str, object] = {"OMSId": 1, "AccountId": 4, "InstrumentId": 1}
    pipeline = Pipeline(await connect(url, compression=None))
    return await pipeline.run("GetLevel1", payload, requests)


def measure(requests: int, order_count: int) -> dict[str, float]:
    """Best of the repetitions for each variant."""
    best: dict[str, float] = {}
    with running(serve_exchange) as exchange, running(serve_echo) as echo:
        variants: dict[str, Callable[[], Coroutine[Any, Any, float]]] = {
            "echo": lambda: echoes(echo, requests),
            "Ping": lambda: reads(exchange, "Ping", requests),
            "GetOpenOrders": lambda: reads(exchange, "GetOpenOrders", requests),
            "GetLevel1": lambda: reads(exchange, "GetLevel1", requests),
            "SendOrder": lambda: orders(exchange, order_count),
        }
        for _ in range(REPETITIONS):
            for name, run in variants.items():
                best[name] = max(best.get(name, 0.0), asyncio.run(run()))
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=6_000)
    arguments = parser.parse_args()
    best = measure(arguments.requests, arguments.orders)
    for name, rate in best.items():
        print(f"{name:15} {rate:8.0f}/s   {rate / best['echo']:.2f} of echo")


if __name__ == "__main__":
    main()
