"""One embedded exchange for the session, fresh state for every test."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue


def afresh(embedded: EmbeddedReference) -> Iterator[Venue]:
    """A venue without a past, whose books are audited when its test is over."""
    embedded.reset()
    venue = Venue(embedded)
    yield venue
    venue.close()
    embedded.exchange.ledger.audit()


@pytest.fixture(scope="session")
def _embedded() -> Iterator[EmbeddedReference]:
    embedded = EmbeddedReference()
    yield embedded
    embedded.close()


@pytest.fixture
def venue(_embedded: EmbeddedReference) -> Iterator[Venue]:
    """A fresh exchange; ``venue.trader``, ``venue.operator`` … are logged-in clients of it."""
    yield from afresh(_embedded)


@pytest.fixture(scope="session")
def _deployed() -> Iterator[EmbeddedReference]:
    embedded = EmbeddedReference(dialect="venues")
    yield embedded
    embedded.close()


@pytest.fixture
def deployment(_deployed: EmbeddedReference) -> Iterator[Venue]:
    """A fresh exchange that answers as real deployments do."""
    yield from afresh(_deployed)


@pytest.fixture(scope="module")
def venue_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """An exchange of its own in the `venues` dialect: its target file, parsed, and the path."""
    path: Path = tmp_path_factory.mktemp("target") / "target.toml"
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance.cli", "serve", "--dialect", "venues", "--seed", "1",
         "--control", "--write-target", str(path)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"ready" in process.stdout.readline()
    yield {**tomllib.loads(path.read_text()), "path": str(path)}
    process.terminate()
    process.wait(timeout=10)
