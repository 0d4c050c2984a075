"""The compatibility matrix: one HTML file that needs nothing else, not even a script.

Rows are calls, columns are obligations, a cell is a verdict with its evidence. Several runs (of
several API versions) stand in one file, and side by side.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.contract.clauses import OBLIGATIONS
from conformance.report.history import Earlier, History, now_of
from conformance.report.pages import page_address
from conformance.report.run import ClauseView, Run
from conformance.report.sarif import demanded_by
from conformance.report.text import one_line
from conformance.verdict.comparison import KINDS
from conformance.verdict.outcome import WORST_FIRST
from conformance.verdict.summary import CONFORMANT, NOT_CONFORMANT, Numbers

MATRIX_NAME = "report.html"
GLYPHS = {
    "pass": "✓", "lenient": "≈", "differs": "≠", "fail": "✗", "blocked": "⊘", "unverified": "?",
    "not-applicable": "–", "waived": "w", "error": "!",
}
MEANINGS = {
    "pass": "exercised and held",
    "lenient": "held only by a documented tolerance",
    "differs": "not as inferred, later or observed; fails nobody",
    "fail": "a stated clause is broken",
    "blocked": "something it presupposes is broken",
    "unverified": "could not be exercised here",
    "not-applicable": "the target does not offer this",
    "waived": "a known failure, excused until a day",
    "error": "our own fault",
}
CHANGES = {
    "broken": "broken", "changed": "fail in another way", "newly-unverified": "no longer verified",
    "newly-different": "newly different", "fixed": "fixed", "newly-verified": "newly verified",
}
CHANGES_SHOWN = 40
TREND_WIDTH, TREND_HEIGHT = 96, 20


@dataclass(frozen=True)
class Row:
    """One call: a clause per obligation or none, and its own rules."""

    subject: str
    cells: tuple[ClauseView | None, ...]
    rules: tuple[ClauseView, ...]


@dataclass(frozen=True)
class Section:
    """One section. ``plain`` is false where no clause is a plain obligation."""

    name: str
    rows: tuple[Row, ...]
    numbers: Numbers
    trend: Markup
    plain: bool


@dataclass(frozen=True)
class Page:
    """One run on the page."""

    run: Run
    history: History
    sections: tuple[Section, ...]
    trend: Markup

    @property
    def anchor(self) -> str:
        """What the ids of this run begin with."""
        return self.run.version

    @property
    def leaks(self) -> list[tuple[str, list[str]]]:
        """What was left open on the target, by kind: of each what it is and how it is removed."""
        found: dict[str, list[str]] = {}
        for leak in self.run.footer.leaks if self.run.footer is not None else ():
            kind = leak.get("entity", "other")
            told = (f"{k} {v}" for k, v in leak.items() if v and k != "entity")
            found.setdefault(kind, []).append(", ".join(told))
        return list(found.items())


@dataclass(frozen=True)
class Tally:
    """What a call came to in one version."""

    verdict: str
    held: int
    applicable: int


@dataclass(frozen=True)
class SideRow:
    """One call across the versions."""

    section: str
    subject: str
    cells: tuple[Tally | None, ...]

    @property
    def differs(self) -> bool:
        """Did it come to different things?"""
        return len(set(self.cells)) > 1


def render_matrix(runs: Sequence[tuple[Run, History]]) -> str:
    """The file's text for one or several runs."""
    pages = [_page(run, history) for run, history in runs]
    style, script = _resource("matrix.css"), _resource("matrix.js")
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return _environment().get_template("matrix.html.j2").render(
        pages=pages, side=_side_by_side(pages) if len(pages) > 1 else (),
        style=Markup(style), script=Markup(script), policy=policy,
        obligations=OBLIGATIONS, order=WORST_FIRST, glyphs=GLYPHS, meanings=MEANINGS,
        kinds=KINDS, changes=CHANGES, changes_shown=CHANGES_SHOWN, tone=_tone,
        demanded_by=demanded_by, page_address=page_address, one_line=one_line, said=_said,
    )


