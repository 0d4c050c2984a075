"""The private shares service, and clients of three roles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.reference.embedded import EmbeddedReference
from tests.reference.apad.client import Platform, RpcClient
from tests.reference.client import Venue


@pytest.fixture
def platform(_embedded: EmbeddedReference, venue: Venue) -> Iterator[Platform]:
    """The service on a fresh exchange."""
    platform = Platform(_embedded, venue)
    yield platform
    platform.close()


@pytest.fixture
def admin(platform: Platform) -> RpcClient:
    """A platform admin."""
    return platform.persona("platform_admin")


@pytest.fixture
def company_admin(platform: Platform) -> RpcClient:
    """The admin of the demo company."""
    return platform.persona("company_admin")


@pytest.fixture
def shareholder(platform: Platform) -> RpcClient:
    """A shareholder of the demo company."""
    return platform.persona("shareholder")
