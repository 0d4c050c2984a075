"""Level 1: best prices and figures of the day, read once or followed."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.markets import (
    BUY,
    OMS,
    SELL,
    book,
    enter,
    enter_best_buy,
    feed_payload,
    heard,
    side_of,
    subscribe,
    trade,
    value,
    withdraw,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, logged_in_again

SHARED = (
    ("bestBid", "BestBid"), ("bestOffer", "BestOffer"), ("volume", "Volume"),
    ("lastTradedPx", "LastTradedPx"), ("lastTradedVolume", "LastTradedQty"),
    ("sessionOpen", "SessionOpen"), ("sessionHigh", "SessionHigh"),
    ("sessionLow", "SessionLow"), ("currentDayVolume", "CurrentDayVolume"),
    ("currentDayNumTrades", "CurrentDayNumTrades"), ("currentDayPxChange", "CurrentDayPxChange"),
    ("rolling24HrVolume", "Rolling24HrVolume"),
)
"""The figures that both calls print, under the names of either."""


def level1(reader: Session, market: Market) -> Turn:
    """GetLevel1 of the market."""
    return reader.call("GetLevel1", OMSId=OMS, InstrumentId=market.instrument_id)


@clause("users/GetLevel1/instrument")
def test_level1_names_the_instrument_asked_for(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """productPairCode is the instrument: prices under another name go to another chart."""
    turn = verify.succeeded(level1(trader, market))

    verify.equal("productPairCode", turn["productPairCode"], market.instrument_id, turn)


@clause("users/GetLevel1/agrees-with-subscription")
def test_level1_read_and_followed_agree(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """At rest GetLevel1 and SubscribeLevel1 tell the same figures under their two sets of names."""
    trade(rival, trader, market)

    read, followed = level1(trader, market), subscribe(trader, market, "Level1")

    one = {read_as: read[read_as] for read_as, _ in SHARED}
    other = {read_as: followed[followed_as] for read_as, followed_as in SHARED}
    verify.equal("GetLevel1", one, other, read, followed)


@clause("users/GetLevel1/best-prices")
def test_best_prices_are_the_best_of_the_book(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """bestBid and bestOffer are the first prices of the book, after an order has moved one."""
    enter_best_buy(trader, market)

    turn, rows = level1(trader, market), book(trader, market)

    best = (
        max(row.price for row in side_of(rows, BUY)), min(row.price for row in side_of(rows, SELL))
    )
    verify.equal("(bestBid, bestOffer)", (turn["bestBid"], turn["bestOffer"]), best, turn)


@clause("users/GetLevel1/best-quantities")
def test_best_quantities_are_those_at_the_best_prices(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """bidQty and askQty say how much waits at the best prices, and nothing further away."""
    enter_best_buy(trader, market)

    turn, rows = level1(trader, market), book(trader, market, 1)

    waiting = (side_of(rows, BUY)[0].quantity, side_of(rows, SELL)[0].quantity)
    verify.equal("(bidQty, askQty)", (turn["bidQty"], turn["askQty"]), waiting, turn)


@clause("users/GetLevel1/order-counts")
def test_order_counts_follow_the_orders_of_their_side(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Two orders at the best bid are two; the count of offers does not hear of them."""
    before = level1(trader, market)
    _, price = enter_best_buy(trader, market)
    one = level1(trader, market)

    enter(trader, market, BUY, price)

    two = level1(trader, market)
    verify.equal("bidOrderCt", two["bidOrderCt"], one["bidOrderCt"] + 1, one, two)
    verify.equal("askOrderCt", two["askOrderCt"], before["askOrderCt"], before, two)


