"""Market data over several calls: subscriptions as a whole, and Level 1 against trades."""

from __future__ import annotations

from random import Random

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.users.markets import OMS, lively_feeds, prints, subscribe, trade
from scenarios.workflows.subscriptions import walk_feeds


@clause("workflows/market_data/subscription-model")
def test_exactly_the_subscribed_feeds_are_heard(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Subscribe and end in any order, twice or without need: what is heard is what is subscribed.

    A feed that goes on unasked, or stops unasked, ruins whoever trades by it.
    """
    lively = lively_feeds(world, trader, rival, market, "Level1")

    found, required = walk_feeds(
        world, trader, rival, lively, Random(f"feeds/{world.seed}")
    )

    verify.equal("feeds heard, step by step", found, required, *trader.turns[-3:])


@clause("workflows/market_data/last-trade-agrees")
def test_last_trade_of_level1_is_the_newest_trade(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Whichever feed one reads, price, quantity and time of the last trade are the same."""
    deal = trade(rival, trader, market)

    followed = subscribe(trader, market, "Level1")
    read = trader.call("GetLevel1", OMSId=OMS, InstrumentId=market.instrument_id)

    row = prints(subscribe(trader, market, "Trades", IncludeLastCount=1).value)[0]
    newest = (row.price, row.quantity, row.time)
    verify.equal("the newest trade", newest[:2], (deal.price, deal.quantity))
    one = (followed["LastTradedPx"], followed["LastTradedQty"], followed["LastTradeTime"])
    other = (read["lastTradedPx"], read["lastTradedVolume"], read["lastTradeTime"])
    verify.equal("Level 1 followed", one, newest, followed)
    verify.equal("Level 1 read", other, newest, read)
