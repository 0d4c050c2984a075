"""Block trades over several calls: one locked-in report, or two that match."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.blocks import open_reports, report
from scenarios.oms_orders.hearing import listen
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    book,
    buy,
    executions,
    number,
    sell,
    trade_reads,
)


def reported(
    world: World, floor: Floor, trader: Session, rival: Session, locked_in: bool
) -> None:
    """Book a block trade: by one report for both parties, or by a report of each."""
    report(world, floor, trader, rival, SELL, lockedIn=locked_in)
    if not locked_in:
        report(world, floor, rival, trader, BUY, lockedIn=False)


@pytest.mark.parametrize("locked_in", [True, False], ids=["one report", "two reports"])
@clause("workflows/trading/block-trade-pair")
def test_block_trade_is_booked_beside_the_book(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier,
    locked_in: bool,
) -> None:
    """Both ways the parties have one trade, and the public book neither changes nor tells of it.

    A large trade is made off the market in order not to move it.
    """
    maker = world.customer()
    sell(maker, floor)
    buy(maker, floor, -1)
    listen(maker, floor, "Level2")
    before = book(maker, floor.instrument_id)

    with verify.unchanged(*trade_reads(maker)):
        reported(world, floor, trader, rival, locked_in)

    sides = [executions(who, floor) for who in (trader, rival)]
    found = [(number(row, "price"), number(row, "quantity"), lookup(row, "isBlockTrade"))
             for side in sides for row in side]
    deal = (floor.base, floor.lots(), True)
    verify.equal("executions of both", found, [deal, deal])
    verify.equal("open reports", [open_reports(trader), open_reports(rival)], [[], []])
    told = verify.told(maker).get("Level2UpdateEvent", [])
    verify.equal("(book, levels told)", (book(maker, floor.instrument_id), told), (before, []))
