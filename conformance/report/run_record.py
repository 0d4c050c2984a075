"""The run record ``run.jsonl``: a header, the required clauses, one line per outcome, a footer.

The required clauses stand in the record itself, so that a verdict can be worked out again later
from the record alone, whatever the contract says by then. Each outcome is flushed as it is
written, so a run that is killed leaves everything up to its last line; a record without a footer
is an interrupted run and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import msgspec

from conformance.contract.clauses import Clause
from conformance.contract.errors import ContractError
from conformance.verdict.json_text import json_text
from conformance.verdict.outcome import Outcome
from conformance.verdict.waivers import Waiver

RECORD_NAME = "run.jsonl"


class Header(msgspec.Struct, frozen=True, tag="header", tag_field="type"):
    """What ran against what.

    ``target`` is the target file without its secrets, ``profiles`` maps every profile inside the
    claims to all it includes, ``waivers`` are those the run was given.
    """

    suite_version: str
    contract_digest: str
    api_version: str
    target: dict[str, Any]
    seed: int
    effort: str
    started_ms: int
    selection: dict[str, Any] = {}
    profiles: dict[str, tuple[str, ...]] = {}
    waivers: tuple[Waiver, ...] = ()


class RequiredClause(msgspec.Struct, frozen=True, tag="clause", tag_field="type"):
    """One clause this run owes an answer to. ``keys`` are the documented keys of its reply."""

    id: str
    text: str
    basis: str
    source: str
    profile: str
    service: str
    presupposes: tuple[str, ...] = ()
    obligation: str = ""
    keys: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause:
        """The clause as the arithmetic knows it."""
        return Clause(
            id=self.id, text=self.text, basis=self.basis, source=self.source,
            profile=self.profile, presupposes=self.presupposes, obligation=self.obligation,
        )


class OutcomeLine(msgspec.Struct, frozen=True, tag="outcome", tag_field="type"):
    """One outcome."""

    outcome: Outcome


class Footer(msgspec.Struct, frozen=True, tag="footer", tag_field="type"):
    """How the run ended."""

    outcomes: int
    exit_code: int
    ended_ms: int
    leaks: tuple[dict[str, str], ...] = ()


Line = Header | RequiredClause | OutcomeLine | Footer


class RecordError(ContractError):
    """A run record cannot be read; the message names file and line."""


class RecordWriter:
    """Appends lines to a run record."""

    def __init__(
        self, directory: Path, header: Header, required: Iterable[RequiredClause] = ()
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / RECORD_NAME
        self._file: TextIO = self.path.open("w", encoding="utf-8", newline="\n")
        self._count = 0
        self._file.write(_line(header))
        self._file.writelines(_line(line) for line in required)
        self._file.flush()

    def outcome(self, outcome: Outcome) -> None:
        """Record one outcome."""
        self._count += 1
        self._write(OutcomeLine(outcome))

    def close(self, exit_code: int, ended_ms: int, leaks: tuple[dict[str, str], ...]) -> None:
        """Write the footer: the run is complete."""
        self._write(Footer(self._count, exit_code, ended_ms, leaks))
        self._file.close()

    def _write(self, line: Line) -> None:
        self._file.write(_line(line))
        self._file.flush()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run record as read. ``footer`` is None for an interrupted run."""

    path: Path
    header: Header
    required: tuple[RequiredClause, ...]
    outcomes: tuple[Outcome, ...]
    footer: Footer | None


def read_record(path: Path) -> RunRecord:
    """Read a record from its file or its directory; raises RecordError.

    A last line that was cut off by a kill is dropped; any other bad line is an error, and so is a
    footer that counts other than what stands above it.
    """
    file = path / RECORD_NAME if path.is_dir() else path
    lines = _lines(file)
    if not lines or not isinstance(lines[0], Header):
        raise RecordError(f"{file}: no header; this is not a run record")
    outcomes = tuple(line.outcome for line in lines if isinstance(line, OutcomeLine))
    required = tuple(line for line in lines if isinstance(line, RequiredClause))
    last = lines[-1]
    footer = last if isinstance(last, Footer) else None
    if footer is not None and footer.outcomes != len(outcomes):
        raise RecordError(
            f"{file}: {len(outcomes)} outcomes, but the footer counts {footer.outcomes}"
        )
    return RunRecord(file, lines[0], required, outcomes, footer)


def _lines(file: Path) -> list[Line]:
    try:
        texts = file.read_bytes().split(b"\n")
    except OSError as error:
        raise RecordError(f"{file}: {error.strerror}") from None
    decoder = msgspec.json.Decoder(Line)
    parsed: list[Line] = []
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            parsed.append(decoder.decode(text))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            if number < len(texts):
                raise RecordError(f"{file}:{number}: {error}") from None
    return parsed


def _line(line: Line) -> str:
    return json_text(line) + "\n"
