"""One order seen from all sides: reads, history and events agree, and the figures add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import about, listen, shared
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    OMS,
    SELL,
    Floor,
    buy,
    cancel,
    done,
    executed,
    executions,
    history,
    ids,
    last,
    modify,
    new_client_id,
    number,
    of_order,
    open_orders,
    outcome,
    rows,
    sell,
    send,
    state,
    status,
    terms,
    trade,
    trail,
    transactions,
)
from scenarios.trades.vocabulary import trades_apart
from scenarios.users.vocabulary import holder_of

BEYOND = 10**8


@clause("workflows/trading/order-arithmetic")
def test_figures_of_an_order_add_up(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Remaining and executed are what was ordered, less what was reduced or cancelled."""
    reduced, plain = sell(trader, floor, lots=5), sell(trader, floor, 1, lots=5)
    done(modify(trader, floor, reduced, 4))
    buy(rival, floor)
    buy(rival, floor, 1, lots=5)

    open_still = (outcome(trader, reduced), outcome(trader, plain))
    done(cancel(trader, plain))

    verify.equal("(state, remaining, executed) of the reduced and the plain order", open_still, (
        ("FullyExecuted", 0, floor.lots(4)), ("Working", floor.lots(3), floor.lots(2))))
    ended = outcome(trader, plain)
    verify.equal("the plain one, cancelled", ended, ("Canceled", 0, floor.lots(2)))
    ordered = number(status(trader, plain), "OrigQuantity")
    verify.equal("OrigQuantity", ordered, floor.lots(5))


