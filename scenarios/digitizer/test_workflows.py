"""The life of a token in random order, predicted by a model."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.digitizer.token_machine import machine_for
from scenarios.workflows.efforts import converse


@clause("workflows/digitizer/model-predicts")
def test_token_goes_as_the_model_predicts(world: World) -> None:
    """Minting, burning, asking, deciding and pausing in any order: every balance is explained.

    Single operations can all look right while tokens appear or vanish between them.
    """
    converse(machine_for(world), world, least=20)
