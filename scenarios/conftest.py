"""The people of a scenario, and the recipes of all sections, known before the first case runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.session import load_recipes
from conformance.target.session import Session
from scenarios.oms_orders.vocabulary import Floor, own_floor

load_recipes(Path(__file__).parent)


@pytest.fixture
def verify(world: World) -> Verifier:
    """The verbs that judge."""
    return Verifier(world.contract)


@pytest.fixture
def market(world: World) -> Market:
    """The instrument that trading scenarios use."""
    return world.market


@pytest.fixture
def trader(world: World) -> Session:
    """A trader with funds, nobody else's business: fresh where the target allows it."""
    return world.customer()


@pytest.fixture
def rival(world: World) -> Session:
    """Another such trader, with an account of its own."""
    return world.customer("second_trader")


@pytest.fixture
def operator(world: World) -> Session:
    """The shared operator persona: do not log it out."""
    return world.operator


@pytest.fixture
def superuser(world: World) -> Session:
    """The shared superuser persona: do not log it out."""
    return world.superuser


@pytest.fixture
def anonymous(world: World) -> Session:
    """A connection without a login, of this scenario alone."""
    return world.deployment.connect()


@pytest.fixture
def floor(world: World) -> Floor:
    """An instrument that nobody else trades, or a quiet price range of the common one."""
    return own_floor(world)