@clause("workflows/trading/order-sums-executions")
def test_order_is_the_sum_of_its_executions(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Executed quantity and average price follow from the executions, exactly."""
    sell(rival, floor)
    sell(rival, floor, 1, lots=2)
    sell(rival, floor, 3)

    order_id = buy(trader, floor, 3, lots=6)

    parts = executed(trader, order_id)
    quantity = sum(number(row, "quantity") for row in parts)
    value = sum(number(row, "quantity") * number(row, "price") for row in parts)
    row = status(trader, order_id)
    verify.equal("(parts, executed)", (len(parts), number(row, "QuantityExecuted")), (3, quantity))
    verify.equal("average price times quantity", number(row, "AvgPrice") * quantity, value)


@clause("workflows/trading/remaining-falls")
def test_what_remains_falls_with_each_execution(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Each execution says how much was left after it; the last one what is left now."""
    order_id = sell(trader, floor, lots=6)
    buy(rival, floor)
    buy(rival, floor, lots=3)
    buy(rival, floor)

    left = [number(row, "remainingQuantity") for row in reversed(executed(trader, order_id))]

    verify.equal("remainingQuantity", left, [floor.lots(count) for count in (5, 2, 1)])
    verify.equal("remaining", outcome(trader, order_id)[1], floor.lots())


@pytest.mark.parametrize("end", ["Working", "Canceled", "FullyExecuted"])
@clause("workflows/trading/views-agree")
def test_every_view_of_an_order_is_the_same(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, end: str
) -> None:
    """Status, both histories and the last event show one and the same order."""
    listen(trader, floor)
    order_id = sell(trader, floor, lots=2, ClientOrderId=new_client_id())
    buy(rival, floor)
    ends: dict[str, Callable[[], object]] = {
        "Working": lambda: None,
        "Canceled": lambda: done(cancel(trader, order_id)),
        "FullyExecuted": lambda: buy(rival, floor),
    }
    ends[end]()

    told = last(about(verify.told(trader), "OrderStateEvent", order_id), "event of the order")
    read = status(trader, order_id)

    verify.equal("state", state(read), end)
    verify.equal("order told last", shared([told]), shared([read]))
    verify.equal("order in the history", shared([of_order(history(trader), order_id)]),
                 shared([read]))
    verify.holds("order in its own history", shared([read])[0] in shared(trail(trader, order_id)),
                 shared(trail(trader, order_id)))


@clause("workflows/trading/open-orders-of-history")
def test_open_orders_are_the_working_ones(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The list of open orders and the working part of the history are the same orders."""
    buy(trader, floor, -1)
    sell(trader, floor, 1, lots=2)
    buy(rival, floor, 1)
    done(cancel(trader, buy(trader, floor, -2)))
    send(trader, floor, BUY, lots=BEYOND)

    working = [row for row in history(trader) if state(row) == "Working"]

    found = open_orders(trader)
    verify.equal("open orders", sorted(shared(found)), sorted(shared(working)))
    verify.equal("number of open orders", len(found), 2)


def account_trades(trader: Session, start: int, count: int) -> list[Any]:
    """A window of GetAccountTrades."""
    return rows(trader.call("GetAccountTrades", OMSId=OMS, AccountId=trader.account_id,
                            StartIndex=start, Count=count))


def trades_history(trader: Session, start: int, count: int) -> list[Any]:
    """A window of GetTradesHistory."""
    return rows(trader.call("GetTradesHistory", omsId=OMS, startIndex=start, depth=count))


def orders_history(trader: Session, start: int, count: int) -> list[Any]:
    """A window of GetOrdersHistory."""
    return rows(trader.call("GetOrdersHistory", omsId=OMS, startIndex=start, depth=count))


Window = Callable[[Session, int, int], list[Any]]


def windows(trader: Session, window: Window, size: int) -> list[Any]:
    """All windows of a size laid end to end."""
    found: list[Any] = []
    while part := window(trader, len(found), size):
        found += part
    return found


@pytest.mark.parametrize("window", [account_trades, trades_history, orders_history])
@pytest.mark.parametrize("size", [1, 3])
@clause("workflows/trading/paging")
def test_windows_make_the_whole_list(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier,
    window: Window, size: int,
) -> None:
    """Page by page one gets all there is, once, in the same order."""
    trades_apart(world, trader, rival, floor)

    whole = window(trader, 0, 100)

    verify.equal("windows laid end to end", windows(trader, window, size), whole)
    verify.equal("length of the whole list", len(whole), 4)


@clause("workflows/trading/ids-unique")
def test_no_id_is_given_twice(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Orders, executions and entries of both accounts, and the trades, have ids of their own."""
    trade(rival, trader, floor)
    trade(trader, rival, floor, 1)
    send(trader, floor, BUY, lots=BEYOND)

    orders = [lookup(row, "OrderId") for who in (trader, rival) for row in history(who)]
    sides = [row for who in (trader, rival) for row in executions(who, floor)]
    entries = [lookup(row, "transactionId")
               for who in (trader, rival) for row in transactions(who)]

    executed_ids = [lookup(row, "executionId") for row in sides]
    trades = [lookup(row, "tradeId") for row in sides]
    repeats = [len(values) - len(set(values)) for values in (orders, executed_ids, entries)]
    verify.equal("repeated (orders, executions, entries)", repeats, [0, 0, 0])
    verify.equal("trades, each seen from two sides", sorted(trades), sorted([*set(trades)] * 2))


@clause("workflows/trading/ids-rise")
def test_ids_rise_with_time(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """What came later has the larger number: clients find the newest by it."""
    orders = [sell(rival, floor), buy(trader, floor), sell(rival, floor, 1), buy(trader, floor, 1)]

    trades = [int(lookup(row, "tradeId")) for row in reversed(executions(trader, floor))]

    verify.equal("order ids", orders, sorted(set(orders)))
    verify.equal("trade ids", trades, sorted(set(trades)))
    verify.equal("number of trades", len(trades), 2)


@pytest.mark.parametrize("permission", ["Trading", "AccountReadOnly", "Operator"])
@clause("workflows/trading/permissions-suffice")
def test_one_listed_permission_is_enough(
    world: World, floor: Floor, verify: Verifier, permission: str
) -> None:
    """Any one of the permissions a page lists opens the call; nothing else is needed."""
    holder = holder_of(world, permission)

    turn = holder.call("GetOpenOrders", OMSId=OMS, AccountId=holder.account_id)

    verify.equal("open orders", rows(verify.succeeded(turn)), [], turn)


@pytest.mark.parametrize("permission", ["AccountReadOnly", "Deposit", "MarketMaker"])
@clause("workflows/trading/permissions-suffice")
def test_other_permissions_do_not_help(
    world: World, floor: Floor, verify: Verifier, permission: str
) -> None:
    """Without one of the listed permissions an order is refused with 20, and none is made."""
    holder = holder_of(world, permission)
    key = {"OMSId": OMS, "AccountId": holder.account_id}

    with verify.unchanged((world.operator, "GetOpenOrders", key)):
        turn = holder.send("SendOrder", terms(holder, floor, SELL))

        verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal("orders an operator sees", ids(rows(world.operator.call(
        "GetOpenOrders", **key))), set())