@clause("users/GetLevel1/session-range")
def test_last_price_lies_within_the_days_range(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Once there was a trade today, open and last price lie between low and high."""
    trade(rival, trader, market)

    turn = level1(trader, market)

    low, high = turn["sessionLow"], turn["sessionHigh"]
    verify.holds(
        "sessionLow <= sessionOpen, lastTradedPx <= sessionHigh",
        low <= turn["sessionOpen"] <= high and low <= turn["lastTradedPx"] <= high,
        turn.text, turn,
    )


@clause("users/SubscribeLevel1/effect")
def test_level1_subscription_holds_for_its_connection_only(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """The connection that subscribed hears; another one of the same user does not."""
    other = logged_in_again(world, trader)

    verify.succeeded(trader.send("SubscribeLevel1", feed_payload(market)))

    enter_best_buy(trader, market)
    verify.holds("the subscriber hears", bool(heard(trader, "Level1UpdateEvent")), "nothing")
    verify.equal("events elsewhere", heard(other, "Level1UpdateEvent"), [])


@clause("users/SubscribeLevel1/events")
def test_level1_event_tells_what_a_reader_reads(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The event after a new best bid carries it, and the offer a reader sees at that moment."""
    subscribe(trader, market, "Level1")
    _, price = enter_best_buy(trader, market)

    event = verify.event(
        trader, "Level1UpdateEvent", InstrumentId=market.instrument_id, BestBid=price
    )

    verify.equal("BestOffer", value(event, "BestOffer"), level1(trader, market)["bestOffer"])


@clause("users/SubscribeLevel1/by-id-or-symbol")
def test_level1_by_symbol_is_level1_by_id(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Id and symbol name the same market and lead to the same figures."""
    by_id = verify.succeeded(trader.send("SubscribeLevel1", feed_payload(market)))

    by_symbol = verify.succeeded(
        trader.call("SubscribeLevel1", OMSId=OMS, Symbol=market.symbol)
    )

    verify.equal("figures by symbol", timeless(by_symbol), timeless(by_id), by_id, by_symbol)


def timeless(turn: Turn) -> dict[str, object]:
    """A Level 1 reply without the moment it was made at."""
    return {key.lower(): item for key, item in turn.value.items() if key.lower() != "timestamp"}


@clause("users/SubscribeLevel1/instrument")
def test_level1_subscription_names_the_instrument(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The reply is about the instrument that was asked for."""
    turn = verify.succeeded(trader.send("SubscribeLevel1", feed_payload(market)))

    verify.equal("InstrumentId", turn["InstrumentId"], market.instrument_id, turn)


@clause("users/SubscribeLevel1/event-shape")
def test_level1_event_has_the_shape_of_the_reply(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """One parser serves reply and events: the keys are the same."""
    turn = subscribe(trader, market, "Level1")
    enter_best_buy(trader, market)

    event = verify.event(trader, "Level1UpdateEvent", InstrumentId=market.instrument_id)

    keys = {key.lower() for key in event}
    verify.equal("keys of the event", keys, {key.lower() for key in turn.value}, turn)


@clause("users/SubscribeLevel1/on-best-change")
def test_level1_tells_each_change_of_the_best_price(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """A better bid is told when it comes and when it goes again."""
    first = subscribe(trader, market, "Level1")

    order_id, price = enter_best_buy(trader, market)
    came = heard(trader, "Level1UpdateEvent")
    withdraw(trader, order_id)
    went = heard(trader, "Level1UpdateEvent")

    verify.equal("BestBid once it came", last_bid(came), price)
    verify.equal("BestBid once it went", last_bid(went), first["BestBid"])


def last_bid(told: list[object]) -> object:
    """The best bid of the newest event; None when there was none."""
    return value(told[-1], "BestBid") if told else None


@pytest.mark.parametrize("rule", [
    clause_case("users/SubscribeLevel1/price-change", "change"),
    clause_case("users/SubscribeLevel1/session-range", "range"),
])
def test_figures_of_the_day_fit_together(
    trader: Session, rival: Session, market: Market, verify: Verifier, rule: str
) -> None:
    """Change is last price less opening price; the last price lies within the day's range."""
    trade(rival, trader, market)

    turn = subscribe(trader, market, "Level1")

    last, opened = turn["LastTradedPx"], turn["SessionOpen"]
    found, subject = {
        "change": (turn["CurrentDayPxChange"] == last - opened, "change is last less open"),
        "range": (turn["SessionLow"] <= last <= turn["SessionHigh"], "low <= last <= high"),
    }[rule]
    verify.holds(subject, found, turn.text, turn)


@clause("users/SubscribeLevel1/resubscribe")
def test_second_subscription_gives_a_fresh_picture(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Subscribing again shows the market as it is now, and events are not doubled."""
    subscribe(trader, market, "Level1")
    order_id, price = enter_best_buy(trader, market)

    again = verify.succeeded(trader.send("SubscribeLevel1", feed_payload(market)))

    verify.equal("BestBid", again["BestBid"], price, again)
    heard(trader)
    withdraw(trader, order_id)
    verify.equal("events of one change", len(heard(trader, "Level1UpdateEvent")), 1)


@clause("users/SubscribeLevel1/public")
def test_level1_without_a_login_is_all_or_nothing(
    anonymous: Session, market: Market, verify: Verifier
) -> None:
    """The page lists permissions, deployments ask for none: a full reply or a plain refusal."""
    turn = anonymous.send("SubscribeLevel1", feed_payload(market))

    judge = verify.refused if turn.get("errorcode") == NOT_AUTHORISED else verify.succeeded
    judge(turn)
