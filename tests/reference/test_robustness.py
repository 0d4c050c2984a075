"""Many clients, rude clients, broken clients: the exchange goes on serving everybody else."""

from __future__ import annotations

import asyncio
import json
import random
import resource
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from conformance.reference.embedded import EmbeddedReference
from conformance.reference.gateway.socket import CLOSE_AT

CONNECTIONS = 1_000
IN_FLIGHT = 64
MALFORMED = 10_000
AT_ONCE = 50
EVENT_SIZE = 1 << 16
GOODBYE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"  # a close frame, code 1000, masked with zeros
FILES_NEEDED = 2 * CONNECTIONS + 200


@pytest.fixture
def embedded() -> Iterator[EmbeddedReference]:
    """A server of its own, since these tests leave nothing as it was."""
    server = EmbeddedReference()
    yield server
    server.close()


def frame(sequence: int, name: str, payload: object = None) -> str:
    """A request."""
    return json.dumps({"m": 0, "i": sequence, "n": name, "o": json.dumps(payload or {})})


async def ask(client: ClientConnection, sequence: int, name: str, payload: object = None) -> Any:
    """One request, one answer."""
    await client.send(frame(sequence, name, payload))
    return json.loads(await client.recv())


async def logged_in(server: EmbeddedReference, name: str, **options: Any) -> ClientConnection:
    """A connection of a persona."""
    client = await connect(server.websocket_url, **options)
    persona = server.personas[name]
    credentials = {"UserName": persona.username, "Password": persona.password}
    assert '"authenticated":true' in (await ask(client, 2, "AuthenticateUser", credentials))["o"]
    return client


async def still_serves(server: EmbeddedReference) -> bool:
    """Is a new client answered?"""
    async with connect(server.websocket_url) as client:
        return bool((await ask(client, 2, "Ping"))["o"] == "PONG")


def test_serves_a_thousand_connections_at_once(embedded: EmbeddedReference) -> None:
    """Each is answered on its own connection; closing them leaves no subscription behind."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES_NEEDED, most), most))
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> ClientConnection:
        async with gate:
            client = await connect(embedded.websocket_url, compression=None)
        answer = await ask(client, number, "GetL2Snapshot", {"OMSId": 1, "InstrumentId": 1})
        assert answer["i"] == number
        return client

    async def all_of_them() -> bool:
        clients = await asyncio.gather(*(one(number) for number in range(2, CONNECTIONS + 2)))
        served = await still_serves(embedded)
        await asyncio.gather(*(client.close() for client in clients))
        return served

    assert embedded.run(all_of_them())
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, FILES_NEEDED), most))


def test_answers_every_request_of_a_full_pipeline(embedded: EmbeddedReference) -> None:
    """Nothing is lost or reordered, and every order of the pipeline is on the book."""

    async def pipelined() -> list[Any]:
        client = await logged_in(embedded, "trader")
        order = {
            "OMSId": 1, "AccountId": embedded.personas["trader"].account_id, "InstrumentId": 1,
            "Side": 0, "OrderType": 2, "Quantity": 1, "LimitPrice": 10,
        }
        for sequence in range(IN_FLIGHT):
            await client.send(frame(sequence, "SendOrder", order))
        answers = [json.loads(await client.recv()) for _ in range(IN_FLIGHT)]
        await client.close()
        return answers

    answers = embedded.run(pipelined())

    assert [answer["i"] for answer in answers] == list(range(IN_FLIGHT))
    ids = {json.loads(answer["o"])["OrderId"] for answer in answers}
    assert ids <= set(embedded.exchange.desk.orders.by_id)
    assert len(ids) == IN_FLIGHT


def test_a_client_that_never_reads_is_cut_off(embedded: EmbeddedReference) -> None:
    """It may cost a bounded amount of memory, and the others nothing.

    The events are larger than real ones, so that what the kernel buffers is soon full.
    """
    topic, enough = ("level2", 1), 4 * CLOSE_AT // EVENT_SIZE

    async def flood() -> bool:
        silent = await logged_in(embedded, "second_trader", max_queue=1, compression=None)
        await ask(silent, 4, "SubscribeLevel2", {"OMSId": 1, "InstrumentId": 1, "Depth": 100})
        silent.transport.pause_reading()
        events = embedded.exchange.events
        for _ in range(enough):
            events.publish(topic, "Level2UpdateEvent", ["x" * EVENT_SIZE])
            events.flush()
            await asyncio.sleep(0)
        assert not events.wanted(topic), "it is still being sent events"
        served = await still_serves(embedded)
        silent.transport.abort()
        return served

    assert embedded.run(flood())


def test_a_client_that_has_said_goodbye_disturbs_nobody(embedded: EmbeddedReference) -> None:
    """Its goodbye is answered a moment later, and events for it may come up in between."""
    topic = ("level2", 1)

    async def leave() -> bool:
        leaving = await logged_in(embedded, "second_trader", compression=None)
        await ask(leaving, 4, "SubscribeLevel2", {"OMSId": 1, "InstrumentId": 1, "Depth": 100})
        seller = await logged_in(embedded, "trader")
        order = {
            "OMSId": 1, "AccountId": embedded.personas["trader"].account_id, "InstrumentId": 1,
            "Side": 1, "OrderType": 2, "Quantity": 1, "LimitPrice": 99999,
        }
        leaving.transport.write(GOODBYE)
        answer = await ask(seller, 4, "SendOrder", order)
        embedded.exchange.events.publish(topic, "Level2UpdateEvent", [])
        embedded.exchange.events.flush()
        return '"Accepted"' in answer["o"] and await still_serves(embedded)

    assert embedded.run(leave())


def broken_frames(seed: int) -> Iterator[str | bytes]:
    """Frames that are no frames, or carry no payload anybody could read."""
    choose = random.Random(seed)
    sound = frame(2, "SendOrder", {"OMSId": 1, "Quantity": 1.5, "Side": 0})
    for number in range(MALFORMED):
        kind = number % 6
        if kind == 0:
            yield sound[: choose.randrange(len(sound))]
        elif kind == 1:
            position = choose.randrange(len(sound))
            yield sound[:position] + chr(choose.randrange(1, 0x2FF)) + sound[position + 1 :]
        elif kind == 2:
            yield bytes(choose.randrange(256) for _ in range(choose.randrange(1, 60)))
        elif kind == 3:
            yield "[" * choose.randrange(1, 3_000)
        elif kind == 4:
            yield frame(2, "SendOrder", [[choose.random()] * choose.randrange(5)])
        else:
            yield json.dumps({"m": choose.randrange(-9, 99), "i": "x", "n": None, "o": {}})


def test_malformed_frames_are_answered_or_ignored_but_never_fatal(
    embedded: EmbeddedReference,
) -> None:
    """After ten thousand of them the same connection still works and the ledger balances."""

    async def torment() -> int:
        client = await logged_in(embedded, "trader", max_queue=None)
        for broken in broken_frames(1):
            await client.send(broken)
        await client.send(frame(77, "Ping"))
        answers = 0
        while json.loads(await client.recv())["i"] != 77:
            answers += 1
        await client.close()
        return answers

    orders = len(embedded.exchange.desk.orders.by_id)
    try:
        assert embedded.run(torment()) == MALFORMED
    except ConnectionClosed as closed:
        pytest.fail(f"the exchange hung up: {closed}")
    assert len(embedded.exchange.desk.orders.by_id) == orders
    embedded.exchange.ledger.audit()
