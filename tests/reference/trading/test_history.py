"""Reading orders, executions and bookings back: filters, windows, who may read."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.reference.client import Venue, refused
from tests.reference.trading.member import BTCUSD, BUY, USD, Member


def test_order_history_shows_every_order_newest_first(ann: Member) -> None:
    first, second = ann.buy(1, 100), ann.buy(1, 101)
    rejected = ann.send(BUY, 1, 100.005)["OrderId"]
    ann.call("CancelOrder", OrderId=first)

    history = ann.call("GetOrderHistory")

    assert [order["OrderId"] for order in history[:3]] == [rejected, second, first]
    states = [order["OrderState"] for order in history[:3]]
    assert states == ["Rejected", "Working", "Canceled"]
    assert history[0]["RejectReason"]


def test_one_order_shows_every_state_it_was_in(ann: Member, bob: Member) -> None:
    order = ann.sell(3, 100)
    bob.buy(1, 100)
    ann.call("ModifyOrder", OrderId=order, InstrumentId=BTCUSD, Quantity=1)
    ann.call("CancelOrder", OrderId=order)

    states = ann.call("GetOrderHistoryByOrderId", OrderId=order)

    reasons = [state["ChangeReason"] for state in states]
    assert reasons == ["NewInputAccepted", "Trade", "UserModified", "UserModified"]
    assert [state["Quantity"] for state in states] == [3, 2, 1, 0]
    assert states[-1] == ann.status(order)


@pytest.mark.parametrize(
    "wanted",
    [{"ClientOrderId": 7}, {"InstrumentId": 2}, {"StartIndex": 1, "Depth": 1}, {"Depth": 0}],
)
def test_orders_history_filters_and_pages(ann: Member, wanted: dict[str, int]) -> None:
    seven, other = ann.buy(1, 100, ClientOrderId=7), ann.buy(1, 100, InstrumentId=2)

    found = [order["OrderId"] for order in ann.call("GetOrdersHistory", **wanted)]

    expected: dict[str, list[int]] = {"ClientOrderId": [seven], "StartIndex": [seven], "Depth": []}
    key = next(iter(wanted))
    assert found[:1] == expected.get(key, [other])


def test_orders_history_follows_a_replacement(ann: Member) -> None:
    order = ann.buy(1, 100, ClientOrderId=3)
    new = ann.replace(order, BUY, 1, 99)["replacementOrderId"]

    found = ann.call("GetOrdersHistory", OriginalOrderId=order)

    assert [row["OrderId"] for row in found] == [new, order]


def test_orders_history_cuts_by_time(venue: Venue, ann: Member) -> None:
    ann.buy(1, 100)
    venue.exchange.clock.advance(60_000)
    moment = venue.exchange.clock.now()
    late = ann.buy(1, 100)

    found = ann.call("GetOrdersHistory", StartTimestamp=moment)

    assert [row["OrderId"] for row in found] == [late]


def test_account_trades_page_backwards(ann: Member, bob: Member) -> None:
    ann.sell(3, 100)
    orders = [bob.buy(1, 100), bob.buy(1, 100), bob.buy(1, 100)]

    newest = bob.call("GetAccountTrades", StartIndex=0, Count=2)
    next_one = bob.call("GetAccountTrades", StartIndex=2, Count=1)

    assert [t["orderId"] for t in newest + next_one] == orders[::-1]
    assert refused(bob.call("GetAccountTrades", StartIndex=-1, Count=1), 100)


def test_trades_history_intersects_index_and_time(venue: Venue, ann: Member, bob: Member) -> None:
    ann.sell(3, 100)
    bob.buy(1, 100)
    end = venue.exchange.clock.now()
    venue.exchange.clock.advance(10_000)
    bob.buy(1, 100)

    assert len(bob.trades(Depth=1)) == 1
    assert bob.trades(Depth=1, EndTimestamp=end) == []
    assert bob.trades(StartIndex=1, Depth=1, EndTimestamp=end)[0]["tradeTimeMS"] <= end


def test_trades_history_filters(ann: Member, bob: Member) -> None:
    order = ann.sell(2, 100)
    bob.buy(1, 100)
    bob.buy(1, 100)

    trades = ann.trades(OrderId=order)

    assert len(trades) == 2
    assert ann.trades(ExecutionId=trades[0]["executionId"]) == trades[:1]
    assert ann.trades(OrderId=order, InstrumentId=2) == []


def test_transactions_chain_their_balances(ann: Member, bob: Member) -> None:
    ann.sell(1, 100)
    bob.buy(1, 100)

    booked = ann.call("GetAccountTransactions", Depth=50)

    dollars = [row for row in booked if row["productId"] == USD]
    fee, sale = dollars[:2]
    assert fee["balance"] == sale["balance"] - fee["dr"] == ann.amount(USD)
    assert (fee["transactionType"], sale["transactionType"]) == (1, 2)
    assert sale["referenceId"] == ann.trades(Depth=1)[0]["tradeId"]
    assert len(ann.call("GetAccountTransactions", Depth=1)) == 1


@pytest.mark.parametrize(
    "name",
    ["GetOpenOrders", "GetOrderHistory", "GetAccountTrades", "GetAccountTransactions",
     "GetOpenTradeReports", "GetOrdersHistory", "GetTradesHistory", "GetAccountMarginState"],
)
def test_only_linked_users_and_operators_read_an_account(
    venue: Venue, ann: Member, name: str
) -> None:
    query: dict[str, Any] = {"OMSId": 1, "AccountId": ann.account, "StartIndex": 0, "Count": 9}

    assert refused(venue.second_trader.call(name, **query), 20)
    assert "errorcode" not in venue.operator.call(name, **query)
    assert refused(venue.operator.call(name, **{**query, "AccountId": 99_999}), 104)


def test_an_unknown_order_has_no_status(ann: Member) -> None:
    assert refused(ann.call("GetOrderStatus", OrderId=999_999), 104)
    assert refused(ann.call("GetOrderHistoryByOrderId", OrderId=999_999), 104)


def test_hourly_bars_agree_with_the_trades(venue: Venue, ann: Member, bob: Member) -> None:
    ann.sell(3, 130)
    ann.sell(1, 120)
    bob.buy(2, 130)
    now = venue.exchange.clock.now()
    venue.exchange.clock.advance(3_600_000)

    bars = venue.anonymous().call(
        "GetTickerHistory", OMSId=1, InstrumentId=BTCUSD, Interval=3600, FromDate="2020-01-01",
        ToDate="2100-01-01",
    )

    bar = next(bar for bar in bars if bar[0] - 3_600_000 <= now < bar[0])
    assert (bar[1] >= 130, bar[2], bar[4], bar[8]) == (True, 120, 130, 1)
    assert bar[5] >= 2
    gaps = {later[0] - earlier[0] for earlier, later in pairwise(bars)}
    assert gaps == {3_600_000}


@pytest.mark.parametrize("wrong", [{"FromDate": "soon"}, {"Interval": 0}, {"Interval": -60}])
def test_a_bad_ticker_request_is_refused(venue: Venue, wrong: dict[str, Any]) -> None:
    query = {
        "OMSId": 1, "InstrumentId": 1, "Interval": 60, "FromDate": "2020-01-01",
        "ToDate": "2100-01-01",
    }

    assert refused(venue.anonymous().call("GetTickerHistory", **{**query, **wrong}), 100)


def test_the_earliest_tick_lies_in_the_trading_day(venue: Venue) -> None:
    now = venue.exchange.clock.now()

    moments = venue.operator.call("GetEarliestTickTime", OMSId=1, InstrumentId=BTCUSD)

    assert [now - now % 86_400_000 <= moment <= now for moment in moments] == [True]
