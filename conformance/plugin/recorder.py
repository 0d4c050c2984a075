"""Writes the run record, and turns it into the exit code.

With pytest-xdist the outcome is made in the worker, travels on the test report, and is written by
the controller, so there is one record with one line per outcome in either case.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from conformance import __version__
from conformance.contract.catalog import Contract
from conformance.contract.clauses import Clause
from conformance.contract.profiles import closure
from conformance.contract.validators import validator_for
from conformance.generate.world import World
from conformance.oracle.evidence import Evidence, collecting
from conformance.oracle.finding import Finding
from conformance.plugin.capsules import capsule_of
from conformance.plugin.options import run_options
from conformance.plugin.outcomes import judged, outcome_of
from conformance.plugin.selection import clause_of, contract_of, selected
from conformance.report.run import Run, run_of
from conformance.report.run_record import Footer, Header, RecordWriter, RequiredClause, RunRecord
from conformance.target.target_file import redacted
from conformance.verdict.capsule import FOLDER as CAPSULE_FOLDER
from conformance.verdict.capsule import capsule_name, encode
from conformance.verdict.json_text import json_text
from conformance.verdict.outcome import Outcome
from conformance.verdict.summary import OUR_ERROR, UNREACHABLE, USAGE, Summary, summarise
from conformance.verdict.waivers import read_waivers
from conformance.wire.websocket import Lost, Unreachable

LEAVES_CAPSULE = ("fail", "differs")


class Recorder:
    """One per run. In an xdist worker it only makes outcomes; the controller writes them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._contract = contract_of(config)
        self._evidence: Evidence | None = None
        self._writer: RecordWriter | None = None
        self._session: pytest.Session | None = None
        self._target: dict[str, Any] = {}
        self._told_target = False
        self._header: Header | None = None
        self._required: tuple[RequiredClause, ...] = ()
        self._own_errors = 0
        self.interrupted = False
        self.directory: Path | None = None
        self.outcomes: list[Outcome] = []
        self.leaks: list[dict[str, str]] = []
        self.unreachable = ""
        self.world: World | None = None

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session, to be able to stop it."""
        self._session = session

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A scenario that cannot be imported is our own error."""
        self._own_errors += report.failed

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Stopped by hand, or by ourselves with an exit code of its own."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """In a worker: run a case and tell only its outcome, or what went wrong around it.

        Each report, start and end is a message between processes, five for one outcome. What is
        no case of ours is left to others.
        """
        if not self._is_worker or clause_of(item) is None:
            return None
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            if report.failed or hasattr(report, "conformance_outcome"):
                report.keywords = {}  # all marks and names of the case, which nobody reads either
                item.ihook.pytest_runtest_logreport(report=report)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A case begins: its conversation starts afresh."""
        if self.world is not None:
            self.world.deployment.transcript.begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect evidence while a case runs."""
        with collecting() as evidence:
            self._evidence = evidence
            return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """A case is over: its connections close."""
        if self.world is not None:
            self.world.deployment.end_case()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the outcome to the test report."""
        report = yield
        clause_id = clause_of(item)
        failed_early = call.when == "setup" and call.excinfo is not None
        if clause_id is None or not (call.when == "call" or failed_early):
            return report
        error = call.excinfo.value if call.excinfo is not None else None
        world = self.world
        error = _or_target_gone(judged(error), world)
        clause = self._contract.clause(clause_id)
        evidence = Evidence() if failed_early else self._evidence or Evidence()
        deployment = world.deployment if world is not None else None
        outcome = outcome_of(item, clause, error, evidence, call.duration, deployment)
        if outcome.verdict in LEAVES_CAPSULE and deployment is not None:
            turns = error.turns if isinstance(error, Finding) else ()
            outcome = msgspec.structs.replace(outcome, capsule=capsule_name(outcome))
            capsule = capsule_of(outcome, clause, turns, deployment, run_options(self._config))
            vars(report)["conformance_capsule"] = encode(capsule).decode()
        if outcome.verdict == "unverified":
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"Skipped: {outcome.reason}")
        vars(report)["conformance_outcome"] = json_text(outcome)
        if isinstance(error, Unreachable):
            vars(report)["conformance_unreachable"] = str(error)
        if world is not None:
            if not self._told_target:  # once: what a report carries is sent between processes
                vars(report)["conformance_target"] = redacted(world.deployment.target)
                self._told_target = True
            vars(report)["conformance_leaks"] = world.deployment.leaks.take()
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the outcome (in the controller, where there is one); stop when the target went."""
        gone = getattr(report, "conformance_unreachable", "")
        if gone and self._session is not None:
            self.unreachable = gone
            self._session.shouldstop = f"target unreachable: {gone}"
        self._own_errors += not_tidied_up(report)
        text = getattr(report, "conformance_outcome", "")
        if text and not self._is_worker:
            outcome = msgspec.json.decode(text, type=Outcome)
            self.outcomes.append(outcome)
            self._write(outcome, getattr(report, "conformance_target", {}))
            self._keep_capsule(outcome, getattr(report, "conformance_capsule", ""))
            self.leaks.extend(getattr(report, "conformance_leaks", ()))

    def required(self) -> list[Clause]:
        """The clauses this run was asked for."""
        options = run_options(self._config)
        claims = self._target["target"]["claims"] if self._target else ("full",)
        return [
            clause for clause in self._contract.required_clauses(claims)
            if selected(options, clause.id)
        ]

    def summary(self) -> Summary:
        """The verdict over the clauses this run was asked for."""
        return summarise(self.required(), self.outcomes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the footer and turn the verdict into the exit code; then reports can be made.

        An interrupted run gets no footer: its record says by that that it is not whole. First of
        all, before pytest-xdist waits for its workers to be gone.
        """
        if self._is_worker or self._config.option.collectonly:
            return
        if self._writer is None:
            if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
                session.exitstatus = USAGE
            return
        code = self._exit_code()
        if not self.interrupted:
            self._writer.close(code, _now_ms(), tuple(self.leaks))
        session.exitstatus = code
        session.config.hook.pytest_conformance_recorded(directory=self._writer.path.parent)

    def run(self) -> Run:
        """The run so far, as reports see it."""
        assert self._header is not None
        assert self._writer is not None
        footer = None if self.interrupted else Footer(len(self.outcomes), 0, _now_ms())
        record = RunRecord(
            self._writer.path, self._header, self._required, tuple(self.outcomes), footer
        )
        return run_of(record)

    def _exit_code(self) -> int:
        if self.unreachable:
            return UNREACHABLE
        if self._own_errors and not self.interrupted:
            return OUR_ERROR
        return self.run().exit_code

    def _keep_capsule(self, outcome: Outcome, text: str) -> None:
        if text and self.directory is not None:
            path = self.directory / outcome.capsule
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def _write(self, outcome: Outcome, target: dict[str, Any]) -> None:
        if self._writer is None:
            self._target = target
            directory = run_options(self._config).run_dir or default_run_dir(target)
            self._header = header_of(self._config, target)
            self._required = tuple(
                required_line(self._contract, clause) for clause in self.required()
            )
            # A folder that is used again must not show the conversations of another run.
            shutil.rmtree(directory / CAPSULE_FOLDER, ignore_errors=True)
            self._writer = RecordWriter(directory, self._header, self._required)
            self.directory = directory
        self._writer.outcome(outcome)


