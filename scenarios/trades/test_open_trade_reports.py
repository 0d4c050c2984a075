"""GetOpenTradeReports: block trades that wait for the other party's report."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.blocks import open_reports, report
from scenarios.oms_orders.vocabulary import (
    NOT_AUTHORISED,
    OMS,
    SELL,
    Floor,
    buy,
    ids,
    taken,
)
from scenarios.users.vocabulary import holder_of

BLOCK_TRADE = (7, "BlockTrade")


@clause("trades/GetOpenTradeReports/block-trades-only")
def test_only_block_trades_are_reports(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An ordinary open order is no report, a block trade that waits is one."""
    buy(trader, floor, -1)
    order_id = taken(report(world, floor, trader, rival, SELL, lockedIn=False))

    found = open_reports(trader)

    verify.equal("reports", ids(found), {order_id})
    types = [lookup(row, "OrderType") for row in found]
    verify.holds("their type is BlockTrade", all(kind in BLOCK_TRADE for kind in types), types)


@clause("trades/GetOpenTradeReports/empty-list")
def test_no_reports_is_an_empty_list(trader: Session, floor: Floor, verify: Verifier) -> None:
    """A list without elements, not null or an error: clients loop over it."""
    buy(trader, floor)

    turn = trader.call("GetOpenTradeReports", OMSId=OMS, AccountId=trader.account_id)

    verify.equal("reply", turn.value, [], turn)


@clause("trades/GetOpenTradeReports/own-accounts")
def test_other_accounts_reports_are_secret(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Neither a trader nor a reader sees what another account has agreed off the book."""
    reader = holder_of(world, "AccountReadOnly")
    key = {"OMSId": OMS, "AccountId": trader.account_id}

    verify.refused(rival.call("GetOpenTradeReports", **key), code=NOT_AUTHORISED)
    verify.refused(reader.call("GetOpenTradeReports", **key), code=NOT_AUTHORISED)
