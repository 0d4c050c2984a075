"""Stop and trailing orders: they wait, follow, trigger and give back what they reserved."""

from __future__ import annotations

from tests.reference.client import Venue
from tests.reference.trading.member import (
    BTC,
    BUY,
    SELL,
    STOP_LIMIT,
    STOP_MARKET,
    TRAILING_LIMIT,
    TRAILING_MARKET,
    USD,
    Member,
    book,
)


def trade_at(ann: Member, bob: Member, price: int) -> None:
    ann.sell(1, price)
    bob.buy(1, price)


def test_a_stop_market_order_waits_for_the_last_price(ann: Member, bob: Member) -> None:
    ann.sell(5, 60_000)
    stop = bob.buy(2, OrderType=STOP_MARKET, StopPrice=55_000, PegPriceType=1)
    assert bob.state(stop) == "Working"
    assert bob.hold(USD) == 110_000

    trade_at(ann, bob, 56_000)

    assert bob.status(stop)["AvgPrice"] == 60_000
    assert bob.hold(USD) == 0


def test_a_stop_limit_order_rests_at_its_limit_once_triggered(
    venue: Venue, ann: Member, bob: Member
) -> None:
    stop = ann.sell(1, 39_000, OrderType=STOP_LIMIT, StopPrice=40_000, PegPriceType=1)
    assert book(venue, SELL) == []

    trade_at(ann, bob, 39_900)

    assert book(venue, SELL)[0][0] == 39_000
    assert ann.open_ids() == [stop]


def test_a_stop_can_watch_the_best_bid(ann: Member, bob: Member) -> None:
    bob.buy(1, 100)
    stop = ann.sell(1, OrderType=STOP_MARKET, StopPrice=90, PegPriceType=2)
    bob.call("CancelAllOrders")
    assert ann.state(stop) == "Working"

    bob.buy(1, 80)

    assert ann.status(stop)["AvgPrice"] == 80


def test_a_trailing_stop_follows_the_market_up_and_sells_on_the_way_down(
    ann: Member, bob: Member
) -> None:
    trade_at(ann, bob, 50_000)
    bob.buy(1, 45_000)
    stop = ann.sell(1, OrderType=TRAILING_MARKET, TrailingAmount=1_000, PegPriceType=1)
    trade_at(ann, bob, 60_000)
    assert ann.state(stop) == "Working"

    trade_at(ann, bob, 59_000)

    assert ann.status(stop)["AvgPrice"] == 45_000


def test_a_trailing_limit_order_rests_at_an_offset(venue: Venue, ann: Member, bob: Member) -> None:
    trade_at(ann, bob, 50_000)
    stop = bob.buy(
        1, OrderType=TRAILING_LIMIT, TrailingAmount=1_000, LimitOffset=100, PegPriceType=1
    )
    trade_at(ann, bob, 40_000)

    trade_at(ann, bob, 41_000)

    assert bob.open_ids() == [stop]
    assert book(venue, BUY)[0][0] == 41_100


def test_cancelling_a_waiting_stop_releases_its_hold(ann: Member) -> None:
    stop = ann.sell(2, OrderType=STOP_MARKET, StopPrice=10, PegPriceType=1)
    assert ann.hold(BTC) == 2

    ann.call("CancelOrder", OrderId=stop)

    assert ann.hold(BTC) == 0
    assert ann.state(stop) == "Canceled"


def test_a_stop_without_a_stop_price_is_refused(ann: Member) -> None:
    assert ann.send(SELL, 1, OrderType=STOP_MARKET)["status"] == "Rejected"
