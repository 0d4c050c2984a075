"""Earlier runs of the same target and API version: the trend, and what changed since the last one.

Looked up once, among the neighbours of the run's folder, and kept beside the report: a report that
is rendered again later shows the same past.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from conformance.report.run import Run
from conformance.report.run_record import RecordError
from conformance.report.verdict_file import (
    VERDICT_NAME,
    NumbersData,
    VerdictFile,
    numbers_data,
    read_verdict,
)
from conformance.verdict.comparison import Comparison, compare

HISTORY_NAME = "history.json"
KEPT = 30


class Earlier(msgspec.Struct, frozen=True):
    """One run in the numbers a trend needs."""

    started_ms: int
    verdict: str
    exit_code: int
    numbers: NumbersData
    sections: dict[str, NumbersData]


class ChangeData(msgspec.Struct, frozen=True):
    """One clause that came to something else than in the run before."""

    clause: str
    kind: str
    before: str
    after: str


class History(msgspec.Struct, frozen=True):
    """The past of a run, oldest first. ``previous`` is the folder of the run before."""

    target: str
    api_version: str
    started_ms: int
    earlier: tuple[Earlier, ...] = ()
    previous: str = ""
    changes: tuple[ChangeData, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Changes by kind."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.kind] = found.get(change.kind, 0) + 1
        return found


def history_of(run: Run, run_directory: Path, directory: Path) -> History:
    """The past of a run: as kept in ``directory``, else looked up and kept there."""
    kept = _kept(run, directory / HISTORY_NAME)
    if kept is not None:
        return kept
    past = _neighbours(run, run_directory)
    previous, changes = "", Comparison(())
    if past:
        previous, last = past[-1]
        changes = compare(last.states, run.states)
    history = History(
        run.target, run.version, run.header.started_ms,
        tuple(earlier_of(verdict) for _, verdict in past), previous,
        tuple(
            ChangeData(c.clause, c.kind, c.before.verdict, c.after.verdict)
            for c in changes.changes
        ),
    )
    encoded = msgspec.json.format(msgspec.json.encode(history), indent=1)
    (directory / HISTORY_NAME).write_bytes(encoded + b"\n")
    return history


def earlier_of(verdict: VerdictFile) -> Earlier:
    """What a trend needs of a verdict."""
    return Earlier(
        verdict.started_ms, verdict.verdict, verdict.exit_code, verdict.numbers, verdict.sections
    )


def now_of(run: Run) -> Earlier:
    """The run itself as the last point of the trend."""
    sections = {name: numbers_data(n) for name, n in run.summary.by_section.items()}
    return Earlier(
        run.header.started_ms, run.word, run.exit_code, numbers_data(run.summary.total), sections
    )


def _kept(run: Run, path: Path) -> History | None:
    if not path.is_file():
        return None
    try:
        found = msgspec.json.decode(path.read_bytes(), type=History)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    same = (found.target, found.api_version, found.started_ms)
    return found if same == (run.target, run.version, run.header.started_ms) else None


def _neighbours(run: Run, run_directory: Path) -> list[tuple[str, VerdictFile]]:
    found: list[tuple[str, VerdictFile]] = []
    for path in sorted(run_directory.resolve().parent.glob(f"*/{VERDICT_NAME}")):
        if path.parent == run_directory.resolve():
            continue
        try:
            verdict = read_verdict(path)
        except RecordError:
            continue
        same = (verdict.target, verdict.api_version) == (run.target, run.version)
        if same and verdict.started_ms < run.header.started_ms:
            found.append((path.parent.name, verdict))
    found.sort(key=lambda item: (item[1].started_ms, item[0]))
    return found[-KEPT:]
