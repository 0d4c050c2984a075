"""The states an order goes through, and the reasons that are told for them."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import listen, path, reasons
from scenarios.oms_orders.vocabulary import (
    BUY,
    FINAL,
    IOC,
    MARKET,
    Floor,
    buy,
    cancel,
    cancel_all,
    done,
    modify,
    new_client_id,
    open_ids,
    replaced,
    sell,
    send,
)
from scenarios.workflows.floors import market_with

REFUSED = {"NewInputRejected", "OtherRejected"}
BEYOND = 10**8


@clause("workflows/trading/order-path")
def test_orders_go_from_working_to_one_end(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Whatever happens to it, an order works first and then ends once; a refused one never works.

    Order books in clients are state machines: a step nobody documents breaks them.
    """
    listen(trader, floor)
    filled, cancelled = sell(trader, floor, lots=2), sell(trader, floor, 1)
    buy(rival, floor)
    done(cancel(trader, cancelled))
    buy(rival, floor)
    refused = int(send(trader, floor, BUY, lots=BEYOND).get("OrderId", 0))

    told = verify.told(trader)

    found = [path(told, order_id) for order_id in (filled, cancelled)]
    verify.equal("paths of a filled and a cancelled order", found,
                 [["Working", "Working", "FullyExecuted"], ["Working", "Canceled"]])
    verify.holds("the refused order is told as Rejected, or not at all",
                 path(told, refused) in ([], ["Rejected"]), path(told, refused))


@clause("workflows/trading/final-states")
def test_nothing_follows_a_final_state(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Once an order has ended, no later event speaks of it, whatever is tried."""
    listen(trader, floor)
    filled, cancelled = sell(trader, floor), sell(trader, floor, 1)
    buy(rival, floor)
    done(cancel(trader, cancelled))

    cancel(trader, filled)
    modify(trader, floor, cancelled, 1)
    cancel_all(trader)
    buy(rival, floor, 1)

    told = verify.told(trader)
    ends = [[state for state in path(told, order) if state in FINAL]
            for order in (filled, cancelled)]
    verify.equal("final states told of the two", ends, [["FullyExecuted"], ["Canceled"]])
    ends = [path(told, order)[-1:] for order in (filled, cancelled)]
    verify.equal("last states told", ends, [["FullyExecuted"], ["Canceled"]])


@clause("workflows/trading/reason-accepted")
def test_new_order_comes_with_new_input_accepted(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The first state of a resting order is told with the reason NewInputAccepted."""
    listen(trader, floor)

    order_id = buy(trader, floor)

    verify.equal("reasons told", reasons(verify.told(trader), order_id), ["NewInputAccepted"])


@clause("workflows/trading/reason-rejected")
def test_refused_order_comes_with_its_reason(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A refusal is told by NewOrderRejectEvent, and the state, if any, says that it is one."""
    listen(trader, floor)
    number = new_client_id()

    turn = send(trader, floor, BUY, lots=BEYOND, ClientOrderId=number)

    told = verify.told(trader)
    numbers = [lookup(row, "ClientOrderId") for row in told.get("NewOrderRejectEvent", [])]
    verify.equal("refused client order ids", numbers, [number], turn)
    found = set(reasons(told, int(turn.get("OrderId", 0))))
    verify.holds("the reason is one of the two", found <= REFUSED, found, turn)


@clause("workflows/trading/reason-trade")
def test_execution_comes_with_reason_trade(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Each state that an execution caused is told with the reason Trade."""
    listen(trader, floor)
    order_id = sell(trader, floor, lots=2)

    buy(rival, floor)
    buy(rival, floor)

    found = reasons(verify.told(trader), order_id)
    verify.equal("reasons told", found, ["NewInputAccepted", "Trade", "Trade"])


@clause("workflows/trading/reason-user")
def test_own_cancel_comes_with_user_modified(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """What the user asked for, a cancel or a replacement, is told with UserModified."""
    cancelled, old = buy(trader, floor), buy(trader, floor, -1)
    listen(trader, floor)

    done(cancel(trader, cancelled))
    replaced(trader, floor, old, BUY, -2)

    told = verify.told(trader)
    found = [reasons(told, order) for order in (cancelled, old)]
    verify.equal("reasons told", found, [["UserModified"], ["UserModified"]])


@clause("workflows/trading/reason-modified")
def test_reduction_comes_with_user_modified(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A reduced order works on, and is told with the reason UserModified."""
    order_id = buy(trader, floor, lots=3)
    listen(trader, floor)

    done(modify(trader, floor, order_id, 2))

    told = verify.told(trader)
    found = (path(told, order_id), reasons(told, order_id))
    verify.equal("(states, reasons) told", found, (["Working"], ["UserModified"]))


@pytest.mark.parametrize(
    "more", [{"TimeInForce": IOC}, {"OrderType": MARKET}], ids=["IOC", "market order"]
)
@clause("workflows/trading/reason-no-market")
def test_rest_without_a_market_says_so(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, more: dict[str, int]
) -> None:
    """The rest of an order that finds nobody is cancelled with SystemCanceled_NoMoreMarket."""
    sell(rival, floor)
    listen(trader, floor)

    turn = send(trader, floor, BUY, lots=2, **more)

    told = verify.told(trader)
    order_id = int(turn.get("OrderId", 0))
    found = (path(told, order_id)[-1:], reasons(told, order_id)[-1:])
    verify.equal("(last state, its reason)", found,
                 (["Canceled"], ["SystemCanceled_NoMoreMarket"]), turn)


@clause("workflows/trading/reason-below-minimum")
def test_resting_rest_below_the_minimum_is_cancelled(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """What an execution leaves below the instrument's minimum is cancelled and says why."""
    small = market_with(world, minimumQuantity=floor.lots(2))
    listen(trader, small)
    order_id = sell(trader, small, lots=3)

    buy(rival, small, lots=2)

    told = verify.told(trader)
    found = list(zip(path(told, order_id), reasons(told, order_id), strict=True))
    verify.equal("(state, reason) told last", found[-1:],
                 [("Canceled", "SystemCanceled_BelowMinimum")])


@clause("workflows/trading/reason-below-minimum")
def test_incoming_rest_below_the_minimum_is_cancelled(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The same for the rest of an order that comes in: it does not rest on the book."""
    small = market_with(world, minimumQuantity=floor.lots(2))
    sell(rival, small, lots=2)
    listen(trader, small)

    order_id = buy(trader, small, lots=3)

    told = verify.told(trader)
    found = list(zip(path(told, order_id), reasons(told, order_id), strict=True))
    verify.equal("(state, reason) told last", found[-1:],
                 [("Canceled", "SystemCanceled_BelowMinimum")])
    verify.equal("open orders", open_ids(trader), set())
