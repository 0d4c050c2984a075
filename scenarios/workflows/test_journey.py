"""The whole way of a customer: register, second factor, deposit, order, withdrawal."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.efforts import converse
from scenarios.workflows.journey import Journey
from scenarios.workflows.journey_machine import machine_for

STEPS = ("deposit", "trade", "withdraw")
CONVERSATIONS, STEPS_EACH = 24, 30


@clause("workflows/journey/register-to-withdraw")
def test_customer_gets_from_registration_to_withdrawal(world: World) -> None:
    """Everything a venue is for, once through, with the funds checked at every step."""
    journey = Journey(world, world.customer())

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
    journey = Journey(world, world.customer())
    journey.register()
    journey.enrol()

    for step in STEPS:
        getattr(journey, step)()
        if step == broken:
            journey.reconnect()

    journey.log_out()


@clause("workflows/journey/model-predicts")
def test_random_journey_goes_as_the_model_predicts(world: World) -> None:
    """Left, repeated, interrupted and gone on with at any point: each call is answered or refused,
    each ticket and order stands, and every product comes to what plain arithmetic says.

    Customers press twice, lose their connection and come back; money must not follow them there.
    """
    converse(machine_for(world), world, CONVERSATIONS, STEPS_EACH)
