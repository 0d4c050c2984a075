"""Records that several report tests read; written once, never changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report.run import Run, load_run
from tests.report import builder


@pytest.fixture(scope="session")
def large_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,600 clauses with every verdict among them."""
    return builder.large(tmp_path_factory.mktemp("runs") / "large")


@pytest.fixture(scope="session")
def large_run(large_record: Path) -> Run:
    """The same, worked out."""
    return load_run(large_record)


@pytest.fixture(scope="session")
def hostile_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A target that sends what it should not."""
    return builder.hostile(tmp_path_factory.mktemp("runs") / "hostile")
