"""Records that several report tests read, written once and never changed; a browser, Allure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.report.allure_html import AllureMissing, find_allure
from conformance.report.run import Run, load_run
from tests.report import builder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("CONFORMANCE_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright-absent")
    if CHROMIUM is None:
        pytest.skip("chromium-absent: install Debian's package chromium")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def allure() -> None:
    """Skip where the Allure 3 command line is absent."""
    try:
        find_allure()
    except AllureMissing as missing:
        pytest.skip(f"allure-3-absent: {missing}")
