"""Whatever a target sends is text: in every format, whatever it would do elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from conformance.report.allure_results import write_results
from conformance.report.history import History
from conformance.report.render import FORMATS
from conformance.report.run import Run, load_run
from conformance.report.text import one_line, visible
from tests.report.builder import ACTING

NO_PAST = History("staging", "3.1", 0)
OWN_ELEMENTS = frozenset(re.findall(r"\w+", """
    html head meta title link style script body a nav main section header div p h1 h2 h3 h4 dl dt
    dd svg rect polyline circle table thead tbody tfoot tr th td details summary ul ol li b i
    span code small form label select option input button output article strong dialog pre
"""))


@pytest.fixture(scope="module")
def run(hostile_record: Path) -> Run:
    return load_run(hostile_record)


@pytest.mark.parametrize("name", FORMATS)
def test_no_acting_character_reaches_a_report(name: str, run: Run) -> None:
    text = FORMATS[name][1](run, NO_PAST)

    assert [character for character in ACTING if character in text] == []
    assert "\\u202e" in text or name in ("badge", "sarif", "json")
    text.encode()


@pytest.mark.parametrize("name", FORMATS)
def test_huge_values_are_cut(name: str, run: Run) -> None:
    assert len(FORMATS[name][1](run, NO_PAST)) < 1_000_000


def test_allure_results_hold_no_acting_character(run: Run, tmp_path: Path) -> None:
    write_results(run, tmp_path / "results", tmp_path)

    files = list((tmp_path / "results").iterdir())
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [character for character in ACTING if character in text] == []
    assert max(path.stat().st_size for path in files) < 200_000


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_matrix_has_our_own_elements_only(run: Run) -> None:
    page = FORMATS["html"][1](run, NO_PAST)
    parser = _Elements()
    parser.feed(page)

    assert parser.names <= OWN_ELEMENTS
    assert (parser.scripts, parser.handlers) == (1, [])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_junit_stays_well_formed(run: Run) -> None:
    root = ElementTree.fromstring(FORMATS["junit"][1](run, NO_PAST))

    assert len(root.findall(".//failure")) == len(run.units)
    assert not root.findall(".//script")


def test_markdown_shows_hostile_text_in_code_blocks_only(run: Run) -> None:
    tokens = MarkdownIt().parse(FORMATS["markdown"][1](run, NO_PAST))

    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == len(run.units)
    elsewhere = " ".join(token.content for token in tokens if token.type != "fence")
    assert not re.search(r"evil\.example|everyone|<script", elsewhere)
    assert not any(token.type in ("html_block", "html_inline") for token in tokens)


@pytest.mark.parametrize("character", ACTING)
def test_acting_characters_are_written_out(character: str) -> None:
    shown = visible(f"a{character}b")

    assert character not in shown
    assert re.fullmatch(r"a\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})b", shown)


def test_ordinary_text_is_left_alone() -> None:
    text = "Größe 10 €\n\t日本語 عربي 😀"

    assert visible(text) == text
    assert one_line(text) == text.replace("\n", "\\n").replace("\t", "\\t")


def test_a_cut_says_how_much_is_missing() -> None:
    assert visible("x" * 5000, 10) == "xxxxxxxxxx … 4,990 more characters"