def not_tidied_up(report: pytest.TestReport) -> bool:
    """Did a case fail to put back what it had changed, whatever its outcome?"""
    return report.when == "teardown" and report.failed


def _or_target_gone(error: BaseException | None, world: Any) -> BaseException | None:
    """A lost connection is the target's fault while it can still be reached; else it is gone."""
    lost = isinstance(error, Lost) or (
        isinstance(error, Finding) and error.kind == "connection-lost"
    )
    if not lost or world is None:
        return error
    try:
        world.deployment.connect().close()
    except Unreachable as gone:
        return gone
    return error


def required_line(contract: Contract, clause: Clause) -> RequiredClause:
    """A required clause as the record keeps it."""
    service, keys = "exchange", tuple[str, ...]()
    if clause.section in ("apad", "digitizer"):
        service = clause.section
    if clause.obligation == "response":
        call = contract.call(clause.subject, clause.section)
        keys = tuple(validator_for(call, "response").keys())
    return RequiredClause(
        id=clause.id, text=clause.text, basis=clause.basis, source=clause.source,
        profile=clause.profile, service=service, presupposes=tuple(clause.presupposes),
        obligation=clause.obligation, keys=keys,
    )


def header_of(config: pytest.Config, target: dict[str, Any]) -> Header:
    """The header of this run's record."""
    options = run_options(config)
    contract = contract_of(config)
    claims = target["target"]["claims"] if target else ("full",)
    claimed = closure(contract.profiles, claims)
    return Header(
        suite_version=__version__,
        contract_digest=contract.digest,
        api_version=options.api_version,
        target=target,
        seed=options.seed,
        effort=options.effort,
        started_ms=_now_ms(),
        selection={
            "sections": options.sections, "calls": options.calls, "clauses": options.clauses,
            "read_only": options.read_only, "defects": options.defects,
        },
        profiles={name: tuple(sorted(closure(contract.profiles, [name]))) for name in claimed},
        waivers=read_waivers(options.waivers) if options.waivers else (),
    )


def default_run_dir(target: dict[str, Any]) -> Path:
    """Where a run record goes when nobody said: by target, version and time."""
    address = target.get("target", {})
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    name = f"{address.get('name', 'target')}-{address.get('api_version', '3.1')}-{stamp}"
    return Path("reports", "out", name)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
