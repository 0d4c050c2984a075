"""Public trades: the newest ones, then every later one."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.markets import (
    TradePrint,
    feed_payload,
    heard,
    prints,
    prints_of,
    subscribe,
    trade,
)
from scenarios.users.vocabulary import logged_in_again

DEFAULT_COUNT = 100
DIRECTIONS, TAKER_SIDES = {0, 1, 2}, {0, 1}


def newest(who: Session, market: Market, count: int) -> list[TradePrint]:
    """The newest public trades, as the reply to a subscription lists them."""
    return prints(subscribe(who, market, "Trades", IncludeLastCount=count).value)


@clause("users/SubscribeTrades/effect")
def test_trades_subscription_holds_for_its_connection_only(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The connection that subscribed hears of a trade; another one of the user does not."""
    other = logged_in_again(world, trader)

    verify.succeeded(trader.send("SubscribeTrades", feed_payload(market)))

    trade(rival, trader, market)
    verify.equal("trades told", len(heard(trader, "TradeDataUpdateEvent")), 1)
    verify.equal("events elsewhere", heard(other, "TradeDataUpdateEvent"), [])


@clause("users/SubscribeTrades/events")
def test_trade_event_tells_what_happened(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The event names the two orders, price and quantity, and a new reader is told the same."""
    subscribe(trader, market, "Trades")
    deal = trade(rival, trader, market)

    told = prints_of(verify.events(trader, "TradeDataUpdateEvent"))

    required = (deal.price, deal.quantity, {deal.sell_order, deal.buy_order})
    found = [(row.price, row.quantity, {row.order1, row.order2}) for row in told]
    verify.equal("(price, quantity, orders)", found, [required])
    verify.equal("the newest trade", newest(rival, market, 1), told)


@pytest.mark.parametrize("count", [0, 1, 2])
@clause("users/SubscribeTrades/count")
def test_no_more_trades_than_asked(
    trader: Session, rival: Session, market: Market, verify: Verifier, count: int
) -> None:
    """IncludeLastCount limits the reply, and it is the newest trades that stay."""
    made = [trade(rival, trader, market).sell_order, trade(rival, trader, market).sell_order]

    rows = newest(trader, market, count)

    found = {min(row.order1, row.order2) for row in rows}
    verify.equal(f"{count} newest trades", (len(rows), found), (count, last_of(made, count)))


def last_of(made: list[int], count: int) -> set[int]:
    """The last few of a list, as a set."""
    return set(made[len(made) - count:])


@clause("users/SubscribeTrades/default-count")
def test_a_hundred_trades_unless_asked(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Without IncludeLastCount at most 100 trades come, however many there were."""
    trade_often(rival, trader, market, DEFAULT_COUNT + 1)

    turn = verify.succeeded(trader.send("SubscribeTrades", feed_payload(market)))

    verify.equal("trades in the reply", len(prints(turn.value)), DEFAULT_COUNT, turn)


def trade_often(seller: Session, buyer: Session, market: Market, count: int) -> None:
    """So many trades, one lot each."""
    for _ in range(count):
        trade(seller, buyer, market)


@pytest.mark.parametrize("rule", [
    clause_case("users/SubscribeTrades/unique-ids", "ids"),
    clause_case("users/SubscribeTrades/ordered", "order"),
    clause_case("users/SubscribeTrades/positive", "positive"),
    clause_case("users/SubscribeTrades/instrument", "instrument"),
    clause_case("users/SubscribeTrades/two-orders", "orders"),
])
def test_trades_of_the_reply_are_sound(
    trader: Session, rival: Session, market: Market, verify: Verifier, rule: str
) -> None:
    """A trade is told once and in order, between two orders, of something for a price."""
    trade(rival, trader, market)
    trade(trader, rival, market)

    rows = newest(trader, market, 20)

    numbers = [row.trade_id for row in rows]
    subject, found = {
        "ids": ("no TradeId comes twice", len(set(numbers)) == len(numbers)),
        "order": ("TradeIds rise or fall", numbers in (sorted(numbers), sorted(numbers)[::-1])),
        "positive": ("price and quantity are above 0",
                     all(row.price > 0 and row.quantity > 0 for row in rows)),
        "instrument": ("every row names the instrument",
                       {row.instrument for row in rows} == {market.instrument_id}),
        "orders": ("a trade has two orders", all(row.order1 != row.order2 for row in rows)),
    }[rule]
    verify.holds("there are trades to judge", len(rows) >= 2, rows)
    verify.holds(subject, found, rows[-5:], trader.turns[-1])


@clause("users/SubscribeTrades/each-trade-once")
def test_each_later_trade_comes_once(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Two trades are two rows, no matter who traded: volume is counted from them."""
    subscribe(trader, market, "Trades")
    deals = [trade(rival, trader, market), trade(trader, rival, market)]

    told = prints_of(heard(trader, "TradeDataUpdateEvent"))

    found = [{row.order1, row.order2} for row in told]
    verify.equal("orders of the trades", found, [{d.sell_order, d.buy_order} for d in deals])


@clause("users/SubscribeTrades/private")
def test_public_trade_does_not_tell_who_traded(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Every column of a public trade is what its heading says: none holds an account.

    A fresh account's number equals neither price, quantity nor time, and order ids are known.
    """
    deal = trade(rival, trader, market)

    row = newest(trader, market, 1)[0]

    known = {row.trade_id, deal.sell_order, deal.buy_order, deal.buy_client_id, *CONSTANTS}
    columns = {*row} - {row.price, row.quantity, row.time, row.instrument} - known
    accounts = {trader.account_id, rival.account_id, trader.user_id, rival.user_id} - known
    verify.equal("accounts and users in the row", columns & accounts, set(), trader.turns[-1])


CONSTANTS = frozenset({0, 1, 2})
"""Values of the columns that hold enumerations."""


@clause("users/SubscribeTrades/event-name")
def test_trades_come_as_trade_data_update_event(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The page says OrderTradeEvent, which is private; deployments send TradeDataUpdateEvent."""
    subscribe(trader, market, "Trades")
    trade(rival, trader, market)

    names = {frame.name for frame in trader.events()}

    verify.equal("events of a trade", names, {"TradeDataUpdateEvent"})
