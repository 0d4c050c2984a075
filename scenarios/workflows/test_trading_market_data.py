"""What the public sees of trading: book, best prices, trades, bars and day figures agree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.hearing import (
    end_of_minute,
    listen,
    require_book_as_told,
    tops,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    book,
    buy,
    cancel,
    done,
    executions,
    last,
    modify,
    newest,
    number,
    replaced,
    sell,
    trade,
)
from scenarios.trades.vocabulary import DAY_MS, MINUTE_MS, Bar, bars, trades_apart
from scenarios.users.markets import (
    SUBSCRIBE,
    applied,
    contents,
    feeds_heard,
    frames,
    levels,
    lively_feeds,
    prints,
    prints_of,
    stir,
    subscribe,
    unsubscribe,
)
from scenarios.users.vocabulary import logged_in_again
from scenarios.workflows.floors import level1

FIVE_MINUTES = 300


@pytest.fixture
def observer(world: World) -> Session:
    """Somebody who only looks on."""
    return world.customer()


@clause("workflows/trading/observer-agrees")
def test_bystander_sees_what_the_parties_see(
    world: World, trader: Session, rival: Session, observer: Session, floor: Floor,
    verify: Verifier,
) -> None:
    """The four public feeds tell of a trade what its parties read of it."""
    orders = [sell(rival, floor, lots=3)]
    listen(observer, floor, *SUBSCRIBE)
    orders.append(buy(trader, floor, lots=2))
    end_of_minute(world)

    told = verify.told(observer)

    mine = newest(executions(trader, floor), "execution")
    row = last(prints_of(told.get("TradeDataUpdateEvent", ())), "event of a public trade")
    deal = (lookup(mine, "tradeId"), number(mine, "price"), number(mine, "quantity"))
    verify.equal("public trade", (row.trade_id, row.price, row.quantity), deal)
    verify.equal("its orders", {row.order1, row.order2}, set(orders))
    top = last(told.get("Level1UpdateEvent", ()), "event of Level 1")
    verify.equal("last trade of Level 1",
                 (number(top, "LastTradedPx"), number(top, "LastTradedQty")), deal[1:])
    require_book_as_told(verify, observer, floor, told)
    traded = [Bar(*row[:9]) for rows in told.get("TickerDataUpdateEvent", ()) for row in rows
              if row[5]]
    bar = newest(traded, "event of a bar with a trade")
    verify.equal("(close, volume) of the bar", (bar.close, bar.volume), deal[1:])


@clause("workflows/trading/book-rebuild")
def test_updates_lead_to_the_book(
    trader: Session, rival: Session, observer: Session, floor: Floor, verify: Verifier
) -> None:
    """Who applies every update to the first snapshot has the book of who asks anew.

    Every trading screen is built this way.
    """
    first = buy(trader, floor, -1, lots=3)
    start = contents(levels(subscribe(observer, floor.market, "Level2").value))
    sell(rival, floor, 1, lots=2)
    sell(rival, floor, -1)
    done(modify(trader, floor, first, 1))
    second = replaced(trader, floor, buy(trader, floor, -2), BUY, -3, lots=2)
    buy(trader, floor, 1, lots=2)
    done(cancel(trader, second))

    changes = [row for rows in verify.told(observer).get("Level2UpdateEvent", ())
               for row in levels(rows)]

    rebuilt = applied(start, changes)
    verify.equal("book", rebuilt, book(observer, floor.instrument_id))
    verify.equal("what is left", rebuilt, {(BUY, floor.at(-1)): floor.lots()})


@clause("workflows/trading/book-rebuild")
def test_updates_lead_to_the_book_after_a_reconnect(
    trader: Session, rival: Session, observer: Session, floor: Floor, world: World,
    verify: Verifier,
) -> None:
    """Whose line broke begins anew with the first reply: nothing that was missed is missing."""
    kept = buy(trader, floor, -1, lots=3)
    subscribe(observer, floor.market, "Level2")
    sell(rival, floor, 1, lots=2)
    observer.close()
    done(modify(trader, floor, kept, 2))
    buy(trader, floor, 1, lots=2)

    again = logged_in_again(world, observer)
    start = contents(levels(subscribe(again, floor.market, "Level2").value))
    verify.equal("book at the reconnect", start, book(again, floor.instrument_id))
    sell(rival, floor, 2)
    sell(rival, floor, -1)

    changes = [row for rows in verify.told(again).get("Level2UpdateEvent", ())
               for row in levels(rows)]
    rebuilt = applied(start, changes)
    verify.equal("book", rebuilt, book(again, floor.instrument_id))
    verify.equal("what is left", rebuilt,
                 {(BUY, floor.at(-1)): floor.lots(), (SELL, floor.at(2)): floor.lots()})


@clause("workflows/trading/own-orders-in-book")
def test_own_orders_are_in_the_book(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A level holds what its owners show there, all of them together."""
    buy(trader, floor, -1, lots=2)
    buy(trader, floor, -1, lots=3)
    buy(rival, floor, -1)
    sell(trader, floor, 1, lots=4)

    shown = book(trader, floor.instrument_id)

    verify.holds("own quantity is at most the level's",
                 shown[BUY, floor.at(-1)] >= floor.lots(5), shown)
    verify.equal("sale alone at its price", shown[SELL, floor.at(1)], floor.lots(4))


