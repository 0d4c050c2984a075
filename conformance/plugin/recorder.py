"""Turns test results into outcomes and writes the run record.

With pytest-xdist the outcome is made in the worker, travels on the test report, and is written by
the controller, so there is one record with one line per outcome in either case.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance import __version__
from conformance.contract.clauses import Clause
from conformance.oracle.evidence import Evidence, collecting
from conformance.oracle.finding import Finding, Unverified
from conformance.plugin.options import run_options
from conformance.plugin.selection import clause_of, contract_of, selected
from conformance.report.run_record import Header, RecordWriter
from conformance.target.deployment import LoginFailed, Unavailable
from conformance.target.fence import Fenced
from conformance.target.session import Turn
from conformance.target.target_file import Target, redacted
from conformance.verdict.outcome import ExchangeText, FindingText, Outcome, Verdict
from conformance.verdict.summary import UNREACHABLE, Summary, summarise
from conformance.wire.websocket import Lost, Unreachable

NOT_EXERCISED = (Unverified, Unavailable, Fenced, LoginFailed)
MASK = "***"
SHOWN_EXCHANGES = 20


class Recorder:
    """One per run. In an xdist worker it only makes outcomes; the controller writes them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._contract = contract_of(config)
        self._evidence: Evidence | None = None
        self._writer: RecordWriter | None = None
        self._target: dict[str, Any] = {}
        self.directory: Path | None = None
        self.outcomes: list[Outcome] = []
        self.leaks: list[dict[str, str]] = []
        self.unreachable = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect evidence while a case runs."""
        with collecting() as evidence:
            self._evidence = evidence
            return (yield)

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
        outcome = self._outcome(item, clause_id, error, call.duration)
        if outcome.verdict == "unverified":
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"Skipped: {outcome.reason}")
        world = getattr(item, "funcargs", {}).get("world")
        vars(report)["conformance_outcome"] = msgspec.to_builtins(outcome)
        if world is not None:
            vars(report)["conformance_target"] = redacted(world.deployment.target)
            vars(report)["conformance_leaks"] = world.deployment.leaks.take()
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the outcome (in the controller, where there is one)."""
        data = getattr(report, "conformance_outcome", None)
        if data is not None and not hasattr(self._config, "workerinput"):
            outcome = msgspec.convert(data, Outcome)
            self.outcomes.append(outcome)
            self._write(outcome, getattr(report, "conformance_target", {}))
            self.leaks.extend(getattr(report, "conformance_leaks", ()))

    def summary(self) -> Summary:
        """The verdict over the clauses this run was asked for."""
        options = run_options(self._config)
        claims = self._target["target"]["claims"] if self._target else ("full",)
        required = [
            clause for clause in self._contract.required_clauses(claims)
            if selected(options, clause.id)
        ]
        return summarise(required, self.outcomes)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the footer and turn the verdict into the exit code."""
        if self._writer is None or hasattr(self._config, "workerinput"):
            return
        code = UNREACHABLE if self.unreachable else self.summary().exit_code
        self._writer.close(code, _now_ms(), tuple(self.leaks))
        session.exitstatus = code

    def _write(self, outcome: Outcome, target: dict[str, Any]) -> None:
        if self._writer is None:
            self._target = target
            directory = run_options(self._config).run_dir or default_run_dir(target)
            self._writer = RecordWriter(directory, header_of(self._config, target))
            self.directory = directory
        self._writer.outcome(outcome)

    def _outcome(
        self, item: pytest.Item, clause_id: str, error: BaseException | None, seconds: float
    ) -> Outcome:
        world = getattr(item, "funcargs", {}).get("world")
        target: Target | None = world.deployment.target if world is not None else None
        clause = self._contract.clause(clause_id)
        verdict, reason = self._verdict(clause, error, target)
        evidence = self._evidence or Evidence()
        if verdict == "pass" and evidence.lenient:
            verdict = "lenient"
            reason = "known deviations: " + (", ".join(sorted(evidence.errata)) or "key spelling")
        turns = error.turns if isinstance(error, Finding) else ()
        secrets = _secrets(world)
        return Outcome(
            clause=clause_id,
            surface=turns[0].surface if turns else "websocket",
            persona=turns[0].persona if turns else "",
            verdict=verdict,
            reason=mask(reason, secrets),
            evidence=evidence.as_data(),
            finding=_finding(error, secrets),
            test=item.nodeid,
            duration_ms=round(seconds * 1000, 3),
        )

    def _verdict(
        self, clause: Clause, error: BaseException | None, target: Target | None
    ) -> tuple[Verdict, str]:
        if error is None:
            return "pass", ""
        if isinstance(error, NOT_EXERCISED):
            return "unverified", str(error)
        if isinstance(error, Unreachable):
            self.unreachable = str(error)
            return "error", f"target unreachable: {error}"
        if isinstance(error, (Finding, Lost)):
            stated = clause.stated and getattr(error, "basis", "stated") == "stated"
            enforced = stated or (target is not None and target.is_reference)
            return ("fail" if enforced else "differs"), str(error)
        return "error", f"{type(error).__name__}: {error}"


def _finding(error: BaseException | None, secrets: tuple[str, ...]) -> FindingText | None:
    if isinstance(error, Lost):
        return FindingText("connection-lost", "the connection stays up", str(error))
    if not isinstance(error, Finding):
        return None
    return FindingText(
        kind=error.kind,
        required=mask(error.required, secrets),
        received=mask(error.received, secrets),
        oracle=error.oracle,
        state=mask(error.state, secrets),
        count=error.count,
        exchanges=tuple(exchange_text(turn, secrets) for turn in error.turns[-SHOWN_EXCHANGES:]),
    )


def exchange_text(turn: Turn, secrets: tuple[str, ...]) -> ExchangeText:
    """A turn as text without secrets."""
    return ExchangeText(
        turn.call, turn.persona, turn.surface, mask(turn.sent, secrets), mask(turn.text, secrets),
        round(turn.elapsed_ms, 3),
    )


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """The text with every secret replaced."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def _secrets(world: Any) -> tuple[str, ...]:
    if world is None:
        return ()
    known: tuple[str, ...] = world.deployment.secrets()
    return known


def header_of(config: pytest.Config, target: dict[str, Any]) -> Header:
    """The header of this run's record."""
    options = run_options(config)
    return Header(
        suite_version=__version__,
        contract_digest=contract_of(config).digest,
        api_version=options.api_version,
        target=target,
        seed=options.seed,
        effort=options.effort,
        started_ms=_now_ms(),
        selection={
            "sections": options.sections, "calls": options.calls, "clauses": options.clauses,
            "read_only": options.read_only,
        },
    )


def default_run_dir(target: dict[str, Any]) -> Path:
    """Where a run record goes when nobody said: by target, version and time."""
    address = target.get("target", {})
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    name = f"{address.get('name', 'target')}-{address.get('api_version', '3.1')}-{stamp}"
    return Path("reports", "out", name)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
