"""Subscriptions: the first answer, then events that agree with every later reading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reference.client import Client, Venue, refused
from tests.reference.trading.member import BTCUSD, BUY, SELL, Member, halt

Book = dict[tuple[int, Decimal], Decimal]


def as_book(rows: list[list[Any]]) -> Book:
    return {(row[9], row[6]): row[8] for row in rows}


def apply(known: Book, events: list[list[list[Any]]]) -> Book:
    """The book after the rows of some Level2UpdateEvents."""
    rows = [row for event in events for row in event]
    changed = {**known, **as_book(rows)}
    gone = {(row[9], row[6]) for row in rows if row[3] == 2}
    return {key: quantity for key, quantity in changed.items() if key not in gone}


def subscribe(client: Client, kind: str, **extra: Any) -> Any:
    return client.call(f"Subscribe{kind}", OMSId=1, InstrumentId=BTCUSD, **extra)


def test_level2_events_rebuild_the_book(venue: Venue, ann: Member, bob: Member) -> None:
    watcher = venue.read_only
    venue.exchange.grants.grant_market_data(venue.user("read_only"), BTCUSD, level2=True)
    known = as_book(subscribe(watcher, "Level2", Depth=100))
    ann.sell(2, 100)
    ann.sell(1, 101)
    order = ann.buy(1, 90)
    bob.buy(2.5, 101)
    ann.call("CancelOrder", OrderId=order)

    known = apply(known, watcher.events("Level2UpdateEvent"))

    now = watcher.call("GetL2Snapshot", OMSId=1, InstrumentId=BTCUSD, Depth=100)
    assert known == as_book(now) == {(SELL, Decimal(101)): Decimal("0.5")}


def test_level2_rows_tell_new_changed_and_deleted_levels(venue: Venue, ann: Member) -> None:
    subscribe(ann.client, "Level2", Depth=10)
    order = ann.buy(2, 90)
    ann.call("ModifyOrder", OrderId=order, InstrumentId=BTCUSD, Quantity=1)
    ann.call("CancelOrder", OrderId=order)

    rows = [row for event in ann.client.events("Level2UpdateEvent") for row in event]

    assert [(row[3], row[8], row[9]) for row in rows] == [(0, 2, BUY), (1, 1, BUY), (2, 0, BUY)]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_snapshot_lists_best_prices_first(venue: Venue, ann: Member) -> None:
    placed = [ann.buy(1, 90), ann.buy(1, 91), ann.sell(1, 101), ann.sell(1, 100), ann.sell(2, 100)]
    assert len(placed) == 5

    rows = venue.anonymous().call("GetL2Snapshot", OMSId=1, InstrumentId=BTCUSD, Depth=1)

    assert [(row[6], row[8], row[5], row[9]) for row in rows] == [(91, 1, 1, 0), (100, 3, 2, 1)]


def test_level1_event_agrees_with_level1(venue: Venue, ann: Member, bob: Member) -> None:
    by_symbol = ann.client.call("SubscribeLevel1", OMSId=1, Symbol="BTC/USD")
    assert (by_symbol["InstrumentId"], by_symbol["BestBid"]) == (BTCUSD, 0)
    ann.sell(2, 100)
    bob.buy(1, 100)
    bob.buy(1, 90)

    event = ann.client.events("Level1UpdateEvent")[-1]
    level1 = ann.client.call("GetLevel1", OMSId=1, InstrumentId=BTCUSD)

    assert (event["BestBid"], event["BestOffer"], event["LastTradedPx"]) == (90, 100, 100)
    assert (level1["bestBid"], level1["bestOffer"], level1["lastTradedPx"]) == (90, 100, 100)
    assert (level1["bidQty"], level1["askQty"], level1["askOrderCt"]) == (1, 1, 1)
    assert event["CurrentDayPxChange"] == event["LastTradedPx"] - event["SessionOpen"]
    assert event["CurrentDayNumTrades"] == by_symbol["CurrentDayNumTrades"] + 1


def test_the_days_figures_start_anew_at_midnight(venue: Venue, ann: Member, bob: Member) -> None:
    ann.sell(1, 100)
    bob.buy(1, 100)
    now = venue.exchange.clock.now()
    venue.exchange.clock.advance(86_400_000 - now % 86_400_000)

    level1 = venue.persona("trader").call("GetLevel1", OMSId=1, InstrumentId=BTCUSD)

    assert (level1["currentDayVolume"], level1["currentDayNumTrades"]) == (0, 0)
    assert level1["sessionOpen"] == level1["sessionHigh"] == 100
    assert level1["rolling24NumTrades"] > 0


def test_public_trades_are_told_once(venue: Venue, ann: Member, bob: Member) -> None:
    before = subscribe(ann.client, "Trades", IncludeLastCount=3)
    assert len(before) == 3
    first = ann.sell(2, 100)
    second = bob.buy(1, 100, ClientOrderId=4)

    events = ann.client.events("TradeDataUpdateEvent")

    (trade,) = [row for event in events for row in event]
    assert [trade[str(column)] for column in (1, 2, 3, 4, 5, 8, 9, 10)] == [
        BTCUSD, 1, 100, first, second, BUY, 0, 4
    ]
    assert trade == venue.anonymous().call("GetLastTrades", OMSId=1, InstrumentId=1, Count=1)[0]


def test_ticker_events_show_the_running_bar(venue: Venue, ann: Member, bob: Member) -> None:
    assert len(subscribe(ann.client, "Ticker", Interval=60, IncludeLastCount=5)) == 5
    ann.sell(2, 100)
    bob.buy(2, 100)

    bars = [row for event in ann.client.events("TickerDataUpdateEvent") for row in event]

    assert (bars[-1][4], bars[-1][8], bars[-1][0] - bars[-1][9]) == (100, BTCUSD, 60_000)


def test_a_bar_that_ended_is_told(venue: Venue, ann: Member) -> None:
    subscribe(ann.client, "Ticker", Interval=60, IncludeLastCount=0)
    ann.client.events()
    venue.exchange.clock.advance(120_000)
    ann.client.call("Ping")

    bars = [row for event in ann.client.events("TickerDataUpdateEvent") for row in event]

    assert bars[-1][0] <= venue.exchange.clock.now()


@pytest.mark.parametrize("kind", ["Level1", "Level2", "Trades", "Ticker"])
def test_unsubscribing_ends_one_stream_only(
    venue: Venue, ann: Member, bob: Member, kind: str
) -> None:
    subscribe(ann.client, "Level1")
    subscribe(ann.client, "Level2", Depth=100)
    subscribe(ann.client, "Trades")
    subscribe(ann.client, "Ticker")
    reply = ann.client.call(f"Unsubscribe{kind}", OMSId=1, InstrumentId=BTCUSD)
    assert reply["result"] is True
    ann.sell(1, 100)
    bob.buy(1, 100)

    names = ann.client.event_names()

    ended = {"Trades": "TradeDataUpdateEvent", "Ticker": "TickerDataUpdateEvent"}
    assert ended.get(kind, f"{kind}UpdateEvent") not in names
    assert len(set(names)) == 3


def test_a_grant_opens_only_its_instrument(venue: Venue, ann: Member) -> None:
    client = venue.read_only
    venue.exchange.grants.grant_market_data(venue.user("read_only"), BTCUSD, level2=False)

    assert subscribe(client, "Level1")["InstrumentId"] == BTCUSD
    assert refused(client.call("SubscribeLevel1", OMSId=1, InstrumentId=2), 20)
    assert refused(subscribe(client, "Level2", Depth=1), 20)


def test_a_subscription_needs_a_selector(venue: Venue) -> None:
    assert refused(venue.trader.call("SubscribeLevel1", OMSId=1), 100)
    assert refused(venue.trader.call("SubscribeLevel2", OMSId=1, Symbol="NOPE", Depth=1), 104)


def test_pausing_keeps_the_book_and_stops_trading(venue: Venue, ann: Member) -> None:
    order = ann.sell(1, 100)
    ann.client.call("SubscribeAccountEvents", OMSId=1, AccountId=ann.account)

    assert halt(venue, "MarketPause", 0)["result"] is True
    assert refused(halt(venue, "MarketPause", 0), 101)
    assert ann.send(BUY, 1, 100)["status"] == "Rejected"
    assert halt(venue, "MarketResume", 1)["result"] is True

    updates = ann.client.events("MarketStateUpdate")
    moves = [(u["Action"], u["PreviousStatus"], u["NewStatus"]) for u in updates]
    assert moves == [("Pause", "Running", "Paused"), ("Resume", "Paused", "Running")]
    assert ann.open_ids() == [order]


def test_halting_cancels_every_order_until_the_market_reopens(
    venue: Venue, ann: Member, bob: Member
) -> None:
    order, other = ann.sell(1, 100), ann.buy(1, 100, InstrumentId=2)

    halt(venue)

    assert ann.state(order) == "Canceled"
    assert ann.open_ids() == [other]
    assert refused(halt(venue, "MarketResume", 1), 101)
    assert halt(venue, "MarketReopen", 3)["result"] is True
    assert bob.state(bob.buy(1, 50)) == "Working"


def test_a_resync_echoes_the_request_and_sends_the_book(venue: Venue, ann: Member) -> None:
    ann.sell(1, 100)
    subscribe(ann.client, "Level2", Depth=1)
    assert refused(halt(venue, "MarketResync", 4), 101)
    halt(venue, "MarketPause", 0)

    assert halt(venue, "MarketResync", 4)["venueInstrumentId"] == 1

    rows = ann.client.events("Level2UpdateEvent")[-1]
    assert [(row[3], row[6]) for row in rows] == [(0, 100)]


@pytest.mark.parametrize(
    ("wrong", "code"), [({"action": 0}, 100), ({"action": 9}, 100), ({"instrument": 77}, 104)]
)
def test_a_market_call_must_name_its_market_and_action(
    venue: Venue, ann: Member, wrong: dict[str, int], code: int
) -> None:
    order = ann.sell(1, 100)

    assert refused(halt(venue, **wrong), code)
    assert ann.open_ids() == [order]


def test_resetting_cancels_orders_and_subscriptions(venue: Venue, ann: Member) -> None:
    subscribe(ann.client, "Level2", Depth=1)
    order = ann.sell(1, 100)
    assert refused(venue.operator.call("ResetMarketData", OMSId=1, InstrumentId=1), 20)
    ann.client.events()

    venue.superuser.call("ResetMarketData", OMSId=1, InstrumentId=BTCUSD)
    ann.sell(1, 100)

    assert ann.state(order) == "Canceled"
    assert ann.client.events("Level2UpdateEvent") == []
    assert ann.client.call("GetLevel1", OMSId=1, InstrumentId=BTCUSD)["lastTradedPx"] == 0


def test_resetting_everything_empties_every_book(venue: Venue, ann: Member) -> None:
    ann.sell(1, 100)
    ann.sell(1, 100, InstrumentId=2)

    assert venue.superuser.call("ResetAllMarketDatas")["result"] is True

    assert ann.open_ids() == []


def test_overviews_list_every_market(venue: Venue) -> None:
    client = venue.anonymous()

    rows, ticker = client.call("summary"), client.call("Ticker")

    assert {row["trading_pairs"] for row in rows} == set(ticker)
    assert ticker["BTC_USD"]["last_price"] == rows[0]["last_price"] > 0
