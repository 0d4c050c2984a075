"""Golden files of every format, from one small record with every verdict; rendered twice alike.

Write them anew with ``CONFORMANCE_WRITE_GOLDENS=1`` after looking at the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.report.allure_results import RESULTS_NAME
from conformance.report.render import FORMATS, render, render_all
from conformance.report.run import load_run
from conformance.verdict.outcome import WORST_FIRST
from conformance.verdict.waivers import Waiver
from tests.report.builder import outcome, required, write

GOLDEN = Path(__file__).parent / "golden"
RULE = "oms_orders/ModifyOrder/keeps-priority"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """One clause per verdict, a rule of its own, a waiver in trouble, something left open."""
    import datetime as dt

    names = {
        verdict: f"oms_orders/{verdict.title().replace('-', '')}/response"
        for verdict in WORST_FIRST
    }
    listed = [required(name) for name in names.values()]
    listed.append(required(RULE, presupposes=(names["fail"],), basis="inferred"))
    outcomes = [outcome(name, verdict) for verdict, name in names.items()]
    outcomes.append(outcome(RULE, "fail"))
    outcomes.append(outcome(names["pass"], persona="operator", surface="http"))
    stale = Waiver(
        names["pass"], "websocket", "0" * 12, "ana", "mended", "https://tracker.example/1",
        dt.date(2030, 1, 1),
    )
    leaks = (
        {"entity": "order", "identity": "7", "removal": "CancelOrder"},
        {"entity": "user", "identity": "10", "removal": ""},
    )
    return write(
        tmp_path / "golden-run", listed, outcomes, exit_code=4, leaks=leaks, waivers=(stale,)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str, record: Path, tmp_path: Path) -> None:
    run = load_run(record)
    (written,) = render(run, record.parent, tmp_path / "out", (name,))
    golden = GOLDEN / written.name

    if os.environ.get("CONFORMANCE_WRITE_GOLDENS"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_bytes(written.read_bytes())
    assert written.read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


def test_golden_of_one_allure_result(record: Path, tmp_path: Path) -> None:
    render_all(record, tmp_path / "out")
    found = [
        path.read_text(encoding="utf-8")
        for path in (tmp_path / "out" / RESULTS_NAME).glob("*-result.json")
    ]
    (result,) = [text for text in found if '"oms_orders/Fail/response|websocket|trader"' in text]
    golden = GOLDEN / "allure-result.json"

    if os.environ.get("CONFORMANCE_WRITE_GOLDENS"):
        golden.write_text(result, encoding="utf-8")
    assert result == golden.read_text(encoding="utf-8")


def test_the_same_record_renders_to_the_same_bytes(record: Path, tmp_path: Path) -> None:
    for place in ("one", "two"):
        render_all(record, tmp_path / place)
        render(load_run(record), record.parent, tmp_path / place, tuple(FORMATS))

    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")


def test_rendering_again_in_the_same_place_changes_nothing(large_record: Path) -> None:
    render_all(large_record)
    before = _contents(large_record.parent)
    render_all(large_record)

    assert _contents(large_record.parent) == before
    assert len(before) > 1600


def _contents(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*") if path.is_file()
    }
