"""A rendered Allure report in a real browser: nothing foreign, and nothing missed that was cut."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.report.allure_html import REPORT_NAME, render_html
from conformance.report.allure_results import RESULTS_NAME, write_results
from conformance.report.run import Run, load_run
from tests.report import builder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.usefixtures("allure")
ALWAYS_MISSING = "widgets/metrics.json"
"""Asked for by the viewer of 3.18.0 and written only where there are metrics."""


def _rendered(record: Path, previous: Path | None = None) -> Path:
    found = load_run(record)
    return _page(found, record.parent, previous)


def _page(found: Run, folder: Path, previous: Path | None = None) -> Path:
    write_results(found, folder / RESULTS_NAME, folder)
    return render_html(found, folder, previous)


def test_asks_for_nothing_foreign(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found = builder.run(tmp_path, builder.outcome("users/A/response", "fail"))
    page.goto(_page(found, tmp_path).as_uri())
    page.get_by_text("response [websocket, trader]").first.wait_for()
    page.close()

    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_hostile_text_does_nothing(
    browser: Browser, hostile_record: Path, tmp_path: Path
) -> None:
    """Every finding is opened with all its steps and attachments."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
    found = load_run(hostile_record)
    write_results(found, tmp_path / RESULTS_NAME, tmp_path)
    page.goto(render_html(found, tmp_path, None).as_uri())
    leaves = page.get_by_text("response [websocket, trader]")
    leaves.first.wait_for()
    for number in range(leaves.count()):
        leaves.nth(number).click()
        for name in ("transcript", "deviation"):
            page.get_by_text(name, exact=True).first.click()
            page.wait_for_timeout(200)
        assert page.locator("img[src=x], script:text('alert')").count() == 0
        page.go_back()
        leaves.first.wait_for()
    opened = len(found.units)
    page.close()

    assert number + 1 == opened
    assert [url for url in seen if not url.startswith(("file:", "data:", "blob:"))] == []


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of many files with one run before."""
    root = tmp_path_factory.mktemp("allure")
    _rendered(builder.large(root / "before", started_ms=builder.STARTED_MS - 86_400_000))
    return _rendered(builder.large(root / "now"), root / "before").parent


@pytest.fixture
def served(large: Path) -> Iterator[str]:
    """Its address: a browser reads no files of a folder from disk."""
    handler = functools.partial(_Quiet, directory=large.parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{REPORT_NAME}/index.html"
    server.shutdown()
    server.server_close()


def _watch(page: Page) -> list[str]:
    """What the page misses or complains of, as it comes."""
    missed: list[str] = []
    page.on("response", lambda got: missed.append(got.url) if got.status != 200 else None)
    page.on("pageerror", lambda error: missed.append(str(error)))
    return missed


def test_a_trimmed_report_lacks_nothing(browser: Browser, large: Path, served: str) -> None:
    results = [json.loads(p.read_bytes()) for p in (large / "data" / "test-results").iterdir()]
    failing = next(one for one in results if one["status"] == "failed")
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    missed = _watch(page)
    page.goto(served)
    page.get_by_placeholder("Search tests").fill("UsersCall12")
    page.get_by_text("UsersCall12", exact=True).first.wait_for()
    page.goto(f"{served}#{failing['id']}")
    for text in ("Labels", "apiVersion", "Links", "page", "transcript", "deviation"):
        page.get_by_text(text, exact=True).first.wait_for()
    page.get_by_text("Critical", exact=True).first.wait_for()
    for tab in ("history", "attachments", "environments", "retries"):
        page.goto(f"{served}#{failing['id']}/{tab}")
        page.wait_for_load_state("networkidle")
        assert "Failed to fetch" not in page.inner_text("body")
    page.goto(f"{served}#charts")
    page.get_by_text("Status dynamics").first.wait_for()
    page.close()

    assert [url for url in missed if ALWAYS_MISSING not in url] == []
    assert len(failing["history"]) == 1
