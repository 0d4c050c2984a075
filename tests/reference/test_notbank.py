"""The notbank SDK of a live venue against the reference, unmodified but for the address."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.clean import Shell, fresh_venv, outcome_of

pytestmark = pytest.mark.clean_room
SESSION = Path(__file__).with_name("notbank_session.py")


@pytest.fixture(scope="module")
def saw(tmp_path_factory: pytest.TempPathFactory, venue_process: dict[str, Any]) -> dict[str, Any]:
    """What the SDK saw, run in a fresh environment of its own."""
    home = tmp_path_factory.mktemp("notbank")
    shell = Shell(home, home, fresh_venv(home / "venv"))
    installed = shell.run("pip install -q notbank==2.5.0")
    assert installed.returncode == 0, outcome_of(installed)
    done: subprocess.CompletedProcess[str] = shell.run(f"python {SESSION} {venue_process['path']}")
    assert done.returncode == 0, outcome_of(done)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_reads_reference_data(saw: dict[str, Any]) -> None:
    assert (saw["instrument"], saw["product"]) == ("BTCUSD", "USD")


def test_reads_positions_and_fees(saw: dict[str, Any]) -> None:
    assert set(saw["positions"]) >= {"USD", "BTC", "ETH"}
    assert saw["fee"] == 5


def test_places_and_cancels_an_order(saw: dict[str, Any]) -> None:
    assert saw["worked"]
    assert not saw["left"]