def _page(run: Run, history: History) -> Page:
    points = (*history.earlier, now_of(run))
    by_section: dict[str, dict[str, list[ClauseView]]] = {}
    for clause in run.clauses:
        section = by_section.setdefault(clause.required.clause.section, {})
        section.setdefault(clause.required.clause.subject, []).append(clause)
    sections = tuple(
        _section(run, name, subjects, points) for name, subjects in by_section.items()
    )
    return Page(run, history, sections, _trend([point.numbers for point in points]))


def _section(
    run: Run, name: str, subjects: dict[str, list[ClauseView]], points: Sequence[Earlier]
) -> Section:
    rows = tuple(_row(subject, clauses) for subject, clauses in subjects.items())
    numbers = [point.sections[name] for point in points if name in point.sections]
    return Section(
        name, rows, run.summary.by_section[name], _trend(numbers),
        any(cell is not None for row in rows for cell in row.cells),
    )


def _row(subject: str, clauses: Sequence[ClauseView]) -> Row:
    plain = {c.required.obligation: c for c in clauses if c.required.obligation in OBLIGATIONS}
    own = tuple(c for c in clauses if plain.get(c.required.obligation) is not c)
    return Row(subject, tuple(plain.get(name) for name in OBLIGATIONS), own)


def _trend(points: Sequence[object]) -> Markup:
    """Held of required over the runs as a small line; nothing for a single run."""
    shares = [
        getattr(point, "held", 0) / max(1, getattr(point, "required", 0)) for point in points
    ]
    if len(shares) < 2:
        return Markup("")
    step = TREND_WIDTH / (len(shares) - 1)
    top, height = 2, TREND_HEIGHT - 4
    dots = " ".join(
        f"{index * step:.1f},{top + height * (1 - share):.1f}" for index, share in enumerate(shares)
    )
    words = f"held {shares[0]:.0%} → {shares[-1]:.0%} over {len(shares)} runs"
    return Markup(
        f'<svg class="trend" role="img" aria-label="{words}" width="{TREND_WIDTH}" '
        f'height="{TREND_HEIGHT}" viewBox="-2 0 {TREND_WIDTH + 4} {TREND_HEIGHT}">'
        f'<title>{words}</title><polyline points="{dots}"/>'
        f'<circle cx="{TREND_WIDTH}" cy="{dots.rpartition(",")[2]}" r="2"/></svg>'
    )


def _side_by_side(pages: Sequence[Page]) -> tuple[SideRow, ...]:
    tallies = [
        {(section.name, row.subject): _tally(row) for section in page.sections
         for row in section.rows}
        for page in pages
    ]
    keys = dict.fromkeys(key for tally in tallies for key in tally)
    return tuple(SideRow(*key, tuple(tally.get(key) for tally in tallies)) for key in keys)


def _tally(row: Row) -> Tally:
    clauses = [cell for cell in (*row.cells, *row.rules) if cell is not None]
    verdicts = [clause.verdict for clause in clauses]
    return Tally(
        min(verdicts, key=WORST_FIRST.index),
        sum(verdict in ("pass", "lenient") for verdict in verdicts),
        sum(verdict != "not-applicable" for verdict in verdicts),
    )


def _tone(exit_code: int) -> str:
    return {CONFORMANT: "good", NOT_CONFORMANT: "bad"}.get(exit_code, "open")


def _said(clause: ClauseView) -> str:
    """A cell in words, for those who hear it."""
    words = [f"{clause.required.clause.subject} {clause.id.split('/', 2)[2]}: {clause.verdict}"]
    judged = clause.total("judged")
    if judged:
        words.append(f"{clause.total('successes')} successes in {judged} replies judged")
    if clause.required.keys:
        words.append(f"{len(clause.keys_seen)} of {len(clause.required.keys)} keys seen")
    return ", ".join(words)


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@lru_cache
def _resource(name: str) -> str:
    return files("conformance.report").joinpath("templates", name).read_text(encoding="utf-8")


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("conformance.report", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
