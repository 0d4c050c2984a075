"""The matrix in a real browser: filter, open, follow, keys; nothing loaded, nothing complained.

Set ``CONFORMANCE_SCREENSHOTS=1`` to take the pictures of docs/images anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conformance.report.history import History, history_of
from conformance.report.matrix import render_matrix
from conformance.report.render import render_all
from conformance.report.run import load_run
from tests.report import builder, pictures

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright-absent")
expect = sync_api.expect
IMAGES = Path(__file__).parents[2] / "docs" / "images"
RENDER_BUDGET_MS = 1000
"""The issue's promise for 1,600 clauses, taken from navigation start to the load event."""


@dataclass
class Watched:
    """A page, what it asked for and what it complained of."""

    page: sync_api.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A matrix of 1,600 clauses with three earlier runs."""
    root = tmp_path_factory.mktemp("browser")
    for day, clauses in ((3, 1500), (2, 1560), (1, 1600)):
        started = builder.STARTED_MS - day * 86_400_000
        render_all(builder.large(root / f"staging-{day}", clauses, started_ms=started))
    record = builder.large(root / "staging-now")
    return _page_of(record)


def _page_of(record: Path) -> Path:
    run = load_run(record)
    path = record.parent / "report.html"
    path.write_text(render_matrix([(run, history_of(run, record.parent, record.parent))]))
    return path


def _watched(browser: sync_api.Browser, file: Path, **options: object) -> Watched:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, **options)
    watched = Watched(page)
    page.on("request", lambda request: watched.requests.append(request.url))
    page.on("console", lambda message: watched.complaints.append(message.text))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.goto(file.as_uri())
    return watched


@pytest.fixture
def watched(browser: sync_api.Browser, file: Path) -> Iterator[Watched]:
    """The matrix, opened; afterwards it must have asked for nothing and complained of nothing."""
    opened = _watched(browser, file)
    yield opened
    opened.page.close()
    assert opened.complaints == []
    assert [url for url in opened.requests if url != file.as_uri()] == []


def _timing(page: sync_api.Page) -> float:
    entry = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    return float(page.evaluate(entry))


def test_renders_1600_clauses_in_time(browser: sync_api.Browser, file: Path) -> None:
    timings = []
    for _ in range(3):
        opened = _watched(browser, file)
        timings.append(_timing(opened.page))
        opened.page.close()

    assert min(timings) < RENDER_BUDGET_MS


def test_filters_by_verdict_section_profile_persona_and_text(watched: Watched) -> None:
    page = watched.page
    output = page.locator(".filter output")
    assert output.inner_text() == "1600 clauses of 178 calls"

    page.locator('.chip[data-verdict="fail"]').click()
    failing = page.locator('.grid a[data-v="fail"]').count()
    assert output.inner_text().startswith(f"{failing} of 1600 clauses")
    assert page.locator(".grid a[data-v]:not(.dim)").count() == failing

    page.select_option("select[name=section]", "trades")
    assert page.locator(".grid tbody:visible").count() == 1
    page.select_option("select[name=profile]", "public")
    shown = page.locator(".grid a[data-v]:not(.dim)")
    assert {shown.nth(i).get_attribute("data-p") for i in range(shown.count())} <= {"public"}

    page.locator("button[type=reset]").click()
    page.fill("input[name=text]", "userscall12 rejection")
    expect(output).to_have_text("1 of 1600 clauses, in 1 calls")
    page.locator("button[type=reset]").click()
    page.select_option("select[name=persona]", "trader")
    assert page.locator(".grid a[data-v].dim").count() > 0


def test_a_failing_cell_opens_with_conversation_and_replay(watched: Watched) -> None:
    page = watched.page
    cell = page.locator('.grid a[data-v="fail"]').first
    name = (cell.get_attribute("href") or "").removeprefix("#3.1/")
    cell.click()
    panel = page.locator("#panel")

    expect(panel.locator("h3 code")).to_have_text(name)
    assert panel.locator(".talk li").count() == 2
    assert panel.locator(".talk .got").last.inner_text() == '{"status":"Accepted","OrderId":88213}'
    assert f"--clause {name}" in panel.locator(".replay code").inner_text()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"#3.1/{name}"


def test_links_of_a_clause_are_followed(browser: sync_api.Browser, tmp_path: Path) -> None:
    a, b = "users/A/response", "users/B/effect"
    listed = [builder.required(a), builder.required(b, presupposes=(a,))]
    record = builder.write(
        tmp_path, listed, [builder.outcome(a, "fail"), builder.outcome(b, "fail")]
    )
    opened = _watched(browser, _page_of(record))
    opened.page.locator('.grid a[data-v="blocked"]').click()
    opened.page.locator("#panel .about a[href^='#']").click()

    expect(opened.page.locator("#panel h3 code")).to_have_text(a)
    assert opened.page.url.endswith("#3.1/users/A/response")
    opened.page.reload()
    expect(opened.page.locator("#panel h3 code")).to_have_text(a)
    assert opened.complaints == []
    opened.page.close()


def test_keys_reach_everything(watched: Watched) -> None:
    page = watched.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "text"

    page.locator(".grid a[data-v]").first.focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('href')") == (
        "#3.1/users/UsersCall1/response"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#panel h3 code")).to_have_text("users/UsersCall1/response")
    page.locator('#panel [data-go="1"]').click()
    expect(page.locator("#panel h3 code")).to_have_text("users/UsersCall1/tolerance")


def test_every_cell_and_control_has_a_name(watched: Watched) -> None:
    unnamed = watched.page.evaluate("""() =>
      [...document.querySelectorAll('a, button, select, input')]
        .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim()
            || (e.labels && e.labels[0] && e.labels[0].textContent.trim())))
        .map((e) => e.outerHTML.slice(0, 80))""")

    assert unnamed == []
    assert watched.page.locator("th:not([scope])").count() == 0


CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const back = (e) => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const seen = {};
  for (const e of document.querySelectorAll(
      '.grid a[data-v], .chip, h1, .facts, .quiet, .bad, .legend, .mark')) {
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back(e))].sort();
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const key = e.className; seen[key] = Math.min(seen[key] || 99, ratio); }
  return seen; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(scheme: str, browser: sync_api.Browser, file: Path) -> None:
    opened = _watched(browser, file, color_scheme=scheme)
    ratios: dict[str, float] = opened.page.evaluate(CONTRAST)
    opened.page.close()

    assert {name: round(r, 2) for name, r in ratios.items() if r < 4.5} == {}
    """4.5 is what WCAG 2 asks of small text at level AA."""


def test_is_readable_without_javascript(browser: sync_api.Browser, file: Path) -> None:
    opened = _watched(browser, file, java_script_enabled=False)
    page = opened.page

    assert page.locator(".filter").is_hidden()
    assert page.locator(".legend").is_visible()
    page.locator('.grid a[data-v="fail"]').first.click()
    expect(page.locator("article:target .replay")).to_be_visible()
    page.close()


def test_hostile_text_does_nothing(browser: sync_api.Browser, hostile_record: Path) -> None:
    run = load_run(hostile_record)
    path = hostile_record.parent / "hostile.html"
    path.write_text(render_matrix([(run, History("staging", "3.1", 0))]), encoding="utf-8")
    opened = _watched(browser, path)
    opened.page.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
    cells = opened.page.locator(".grid a[data-v]")
    for number in range(cells.count()):
        cells.nth(number).click(force=True)
        expect(opened.page.locator("#panel .finding").first).to_be_visible()
        opened.page.keyboard.press("Escape")
    opened.page.close()

    assert opened.complaints == []
    assert opened.requests == [path.as_uri()]


def test_versions_are_switched_and_stand_side_by_side(
    browser: sync_api.Browser, tmp_path: Path
) -> None:
    runs = []
    for version, verdict in (("3.1", "pass"), ("3.2", "fail")):
        name = "users/A/response"
        record = builder.write(
            tmp_path / version, [builder.required(name)], [builder.outcome(name, verdict)],
            api_version=version,
        )
        runs.append((load_run(record), History("staging", version, 0)))
    path = tmp_path / "report.html"
    path.write_text(render_matrix(runs), encoding="utf-8")
    opened = _watched(browser, path)
    page = opened.page

    assert page.locator(".run:visible").count() == 1
    page.locator(".versions a").nth(1).click()
    expect(page.locator(".run:visible h1")).to_contain_text("not conformant")
    page.locator(".versions a").nth(2).click()
    expect(page.locator(".run:visible tr.differs")).to_have_count(1)
    assert opened.complaints == []
    page.close()


@pytest.mark.skipif("CONFORMANCE_SCREENSHOTS" not in os.environ, reason="pictures-not-wanted")
def test_take_the_pictures(browser: sync_api.Browser, tmp_path: Path) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = _page_of(pictures.write(tmp_path))
    for scheme in ("light", "dark"):
        opened = _watched(browser, path, color_scheme=scheme)
        opened.page.screenshot(path=IMAGES / f"matrix-{scheme}.png")
        opened.page.locator("tbody[data-section=oms_orders]").scroll_into_view_if_needed()
        opened.page.goto(f"{path.as_uri()}#3.1/{pictures.SHOWN}")
        expect(opened.page.locator("#panel h3")).to_be_visible()
        opened.page.screenshot(path=IMAGES / f"matrix-clause-{scheme}.png")
        opened.page.close()
