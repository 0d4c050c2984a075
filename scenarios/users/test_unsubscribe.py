"""Ends of market data subscriptions: what stops, and what goes on."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.markets import (
    OMS,
    SUBSCRIBE,
    enter_best_buy,
    feeds_heard,
    heard,
    lively_feeds,
    names_of,
    stir,
    subscribe,
    subscribe_account,
    trade,
    unsubscribe,
)
from scenarios.users.vocabulary import logged_in_again

NOT_FOUND = 104


@pytest.mark.parametrize(
    "kind", [clause_case(f"users/Unsubscribe{kind}/effect", kind) for kind in SUBSCRIBE]
)
def test_end_of_a_subscription_is_the_end_on_one_connection(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier, kind: str
) -> None:
    """The feed ends where it was ended; another connection of the same user still hears it."""
    other = logged_in_again(world, trader)
    lively_feeds(world, trader, rival, market, kind)
    subscribe(other, market, kind)

    verify.succeeded(unsubscribe(trader, market, kind))

    stir(world, rival, trader, market)
    verify.equal(f"{kind} heard here", kind in feeds_heard(trader), False)
    verify.equal(f"{kind} heard there", kind in feeds_heard(other), True)


@pytest.mark.parametrize(
    "kind", [clause_case(f"users/Unsubscribe{kind}/stops-events", kind) for kind in SUBSCRIBE]
)
def test_no_event_comes_after_the_end(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier, kind: str
) -> None:
    """After the reply nothing of that kind arrives, though the market goes on."""
    lively_feeds(world, trader, rival, market, kind)

    verify.succeeded(unsubscribe(trader, market, kind))
    heard(trader)

    stir(world, rival, trader, market)
    verify.equal("events of the ended feed", heard(trader, SUBSCRIBE[kind][0]), [])


@pytest.mark.parametrize(
    "kind", [clause_case(f"users/Unsubscribe{kind}/others-continue", kind) for kind in SUBSCRIBE]
)
def test_other_feeds_and_instruments_go_on(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier, kind: str
) -> None:
    """Ending one feed of one instrument leaves the others, and other instruments, as they are."""
    lively = lively_feeds(world, trader, rival, market, kind)
    elsewhere = world.private_market()
    subscribe(trader, elsewhere, "Level1")

    verify.succeeded(unsubscribe(trader, market, kind))

    stir(world, rival, trader, market)
    verify.equal("feeds that go on", feeds_heard(trader), lively - {kind})
    enter_best_buy(rival, elsewhere)
    told = [row["InstrumentId"] for row in heard(trader, "Level1UpdateEvent")]
    verify.holds("the other instrument is told", elsewhere.instrument_id in told, told)


@pytest.mark.parametrize(
    "kind",
    [clause_case(f"users/Unsubscribe{kind}/without-subscription", kind) for kind in SUBSCRIBE],
)
def test_ending_what_never_began_is_answered(
    trader: Session, market: Market, verify: Verifier, kind: str
) -> None:
    """A client that cleans up too much gets an answer: success, or that there was nothing."""
    turn = unsubscribe(trader, market, kind)

    judge = verify.refused if turn.get("errorcode") == NOT_FOUND else verify.succeeded
    judge(turn)


@clause("users/UnsubscribeTicker/all-intervals")
def test_ticker_of_every_interval_ends(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The request names no interval, so bars of every length end together."""
    lively_feeds(world, trader, rival, market, "Ticker")
    subscribe(trader, market, "Ticker", Interval=30)
    subscribe(trader, market, "Ticker", Interval=20)

    verify.succeeded(unsubscribe(trader, market, "Ticker"))
    heard(trader)

    stir(world, rival, trader, market)
    verify.equal("bars after the end", heard(trader, "TickerDataUpdateEvent"), [])


@clause("users/UnsubscribeTrades/own-trades-continue")
def test_own_trades_are_still_told(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The account's own executions do not belong to the public feed and do not end with it."""
    subscribe_account(trader)
    subscribe(trader, market, "Trades")

    verify.succeeded(unsubscribe(trader, market, "Trades"))

    trade(rival, trader, market)
    found = names_of(trader.events()) & {"OrderTradeEvent", "TradeDataUpdateEvent"}
    verify.equal("events of the own trade", found, {"OrderTradeEvent"})


@clause("users/UnsubscribeLevel1/id-only")
def test_subscription_by_symbol_ends_by_id(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """A client that subscribed by symbol ends it by id: the page has no other key."""
    verify.succeeded(trader.call("SubscribeLevel1", OMSId=OMS, Symbol=market.symbol))
    enter_best_buy(trader, market)
    verify.holds("the subscriber hears", bool(heard(trader, "Level1UpdateEvent")), "nothing")

    verify.succeeded(unsubscribe(trader, market, "Level1"))

    enter_best_buy(trader, market)
    verify.equal("events after the end", heard(trader, "Level1UpdateEvent"), [])
