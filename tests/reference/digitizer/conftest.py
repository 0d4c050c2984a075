"""The digitizer on a fresh exchange, with a user logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue
from tests.reference.digitizer.client import Digitizer


@pytest.fixture
def stranger(_embedded: EmbeddedReference, venue: Venue) -> Iterator[Digitizer]:
    """A client that is not logged in."""
    client = Digitizer(_embedded, venue)
    yield client
    client.close()


@pytest.fixture
def digitizer(stranger: Digitizer) -> Digitizer:
    """A client that is."""
    stranger.login()
    return stranger
