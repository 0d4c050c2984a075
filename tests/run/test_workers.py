"""What a run does inside of its processes takes nothing away from others in them."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from xdist.workermanage import NodeManager

from conformance.commands import run as command
from conformance.commands.run import RunRequest, run_suite
from tests.run.command import TIMEOUT_S, conformance

SOMEBODY_ELSES = """
def test_holds(): pass
def test_breaks(): assert False
"""


def test_cases_that_are_not_ours_are_told_as_ever(tmp_path: Path) -> None:
    """Workers keep reports back that carry no outcome; other people's tests carry none."""
    (tmp_path / "test_other.py").write_text(SOMEBODY_ELSES)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", str(tmp_path)],
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=tmp_path,
    )

    assert "1 failed, 1 passed" in done.stdout


def test_the_folder_that_all_pytest_runs_share_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """xdist would make one for its workers, and tidy up what others left there."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))

    report = str(tmp_path / "run")
    done = conformance("run", "--call", "Ping", "--jobs", "2", "--report-dir", report)

    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(temporary.iterdir())


def test_reports_are_made_while_the_workers_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their processes take half a second to go: time for the reports, and all are gone then."""
    ending, gone = threading.Event(), threading.Event()

    def end(manager: NodeManager) -> None:
        ending.set()
        teardown(manager)
        gone.set()

    teardown = NodeManager.teardown_nodes
    monkeypatch.setattr(NodeManager, "teardown_nodes", end)
    reported: list[bool] = []
    monkeypatch.setattr(command, "render_all", lambda *_: reported.append(ending.wait(TIMEOUT_S)))

    run_suite(RunRequest(calls=["Ping"], jobs=2, report_dir=tmp_path))

    assert reported == [True]
    assert gone.is_set()


def test_garbage_is_collected_as_before_when_a_run_is_over(tmp_path: Path) -> None:
    """A quick run goes without; who calls it in a process of their own must not."""
    before = gc.get_threshold()
    gc.set_threshold(701, 11, 9)
    try:
        run_suite(RunRequest(calls=["Ping"], jobs=1, report_dir=tmp_path))
        assert gc.get_threshold() == (701, 11, 9)
    finally:
        gc.set_threshold(*before)
