"""The ticker: price bars of one interval, past and to come."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.markets import (
    OMS,
    Bar,
    bars,
    feed_payload,
    heard,
    subscribe,
    trade,
)
from scenarios.users.reporting import iso, now
from scenarios.users.vocabulary import logged_in_again

DEFAULT_COUNT = 100
DEFAULT_INTERVAL_S = 60
SHORT_S, LONG_S = 60, 3600


def ticker(who: Session, market: Market, **more: int) -> Turn:
    """SubscribeTicker, with what is given and nothing else."""
    return who.send("SubscribeTicker", feed_payload(market, **more))


def steps(rows: list[Bar]) -> set[Decimal]:
    """Seconds from row to row."""
    return {(later.end - row.end) / 1000 for row, later in itertools.pairwise(rows)}


def over(world: World, seconds: int) -> None:
    """Let the interval that is running end; Unavailable where the clock cannot be moved."""
    left = seconds * 1000 - world.deployment.now_ms() % (seconds * 1000)
    world.deployment.advance_clock(left)


@clause("users/SubscribeTicker/effect")
def test_ticker_subscription_holds_for_its_connection_only(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The connection that subscribed hears; another one of the same user does not."""
    other = logged_in_again(world, trader)

    verify.succeeded(ticker(trader, market, Interval=SHORT_S, IncludeLastCount=1))

    trade(rival, trader, market)
    over(world, SHORT_S)
    verify.holds("the subscriber hears", bool(heard(trader, "TickerDataUpdateEvent")), "nothing")
    verify.equal("events elsewhere", heard(other, "TickerDataUpdateEvent"), [])


