"""Who trades with whom, at which price, and what it does to funds and fees."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.reference.client import Venue
from tests.reference.trading.member import BTC, BTCUSD, BUY, SELL, USD, Member, book


def test_a_trade_moves_both_sides_and_the_fees(venue: Venue, ann: Member, bob: Member) -> None:
    before = (ann.amount(BTC), ann.amount(USD), bob.amount(BTC), bob.amount(USD))
    ann.sell(2, 100)
    bob.buy(2, 150)

    after = (ann.amount(BTC), ann.amount(USD), bob.amount(BTC), bob.amount(USD))
    moved = [new - old for new, old in zip(after, before, strict=True)]
    assert moved == [Decimal(-2), Decimal("199.8"), Decimal("1.996"), Decimal(-200)]
    assert ann.hold(BTC) == bob.hold(USD) == 0


def test_both_executions_share_the_trade(ann: Member, bob: Member) -> None:
    ann.sell(2, 100)
    bob.buy(1, 100)

    sold, bought = ann.trades(Depth=1)[0], bob.trades(Depth=1)[0]

    assert sold["tradeId"] == bought["tradeId"]
    assert sold["executionId"] != bought["executionId"]
    assert (sold["side"], bought["side"]) == (SELL, BUY)
    assert (sold["remainingQuantity"], bought["remainingQuantity"]) == (1, 0)
    assert (sold["fee"], sold["feeProductId"]) == (Decimal("0.1"), USD)
    assert (bought["fee"], bought["feeProductId"]) == (Decimal("0.002"), BTC)


def test_the_better_price_executes_first(ann: Member, bob: Member) -> None:
    dear, cheap = ann.sell(1, 101), ann.sell(1, 100)

    bob.buy(1, 200)

    assert (ann.state(cheap), ann.state(dear)) == ("FullyExecuted", "Working")


def test_the_earlier_order_executes_first(ann: Member, bob: Member) -> None:
    first, second = ann.sell(1, 100), ann.sell(1, 100)

    bob.buy(1, 100)

    assert (ann.state(first), ann.state(second)) == ("FullyExecuted", "Working")


def test_modifying_keeps_the_place_in_the_queue(ann: Member, bob: Member) -> None:
    first, second = ann.sell(2, 100), ann.sell(1, 100)
    reply = ann.call("ModifyOrder", OrderId=first, InstrumentId=BTCUSD, Quantity=1)
    assert reply["result"] is True
    assert ann.hold(BTC) == 2

    bob.buy(1, 100)

    assert (ann.state(first), ann.state(second)) == ("FullyExecuted", "Working")


def test_replacing_goes_to_the_back_of_the_queue(ann: Member, bob: Member) -> None:
    first, second = ann.sell(1, 100, ClientOrderId=5), ann.sell(1, 100)
    reply = ann.replace(first, SELL, 1, 100, ClientOrderId=6)
    assert reply["origOrderId"] == first
    assert (reply["origClOrdId"], reply["replacementClOrdId"]) == (5, 6)

    bob.buy(1, 100)

    assert ann.state(first) == "Canceled"
    assert ann.state(second) == "FullyExecuted"
    replacement = ann.status(reply["replacementOrderId"])
    assert (replacement["OrderState"], replacement["OrigOrderId"]) == ("Working", first)


def test_a_partial_fill_leaves_the_rest_working(venue: Venue, ann: Member, bob: Member) -> None:
    order = ann.sell(3, 100)
    bob.buy(1, 100)

    status = ann.status(order)

    figures = (status["OrigQuantity"], status["Quantity"], status["QuantityExecuted"])
    assert figures == (3, 2, 1)
    assert status["OrderState"] == "Working"
    assert book(venue, SELL) == [(Decimal(100), Decimal(2))]
    assert ann.hold(BTC) == 2


def test_an_account_may_trade_with_itself(ann: Member) -> None:
    order = ann.sell(1, 100)
    ann.buy(1, 100)

    assert ann.state(order) == "FullyExecuted"
    assert len(ann.trades(Depth=2, OrderId=order)) == 1


def test_self_trade_prevention_cancels_what_rests(venue: Venue, ann: Member) -> None:
    venue.exchange.catalogue.instrument(BTCUSD).self_trade_prevention = True
    resting = ann.sell(1, 100)
    taking = ann.buy(1, 100)

    assert (ann.state(resting), ann.state(taking)) == ("Canceled", "Working")
    assert ann.trades(OrderId=resting) == []


def test_an_order_ends_when_its_oco_partner_executes(ann: Member, bob: Member) -> None:
    partner = ann.sell(1, 100)
    watcher = ann.buy(1, 50, OrderIdOCO=partner)

    bob.buy(1, 100)

    assert ann.state(watcher) == "Canceled"
    assert ann.hold(USD) == 0


def test_the_oco_partner_does_not_watch_back(ann: Member, bob: Member) -> None:
    partner = ann.sell(1, 100)
    watcher = ann.buy(1, 50, OrderIdOCO=partner)

    bob.sell(1, 50)

    assert (ann.state(watcher), ann.state(partner)) == ("FullyExecuted", "Working")


@pytest.mark.parametrize(("minimum", "state"), [("0.5", "Working"), ("2", "Canceled")])
def test_a_rest_below_the_minimum_is_cancelled(
    venue: Venue, ann: Member, bob: Member, minimum: str, state: str
) -> None:
    venue.exchange.catalogue.instrument(BTCUSD).minimum_quantity = Decimal(minimum)
    order = ann.sell(3, 100)
    bob.buy(2, 100)

    assert ann.state(order) == state


def test_a_product_without_fees_is_free(venue: Venue, ann: Member, bob: Member) -> None:
    venue.exchange.catalogue.product(BTC).no_fees = True
    ann.sell(1, 100)
    order = bob.buy(1, 100)

    assert bob.trades(OrderId=order)[0]["fee"] == 0


def test_the_estimated_fee_is_the_fee_charged(ann: Member, bob: Member) -> None:
    estimate = ann.call(
        "GetOrderFee", InstrumentId=BTCUSD, ProductId=USD, Amount=2, Price=100, OrderType=2,
        MakerTaker=1, Side=SELL,
    )
    order = ann.sell(2, 100)
    bob.buy(2, 100)

    charged = ann.trades(OrderId=order)[0]
    assert (charged["fee"], charged["feeProductId"]) == (estimate["OrderFee"], USD)
