"""Random deposits and withdrawals of one customer, predicted by a model of their tickets."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.efforts import converse
from scenarios.workflows.ticket_machine import machine_for

CONVERSATIONS = 50
"""Of the 38 statuses three conversations of 15 steps saw 17, ten saw 26 (measured)."""


@clause("workflows/treasury/model-predicts")
def test_random_tickets_go_as_the_model_predicts(world: World) -> None:
    """Announced, looked at, checked, credited; asked for, confirmed, sent, cancelled, in any order:
    tickets and funds are those of a plain table of steps.

    A forbidden step among many lawful ones is how money is paid twice.
    """
    converse(machine_for(world), world, CONVERSATIONS)
