"""How long orders live: at once or never, until a date, until a price, until another executes."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.hearing import listen, path
from scenarios.oms_orders.vocabulary import (
    BUY,
    FOK,
    GTD,
    GTX,
    IOC,
    MARKET,
    OPG,
    SELL,
    STOP_LIMIT,
    STOP_MARKET,
    Floor,
    account_reads,
    book,
    buy,
    fills,
    number,
    open_ids,
    outcome,
    replaced,
    sell,
    send,
    state,
    status,
    taken,
    trade,
    trade_reads,
)

MINUTE_MS = 60_000


@pytest.fixture
def third(world: World) -> Session:
    """One more trader with funds."""
    return world.customer()


def stop_order(trader: Session, floor: Floor, kind: int, stop: int, limit: int) -> int:
    """A waiting stop to buy one lot; only CancelReplaceOrder documents a stop price."""
    order_id = buy(trader, floor, -5)
    return replaced(
        trader, floor, order_id, BUY, limit, orderType=kind, stopPrice=floor.at(stop)
    )


@clause("workflows/trading/immediate-or-cancel")
def test_ioc_takes_what_there_is_and_never_rests(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An IOC order executes what the book offers; the rest is cancelled at once."""
    sell(rival, floor, lots=2)

    order_id = buy(trader, floor, lots=5, TimeInForce=IOC)

    found = (*outcome(trader, order_id), fills(trader, order_id))
    required = ("Canceled", 0, floor.lots(2), [(floor.at(), floor.lots(2))])
    verify.equal("(state, remaining, executed, fills)", found, required)
    left = (open_ids(trader), book(trader, floor.instrument_id))
    verify.equal("(open orders, book)", left, (set(), {}))


@pytest.mark.parametrize(
    ("lots", "required"), [(5, "Canceled"), (3, "FullyExecuted"), (2, "FullyExecuted")]
)
@clause("workflows/trading/fill-or-kill")
def test_fok_executes_in_full_or_not_at_all(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, lots: int, required: str
) -> None:
    """A FOK order larger than the book does nothing; one that fits is filled."""
    sell(rival, floor, lots=3)

    order_id = buy(trader, floor, lots=lots, TimeInForce=FOK)

    quantities = sum(quantity for _, quantity in fills(trader, order_id))
    executed_lots = {"Canceled": 0, "FullyExecuted": lots}[required]
    found = (state(status(trader, order_id)), quantities, open_ids(trader))
    verify.equal("(state, executed, open orders)", found,
                 (required, floor.lots(executed_lots), set()))


