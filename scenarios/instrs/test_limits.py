"""Trading limits of verification levels: set for one instrument, listed, enforced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.levels import defined
from scenarios.accounts.vocabulary import updated
from scenarios.instrs.vocabulary import (
    LIMIT_KEYS,
    done,
    instrument_reads,
    level_rows,
    limit,
    limited,
    limits,
    new_instrument,
)
from scenarios.oms_orders.vocabulary import BUY, SELL, Floor, send, trade, trade_reads

NEW = {key: Decimal(20 + place) for place, key in enumerate(LIMIT_KEYS)}
LOTS = 5
"""Lots that a level of a scenario may trade."""


@pytest.mark.parametrize(
    "_",
    [clause_case("instrs/EditInstrumentVerificationLevelConfig/effect", ()),
     clause_case("instrs/EditInstrumentVerificationLevelConfig/one-row", ())],
)
def test_one_row_changes(world: World, verify: Verifier, _: object) -> None:
    """Each limit under its own name; the same level's other instrument and other levels stay."""
    instrument, neighbour = new_instrument(world), new_instrument(world)
    level = limited(world, instrument, dailyBuyLimit=Decimal(1))
    done(limit(world, level, neighbour, dailyBuyLimit=Decimal(2)))
    limited(world, instrument, dailyBuyLimit=Decimal(3))
    before = limits(world)

    with verify.unchanged(*instrument_reads(world)):
        turn = verify.succeeded(limit(world, level, instrument, **NEW))

    verify.equal("limits", limits(world), {**before, (level, instrument): tuple(NEW.values())},
                 turn)


@pytest.fixture
def limited_trader(world: World, trader: Session) -> Session:
    """A trader on a verification level of its own, without limits yet."""
    updated(world, trader.account_id, verificationLevel=defined(world, world.market.product2))
    return trader


def level_of(world: World, who: Session) -> int:
    """The level of a customer's account."""
    found = world.operator.call("GetAccountInfo", omsId=world.oms_id, accountId=who.account_id)
    return int(found["verificationLevel"])


@pytest.mark.parametrize(
    ("key", "side"),
    [("dailyBuyLimit", BUY), ("dailySellLimit", SELL), ("monthlyBuyLimit", BUY),
     ("monthlySellLimit", SELL)],
)
@clause("instrs/EditInstrumentVerificationLevelConfig/limits-orders")
def test_order_beyond_the_limit_is_rejected(
    world: World, limited_trader: Session, rival: Session, floor: Floor, verify: Verifier,
    key: str, side: int,
) -> None:
    """What was traded counts: up to the limit an order is taken, beyond it is not.

    The other direction is free, and so is who is on another level.
    """
    level, who = level_of(world, limited_trader), limited_trader
    done(limit(world, level, floor.instrument_id, **{key: floor.lots(LOTS)}))
    parties = (rival, who) if side == BUY else (who, rival)
    trade(*parties, floor, lots=LOTS - 1)

    with verify.unchanged(*trade_reads(who)):
        beyond = send(who, floor, side, lots=2)
    others = [send(who, floor, SELL if side == BUY else BUY, 3 if side == BUY else -3, lots=2),
              send(who, floor, side, lots=1), send(rival, floor, side, lots=LOTS)]

    taken = [turn.get("status") == "Accepted" for turn in (beyond, *others)]
    verify.equal("taken: beyond, other direction, up to the limit, by somebody else", taken,
                 [False, True, True, True], beyond, *others)


@pytest.mark.parametrize("ticks", [-5000, 0, 5000])
@clause("instrs/EditInstrumentVerificationLevelConfig/units")
def test_limit_counts_units_not_value(
    world: World, limited_trader: Session, floor: Floor, verify: Verifier, ticks: int
) -> None:
    """The same number of units is within the limit or beyond it, cheap or dear."""
    level = level_of(world, limited_trader)
    done(limit(world, level, floor.instrument_id, dailyBuyLimit=floor.lots(LOTS)))

    turns = [send(limited_trader, floor, BUY, ticks, lots) for lots in (LOTS + 1, LOTS)]

    taken = [turn.get("status") == "Accepted" for turn in turns]
    verify.equal("taken: beyond the limit, at the limit", taken, [False, True], *turns)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [clause_case("instrs/GetInstrumentVerificationLevelConfigs/inner-level",
                 "verificationLevel", "Level"),
     clause_case("instrs/GetInstrumentVerificationLevelConfigs/inner-oms", "omsId", "OMSId")],
)
def test_instruments_repeat_what_their_level_says(
    world: World, verify: Verifier, inner: str, outer: str
) -> None:
    """An instrument's limits can be read without the level around them."""
    level = limited(world, new_instrument(world), dailyBuyLimit=Decimal(1))
    found = level_rows(world)

    wrong: list[tuple[Any, Any]] = [
        (lookup(each, outer), row) for each in found for row in lookup(each, "Instruments")
        if lookup(row, inner) != lookup(each, outer)
    ]

    verify.holds("the new level is listed", level in [lookup(each, "Level") for each in found],
                 found)
    verify.equal("instruments that say otherwise", wrong, [])
