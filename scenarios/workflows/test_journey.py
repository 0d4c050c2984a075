"""The whole way of a customer: register, second factor, deposit, order, withdrawal."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.journey import Journey

STEPS = ("deposit", "trade", "withdraw")


@clause("workflows/journey/register-to-withdraw")
def test_customer_gets_from_registration_to_withdrawal(world: World) -> None:
    """Everything a venue is for, once through, with the funds checked at every step."""
    journey = Journey(world)

    journey.register()
    journey.enrol()
    journey.deposit()
    journey.trade()
    journey.withdraw()

    journey.log_out()


@clause("workflows/journey/interrupted")
@pytest.mark.parametrize("broken", STEPS)
def test_broken_connection_changes_nothing(world: World, broken: str) -> None:
    """The connection breaks after one of the steps: the rest goes on as if it had not.

    Mobile clients lose their connection all the time; nothing may be lost or done twice.
    """
    journey = Journey(world)
    journey.register()
    journey.enrol()

    for step in STEPS:
        getattr(journey, step)()
        if step == broken:
            journey.reconnect()
            journey.funds_agree()

    journey.log_out()
