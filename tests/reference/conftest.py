"""One embedded exchange for the session, fresh state for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue


@pytest.fixture(scope="session")
def _embedded() -> Iterator[EmbeddedReference]:
    embedded = EmbeddedReference()
    yield embedded
    embedded.close()


@pytest.fixture
def venue(_embedded: EmbeddedReference) -> Iterator[Venue]:
    """A fresh exchange; ``venue.trader``, ``venue.operator`` … are logged-in clients of it."""
    _embedded.reset()
    venue = Venue(_embedded)
    yield venue
    venue.close()
    _embedded.exchange.ledger.audit()
