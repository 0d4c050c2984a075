"""One run as every format sees it: worked out from the record, texts made visible and bounded.

A format reads this and nothing else. Nothing here depends on the clock, the machine or the
folder, so that a record renders to the same bytes whenever it is rendered.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from conformance.report.run_record import Footer, Header, RequiredClause, RunRecord, read_record
from conformance.report.units import Unit, units_of
from conformance.verdict.comparison import ClauseState, state_of
from conformance.verdict.outcome import Verdict
from conformance.verdict.summary import (
    NOT_CONFORMANT,
    OUR_ERROR,
    UNREACHABLE,
    UNVERIFIED,
    USAGE,
    WAIVER,
    WORDS,
    Numbers,
    Summary,
    count,
    summarise,
)
from conformance.verdict.waivers import Trouble, Waiver, apply_waivers

NO_VERDICT = frozenset({USAGE, UNREACHABLE, OUR_ERROR})
"""Ends of a run that no outcome shows, so the footer's word is taken for them."""


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One required clause: what it came to, and its units (one per surface and persona)."""

    required: RequiredClause
    verdict: Verdict
    reason: str
    units: tuple[Unit, ...]

    @property
    def id(self) -> str:
        """The clause's id."""
        return self.required.id

    def total(self, field: str) -> int:
        """A count of the evidence over all units."""
        return sum(int(getattr(unit.evidence, field)) for unit in self.units)

    @property
    def keys_seen(self) -> frozenset[str]:
        """Documented keys of the reply that some reply had."""
        seen = frozenset(key for unit in self.units for key in unit.evidence.keys_seen)
        return seen & frozenset(self.required.keys)


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One profile inside the claims: with everything it includes, is it reached?"""

    name: str
    claimed: bool
    numbers: Numbers


@dataclass(frozen=True)
class Run:
    """A run ready to be rendered."""

    header: Header
    footer: Footer | None
    summary: Summary
    clauses: tuple[ClauseView, ...]
    troubles: tuple[Trouble, ...]
    waivers: tuple[Waiver, ...]
    not_required: int

    @property
    def target(self) -> str:
        """The target's name."""
        return str(self._address.get("name", "target"))

    @property
    def environment(self) -> str:
        """The target's environment."""
        return str(self._address.get("environment", ""))

    @property
    def claims(self) -> tuple[str, ...]:
        """The profiles the target claims."""
        return tuple(str(name) for name in self._address.get("claims", ()))

    @property
    def _address(self) -> Mapping[str, Any]:
        found = self.header.target.get("target", {})
        return found if isinstance(found, dict) else {}

    @property
    def version(self) -> str:
        """The API version."""
        return self.header.api_version

    @property
    def started(self) -> dt.datetime:
        """When the run began, in UTC."""
        return moment(self.header.started_ms)

    @property
    def seconds(self) -> float | None:
        """How long it took; None for an interrupted run."""
        if self.footer is None:
            return None
        return (self.footer.ended_ms - self.header.started_ms) / 1000

    @property
    def name(self) -> str:
        """Target, version and time in a few words."""
        return f"{self.target} {self.version} {self.started:%Y-%m-%d %H:%M}"

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All units in the order of the clauses."""
        return tuple(unit for clause in self.clauses for unit in clause.units)

    @cached_property
    def unit_counts(self) -> Counter[str]:
        """Units by verdict."""
        return Counter(unit.verdict for unit in self.units)

    @cached_property
    def states(self) -> dict[str, ClauseState]:
        """What each clause came to, for comparisons."""
        return {verdict.clause.id: state_of(verdict) for verdict in self.summary.clauses}

    @cached_property
    def profiles(self) -> tuple[ProfileView, ...]:
        """Every profile inside the claims, smallest first, with all it includes."""
        closures = self.header.profiles or {name: (name,) for name in self.claims}
        views = [
            ProfileView(name, name in self.claims, count(
                v for v in self.summary.clauses if v.clause.profile in {name, *included}
            ))
            for name, included in closures.items()
        ]
        views = [view for view in views if view.numbers.required]
        return tuple(sorted(views, key=lambda view: (view.numbers.required, view.name)))

    @cached_property
    def exit_code(self) -> int:
        """The exit code of DESIGN's table, waivers and a broken-off run included."""
        if self.footer is not None and self.footer.exit_code in NO_VERDICT:
            return self.footer.exit_code
        code = self.summary.exit_code
        if code == OUR_ERROR:
            return code
        listed = {(waiver.clause, waiver.surface) for waiver in self.waivers}
        new = any(
            unit.verdict == "fail" and (unit.clause.id, unit.surface) not in listed
            for unit in self.units
        )
        if new or (code == NOT_CONFORMANT and not self.troubles):
            return NOT_CONFORMANT
        if self.troubles:
            return WAIVER
        return code or (UNVERIFIED if self.footer is None else code)

    @property
    def word(self) -> str:
        """The verdict in words."""
        broken_off = self.footer is None and self.exit_code == UNVERIFIED
        return WORDS[self.exit_code] + (": the run was interrupted" if broken_off else "")

    def replay(self, unit: Unit, folder: Path | None = None) -> str:
        """The command that repeats a unit; ``folder`` is where this run lies."""
        foreign = "" if self.environment == "reference" else " --target FILE"
        if unit.capsule:
            where = str(folder / unit.capsule) if folder is not None else unit.capsule
            return f"conformance replay {shlex.quote(where)}{foreign}"
        return (
            f"conformance run{foreign} --api-version {shlex.quote(self.version)} "
            f"--clause {shlex.quote(unit.clause.id)} --seed {self.header.seed}"
        )


def moment(milliseconds: int) -> dt.datetime:
    """A time of the record as a UTC time."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def load_run(path: Path, waivers: Sequence[Waiver] = ()) -> Run:
    """Read a record from its file or directory and work it out; raises RecordError."""
    return run_of(read_record(path), waivers)


def run_of(record: RunRecord, waivers: Sequence[Waiver] = ()) -> Run:
    """Work a record out. ``waivers`` come on top of those the run itself was given."""
    listed = tuple(dict.fromkeys((*record.header.waivers, *waivers)))
    day = moment(record.header.started_ms).date()
    waived = apply_waivers(record.outcomes, listed, day)
    required = {line.id: line for line in record.required}
    mine = [outcome for outcome in waived.outcomes if outcome.clause in required]
    not_run = "no case exercised it"
    if record.footer is None:
        not_run = "the run was interrupted before its turn"
    summary = summarise([line.clause for line in record.required], mine, not_run)
    clauses = _clauses(summary, required, record.header.started_ms)
    return Run(
        record.header, record.footer, summary, clauses, waived.troubles, listed,
        len(waived.outcomes) - len(mine),
    )


def _clauses(
    summary: Summary, required: Mapping[str, RequiredClause], started_ms: int
) -> tuple[ClauseView, ...]:
    units: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units_of(summary.clauses, required, started_ms):
        units[unit.clause.id].append(unit)
    return tuple(
        ClauseView(
            required[verdict.clause.id],
            verdict.verdict,
            next((u.reason for u in units[verdict.clause.id] if u.verdict == verdict.verdict), ""),
            tuple(units[verdict.clause.id]),
        )
        for verdict in summary.clauses
    )
