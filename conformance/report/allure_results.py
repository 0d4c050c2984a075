"""Allure results: one per unit, written from the record with Allure's own model.

Names and ids follow from clause, surface, persona and API version, never from drawn values or the
clock, so that a record gives the same files twice and a test keeps its history.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
from conformance.report.pages import page_address
from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit

RESULTS_NAME = "allure-results"
STEPS, STEP_LIMIT = 2_000, 300
"""Steps of all findings together, of each its last ones, and characters of a message in one. The
transcript has all of it."""
TRACES = 300
"""With more findings than this the deviation is attached only, not shown as a trace as well."""
PLAIN_CAPSULE = 16_000
"""Bytes up to which a capsule is attached as it is; a larger one, seen up to 2 MB, is packed and
then has a twentieth of that."""
CAPSULE_BUDGET = 1_500_000
"""Bytes of capsules attached in one run. Those behind it are linked, where they lie."""
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
    """Allure's file logger with names that follow from the result instead of being drawn.

    ``room`` is how many bytes of capsules may still be attached, ``steps`` how many exchanges of
    a finding are steps, ``traces`` whether there is room for them.
    """

    def __init__(self, directory: Path, run: Run) -> None:
        super().__init__(directory)  # type: ignore[no-untyped-call]
        findings = sum(unit.finding is not None for unit in run.units)
        self.room = CAPSULE_BUDGET
        self.steps = max(1, STEPS // max(1, findings))
        self.traces = findings <= TRACES

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
    logger = _Logger(directory, run)
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
    attachments = list(_attachments(run, unit, logger, capsules))
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
        statusDetails=_details(run, unit, logger.traces),
        stage="finished",
        start=unit.start_ms,
        stop=unit.stop_ms,
        labels=list(_labels(run, unit)),
        links=list(_links(run, unit, attachments, capsules)),
        steps=list(_steps(unit, logger.steps)),
        attachments=attachments,
    )


def _links(
    run: Run, unit: Unit, attachments: list[Attachment], capsules: Path
) -> Iterator[Link]:
    """To the clause in the matrix beside the rendered report, to the page of the documentation,
    and to a capsule for which there was no room."""
    url = f"../report.html#{run.version}/{unit.clause.id}"
    yield Link(type="clause", url=url, name="clause")
    page = page_address(run.version, unit.clause.source)
    if page:
        yield Link(type="page", url=page, name="page")
    attached = any(one.name == "capsule" for one in attachments)
    if not attached and _capsule_of(unit, capsules) is not None:
        yield Link(type="capsule", url=f"../{quote(unit.capsule)}", name="capsule")


def _details(run: Run, unit: Unit, traces: bool) -> StatusDetails | None:
    if unit.verdict == "pass":
        return None
    trace = framed(run, unit) if traces and unit.finding is not None else None
    return StatusDetails(message=f"{unit.verdict}: {unit.reason}", trace=trace)


def _labels(run: Run, unit: Unit) -> Iterator[Label]:
    clause = unit.clause
    pairs = {
        "epic": unit.service, "feature": clause.section, "story": clause.subject,
        "severity": SEVERITIES.get(clause.basis, "normal"),
        "profile": clause.profile, "apiVersion": run.version, "tag": unit.verdict,
    }
    if unit.verdict == "pass":
        del pairs["tag"]  # its status says the same
    for name, value in pairs.items():
        yield Label(name=name, value=value)


def _steps(unit: Unit, most: int) -> Iterator[TestStepResult]:
    if unit.finding is None:
        return
    for exchange in unit.finding.exchanges[-most:]:
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
    yield from _capsule(unit, logger, capsules)


def _capsule(unit: Unit, logger: _Logger, capsules: Path) -> Iterator[Attachment]:
    """The capsule, where there is room for it."""
    file = _capsule_of(unit, capsules)
    if file is None:
        return
    body, suffix, kind = file.read_bytes(), "json", "application/json"
    if len(body) > PLAIN_CAPSULE:
        body, suffix, kind = gzip.compress(body, mtime=0), "json.gz", "application/gzip"
    if len(body) <= logger.room:
        logger.room -= len(body)
        yield _attach(logger, unit, "capsule", suffix, kind, body)


def _capsule_of(unit: Unit, capsules: Path) -> Path | None:
    """The file of the capsule; None if there is none inside the run's folder."""
    file = capsules / unit.capsule
    inside = unit.capsule and file.resolve().is_relative_to(capsules.resolve())
    return file if inside and file.is_file() else None


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
