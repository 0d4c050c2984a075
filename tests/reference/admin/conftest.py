"""A way to start afresh with faults switched on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.reference.embedded import EmbeddedReference
from conformance.reference.exchange import Exchange
from tests.reference.client import Venue
from tests.reference.digitizer.client import Digitizer

Restart = Callable[[str], Exchange]


@pytest.fixture
def restart(_embedded: EmbeddedReference, venue: Venue) -> Restart:
    """Forget everything and begin with one fault on."""
    return lambda defect: _embedded.reset((defect,))


@pytest.fixture
def connect(_embedded: EmbeddedReference, venue: Venue) -> Callable[[], Digitizer]:
    """Open a client of the digitizer."""
    return lambda: Digitizer(_embedded, venue)