@clause("workflows/trading/market-order-sweeps")
def test_market_order_takes_level_after_level(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A market buy takes the cheapest first, and its average price is the weighted mean."""
    sell(rival, floor, 2)
    sell(rival, floor, lots=3)

    order_id = taken(send(trader, floor, BUY, 3, lots=4, OrderType=MARKET))

    found = fills(trader, order_id)
    verify.equal("fills", found, [(floor.at(), floor.lots(3)), (floor.at(2), floor.lots())])
    mean = (floor.at() * 3 + floor.at(2)) / 4
    verify.equal("AvgPrice", number(status(trader, order_id), "AvgPrice"), mean)


@clause("workflows/trading/market-order-empty-book")
def test_market_order_finds_nobody(trader: Session, floor: Floor, verify: Verifier) -> None:
    """Without another side a market order ends at once and reserves nothing."""
    with verify.unchanged(*trade_reads(trader)):
        turn = send(trader, floor, BUY, OrderType=MARKET)

    ended = turn.get("status") == "Rejected" or state(
        status(trader, int(turn["OrderId"]))) in ("Rejected", "Canceled")
    verify.holds("the order is rejected or cancelled", ended, turn.text[:200], turn)


@clause("workflows/trading/good-till-date")
def test_dated_order_expires(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A GTD order works until its time has come; then it is Expired and holds nothing."""
    with verify.unchanged(*account_reads(trader)):
        end = world.deployment.now_ms() + MINUTE_MS
        order_id = buy(trader, floor, TimeInForce=GTD, OrderExpirationDateTime=end)
        before = state(status(trader, order_id))
        world.deployment.advance_clock(2 * MINUTE_MS)

    found = (before, state(status(trader, order_id)))
    verify.equal("(state before, state after)", found, ("Working", "Expired"))


@pytest.mark.parametrize("time_in_force", [OPG, GTX], ids=["OPG", "GTX"])
@clause("workflows/trading/opening-and-gtx")
def test_rare_times_in_force_work_or_are_refused(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, time_in_force: int
) -> None:
    """Taken, a GTX order rests until somebody meets it; refused, it leaves nothing behind."""
    turn = send(trader, floor, BUY, TimeInForce=time_in_force)
    waiting = open_ids(trader)

    sell(rival, floor, TimeInForce=IOC)

    accepted = turn.get("status") == "Accepted"
    executed = bool(fills(trader, int(turn.get("OrderId", 0))))
    required = {False: (set(), False), True: ({turn.get("OrderId")}, True)}[accepted]
    verify.holds("(open before, executed) fit the answer",
                 (waiting, executed) == required or (accepted and time_in_force == OPG),
                 (waiting, executed), turn)


@clause("workflows/trading/one-cancels-other")
def test_oco_works_one_way(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The watcher ends with the watched order's execution; the other way round nothing happens."""
    first = sell(trader, floor, 2)
    watcher = buy(trader, floor, -2, OrderIdOCO=first)
    second = sell(trader, floor, 4)
    watching = buy(trader, floor, -3, OrderIdOCO=second)

    buy(rival, floor, 2)
    sell(rival, floor, -3)

    found = [state(status(trader, order)) for order in (first, watcher, watching, second)]
    verify.equal("(watched, its watcher, a watcher that executes, the one it watches)", found,
                 ["FullyExecuted", "Canceled", "FullyExecuted", "Working"])


@clause("workflows/trading/reserve-shown")
def test_book_shows_the_display_quantity_only(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Of an order with a reserve the public sees no more than its owner wants it to see."""
    order_id = sell(trader, floor, lots=5)

    replaced(trader, floor, order_id, SELL, lots=5, useDisplayQuantity=True,
             displayQuantity=floor.lots())

    shown = book(trader, floor.instrument_id)
    verify.equal("book", shown, {(SELL, floor.at()): floor.lots()})


@clause("workflows/trading/reserve-executes")
def test_hidden_part_executes_too(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A sweep of the whole quantity fills what was hidden."""
    order_id = replaced(trader, floor, sell(trader, floor, lots=5), SELL, lots=5,
                        useDisplayQuantity=True, displayQuantity=floor.lots())

    buy(rival, floor, lots=5)

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("FullyExecuted", 0, floor.lots(5)))


@pytest.mark.parametrize("kind", [STOP_LIMIT, STOP_MARKET], ids=["limit", "market"])
@clause("workflows/trading/stop-triggers")
def test_stop_waits_for_its_price(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier, kind: int
) -> None:
    """A stop to buy does nothing below its stop price, and executes once that has traded."""
    trade(rival, third, floor)
    sell(rival, floor, 3)
    order_id = stop_order(trader, floor, kind, stop=2, limit=3)
    trade(rival, third, floor, 1)
    before = fills(trader, order_id)

    trade(rival, third, floor, 2)

    found = (before, fills(trader, order_id))
    verify.equal("(fills before, fills after)", found, ([], [(floor.at(3), floor.lots())]))


@clause("workflows/trading/stop-has-no-state")
def test_triggered_stop_is_the_same_order(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """Between Working and FullyExecuted nothing is told: triggering is no state."""
    trade(rival, third, floor)
    sell(rival, floor, 3)
    listen(trader, floor)
    order_id = stop_order(trader, floor, STOP_LIMIT, stop=2, limit=3)

    trade(rival, third, floor, 2)

    told = path(verify.told(trader), order_id)
    if "FullyExecuted" not in told:
        raise Unavailable("the stop order does not trigger")
    verify.equal("states told", sorted(set(told)), ["FullyExecuted", "Working"])
    verify.equal("the last one", told[-1], "FullyExecuted")
