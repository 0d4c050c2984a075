"""ModifyOrder: an order becomes smaller and keeps its place."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.hearing import listen, require_agreement, require_told
from scenarios.oms_orders.vocabulary import (
    BUY,
    Floor,
    account_reads,
    book,
    buy,
    done,
    held,
    modify,
    open_ids,
    outcome,
    sell,
    state,
    status,
    trade_reads,
)

OTHER_REVISION = 1_000_000
"""A revision that no order of a scenario reaches."""


@clause("oms_orders/ModifyOrder/effect")
def test_order_is_smaller_everywhere(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Order, book and hold show the smaller quantity, nobody else sees a difference of his own."""
    order_id = buy(trader, floor, lots=5)

    with verify.unchanged(*trade_reads(rival)):
        verify.succeeded(modify(trader, floor, order_id, 2))

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("Working", floor.lots(2), 0))
    level = book(trader, floor.instrument_id)
    verify.equal("book", level, {(BUY, floor.at()): floor.lots(2)})
    hold = held(trader, floor.market.product2)
    verify.equal("hold", hold, floor.at() * floor.lots(2))


@clause("oms_orders/ModifyOrder/events")
def test_change_is_told(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The new state, the freed funds and the smaller level have their events."""
    buy(trader, floor, -1)
    order_id = buy(trader, floor, lots=5)
    listen(trader, floor, "Level1", "Level2")

    done(modify(trader, floor, order_id, 2))
    buy(trader, floor, 1)

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("ModifyOrder").events)
    require_agreement(verify, trader, floor, told, order_id)


@clause("oms_orders/ModifyOrder/reduces")
def test_reduced_order_keeps_its_id(trader: Session, floor: Floor, verify: Verifier) -> None:
    """The order is the same one, smaller: a client's own books need no new entry."""
    order_id = buy(trader, floor, lots=5)

    done(modify(trader, floor, order_id, 2))

    verify.equal("open orders", open_ids(trader), {order_id})
    verify.equal("remaining", outcome(trader, order_id)[1], floor.lots(2))


@clause("oms_orders/ModifyOrder/keeps-priority")
def test_reduced_order_keeps_its_place(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An order that came first executes first, also after it was made smaller.

    Market makers reduce in fast markets, and only because it does not cost their place.
    """
    buyer = world.customer()
    first, second = sell(trader, floor, lots=2), sell(rival, floor)
    done(modify(trader, floor, first, 1))

    buy(buyer, floor)

    found = (state(status(trader, first)), state(status(rival, second)))
    verify.equal("(first, second)", found, ("FullyExecuted", "Working"))


@clause("oms_orders/ModifyOrder/never-enlarges")
def test_order_does_not_grow(trader: Session, floor: Floor, verify: Verifier) -> None:
    """A larger quantity changes nothing: growing at the same place would jump the queue."""
    order_id = buy(trader, floor, lots=2)

    with verify.unchanged(*account_reads(trader)):
        modify(trader, floor, order_id, 3)


@clause("oms_orders/ModifyOrder/hold-shrinks")
def test_hold_shrinks_with_the_order(trader: Session, floor: Floor, verify: Verifier) -> None:
    """What a sale of ten holds is half of it when five are left."""
    order_id = sell(trader, floor, lots=10)
    before = held(trader, floor.market.product1)

    done(modify(trader, floor, order_id, 5))

    after = held(trader, floor.market.product1)
    verify.equal("(hold before, hold after)", (before, after), (floor.lots(10), floor.lots(5)))


@clause("oms_orders/ModifyOrder/stale-revision")
def test_stale_revision_is_refused(trader: Session, floor: Floor, verify: Verifier) -> None:
    """A change that rests on another revision than the latest is refused and changes nothing."""
    order_id = buy(trader, floor, lots=5)

    with verify.unchanged(*account_reads(trader)):
        turn = modify(trader, floor, order_id, 2, PreviousOrderRevision=OTHER_REVISION)

        verify.refused(turn)


@clause("oms_orders/ModifyOrder/unfilled-only")
def test_new_quantity_is_all_there_is(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Of an order without executions the new quantity is what remains and what can execute."""
    order_id = sell(trader, floor, lots=5)
    done(modify(trader, floor, order_id, 2))

    buy(rival, floor, lots=3)

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("FullyExecuted", 0, floor.lots(2)))
