"""Entering orders: what is accepted, what is refused, what is put on hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reference.client import Venue, refused
from tests.reference.trading.member import (
    BTC,
    BTCUSD,
    BUY,
    FOK,
    GTD,
    IOC,
    LIMIT,
    SELL,
    USD,
    Member,
    book,
    halt,
)


def test_a_limit_order_rests_and_reserves_its_value(venue: Venue, ann: Member) -> None:
    order = ann.buy(0.5, 100, ClientOrderId=77)

    assert ann.open_ids() == [order]
    assert ann.status(order)["ClientOrderId"] == 77
    assert ann.hold(USD) == 50
    assert book(venue, BUY) == [(Decimal(100), Decimal("0.5"))]


def test_a_sell_order_reserves_what_it_sells(ann: Member) -> None:
    ann.sell(2, 90_000)

    assert ann.hold(BTC) == 2
    assert ann.hold(USD) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"Quantity": 0}, {"Quantity": -1}, {"Quantity": 0.00005}, {"LimitPrice": 100.005},
        {"LimitPrice": 0}, {"LimitPrice": -5}, {"Side": 3}, {"OrderType": 0}, {"OrderType": 7},
        {"TimeInForce": 0}, {"OrderIdOCO": 999_999}, {"Quantity": 1e13},
        {"LimitPrice": 90_000_000},
    ],
)
def test_a_refused_order_is_kept_as_rejected_and_holds_nothing(
    ann: Member, wrong: dict[str, Any]
) -> None:
    reply = ann.send(BUY, 1, 100, **wrong)

    assert reply["status"] == "Rejected"
    assert reply["errormsg"]
    assert ann.state(reply["OrderId"]) == "Rejected"
    assert ann.open_ids() == []
    assert ann.hold(USD) == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"InstrumentId": 99}, 104), ({"OMSId": 9}, 104), ({"AccountId": 99_999}, 104),
        ({"Side": 4}, 100), ({"OrderType": 8}, 100), ({"TimeInForce": "GTC"}, 100),
        ({"Quantity": "1"}, 100), ({"Quantity": None}, 100), ({"LimitPrice": None}, 100),
        ({"AccountId": 1}, 20),
    ],
)
def test_a_malformed_order_is_no_order(ann: Member, wrong: dict[str, Any], code: int) -> None:
    known = len(ann.call("GetOrderHistory"))

    assert refused(ann.send(BUY, 1, 100, **wrong), code)
    assert len(ann.call("GetOrderHistory")) == known


def test_an_ioc_order_executes_what_it_can_and_cancels_the_rest(ann: Member, bob: Member) -> None:
    ann.sell(1, 100)

    order = bob.status(bob.buy(3, 100, TimeInForce=IOC))

    assert order["OrderState"] == "Canceled"
    assert order["ChangeReason"] == "SystemCanceled_NoMoreMarket"
    assert order["QuantityExecuted"] == 1
    assert bob.hold(USD) == 0


def test_a_fok_order_executes_in_full_or_not_at_all(ann: Member, bob: Member) -> None:
    ann.sell(1, 100)
    ann.sell(1, 101)

    assert bob.status(bob.buy(3, 101, TimeInForce=FOK))["QuantityExecuted"] == 0
    assert bob.state(bob.buy(2, 101, TimeInForce=FOK)) == "FullyExecuted"


def test_a_gtd_order_expires(venue: Venue, ann: Member) -> None:
    soon = venue.exchange.clock.now() + 60_000
    order = ann.buy(1, 100, TimeInForce=GTD, OrderExpirationDateTime=soon)
    venue.exchange.clock.advance(60_001)

    assert ann.status(order)["ChangeReason"] == "Expired"
    assert ann.state(order) == "Expired"
    assert ann.hold(USD) == 0


def test_a_market_order_walks_the_book(ann: Member, bob: Member) -> None:
    ann.sell(1, 110)
    ann.sell(1, 100)

    order = bob.status(bob.buy(2))

    assert [trade["price"] for trade in bob.trades(OrderId=order["OrderId"])] == [110, 100]
    assert order["AvgPrice"] == 105


def test_a_market_order_without_a_market_is_rejected(ann: Member) -> None:
    reply = ann.send(BUY, 1)

    assert (reply["status"], reply["errormsg"]) == ("Rejected", "No More Market")


def test_a_market_order_needs_the_funds_it_would_spend(ann: Member, bob: Member) -> None:
    ann.sell(50, 90_000)

    reply = bob.send(BUY, 50)

    assert (reply["status"], reply["errormsg"]) == ("Rejected", "Not_Enough_Funds")


def test_a_reserve_order_shows_only_its_display_quantity(
    venue: Venue, ann: Member, bob: Member
) -> None:
    order = ann.sell(5, 100, UseDisplayQuantity=True, DisplayQuantity=2)
    rival = ann.sell(2, 100)
    assert book(venue, SELL) == [(Decimal(100), Decimal(4))]

    bob.buy(4, 100)

    assert ann.state(rival) == "FullyExecuted"
    assert ann.status(order)["Quantity"] == 3
    assert book(venue, SELL) == [(Decimal(100), Decimal(2))]


def test_no_order_is_taken_while_the_market_does_not_run(venue: Venue, ann: Member) -> None:
    halt(venue, "MarketPause", 0)

    assert ann.send(BUY, 1, 100)["status"] == "Rejected"


def test_a_trader_needs_the_instrument_when_trading_is_restricted(
    venue: Venue, ann: Member
) -> None:
    venue.exchange.grants.restrict_instruments = True
    venue.exchange.grants.instruments.clear()

    assert refused(ann.send(BUY, 1, 100), 20)


def test_a_read_only_user_cannot_send_orders(venue: Venue) -> None:
    reply = venue.read_only.call(
        "SendOrder", OMSId=1, AccountId=venue.account("read_only"), InstrumentId=BTCUSD,
        Side=BUY, OrderType=LIMIT, Quantity=1, LimitPrice=1,
    )

    assert refused(reply, 20)


def test_a_list_of_orders_is_answered_one_by_one(ann: Member) -> None:
    order = {"OMSId": 1, "AccountId": ann.account, "InstrumentId": BTCUSD, "Side": BUY,
             "OrderType": LIMIT, "Quantity": 1, "LimitPrice": 100}

    replies = ann.client.send("SendOrderList", [order, {**order, "InstrumentId": 99}])

    assert [reply["status"] for reply in replies] == ["Accepted", "Rejected"]
    assert ann.open_ids() == [replies[0]["OrderId"]]
