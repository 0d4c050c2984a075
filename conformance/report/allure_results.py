"""Allure results: one per unit, written from the record with Allure's own model.

Names and ids follow from clause, surface, persona and API version, never from drawn values or the
clock, so that a record gives the same files twice and a test keeps its history.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from attr import asdict

from conformance.report.frame import framed, transcript
from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit

RESULTS_NAME = "allure-results"
STEP_LIMIT = 300
STATUSES = {
    "pass": Status.PASSED, "lenient": Status.PASSED, "fail": Status.FAILED,
    "error": Status.BROKEN, "differs": Status.UNKNOWN,
}
SEVERITIES = {"stated": "critical", "inferred": "normal", "later": "minor", "observed": "trivial"}
CATEGORIES = (
    ("Contract broken", "failed", "fail"),
    ("Observed difference", "unknown", "differs"),
    ("Our own error", "broken", "error"),
    ("Blocked by another failure", "skipped", "blocked"),
    ("Unverified", "skipped", "unverified"),
    ("Waived", "skipped", "waived"),
    ("Not offered", "skipped", "not-applicable"),
)


class ResultsMissing(Exception):
    """Fewer results were written than units were judged: an error of ours."""


class _Logger(AllureFileLogger):
    """Allure's file logger with names that follow from the result instead of being drawn."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)  # type: ignore[no-untyped-call]

    def result(self, result: TestResult) -> None:
        """Write one result."""
        self.report_result(result)  # type: ignore[no-untyped-call]

    def attach(self, body: bytes, name: str) -> None:
        """Write one attachment."""
        self.report_attached_data(body, name)  # type: ignore[no-untyped-call]

    def _report_item(self, item: Any) -> None:
        data = asdict(item, filter=lambda _, value: bool(value) or value is False)
        name = item.file_pattern.format(prefix=item.uuid)
        (self._report_dir / name).write_bytes(msgspec.json.encode(data))


def write_results(run: Run, directory: Path, capsules: Path) -> int:
    """Write all results into a fresh ``directory``; the number of results.

    ``capsules`` is the run's folder, where capsules lie. Raises ResultsMissing when afterwards the
    folder does not hold one result per unit.
    """
    shutil.rmtree(directory, ignore_errors=True)
    logger = _Logger(directory)
    for unit in run.units:
        logger.result(_result(run, unit, logger, capsules))
    _write_properties(run, directory)
    _write_json(directory / "categories.json", categories())
    _write_json(directory / "executor.json", executor(run))
    written = sum(1 for _ in directory.glob("*-result.json"))
    if written != len(run.units):
        raise ResultsMissing(f"{directory}: {written} results for {len(run.units)} units")
    return written


def categories() -> list[dict[str, Any]]:
    """Allure's categories; a message begins with its verdict."""
    return [
        {"name": name, "matchedStatuses": [status], "messageRegex": f"(?s)^{verdict}:.*"}
        for name, status, verdict in CATEGORIES
    ]


def executor(run: Run) -> dict[str, Any]:
    """What ran, for Allure's front page."""
    return {
        "name": f"conformance {run.header.suite_version}",
        "type": "conformance",
        "reportName": f"{one_line(run.target)}, API {run.version}",
        "buildName": one_line(run.name),
        "buildOrder": run.header.started_ms // 1000,
    }


def environment(run: Run) -> dict[str, str]:
    """What the results are about, for Allure's front page."""
    return {
        "target": run.target,
        "environment": run.environment,
        "api_version": run.version,
        "claims": ", ".join(run.claims),
        "verdict": f"{run.word} (exit code {run.exit_code})",
        "suite_version": run.header.suite_version,
        "contract_digest": run.header.contract_digest,
        "effort": run.header.effort,
        "seed": str(run.header.seed),
    }


