"""The same seed sends the same requests; two jobs come to the verdicts of one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from conformance.commands.run import RunRequest, pytest_arguments
from tests.run.command import TIMEOUT_S, conformance, outcomes

# What a target's clock shows cannot be the same twice: long digit runs and times of day.
_CLOCK = re.compile(r"\d{9,}|\d{4}-\d\d-\d\dT[\d:.]+Z?")
Sent = dict[str, list[tuple[str, str]]]


def test_same_seed_same_requests(tmp_path: Path) -> None:
    first, second = sent(5, tmp_path), sent(5, tmp_path)

    assert first == second
    assert sum(len(requests) for requests in first.values()) > 500


def test_another_seed_other_requests(tmp_path: Path) -> None:
    assert sent(5, tmp_path) != sent(6, tmp_path)


def sent(seed: int, tmp_path: Path) -> Sent:
    request = RunRequest(
        sections=["trades"], clauses=["*/response", "*/rejection"], seed=seed,
        report_dir=tmp_path / f"run{seed}",
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.run.sent", *pytest_arguments(request)],
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {
        case: [(name, _CLOCK.sub("#", text)) for name, text in requests] for case, requests in lines
    }


def test_two_jobs_come_to_the_same_verdicts(tmp_path: Path) -> None:
    selection = ("--section", "trades", "--section", "margin", "--clause", "*/rejection",
                 "--clause", "*/permission", "--clause", "*/envelope")

    runs = []
    for jobs in ("1", "2"):
        run = tmp_path / jobs
        conformance("run", *selection, "--jobs", jobs, "--report-dir", str(run))
        runs.append(outcomes(run))

    assert runs[0]
    assert runs[0] == runs[1]
