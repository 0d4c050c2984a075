"""The run record ``run.jsonl``: a header, one line per outcome, a footer.

Each line is flushed as it is written, so a run that is killed leaves everything up to its last
line; a record without a footer is an interrupted run and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import msgspec

from conformance.verdict.outcome import Outcome

RECORD_NAME = "run.jsonl"


class Header(msgspec.Struct, frozen=True, tag="header", tag_field="type"):
    """What ran against what. ``target`` is the target file without its secrets."""

    suite_version: str
    contract_digest: str
    api_version: str
    target: dict[str, Any]
    seed: int
    effort: str
    started_ms: int
    selection: dict[str, Any] = {}


class OutcomeLine(msgspec.Struct, frozen=True, tag="outcome", tag_field="type"):
    """One outcome."""

    outcome: Outcome


class Footer(msgspec.Struct, frozen=True, tag="footer", tag_field="type"):
    """How the run ended."""

    outcomes: int
    exit_code: int
    ended_ms: int
    leaks: tuple[dict[str, str], ...] = ()


Line = Header | OutcomeLine | Footer


class RecordError(Exception):
    """A run record cannot be read; the message names file and line."""


class RecordWriter:
    """Appends lines to a run record."""

    def __init__(self, directory: Path, header: Header) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / RECORD_NAME
        self._file: TextIO = self.path.open("w", encoding="utf-8")
        self._count = 0
        self._write(header)

    def outcome(self, outcome: Outcome) -> None:
        """Record one outcome."""
        self._count += 1
        self._write(OutcomeLine(outcome))

    def close(self, exit_code: int, ended_ms: int, leaks: tuple[dict[str, str], ...]) -> None:
        """Write the footer: the run is complete."""
        self._write(Footer(self._count, exit_code, ended_ms, leaks))
        self._file.close()

    def _write(self, line: Line) -> None:
        self._file.write(msgspec.json.encode(line).decode() + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run record as read. ``footer`` is None for an interrupted run."""

    path: Path
    header: Header
    outcomes: tuple[Outcome, ...]
    footer: Footer | None


def read_record(path: Path) -> RunRecord:
    """Read a record from its file or its directory; raises RecordError.

    A last line that was cut off by a kill is dropped; any other bad line is an error.
    """
    file = path / RECORD_NAME if path.is_dir() else path
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise RecordError(f"{file}: {error.strerror}") from None
    decoder = msgspec.json.Decoder(Line)
    parsed: list[Line] = []
    for number, line in enumerate(lines, 1):
        try:
            parsed.append(decoder.decode(line))
        except msgspec.MsgspecError as error:
            if number < len(lines):
                raise RecordError(f"{file}:{number}: {error}") from None
    if not parsed or not isinstance(parsed[0], Header):
        raise RecordError(f"{file}: no header; this is not a run record")
    outcomes = tuple(line.outcome for line in parsed if isinstance(line, OutcomeLine))
    last = parsed[-1]
    return RunRecord(file, parsed[0], outcomes, last if isinstance(last, Footer) else None)