@clause("users/SubscribeTicker/events")
def test_ticker_event_tells_the_trade_of_its_interval(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """When an interval is over its bar is told: it closes at the last trade and counts it."""
    over(world, SHORT_S)
    subscribe(trader, market, "Ticker", Interval=SHORT_S)
    deal = trade(rival, trader, market)
    over(world, SHORT_S)

    told = [row for event in verify.events(trader, "TickerDataUpdateEvent") for row in bars(event)]

    verify.holds("a bar is told", bool(told), told)
    found = (told[-1].close, told[-1].volume, told[-1].instrument)
    verify.equal(
        "(close, volume, instrument)", found, (deal.price, deal.quantity, market.instrument_id)
    )


@pytest.mark.parametrize("count", [0, 1, 3])
@clause("users/SubscribeTicker/count")
def test_no_more_bars_than_asked(
    trader: Session, rival: Session, market: Market, verify: Verifier, count: int
) -> None:
    """IncludeLastCount limits the bars of the reply."""
    trade(rival, trader, market)

    turn = verify.succeeded(ticker(trader, market, Interval=LONG_S, IncludeLastCount=count))

    rows = bars(turn.value)
    verify.holds(f"at most {count} bars", len(rows) <= count, len(rows), turn)


@clause("users/SubscribeTicker/default-count")
def test_a_hundred_bars_unless_asked(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Without IncludeLastCount at most 100 bars come, though more have passed since a trade."""
    trade(rival, trader, market)
    world.deployment.advance_clock((DEFAULT_COUNT + 5) * 1000)

    turn = verify.succeeded(ticker(trader, market, Interval=1))

    rows = bars(turn.value)
    verify.holds("at most 100 bars, and some", 0 < len(rows) <= DEFAULT_COUNT, len(rows), turn)


@clause("users/SubscribeTicker/default-interval")
def test_bars_are_a_minute_long_unless_asked(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Without Interval the bars are those of 60 seconds, ending on whole minutes."""
    trade(rival, trader, market)
    over(world, SHORT_S)
    asked = verify.succeeded(ticker(trader, market, Interval=DEFAULT_INTERVAL_S))

    turn = verify.succeeded(ticker(trader, market))

    found, required = bars(turn.value), bars(asked.value)
    verify.equal("bars", settled(found), settled(required), turn, asked)
    verify.equal("seconds from bar to bar", steps(found), {DEFAULT_INTERVAL_S}, turn)


def settled(rows: list[Bar]) -> list[Bar]:
    """The bars whose interval is over: the last one may still move."""
    return rows[:-1]


@pytest.mark.parametrize("rule", [
    clause_case("users/SubscribeTicker/low-not-above-high", "range"),
    clause_case("users/SubscribeTicker/open-close-in-range", "ends"),
    clause_case("users/SubscribeTicker/volume", "volume"),
    clause_case("users/SubscribeTicker/instrument", "instrument"),
    clause_case("users/SubscribeTicker/times-ascend", "times"),
])
def test_bars_are_sound(
    trader: Session, rival: Session, market: Market, verify: Verifier, rule: str
) -> None:
    """A bar has its low below its high and everything else between, and follows the one before."""
    trade(rival, trader, market)

    turn = ticker(trader, market, Interval=LONG_S, IncludeLastCount=24)

    rows = bars(turn.value)
    subject, found = {
        "range": ("Low <= High", all(r.low <= r.high for r in rows)),
        "ends": ("Low <= Open, Close <= High",
                 all(r.low <= min(r.open, r.close) and max(r.open, r.close) <= r.high
                     for r in rows)),
        "volume": ("Volume >= 0, and the last bar counts a trade",
                   all(r.volume >= 0 for r in rows) and rows[-1].volume > 0),
        "instrument": ("every bar names the instrument",
                       {r.instrument for r in rows} == {market.instrument_id}),
        "times": ("times rise in steps of the interval",
                  all(step > 0 and step % LONG_S == 0 for step in steps(rows))),
    }[rule]
    verify.holds("there are bars to judge", bool(rows), rows, turn)
    verify.holds(subject, found, rows[-3:], turn)


@clause("users/SubscribeTicker/event-shape")
def test_ticker_event_has_rows_of_the_reply(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """One parser serves reply and events: a row has as many columns here as there."""
    trade(rival, trader, market)
    turn = subscribe(trader, market, "Ticker", Interval=SHORT_S)
    over(world, SHORT_S)

    events = heard(trader, "TickerDataUpdateEvent")

    widths = {len(row) for event in events for row in event}
    verify.equal("columns of event rows", widths, {len(row) for row in turn.value}, turn)


@clause("users/SubscribeTicker/event-pace")
def test_a_bar_is_told_each_interval(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Three intervals without a trade are three bars told, one interval apart."""
    trade(rival, trader, market)
    subscribe(trader, market, "Ticker", Interval=SHORT_S)
    over(world, SHORT_S)
    heard(trader)

    world.deployment.advance_clock(SHORT_S * 1000)
    first = heard(trader, "TickerDataUpdateEvent")
    world.deployment.advance_clock(SHORT_S * 1000)
    second = heard(trader, "TickerDataUpdateEvent")

    rows = [row for event in first + second for row in bars(event)]
    verify.equal("(events, seconds between)", (len(first), len(second), steps(rows)),
                 (1, 1, {SHORT_S}))


@clause("users/SubscribeTicker/same-as-history")
def test_bars_agree_with_the_history(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """A chart drawn from GetTickerHistory goes on seamlessly with the subscription."""
    trade(rival, trader, market)
    over(world, SHORT_S)
    turn = ticker(trader, market, Interval=SHORT_S, IncludeLastCount=10)
    history = trader.call(
        "GetTickerHistory", InstrumentId=market.instrument_id, OMSId=OMS, Interval=SHORT_S,
        FromDate="2020-01-01", ToDate=iso(now(world)),
    )

    past = {row.end: row for row in bars(history.value)}

    shared = [row for row in settled(bars(turn.value)) if row.end in past]
    verify.holds("some bars are in both", bool(shared), history.text[:200], turn, history)
    verify.equal("the bars of both", shared, [past[row.end] for row in shared], turn, history)
