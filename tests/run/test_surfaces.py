"""The two ways a request travels, against the real reference exchange on real sockets."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from websockets.asyncio.server import ServerConnection, serve

from conformance.commands.run import RunRequest, pytest_arguments
from conformance.contract.catalog import load_contract
from conformance.reference.embedded import EmbeddedReference
from conformance.target.deployment import Deployment
from conformance.target.target_file import Address, Persona, Target
from conformance.target.unavailable import Unavailable
from conformance.wire.http import CONNECTIONS
from conformance.wire.websocket import Unreachable, WebSocketClient
from conformance.wire.window import Window


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    embedded = EmbeddedReference()
    trader = embedded.personas["trader"]
    target = Target(
        Address("reference", "reference", embedded.websocket_url, http=embedded.http_url),
        personas={"trader": Persona(username=trader.username, password=trader.password)},
    )
    opened = Deployment(target, load_contract(), loop=embedded.loop)
    yield opened
    for session in opened._opened:
        session.close()
    embedded.close()


def test_one_login_serves_both_surfaces(deployment: Deployment) -> None:
    trader = deployment.persona("trader")

    frames = trader.call("GetUserInfo", OMSId=1, UserId=trader.user_id)
    http = trader.via("http").call("GetUserInfo", OMSId=1, UserId=trader.user_id)

    assert frames.text == http.text
    assert http.reply is not None
    assert http.reply.status == 200
    assert http.surface == "http"
    assert trader.via("http") is trader.via("http")


def test_http_batch_keeps_order_and_few_connections(deployment: Deployment) -> None:
    trader = deployment.persona("trader").via("http")
    payloads = [f'{{"OMSId":1,"UserId":{trader.user_id},"n":{n}}}' for n in range(100)]

    turns = trader.batch("GetUserInfo", payloads)

    assert [turn.sent for turn in turns] == payloads
    assert all(turn.reply is not None for turn in turns)
    assert deployment._gateway is not None
    assert len(deployment._gateway._idle) <= CONNECTIONS


def test_session_without_login_is_refused_over_http(deployment: Deployment) -> None:
    turn = deployment.connect().via("http").call("GetUserInfo", OMSId=1, UserId=1)

    assert turn.get("errorcode") == 20


def test_unknown_surface_is_unavailable(deployment: Deployment) -> None:
    with pytest.raises(Unavailable, match="pigeon"):
        deployment.persona("trader").via("pigeon")


def test_websocket_batch_keeps_order(deployment: Deployment) -> None:
    trader = deployment.persona("trader")
    payloads = [f'{{"OMSId":1,"UserId":{trader.user_id},"n":{n}}}' for n in range(300)]

    turns = trader.batch("GetUserInfo", payloads)

    assert [turn.sent for turn in turns] == payloads


def test_lost_shared_session_is_opened_anew(deployment: Deployment) -> None:
    first = deployment.persona("trader")
    first.close()

    again = deployment.persona("trader")

    assert again is not first
    assert again.call("GetUserInfo", OMSId=1, UserId=again.user_id).get("userId") == again.user_id


def test_fragments_and_pings_are_no_hindrance() -> None:
    async def handle(socket: ServerConnection) -> None:
        async for _ in socket:
            await socket.ping()
            await socket.send(['{"m":1,"i":2,', '"n":"Ping",', '"o":"{}"}'])

    async def talk() -> str:
        async with serve(handle, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            client = await WebSocketClient.connect(f"ws://127.0.0.1:{port}/")
            reply = await client.call("Ping", "{}")
            await client.close()
            assert reply.frame is not None
            return reply.frame.payload

    assert asyncio.run(talk()) == "{}"


def test_refused_handshake_is_unreachable() -> None:
    async def web_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def talk() -> None:
        async with await asyncio.start_server(web_server, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await WebSocketClient.connect(f"ws://127.0.0.1:{port}/")

    with pytest.raises(Unreachable, match="403"):
        asyncio.run(talk())


def test_window_serves_in_order_and_gives_back() -> None:
    async def use() -> list[int]:
        window, served = Window(2), list[int]()

        async def one(number: int) -> None:
            await window.take()
            served.append(number)
            await asyncio.sleep(0)
            window.give()

        await asyncio.gather(*(one(number) for number in range(9)))
        assert window.try_take()
        assert window.try_take()
        assert not window.try_take()
        return served

    assert asyncio.run(use()) == list(range(9))


def test_cancelled_waiter_loses_no_place() -> None:
    async def use() -> bool:
        window = Window(1)
        await window.take()
        waiter = asyncio.create_task(window.take())
        await asyncio.sleep(0)
        window.give()
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        return window.try_take()

    assert asyncio.run(use())


def over_http(effort: str) -> Counter[str]:
    """How many cases go over HTTP at an effort, by obligation."""
    arguments = [*pytest_arguments(RunRequest(effort=effort, jobs=1)), "--collect-only"]
    collected = Collected()
    pytest.main(arguments, plugins=[collected])
    return Counter(
        item.get_closest_marker("obligation").args[0]
        for item in collected.items if item.nodeid.endswith("-http]")
    )


class Collected:
    """Remembers the cases that were collected, as a pytest plugin."""

    items: list[pytest.Item]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def test_quick_runs_judge_the_envelope_over_http_for_one_call_in_five() -> None:
    """It is the gateway's, not the call's; replies are judged of every call."""
    quick, standard = over_http("quick"), over_http("standard")

    assert quick["response"] == standard["response"] == standard["envelope"] > 200
    assert quick["envelope"] == pytest.approx(standard["envelope"] / 5, rel=0.1)
