"""Earlier runs of a target: looked up among the neighbours once, then kept beside the report."""

from __future__ import annotations

import shutil
from pathlib import Path

from conformance.report.history import HISTORY_NAME, history_of
from conformance.report.matrix import render_matrix
from conformance.report.render import render_all
from conformance.report.run import load_run
from tests.report.builder import STARTED_MS, outcome, required, write

A, B = "users/A/response", "trades/B/response"
HOUR = 3_600_000


def earlier(root: Path, hours: int, *verdicts: str, **changes: object) -> Path:
    """A rendered run some hours before now."""
    outcomes = [outcome(name, v) for name, v in zip((A, B), verdicts, strict=True)]
    listed = [required(A), required(B)]
    started = STARTED_MS - hours * HOUR
    path = write(root / f"run{hours}", listed, outcomes, started_ms=started, **changes)
    render_all(path)
    return path


def now(root: Path, *verdicts: str) -> Path:
    """The run of now, not yet rendered."""
    outcomes = [outcome(name, v) for name, v in zip((A, B), verdicts, strict=True)]
    return write(root / "now", [required(A), required(B)], outcomes)


def test_past_runs_of_the_same_target_in_order(tmp_path: Path) -> None:
    for hours in (1, 3, 2):
        earlier(tmp_path, hours, "pass", "pass")
    earlier(tmp_path, 4, "pass", "pass", api_version="3.2")
    earlier(tmp_path, 5, "pass", "pass", target={"target": {"name": "other"}})
    earlier(tmp_path, -1, "pass", "pass")
    path = now(tmp_path, "fail", "pass")
    history = history_of(load_run(path), path.parent, path.parent)

    assert [(STARTED_MS - e.started_ms) // HOUR for e in history.earlier] == [3, 2, 1]
    assert history.previous == "run1"
    assert [(c.clause, c.kind, c.before, c.after) for c in history.changes] == [
        (A, "broken", "pass", "fail"),
    ]


def test_the_past_is_kept_when_the_neighbours_are_gone(tmp_path: Path) -> None:
    past = earlier(tmp_path, 1, "fail", "pass")
    path = now(tmp_path, "pass", "pass")
    render_all(path)
    before = (path.parent / "report.html").read_bytes()
    shutil.rmtree(past.parent)
    render_all(path)

    assert (path.parent / "report.html").read_bytes() == before
    assert b"run1" in before


def test_a_kept_past_of_another_run_is_not_taken(tmp_path: Path) -> None:
    past = earlier(tmp_path, 1, "pass", "pass")
    path = now(tmp_path, "pass", "fail")
    shutil.copy(past.parent / HISTORY_NAME, path.parent / HISTORY_NAME)

    assert history_of(load_run(path), path.parent, path.parent).counts == {"broken": 1}


def test_damaged_neighbours_are_passed_over(tmp_path: Path) -> None:
    past = earlier(tmp_path, 1, "pass", "pass")
    (past.parent / "verdict.json").write_text("{")
    path = now(tmp_path, "pass", "pass")

    assert history_of(load_run(path), path.parent, path.parent).earlier == ()


def test_the_matrix_shows_trend_and_changes(tmp_path: Path) -> None:
    earlier(tmp_path, 1, "fail", "pass")
    path = now(tmp_path, "pass", "pass")
    run = load_run(path)
    page = render_matrix([(run, history_of(run, path.parent, path.parent))])

    assert "held 50% → 100% over 2 runs" in page
    assert "held 0% → 100% over 2 runs" in page
    assert "<b>1</b> fixed" in page