def _result(run: Run, unit: Unit, logger: _Logger, capsules: Path) -> TestResult:
    clause = unit.clause
    # No parameters and few labels: the rendered report repeats each of them several times.
    where = ", ".join(part for part in (unit.surface, unit.persona) if part)
    return TestResult(
        uuid=_uuid(unit.digest(run.version, "result")),
        historyId=unit.digest(run.version),
        testCaseId=unit.digest(run.version),
        fullName=unit.id,
        name=f"{clause.id.split('/', 2)[2]}" + (f" [{where}]" if where else ""),
        titlePath=[unit.service, clause.section, clause.subject],
        description=f"{one_line(clause.text)} ({clause.basis}; {clause.source})",
        status=STATUSES.get(unit.verdict, Status.SKIPPED),
        statusDetails=_details(run, unit),
        stage="finished",
        start=unit.start_ms,
        stop=unit.stop_ms,
        labels=list(_labels(run, unit)),
        links=[_link(run, unit)],
        steps=list(_steps(unit)),
        attachments=list(_attachments(run, unit, logger, capsules)),
    )


def _link(run: Run, unit: Unit) -> Link:
    """To the clause in the matrix, which lies beside the rendered report."""
    url = f"../report.html#{run.version}/{unit.clause.id}"
    return Link(type="clause", url=url, name="clause")


def _details(run: Run, unit: Unit) -> StatusDetails | None:
    if unit.verdict == "pass":
        return None
    trace = framed(run, unit) if unit.finding is not None else None
    return StatusDetails(message=f"{unit.verdict}: {unit.reason}", trace=trace)


def _labels(run: Run, unit: Unit) -> Iterator[Label]:
    clause = unit.clause
    pairs = {
        "epic": unit.service, "feature": clause.section, "story": clause.subject,
        "severity": SEVERITIES.get(clause.basis, "normal"), "layer": unit.surface or "none",
        "profile": clause.profile, "apiVersion": run.version, "tag": unit.verdict,
    }
    for name, value in pairs.items():
        yield Label(name=name, value=value)


def _steps(unit: Unit) -> Iterator[TestStepResult]:
    if unit.finding is None:
        return
    for exchange in unit.finding.exchanges:
        yield TestStepResult(
            name=f"{exchange.call} as {exchange.persona or 'nobody'} over {exchange.surface}",
            status=Status.PASSED,
            stage="finished",
            start=unit.start_ms,
            stop=unit.start_ms + int(exchange.elapsed_ms),
            parameters=[
                Parameter(name="sent", value=one_line(exchange.sent, STEP_LIMIT)),
                Parameter(name="received", value=one_line(exchange.received, STEP_LIMIT)),
            ],
        )
    yield TestStepResult(
        name=f"required {one_line(unit.finding.required, STEP_LIMIT)}",
        status=STATUSES.get(unit.verdict, Status.SKIPPED),
        stage="finished",
        start=unit.stop_ms,
        stop=unit.stop_ms,
    )


def _attachments(
    run: Run, unit: Unit, logger: _Logger, capsules: Path
) -> Iterator[Attachment]:
    if unit.finding is None:
        return
    if unit.finding.exchanges:
        yield _attach(logger, unit, "transcript", "txt", "text/plain", transcript(unit).encode())
    deviation = framed(run, unit) + "\n"
    yield _attach(logger, unit, "deviation", "txt", "text/plain", deviation.encode())
    capsule = capsules / unit.capsule
    inside = unit.capsule and capsule.resolve().is_relative_to(capsules.resolve())
    if inside and capsule.is_file():
        body = capsule.read_bytes()
        yield _attach(logger, unit, "capsule", "json", "application/json", body)


def _attach(
    logger: _Logger, unit: Unit, name: str, suffix: str, kind: str, body: bytes
) -> Attachment:
    source = f"{_uuid(unit.digest(name))}-attachment.{suffix}"
    logger.attach(body, source)
    return Attachment(name=name, source=source, type=kind)


def _uuid(digest: str) -> str:
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def _write_properties(run: Run, directory: Path) -> None:
    lines = [
        f"{name} = {one_line(value).replace(chr(92), chr(92) * 2)}"
        for name, value in environment(run).items()
    ]
    text = "\n".join(lines) + "\n"
    (directory / "environment.properties").write_text(text, encoding="utf-8")


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
