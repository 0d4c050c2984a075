"""GetEarliestTickTime: when the day's ticker began, and who may ask of what."""

from __future__ import annotations

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn
from scenarios.users.markets import OMS, trade
from scenarios.users.vocabulary import NOT_AUTHORISED, holder_of, logged_in_again

DAY_MS = 86_400_000


def earliest_tick(who: Session, market: Market) -> Turn:
    """GetEarliestTickTime of the market."""
    return who.call("GetEarliestTickTime", InstrumentId=market.instrument_id, OMSId=OMS)


@clause("uncertain/GetEarliestTickTime/within-day")
def test_first_tick_lies_within_the_day(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """The time lies between midnight UTC and now, however long ago the first trade was."""
    trade(rival, trader, market)

    turn = verify.succeeded(earliest_tick(world.operator, market))

    now, found = world.deployment.now_ms(), turn.value[0]
    verify.holds(
        "midnight <= the time <= now", now - now % DAY_MS <= found <= now, (found, now), turn
    )


@clause("uncertain/GetEarliestTickTime/scope")
def test_market_data_of_one_instrument_does_not_open_another(
    world: World, market: Market, verify: Verifier
) -> None:
    """Who may see one instrument's market data is told of that one, and refused another."""
    reader = holder_of(world, "AccountReadOnly")
    world.operator.call(
        "AddUserMarketDataPermission", OMSId=OMS, UserId=reader.user_id,
        InstrumentId=market.instrument_id, level2=False,
    )
    again = logged_in_again(world, reader)

    verify.succeeded(earliest_tick(again, market))
    turn = earliest_tick(again, world.private_market())

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("uncertain/GetEarliestTickTime/operator-scope")
def test_operator_may_ask_of_any_instrument(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """An operator asks of a market it has no permission to trade, and of a brand-new one."""
    fresh = world.private_market()
    trade(rival, trader, fresh)

    verify.succeeded(earliest_tick(world.operator, market))
    turn = verify.succeeded(earliest_tick(world.operator, fresh))

    verify.holds("the time is not in the future",
                 turn.value[0] <= world.deployment.now_ms(), turn.text, turn)
