"""``verdict.json``: the verdict for machines, as schemas/report.schema.json describes it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from conformance.report.run import ClauseView, Run
from conformance.report.run_record import RecordError
from conformance.report.text import one_line
from conformance.verdict.comparison import ClauseState
from conformance.verdict.summary import Numbers

VERDICT_NAME = "verdict.json"
FORMAT = 1


class NumbersData(msgspec.Struct, frozen=True):
    """The four numbers, and how the verdicts spread."""

    required: int
    applicable: int
    exercised: int
    held: int
    by_verdict: dict[str, int]


class ClauseData(msgspec.Struct, frozen=True):
    """One required clause."""

    id: str
    basis: str
    profile: str
    verdict: str
    reason: str
    signature: str
    judged: int
    successes: int
    keys_seen: int
    keys_documented: int


class ProfileData(msgspec.Struct, frozen=True):
    """One profile inside the claims, with everything it includes."""

    claimed: bool
    reached: bool
    numbers: NumbersData


class TroubleData(msgspec.Struct, frozen=True):
    """A waiver that does not fit."""

    clause: str
    surface: str
    signature: str
    owner: str
    problem: str
    detail: str


class VerdictFile(msgspec.Struct, frozen=True):
    """The whole file."""

    format: int
    verdict: str
    exit_code: int
    complete: bool
    target: str
    environment: str
    api_version: str
    claims: tuple[str, ...]
    suite_version: str
    contract_digest: str
    required_digest: str
    effort: str
    seed: int
    selection: dict[str, Any]
    started_ms: int
    ended_ms: int | None
    numbers: NumbersData
    units: dict[str, int]
    not_required: int
    sections: dict[str, NumbersData]
    profiles: dict[str, ProfileData]
    clauses: tuple[ClauseData, ...]
    waiver_troubles: tuple[TroubleData, ...]
    leaks: tuple[dict[str, str], ...]

    @property
    def states(self) -> dict[str, ClauseState]:
        """What each clause came to, for comparisons."""
        return {clause.id: ClauseState(clause.verdict, clause.signature) for clause in self.clauses}


def verdict_file(run: Run) -> VerdictFile:
    """The verdict of a run as data."""
    header, footer = run.header, run.footer
    return VerdictFile(
        format=FORMAT,
        verdict=run.word,
        exit_code=run.exit_code,
        complete=footer is not None,
        target=one_line(run.target),
        environment=run.environment,
        api_version=run.version,
        claims=run.claims,
        suite_version=header.suite_version,
        contract_digest=header.contract_digest,
        required_digest=required_digest(run),
        effort=header.effort,
        seed=header.seed,
        selection=header.selection,
        started_ms=header.started_ms,
        ended_ms=footer.ended_ms if footer is not None else None,
        numbers=numbers_data(run.summary.total),
        units=dict(sorted(run.unit_counts.items())),
        not_required=run.not_required,
        sections={name: numbers_data(n) for name, n in run.summary.by_section.items()},
        profiles={
            view.name: ProfileData(view.claimed, view.numbers.reached, numbers_data(view.numbers))
            for view in run.profiles
        },
        clauses=tuple(_clause(view, run.states[view.id]) for view in run.clauses),
        waiver_troubles=tuple(
            TroubleData(
                trouble.waiver.clause, trouble.waiver.surface, trouble.waiver.signature,
                trouble.waiver.owner, trouble.problem, trouble.detail,
            )
            for trouble in run.troubles
        ),
        leaks=footer.leaks if footer is not None else (),
    )


def render_verdict(run: Run) -> str:
    """The file's text."""
    return msgspec.json.format(msgspec.json.encode(verdict_file(run)), indent=1).decode() + "\n"


def read_verdict(path: Path) -> VerdictFile:
    """Read a verdict file; raises RecordError."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=VerdictFile)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordError(f"{path}: {error}") from None
    if found.format != FORMAT:
        raise RecordError(f"{path}: format {found.format}; this suite reads format {FORMAT}")
    return found


def required_digest(run: Run) -> str:
    """A digest of the frozen list of required clauses."""
    names = "\n".join(clause.id for clause in run.clauses)
    return hashlib.sha256(names.encode()).hexdigest()


def numbers_data(numbers: Numbers) -> NumbersData:
    """Numbers as data, verdicts in a fixed order."""
    return NumbersData(
        numbers.required, numbers.applicable, numbers.exercised, numbers.held,
        dict(sorted(numbers.by_verdict.items())),
    )


def _clause(view: ClauseView, state: ClauseState) -> ClauseData:
    required = view.required
    return ClauseData(
        id=view.id,
        basis=required.basis,
        profile=required.profile,
        verdict=view.verdict,
        reason=one_line(view.reason),
        signature=state.signature,
        judged=view.total("judged"),
        successes=view.total("successes"),
        keys_seen=len(view.keys_seen),
        keys_documented=len(required.keys),
    )
