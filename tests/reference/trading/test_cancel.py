"""Cancelling, modifying and replacing: what ends, what stays, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.client import Venue, refused
from tests.reference.trading.member import BTCUSD, BUY, USD, Member, book


def test_cancelling_releases_the_hold_and_leaves_the_book(venue: Venue, ann: Member) -> None:
    order = ann.buy(1, 100)

    assert ann.call("CancelOrder", OrderId=order)["result"] is True

    status = ann.status(order)
    assert (status["OrderState"], status["ChangeReason"]) == ("Canceled", "UserModified")
    assert (status["Quantity"], ann.hold(USD), book(venue, BUY)) == (0, 0, [])


@pytest.mark.parametrize("key", ["ClientOrderId", "ClOrderId"])
def test_the_client_id_and_the_account_select_an_order(ann: Member, key: str) -> None:
    order = ann.buy(1, 100, ClientOrderId=42)

    ann.call("CancelOrder", **{key: 42})

    assert ann.state(order) == "Canceled"


def test_the_client_id_alone_selects_nothing(ann: Member) -> None:
    order = ann.buy(1, 100, ClientOrderId=42)

    assert refused(ann.client.call("CancelOrder", OMSId=1, ClientOrderId=42), 100)
    assert ann.open_ids() == [order]


def test_only_what_remains_is_cancelled(ann: Member, bob: Member) -> None:
    order = ann.sell(3, 100)
    bob.buy(1, 100)

    ann.call("CancelOrder", OrderId=order)

    assert ann.status(order)["QuantityExecuted"] == 1


def test_a_stranger_cannot_touch_an_order(ann: Member, bob: Member) -> None:
    order = ann.buy(1, 100)

    assert refused(bob.call("CancelOrder", OrderId=order), 20)
    assert refused(bob.modify(order, 0.5), 20)
    assert refused(bob.replace(order, BUY, 1, 100), 20)
    assert refused(bob.call("GetOrderStatus", OrderId=order), 20)
    assert ann.open_ids() == [order]


@pytest.mark.parametrize(("order_id", "code"), [(999_999, 104), (0, 100)])
def test_an_unknown_order_cannot_be_cancelled(ann: Member, order_id: int, code: int) -> None:
    assert refused(ann.call("CancelOrder", OrderId=order_id), code)


def test_an_ended_order_cannot_be_cancelled_again(ann: Member) -> None:
    order = ann.buy(1, 100)
    ann.call("CancelOrder", OrderId=order)
    states = len(ann.call("GetOrderHistoryByOrderId", OrderId=order))

    assert refused(ann.call("CancelOrder", OrderId=order), 101)
    assert len(ann.call("GetOrderHistoryByOrderId", OrderId=order)) == states


def test_cancel_all_leaves_other_accounts_alone(ann: Member, bob: Member) -> None:
    ann.buy(1, 100)
    ann.buy(1, 101)
    other = bob.buy(1, 99)

    ann.call("CancelAllOrders")

    assert ann.open_ids() == []
    assert bob.open_ids() == [other]


def test_cancel_all_can_be_narrowed_to_an_instrument(ann: Member) -> None:
    here, there = ann.buy(1, 100), ann.buy(1, 100, InstrumentId=2)

    ann.call("CancelAllOrders", InstrumentId=2)

    assert ann.open_ids() == [here]
    assert ann.state(there) == "Canceled"


def test_an_operator_without_selectors_cancels_everything(
    venue: Venue, ann: Member, bob: Member
) -> None:
    ann.buy(1, 100)
    bob.buy(1, 99)

    venue.operator.call("CancelAllOrders", OMSId=1)

    assert ann.open_ids() == bob.open_ids() == []


@pytest.mark.parametrize("quantity", [2, 3, 0, -1, 0.00005])
def test_an_order_can_only_be_reduced(ann: Member, quantity: float) -> None:
    order = ann.buy(2, 100)

    assert refused(ann.modify(order, quantity), 101)
    assert ann.status(order)["Quantity"] == 2
    assert ann.hold(USD) == 200


def test_a_stale_revision_is_refused(ann: Member) -> None:
    order = ann.buy(3, 100)
    ann.modify(order, 2, PreviousOrderRevision=1)

    stale = ann.modify(order, 1, PreviousOrderRevision=1)

    assert refused(stale, 101)
    assert ann.status(order)["Quantity"] == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"OrderIdToReplace": 999_999}, 104), ({"LimitPrice": 100.005}, 101),
        ({"Quantity": 10_000_000}, 101), ({"InstrumentId": 2}, 100),
    ],
)
def test_a_refused_replacement_leaves_the_order_working(
    ann: Member, wrong: dict[str, Any], code: int
) -> None:
    order = ann.buy(1, 100)

    assert refused(ann.replace(order, BUY, 1, 100, **wrong), code)
    assert ann.open_ids() == [order]
    assert ann.hold(USD) == 100


def test_a_replacement_may_use_the_funds_of_what_it_replaces(ann: Member) -> None:
    everything = int(ann.amount(USD)) // 100
    order = ann.buy(everything, 100)

    reply = ann.replace(order, BUY, everything, 99)

    assert ann.open_ids() == [reply["replacementOrderId"]]
    assert ann.hold(USD) == everything * 99


def test_a_list_of_cancellations(ann: Member) -> None:
    orders = [ann.buy(1, 100), ann.buy(1, 101)]

    reply = ann.client.send("SendCancelList", [{"OMSId": 1, "OrderId": o} for o in orders])

    assert reply["result"] is True
    assert ann.open_ids() == []


def test_an_engine_event_can_cancel_an_order(venue: Venue, ann: Member) -> None:
    order = ann.buy(2, 100)
    event = {
        "ExchangeId": 1, "OMSId": 1, "ClientOrderId": 0, "AccountId": ann.account,
        "ProductPairId": BTCUSD, "OrderType": 2, "Side": 0, "TIF": 1, "PegPriceType": 1,
        "Quantity": 1, "DisplayQuantity": 0, "LimitPrice": 100, "StopPrice": 0,
        "ReferencePrice": 0, "OrderExpirationDateTime": 0, "OrderIdOCO": 0, "OrderFlag": 2,
        "LinkType": 2, "ExchangeServiceId": "engine", "OrderId": order, "EnteredBy": 1,
        "CounterPartyId": 0, "IsQuote": False, "UseMargin": False, "BestSellPrice": 0,
        "BestSellQuantity": 0, "BestBuyPrice": 0, "BestBuyQuantity": 0, "LastTradePrice": 0,
    }
    call = "SendExchangeOrderStateEvent"

    assert venue.operator.call(call, **event)["result"] is True
    assert ann.status(order)["Quantity"] == 1
    venue.operator.call(call, **{**event, "LinkType": 1})
    assert ann.state(order) == "Canceled"
    assert refused(venue.operator.call(call, **{**event, "LinkType": 1}), 101)
    assert refused(venue.operator.call(call, **{**event, "UseMargin": None}), 100)
