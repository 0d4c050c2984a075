"""CancelOrder: what it removes, what it leaves alone, who may send it."""

from __future__ import annotations

from conformance.generate.world import Market
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.recipes import account_reads, resting_order_id

NOT_AUTHORISED = 20


@clause("oms_orders/CancelOrder/effect")
def test_cancelled_order_is_gone_and_its_funds_are_free(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """After a cancel the order is not open any more and holds nothing.

    A trader who cancels in a falling market counts on both at once.
    """
    reads = account_reads(trader)

    with verify.unchanged(*reads):
        order_id = resting_order_id(trader, market)
        verify.succeeded(trader.call("CancelOrder", OMSId=1, OrderId=order_id))


@clause("oms_orders/CancelOrder/foreign-order")
def test_other_traders_order_cannot_be_cancelled(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """A trader cannot cancel somebody else's order, and trying leaves it where it is."""
    order_id = resting_order_id(rival, market)

    with verify.unchanged(*account_reads(rival)):
        turn = trader.call("CancelOrder", OMSId=1, OrderId=order_id)

        verify.refused(turn, code=NOT_AUTHORISED)