@clause("workflows/trading/level1-tops-level2")
def test_best_prices_are_the_tops_of_the_book(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Best bid and offer head the book, and the last trade is the newest public one."""
    buy(trader, floor, -2)
    buy(trader, floor, -1, lots=2)
    sell(trader, floor, 2)
    sell(trader, floor, 1, lots=2)
    buy(rival, floor, 1)

    one = subscribe(rival, floor.market, "Level1").value

    best = (number(one, "BestBid"), number(one, "BestOffer"))
    verify.equal("(best bid, best offer)", best, tops(book(rival, floor.instrument_id)))
    verify.equal("as ordered", best, (floor.at(-1), floor.at(1)))
    told = subscribe(rival, floor.market, "Trades", IncludeLastCount=1)
    row = newest(prints(told.value), "public trade")
    traded = (number(one, "LastTradedPx"), number(one, "LastTradedQty"))
    verify.equal("last trade", traded, (row.price, row.quantity))


@clause("workflows/trading/ticker-sums-trades")
def test_bars_sum_up_their_trades(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A bar has the volume, the high and the low of its trades, and short bars add up to long."""
    trades_apart(world, trader, rival, floor, gap_ms=MINUTE_MS)
    traded = [(int(lookup(row, "tradeTimeMS")), number(row, "price"), number(row, "quantity"))
              for row in executions(trader, floor)]

    short, long = bars(world, floor), bars(world, floor, FIVE_MINUTES)

    for_each = [(bar.volume, bar.high, bar.low) for bar in short if bar.volume]
    verify.equal("(volume, high, low) of the minutes", for_each, summed(traded, MINUTE_MS))
    for_each = [(bar.volume, bar.high, bar.low) for bar in long if bar.volume]
    verify.equal("of five minutes", for_each, summed(traded, FIVE_MINUTES * 1000))


def summed(
    traded: list[tuple[int, Decimal, Decimal]], length_ms: int
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """(volume, high, low) of the trades in each interval that has any, oldest first."""
    groups: dict[int, list[tuple[Decimal, Decimal]]] = {}
    for time, price, quantity in sorted(traded):
        groups.setdefault(time // length_ms, []).append((price, quantity))
    return [
        (sum((q for _, q in group), Decimal(0)), max(p for p, _ in group),
         min(p for p, _ in group))
        for group in groups.values()
    ]


@clause("workflows/trading/daily-counters")
def test_day_counts_its_trades_and_ends_at_midnight(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Volume and number of trades grow with each trade, and the next day begins with its own."""
    trade(rival, trader, floor, lots=2)
    trade(rival, trader, floor, lots=3)
    today = figures(trader, floor)
    now = world.deployment.now_ms()
    world.deployment.advance_clock(DAY_MS - now % DAY_MS + MINUTE_MS)
    buyer, seller = logged_in_again(world, trader), logged_in_again(world, rival)
    fresh = figures(buyer, floor)

    trade(seller, buyer, floor)

    found = (today, fresh, figures(buyer, floor))
    verify.equal("(volume, trades) before midnight, after it, after one more trade", found,
                 ((floor.lots(5), 2), (0, 0), (floor.lots(), 1)))


def figures(reader: Session, floor: Floor) -> tuple[Decimal, Decimal]:
    """(volume, number of trades) of the day; the keys are spelled alike in both Level 1 shapes."""
    value = level1(reader, floor).value
    return number(value, "CurrentDayVolume"), number(value, "CurrentDayNumTrades")


@pytest.mark.parametrize("kind", list(SUBSCRIBE))
@clause("workflows/trading/unsubscribe-stops")
def test_ended_feed_is_silent(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, kind: str
) -> None:
    """After the end of a subscription its feed tells nothing more of that market."""
    lively_feeds(world, trader, rival, floor.market, kind)

    unsubscribe(trader, floor.market, kind)
    frames(trader)
    stir(world, rival, trader, floor.market)

    heard = feeds_heard(trader)
    verify.holds(f"the {kind} feed is silent", kind not in heard, heard)


@pytest.mark.parametrize("kind", ["Level1", "Level2", "Trades"])
@clause("workflows/trading/double-subscription")
def test_second_subscription_doubles_nothing(
    trader: Session, rival: Session, observer: Session, floor: Floor, verify: Verifier, kind: str
) -> None:
    """Who subscribes twice is told as much as who subscribes once."""
    event = SUBSCRIBE[kind][0]
    subscribe(observer, floor.market, kind)
    subscribe(trader, floor.market, kind)
    subscribe(trader, floor.market, kind)
    frames(observer)
    frames(trader)

    trade(rival, trader, floor)

    counts = [len(verify.told(who).get(event, [])) for who in (trader, observer)]
    if not counts[1]:
        raise Unavailable(f"the {kind} feed tells nothing here")
    verify.equal("events after two subscriptions", counts[0], counts[1])
