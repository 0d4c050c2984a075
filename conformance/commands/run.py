"""``conformance run``: the scenarios as one pytest session, with our own display."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.contract.catalog import load_contract
from conformance.contract.errors import UnknownName, nearest_names
from conformance.contract.resources import scenarios_root
from conformance.plugin.console import Console
from conformance.plugin.plan import PlanPrinter
from conformance.plugin.recorder import Recorder
from conformance.report.render import render_all
from conformance.target.target_file import Target, TargetFileError, read_target
from conformance.verdict.summary import UNREACHABLE, USAGE
from conformance.verdict.waivers import read_waivers

REACH_TIMEOUT_S = 10
MOST_JOBS = 4
"""Jobs by default at most: the largest section alone takes a quarter of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What ``conformance run`` was asked for; ``target`` is a path, "reference" or None.

    ``cases`` are paths or node ids below the scenarios, where not all need to be collected.
    """

    target: str | None = None
    api_version: str = "3.1"
    effort: str = "quick"
    sections: Sequence[str] = ()
    calls: Sequence[str] = ()
    clauses: Sequence[str] = ()
    read_only: bool = False
    plan: bool = False
    jobs: int | None = None
    seed: int = 0
    waivers: Path | None = None
    report_dir: Path | None = None
    defects: Sequence[str] = ()
    cases: Sequence[str] = ()

    @property
    def workers(self) -> int:
        """Jobs as asked for; by default one per core for our own reference, else one.

        A foreign target gets as much at once as its target file says, not as our machine has cores.
        """
        if self.jobs is not None:
            return self.jobs
        narrow = len(self.sections) == 1 or self.calls or len(self.clauses) == 1
        return 1 if narrow or self.target_file is not None else min(os.cpu_count() or 1, MOST_JOBS)

    @property
    def target_file(self) -> Path | None:
        """The target file; None for our own reference."""
        return Path(self.target) if self.target and self.target != "reference" else None


def run_suite(request: RunRequest) -> int:
    """Run everything selected; the exit code of DESIGN's table."""
    contract = load_contract(request.api_version)
    for name in request.sections:
        if name.lower() not in contract.clause_sections:
            raise UnknownName("section", name, contract.clause_sections)
    for name in request.calls:
        contract.call(name)
    if request.waivers is not None:
        read_waivers(request.waivers)
    if request.defects:
        trouble = wrong_defects(request.defects, request.target_file)
        if trouble:
            return _refuse(USAGE, trouble)
    if request.target_file is not None:
        try:
            target = read_target(request.target_file)
        except TargetFileError as error:
            return _refuse(USAGE, str(error))
        unreachable = "" if request.plan else _why_unreachable(target)
        if unreachable:
            return _refuse(UNREACHABLE, unreachable)
    return _plan(request) if request.plan else _run(request)


def wrong_defects(names: Sequence[str], target: Path | None) -> str:
    """Why these seeded faults cannot be switched on; empty if they can."""
    from conformance.reference.defects import KNOWN
    from conformance.reference.server import load_defects

    if target is not None:
        return "--defect breaks our own reference; it cannot go with --target FILE"
    load_defects()
    for name in names:
        if name not in KNOWN:
            near = ", ".join(nearest_names(name, KNOWN)) or "conformance selftest lists them"
            return f"unknown defect {name!r}; nearest: {near}"
    return ""


def _run(request: RunRequest) -> int:
    console = Console()
    plugins: list[object] = [console, Reports()]
    if request.workers > 1:
        from conformance.plugin.scheduling import SideBySide

        plugins.append(SideBySide())
    code = int(pytest.main(pytest_arguments(request), plugins=plugins))
    recorder = console.recorder
    if not isinstance(recorder, Recorder) or recorder.directory is None:
        return _nothing_ran(code, console, request)
    return code


class Reports:
    """The pytest plugin that leaves reports beside the record, while the workers end."""

    def pytest_conformance_recorded(self, directory: Path) -> None:
        """Called once, when there is a record."""
        render_all(directory, directory)


def _plan(request: RunRequest) -> int:
    printer = PlanPrinter()
    arguments = [*pytest_arguments(request), "--collect-only"]
    code = int(pytest.main(arguments, plugins=[printer]))
    if code != pytest.ExitCode.OK:
        return _refuse(USAGE, _nothing_selected(request))
    return 0


def _nothing_ran(code: int, console: Console, request: RunRequest) -> int:
    if console.stopped:
        return _refuse(code, console.stopped)
    if code in (USAGE, pytest.ExitCode.NO_TESTS_COLLECTED):
        return _refuse(USAGE, _nothing_selected(request))
    return code


def _nothing_selected(request: RunRequest) -> str:
    filters = [
        *(f"--section {name}" for name in request.sections),
        *(f"--call {name}" for name in request.calls),
        *(f"--clause {name}" for name in request.clauses),
    ]
    asked = " and ".join(filters) or "these cases"
    return f"nothing is selected: no case has {asked}; conformance run --plan shows what there is"


def _refuse(code: int, reason: str) -> int:
    print(f"conformance: {reason}", file=sys.stderr)
    return code


def _why_unreachable(target: Target) -> str:
    """Why no connection to the target can be made; empty if one can."""
    address = urlsplit(target.target.websocket)
    port = address.port or (443 if address.scheme == "wss" else 80)

    async def reach() -> None:
        async with asyncio.timeout(REACH_TIMEOUT_S):
            _, writer = await asyncio.open_connection(address.hostname, port)
        writer.close()

    try:
        asyncio.run(reach())
    except (OSError, TimeoutError) as error:
        said = error or type(error).__name__
        return (
            f"target unreachable: {address.geturl()}: {said}; is it up, and is this the address "
            f"in [target] websocket of the target file?"
        )
    return ""


def pytest_arguments(request: RunRequest) -> list[str]:
    """The pytest command line of a run: our plugin and no other, no files of its own."""
    root = scenarios_root()
    arguments = [
        *(str(root / case) for case in request.cases or (".",)), f"--rootdir={root}",
        # tmpdir: xdist would make folders in the one that all pytest runs share, and tidy it up.
        "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:tmpdir",
        # Scenarios judge by the verbs; their few asserts are for the type checker.
        "--assert=plain",
        # They collect garbage five times at the end, to find what a test forgot to await.
        "-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:logging",
        "--disable-plugin-autoload", "-p", "conformance.plugin", "-c", os.devnull,
        "--continue-on-collection-errors",
        f"--api-version={request.api_version}", f"--effort={request.effort}",
        f"--conformance-seed={request.seed}",
        *(f"--section={name}" for name in request.sections),
        *(f"--call={name}" for name in request.calls),
        *(f"--clause={name}" for name in request.clauses),
    ]
    if request.workers > 1 and not request.plan:
        arguments += ["-p", "xdist.plugin", "-n", str(request.workers), "--dist=loadscope",
                      "--no-loadscope-reorder"]
    if request.target_file is not None:
        arguments.append(f"--target={request.target_file.resolve()}")
    if request.read_only:
        arguments.append("--read-only")
    if request.waivers is not None:
        arguments.append(f"--waivers={request.waivers.resolve()}")
    if request.report_dir is not None:
        arguments.append(f"--run-dir={request.report_dir}")
    arguments += [f"--defect={name}" for name in request.defects]
    return arguments
