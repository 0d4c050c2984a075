"""The shrunk conversation of a broken rule is in the report: its steps, and what was sent."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.commands.selftest_rules import seeded_rules
from conformance.report.run_record import read_record
from conformance.selftest.worker import EFFORT
from conformance.verdict.outcome import WALK, FindingText
from tests.run.command import conformance

BROKEN = {
    "book/time-priority": ("queue(", "SendOrder"),
    "token/minted-whole": ("mint(", "Mint"),
    "access/public-for-all": ("log_in_by_code(", "Ping"),
}
"""Rules whose breach is short, the step that must show it, and a call that was sent in it."""


@pytest.mark.parametrize("rule", BROKEN)
def test_walk_that_broke_a_rule_is_reported(rule: str, tmp_path: Path) -> None:
    step, call = BROKEN[rule]
    each = next(each for each in seeded_rules() if each.rule.name == rule)

    done = conformance("run", "--defect", each.fault, "--clause", each.clause,
                       "--effort", EFFORT, "--report-dir", str(tmp_path))

    assert done.returncode == 1, done.stdout + done.stderr
    finding = finding_of(tmp_path)
    assert 1 <= len(finding.steps) <= 3
    assert finding.steps[-1].startswith(step)
    assert call in {exchange.call for exchange in finding.exchanges[:-1]}
    assert verdict_of(tmp_path, each.clause) == "fail"
    page = html.unescape((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "".join(finding.steps) in page.replace("\n", "")
    assert finding.exchanges[-2].sent in page
    assert step in told_by_allure(tmp_path)


def finding_of(run_dir: Path) -> FindingText:
    """The finding of the one clause that was run."""
    (outcome,) = read_record(run_dir).outcomes
    assert outcome.finding is not None
    assert outcome.finding.exchanges[-1].surface == WALK
    return outcome.finding


def verdict_of(run_dir: Path, clause: str) -> str:
    """What verdict.json says of a clause."""
    data = json.loads((run_dir / "verdict.json").read_text(encoding="utf-8"))
    return str(next(each["verdict"] for each in data["clauses"] if each["id"] == clause))


def told_by_allure(run_dir: Path) -> str:
    """What the steps of the Allure results say was sent."""
    results: list[dict[str, Any]] = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (run_dir / "allure-results").glob("*-result.json")
    ]
    return "\n".join(
        parameter["value"] for result in results for step in result.get("steps", ())
        for parameter in step.get("parameters", ()) if parameter["name"] == "sent"
    )
