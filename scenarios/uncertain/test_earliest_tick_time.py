"""GetEarliestTickTime: when the ticker of the day began, and who may ask."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.users.trading_rights import KINDS
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    bystander_with_level1,
)

DAY_MS = 86_400_000


@clause("uncertain/GetEarliestTickTime/within-day")
def test_first_tick_lies_in_the_current_day(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Charts start here: the time is of today, UTC, and has passed."""
    turn = operator.call(
        "GetEarliestTickTime", OMSId=world.oms_id, InstrumentId=world.market.instrument_id
    )
    now = world.deployment.now_ms()

    tick = verify.succeeded(turn).value[0]
    verify.holds(f"the time lies in the day of {now}, and not after it",
                 now - now % DAY_MS <= tick <= now, tick, turn)


@clause("uncertain/GetEarliestTickTime/scope")
def test_data_customer_asks_for_its_instruments_only(
    world: World, verify: Verifier
) -> None:
    """With Level 1 of one instrument, that one is answered and another refused."""
    first, second = KINDS[0].two_items(world)
    who = bystander_with_level1(world, first)

    own = who.call("GetEarliestTickTime", OMSId=world.oms_id, InstrumentId=first)
    other = who.call("GetEarliestTickTime", OMSId=world.oms_id, InstrumentId=second)

    verify.succeeded(own)
    verify.refused(other, code=NOT_AUTHORISED)


@pytest.mark.parametrize("index", [0, 1])
@clause("uncertain/GetEarliestTickTime/operator-scope")
def test_operator_asks_for_any_instrument(
    world: World, operator: Session, verify: Verifier, index: int
) -> None:
    """An operator needs no grant per instrument."""
    instrument = KINDS[0].two_items(world)[index]

    verify.succeeded(
        operator.call("GetEarliestTickTime", OMSId=world.oms_id, InstrumentId=instrument)
    )
