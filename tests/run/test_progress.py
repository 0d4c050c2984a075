"""What a run shows while it works: one line per section, or bars that move in a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.command import TIMEOUT_S, conformance

SELECTION = ("--call", "GetUserInfo", "--call", "GetProduct")
JOBS = ("1", "2")


@pytest.mark.parametrize("jobs", JOBS)
def test_each_section_is_told_when_it_is_done(tmp_path: Path, jobs: str) -> None:
    """With several workers too, where the process that tells has collected nothing itself."""
    done = conformance("run", *SELECTION, "--jobs", jobs, "--report-dir", str(tmp_path))

    told = [line.strip() for line in done.stdout.splitlines() if line.endswith(" done")]
    assert sorted(told) == ["products done", "revision done", "users done"]


@pytest.mark.parametrize("jobs", JOBS)
def test_terminal_shows_a_bar_for_each_section(tmp_path: Path, jobs: str) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "conformance.cli", "run", *SELECTION, "--jobs", jobs,
               "--report-dir", str(tmp_path)]

    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = read_all(ours)

    process.wait(TIMEOUT_S)
    for section in ("products", "users"):
        assert f"{section:<18}" in shown
    assert "━" in shown


def read_all(terminal: int) -> str:
    """Everything written to a terminal until its other end is closed."""
    pieces: list[bytes] = []
    try:
        while piece := os.read(terminal, 1 << 16):
            pieces.append(piece)
    except OSError:  # how Linux says that nobody is left
        pass
    finally:
        os.close(terminal)
    return b"".join(pieces).decode("utf-8", "replace")
