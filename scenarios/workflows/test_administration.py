"""Random administration, predicted by a plain model."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.administration_machine import machine_for
from scenarios.workflows.efforts import converse


@clause("workflows/administration/model-predicts")
def test_administration_goes_as_the_model_predicts(world: World) -> None:
    """Systems, offers, market states, notes and badges changed in any order stay what was asked.

    Each call can look right alone while it undoes what another one did.
    """
    converse(machine_for(world), world, least=24)
