"""Random trading between two accounts, predicted by a model of price and time."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.plugin.marks import clause
from scenarios.workflows.efforts import converse
from scenarios.workflows.trading_machine import machine_for


@clause("workflows/trading/model-predicts")
def test_random_trading_goes_as_the_model_predicts(world: World) -> None:
    """Orders, cancels, changes and replacements in any order: trades, open orders and funds are
    those of a plain book by price and time.

    Single calls can all look right while money is lost between them.
    """
    converse(machine_for(world), world, least=8)
