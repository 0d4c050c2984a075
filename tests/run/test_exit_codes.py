"""What goes wrong outside a case: one clear line, an exit code of its own, and the record kept."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.run.command import TIMEOUT_S, conformance, has_footer, outcomes, served

NOWHERE = """
[target]
name = "nowhere"
environment = "test"
websocket = "ws://127.0.0.1:9/WSGateway/"
"""
LONG = ("--section", "users", "--section", "accounts", "--effort", "certify", "--jobs", "1")


def test_unreachable_target_is_3_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(NOWHERE)

    done = conformance("run", "--target", str(file), "--report-dir", str(tmp_path / "run"))

    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "127.0.0.1:9" in done.stderr
    assert "[target] websocket of the target file?" in done.stderr


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (NOWHERE.replace("websocket", "websockt"), "did you mean 'websocket'"),
        (NOWHERE + "[limits\n", "target.toml"),
        ('[target]\nname = "x"\n', "environment"),
    ],
)
def test_broken_target_file_is_2_and_names_the_place(
    text: str, hint: str, tmp_path: Path
) -> None:
    file = tmp_path / "target.toml"
    file.write_text(text)

    done = conformance("run", "--target", str(file))

    assert done.returncode == 2
    assert hint in done.stderr


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (("--clause", "users/NoSuchCall/*"), "--clause users/NoSuchCall/*"),
        (("--section", "trades", "--call", "SendOrder"), "--section trades and --call SendOrder"),
    ],
)
def test_empty_selection_is_2(selection: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = conformance("run", *selection, "--report-dir", str(tmp_path))

    assert done.returncode == 2
    assert f"nothing is selected: no case has {told}; conformance run --plan" in done.stderr
    assert not (tmp_path / "run.jsonl").exists()


@pytest.mark.parametrize(
    ("selection", "mend"),
    [
        (("--section", "usrs"), "nearest: users"),
        (("--call", "SendOrdr"), "nearest: SendOrder"),
        (("--section", "%"), "known: users, accounts,"),
        (("--call", "%"), "see conformance catalog"),
    ],
)
def test_misspelled_name_is_2_and_names_the_mend(selection: tuple[str, str], mend: str) -> None:
    done = conformance("run", *selection)

    assert done.returncode == 2
    assert mend in done.stderr


def test_target_lost_in_the_middle_is_3_and_stops_the_run(tmp_path: Path) -> None:
    file, run = tmp_path / "target.toml", tmp_path / "run"
    with served(file) as exchange:
        running = started("--target", str(file), "--report-dir", str(run), *LONG)
        wait_for_outcomes(run)
        exchange.kill()
        exchange.wait()
        out, _ = running.communicate(timeout=TIMEOUT_S)

    assert running.returncode == 3
    assert "target lost" in out
    assert "run again when it is back" in out
    assert has_footer(run)


def test_stopped_by_hand_keeps_what_was_judged(tmp_path: Path) -> None:
    run = tmp_path / "run"
    running = started("--report-dir", str(run), *LONG)
    wait_for_outcomes(run)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=TIMEOUT_S)

    assert running.returncode in (1, 6)
    assert "stopped by hand" in out
    assert outcomes(run)
    assert not has_footer(run)


def test_killed_run_leaves_a_readable_record(tmp_path: Path) -> None:
    run = tmp_path / "run"
    running = started("--report-dir", str(run), *LONG)
    wait_for_outcomes(run)
    running.kill()
    running.wait()

    assert outcomes(run)
    assert not has_footer(run)


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "conformance.cli", "run", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def wait_for_outcomes(run: Path) -> None:
    """Until a few outcomes stand in the record."""
    deadline = time.monotonic() + TIMEOUT_S
    record = run / "run.jsonl"
    while time.monotonic() < deadline:
        if record.exists() and record.read_text().count('"type":"outcome"') > 5:
            return
        time.sleep(0.05)
    raise AssertionError("no outcome was recorded")


def test_folder_used_again_shows_no_other_run(tmp_path: Path) -> None:
    stale = tmp_path / "capsules" / "of-another-run.json"
    stale.parent.mkdir()
    stale.write_text("{}")

    done = conformance("run", "--call", "Ping", "--report-dir", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert not stale.exists()
