"""``conformance`` as its users start it, and a reference exchange to point it at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIMEOUT_S = 120


def conformance(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "conformance.cli", *arguments],
        capture_output=True, text=True, timeout=TIMEOUT_S, cwd=cwd, check=False,
    )


@contextmanager
def served(target_file: Path) -> Iterator[subprocess.Popen[str]]:
    """A reference exchange as a process, with its target file written."""
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance.cli", "serve", "--control", "--seed", "1",
         "--write-target", str(target_file)],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        yield process
    finally:
        process.kill()
        process.wait()


def outcomes(run_dir: Path) -> dict[tuple[str, str, str], str]:
    """Verdict by clause, surface and test of a run's record."""
    lines = [json.loads(line) for line in (run_dir / "run.jsonl").read_text().splitlines()]
    found = [line["outcome"] for line in lines if line["type"] == "outcome"]
    return {(o["clause"], o["surface"], o["test"]): o["verdict"] for o in found}


def has_footer(run_dir: Path) -> bool:
    """Does the record say that the run came to its end?"""
    last = (run_dir / "run.jsonl").read_text().splitlines()[-1]
    return bool(json.loads(last)["type"] == "footer")
