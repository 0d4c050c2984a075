"""Two traders on an emptied BTCUSD market, and the market maker."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue
from tests.reference.trading.member import Member


@pytest.fixture
def ann(venue: Venue) -> Member:
    """The first trader; the demo's resting orders are gone."""
    venue.market_maker.call("CancelAllOrders", OMSId=1, AccountId=venue.account("market_maker"))
    return Member(venue, "trader")


@pytest.fixture
def bob(venue: Venue, ann: Member) -> Member:
    """The second trader."""
    return Member(venue, "second_trader")


@pytest.fixture
def maker(venue: Venue, ann: Member) -> Member:
    """The market maker."""
    return Member(venue, "market_maker")
