"""A connection that is cut on purpose: what had left is with the target, and nothing is heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.contract.catalog import load_contract
from conformance.reference.embedded import EmbeddedReference
from conformance.target.deployment import Deployment
from conformance.target.session import Session
from conformance.target.target_file import Address, Persona, Target
from conformance.wire.websocket import Lost


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    embedded = EmbeddedReference()
    trader = embedded.personas["trader"]
    target = Target(
        Address("reference", "reference", embedded.websocket_url),
        personas={"trader": Persona(username=trader.username, password=trader.password)},
    )
    opened = Deployment(target, load_contract(), loop=embedded.loop)
    yield opened
    for session in opened._opened:
        session.close()
    embedded.close()


@pytest.fixture
def trader(deployment: Deployment) -> Session:
    return deployment.fresh("trader")


def order(trader: Session, number: int) -> dict[str, Any]:
    return {
        "OMSId": 1, "AccountId": trader.account_id, "InstrumentId": 1, "Side": 0, "quantity": 1,
        "OrderType": 2, "LimitPrice": 1, "TimeInForce": 1, "PegPriceType": 1, "OrderIdOCO": 0,
        "UseDisplayQuantity": False, "ClientOrderId": number,
    }


def numbers(deployment: Deployment) -> list[int]:
    reader = deployment.fresh("trader")
    turn = reader.call("GetOpenOrders", OMSId=1, AccountId=reader.account_id)
    return [row["ClientOrderId"] for row in turn.value]


def test_what_left_is_done_and_the_connection_is_gone(
    deployment: Deployment, trader: Session
) -> None:
    replies = trader.send_and_cut("SendOrder", [order(trader, 901), order(trader, 902)])

    assert replies == []
    assert trader.closed
    assert {901, 902} <= set(numbers(deployment))


def test_connection_is_cut_when_enough_is_answered(trader: Session) -> None:
    replies = trader.send_and_cut("Ping", [{}] * 5, replies=2)

    assert replies == ["PONG", "PONG"]
    with pytest.raises(Lost):
        trader.call("Ping")


def test_part_of_a_request_is_never_taken(deployment: Deployment, trader: Session) -> None:
    trader.send_and_cut("SendOrder", [], part=order(trader, 903))

    assert 903 not in numbers(deployment)
