"""CancelOrder: what it removes, what it leaves alone, who may send it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.hearing import listen, require_agreement, require_told
from scenarios.oms_orders.vocabulary import (
    ABSENT_ID,
    BUY,
    NOT_AUTHORISED,
    OMS,
    Floor,
    account_reads,
    book,
    buy,
    cancel,
    done,
    fills,
    new_client_id,
    open_ids,
    outcome,
    sell,
    state,
    status,
    trade_reads,
)


@clause("oms_orders/CancelOrder/effect")
def test_cancelled_order_is_gone_and_its_funds_are_free(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """After a cancel the order is not open any more and holds nothing; another one stays.

    A trader who cancels in a falling market counts on both at once.
    """
    other = buy(trader, floor, -1)
    with verify.unchanged(*trade_reads(trader)):
        order_id = buy(trader, floor, lots=2)

        verify.succeeded(cancel(trader, order_id))

    verify.equal("book", book(trader, floor.instrument_id), {(BUY, floor.at(-1)): floor.lots()})
    verify.equal("open orders", open_ids(trader), {other})


@clause("oms_orders/CancelOrder/events")
def test_cancel_and_its_refusal_are_told(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The order's end, the funds it frees, the emptied level, and a refusal have their events."""
    order_id = buy(trader, floor)
    listen(trader, floor, "Level1", "Level2")

    done(cancel(trader, order_id))
    cancel(trader, ABSENT_ID)

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("CancelOrder").events)
    require_agreement(verify, trader, floor, told, order_id)


@pytest.mark.parametrize("by_client_id", [False, True], ids=["order id", "client order id"])
@clause("oms_orders/CancelOrder/either-selector")
def test_either_name_of_an_order_cancels_it(
    trader: Session, floor: Floor, verify: Verifier, by_client_id: bool
) -> None:
    """An order can be cancelled by its id, or by account and the client's own number for it."""
    number = new_client_id()
    order_id, other = buy(trader, floor, ClientOrderId=number), buy(trader, floor)
    names = {"AccountId": trader.account_id, "ClientOrderId": number}

    turn = trader.send("CancelOrder", {
        "OMSId": OMS, **(names if by_client_id else {"OrderId": order_id}),
    })

    verify.succeeded(turn)
    verify.equal("open orders", open_ids(trader), {other}, turn)


@clause("oms_orders/CancelOrder/client-id-needs-account")
def test_client_id_alone_cancels_nothing(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Client order ids are unique in an account at best: alone they must not name an order."""
    number = new_client_id()
    buy(trader, floor, ClientOrderId=number)

    with verify.unchanged(*account_reads(trader)):
        trader.call("CancelOrder", OMSId=OMS, ClientOrderId=number)


@clause("oms_orders/CancelOrder/foreign-order")
def test_other_traders_order_cannot_be_cancelled(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A trader cannot cancel somebody else's order, and trying leaves it where it is."""
    order_id = buy(rival, floor)

    with verify.unchanged(*account_reads(rival)):
        turn = cancel(trader, order_id)

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("oms_orders/CancelOrder/operator-any-account")
def test_operator_cancels_for_any_account(
    operator: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """An operator can take a customer's order off the book."""
    order_id = buy(trader, floor)

    verify.succeeded(cancel(operator, order_id))

    verify.equal("open orders of the account", open_ids(trader), set())


@clause("oms_orders/CancelOrder/gone-afterwards")
def test_cancelled_order_reads_as_canceled(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The order leaves the open orders, and asked for by its id it is Canceled."""
    order_id = buy(trader, floor)

    done(cancel(trader, order_id))

    verify.equal("open orders", open_ids(trader), set())
    verify.equal("state", state(status(trader, order_id)), "Canceled")


def cancelled_one(trader: Session, rival: Session, floor: Floor) -> int:
    """An order that is cancelled already."""
    order_id = buy(trader, floor)
    done(cancel(trader, order_id))
    return order_id


def filled_one(trader: Session, rival: Session, floor: Floor) -> int:
    """An order that has executed in full."""
    order_id = buy(trader, floor)
    sell(rival, floor)
    return order_id


def unknown_one(trader: Session, rival: Session, floor: Floor) -> int:
    """The id of no order."""
    return ABSENT_ID


@pytest.mark.parametrize("order", [cancelled_one, filled_one, unknown_one])
@clause("oms_orders/CancelOrder/finished-order")
def test_finished_order_cannot_be_cancelled(
    trader: Session, rival: Session, floor: Floor, verify: Verifier,
    order: Callable[[Session, Session, Floor], int],
) -> None:
    """Too late is said, by an error or a reject event, and changes nothing.

    A client that is told "cancelled" of a filled order hedges a position it still has.
    """
    order_id = order(trader, rival, floor)
    listen(trader, floor)

    with verify.unchanged(*trade_reads(trader)):
        turn = cancel(trader, order_id)

    told = verify.told(trader)
    verify.holds("an error, or a CancelOrderRejectEvent",
                 turn.get("result") is False or "CancelOrderRejectEvent" in told, told, turn)
    verify.equal("states told", told.get("OrderStateEvent", []), [])


@clause("oms_orders/CancelOrder/keeps-executed-part")
def test_only_the_rest_is_cancelled(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """What a partly filled order executed stays executed, in the order and in the trades."""
    order_id = buy(trader, floor, lots=3)
    sell(rival, floor)

    done(cancel(trader, order_id))

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("Canceled", 0, floor.lots()))
    verify.equal("executions", fills(trader, order_id), [(floor.at(), floor.lots())])
