"""Users, sessions and rights over many calls: who gets in, how far, and what nobody else hears."""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.access_machine import machine_for
from scenarios.workflows.efforts import machine_settings


@clause("workflows/access/model-predicts")
def test_random_walk_is_admitted_and_refused_as_the_model_predicts(world: World) -> None:
    """Log-ins, locks, grants, links, lost and resumed sessions in any order: each call is admitted
    or refused as a plain model of rights says, and no note or order of one user reaches another.

    A right that outlives its end by one log-in is enough to empty an account.
    """
    run_state_machine_as_test(machine_for(world), settings=machine_settings(world))
