"""The public ``gql`` client works unmodified: queries, mutations, subscriptions."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.reference.digitizer.client import HOLDER, Digitizer

LOGIN = ("mutation($u: String!, $p: String!) { login(username: $u, password: $p) { userId } }")
DEPLOY = (
    "mutation($k: String!) { deploy(token: {name: \"Gql\", symbol: \"GQL\", supply: \"0\", "
    "decimals: 0, cap: 9}, networkId: \"42\", template: $k) }"
)
MINT = (
    "mutation($a: String!, $u: String!, $c: String!) "
    "{ mint(contractAddress: $a, amount: 3, custodianAddress: $c, uuid: $u) }"
)
STATUS = gql("subscription { txStatus { uuid type status confirmation requiredConfirmations } }")
EVENTS = gql("subscription { eventAdded { type symbol amount to } }")


def token_of(digitizer: Digitizer) -> str:
    """A session token of the exchange."""
    persona = digitizer.venue.personas["company_admin"]
    reply = digitizer.venue.anonymous().call(
        "AuthenticateUser", UserName=persona.username, Password=persona.password
    )
    return str(reply["SessionToken"])


def test_query_and_mutation(digitizer: Digitizer) -> None:
    persona = digitizer.venue.personas["company_admin"]

    async def session() -> Any:
        transport = AIOHTTPTransport(
            digitizer.url, headers={"Authorization": f"Bearer {token_of_now}"}
        )
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            credentials = {"u": persona.username, "p": persona.password}
            who = await client.execute(GraphQLRequest(LOGIN, variable_values=credentials))
            address = await client.execute(
                GraphQLRequest(DEPLOY, variable_values={"k": "BaseERC20"})
            )
            return who, address

    token_of_now = token_of(digitizer)
    who, address = digitizer._embedded.run(session())
    assert who["login"]["userId"] == persona.user_id
    assert address["deploy"].lower() in digitizer.venue.exchange.digitizer.chain.tokens


def test_status_runs_from_pending_to_the_last_confirmation(digitizer: Digitizer) -> None:
    address, key = digitizer.deploy(), str(uuid.uuid4())

    seen = subscribe_and_mint(digitizer, STATUS, address, key, 13)

    assert {row["txStatus"]["uuid"] for row in seen} == {key}
    statuses = [row["txStatus"]["status"] for row in seen]
    assert statuses == ["PendingEvent"] + ["ConfirmationEvent"] * 12
    assert [row["txStatus"]["confirmation"] for row in seen] == list(range(13))
    digitizer.mine(5)
    chain = digitizer.venue.exchange.digitizer.chain
    assert not chain._mined


def test_event_is_added(digitizer: Digitizer) -> None:
    address = digitizer.deploy("RTOKEN", symbol="GQL")

    seen = subscribe_and_mint(digitizer, EVENTS, address, str(uuid.uuid4()), 2)

    assert [row["eventAdded"]["type"] for row in seen] == ["PendingEvent", "ConfirmationEvent"]
    assert seen[0]["eventAdded"] == {
        "type": "PendingEvent", "symbol": "GQL", "amount": "3", "to": HOLDER,
    }


def subscribe_and_mint(
    digitizer: Digitizer, document: Any, address: str, key: str, count: int
) -> list[Any]:
    """The first reports after a mint, on a subscription made before it; real time passes."""
    token = token_of(digitizer)

    async def watch() -> list[Any]:
        url = digitizer.url.replace("http", "ws", 1)
        transport = WebsocketsTransport(
            url, headers={"Authorization": f"Bearer {token}"},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        seen: list[Any] = []
        async with Client(transport=transport) as client:
            stream = client.subscribe(document)
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.05)
            async with Client(
                transport=AIOHTTPTransport(
                    digitizer.url, headers={"Authorization": f"Bearer {token}"}
                )
            ) as http:
                terms = {"a": address, "u": key, "c": HOLDER}
                await http.execute(GraphQLRequest(MINT, variable_values=terms))
            seen.append(await first)
            while len(seen) < count:
                seen.append(await anext(stream))
            await stream.aclose()
        return seen

    return digitizer._embedded.run(asyncio.wait_for(watch(), 10))


def test_stranger_gets_no_subscription(stranger: Digitizer) -> None:
    async def watch() -> None:
        url = stranger.url.replace("http", "ws", 1)
        transport = WebsocketsTransport(
            url, subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
        )
        async with Client(transport=transport) as client:
            async for _ in client.subscribe(STATUS):
                return

    with pytest.raises(TransportQueryError, match="Not Authorized"):
        stranger._embedded.run(asyncio.wait_for(watch(), 5))
