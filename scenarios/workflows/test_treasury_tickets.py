"""Random deposits and withdrawals of one customer, predicted by a model of their tickets."""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.efforts import machine_settings
from scenarios.workflows.ticket_machine import machine_for

CONVERSATIONS = 10
"""Of the 38 statuses three conversations of 15 steps saw 17, ten saw 26 (measured)."""


@clause("workflows/treasury/model-predicts")
def test_random_tickets_go_as_the_model_predicts(world: World) -> None:
    """Announced, looked at, checked, credited; asked for, confirmed, sent, cancelled, in any order:
    tickets and funds are those of a plain table of steps.

    A forbidden step among many lawful ones is how money is paid twice.
    """
    run_state_machine_as_test(machine_for(world), settings=machine_settings(world, CONVERSATIONS))
