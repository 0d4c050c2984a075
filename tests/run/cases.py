"""Runs of a handful of cases made up on the spot, against one exchange."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from conformance.commands import run as command
from conformance.commands.run import RunRequest, run_suite
from conformance.report.run import Run, load_run

_NUMBERS = itertools.count()
HEAD = """
import pytest
from conformance.oracle.finding import Finding, Unverified
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
"""


@contextmanager
def scenarios_of(folder: Path, text: str) -> Iterator[None]:
    """Let the cases of this text be all there are."""
    (folder / f"test_made_up_{next(_NUMBERS)}.py").write_text(HEAD + dedent(text))
    root, rendered = command.scenarios_root, command.render_all
    command.scenarios_root = lambda: folder
    command.render_all = lambda *_: []
    try:
        yield
    finally:
        command.scenarios_root, command.render_all = root, rendered


def run_cases(folder: Path, file: Path, text: str, *clauses: str, jobs: int = 1) -> tuple[int, Run]:
    """Exit code and record of a run of these cases; only these clauses are required."""
    with scenarios_of(folder, text):
        code = run_suite(RunRequest(
            target=str(file), clauses=list(clauses), report_dir=folder / "run", jobs=jobs,
        ))
    return code, load_run(folder / "run")


def verdicts(run: Run) -> dict[str, str]:
    """What each required clause came to."""
    return {clause.id: clause.verdict for clause in run.clauses}
