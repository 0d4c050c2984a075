"""Waivers: known failures somebody answers for, until a day.

A waiver excuses exactly one failure: this clause, on this surface, with this signature. One that no
longer fits is trouble of its own, so that the list cannot rot.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from conformance.contract.errors import ContractError
from conformance.verdict.outcome import HELD, Outcome

Problem = Literal["unmatched", "stale", "expired", "changed"]
WAIVABLE = frozenset({"fail", "differs"})


class WaiverError(ContractError):
    """A waiver file cannot be read; the message names the file and the entry."""


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry. ``expires`` is the last day it holds; ``link`` leads to whoever mends it."""

    clause: str
    surface: str
    signature: str
    owner: str
    reason: str
    link: str
    expires: dt.date


class _File(msgspec.Struct, forbid_unknown_fields=True):
    waiver: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A waiver that does not fit what happened, and why."""

    waiver: Waiver
    problem: Problem
    detail: str


@dataclass(frozen=True, slots=True)
class Waived:
    """Outcomes with the excused ones turned into ``waived``, and every waiver in trouble."""

    outcomes: tuple[Outcome, ...]
    troubles: tuple[Trouble, ...]


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a TOML or YAML file with a list ``waiver``; raises WaiverError."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
        waivers = msgspec.convert(data or {}, _File).waiver
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise WaiverError(f"{path}: {error}") from None
    seen: set[tuple[str, str, str]] = set()
    for waiver in waivers:
        key = (waiver.clause, waiver.surface, waiver.signature)
        if key in seen:
            raise WaiverError(f"{path}: {waiver.clause} on {waiver.surface} is waived twice")
        seen.add(key)
        blank = [name for name in ("owner", "reason", "link") if not getattr(waiver, name).strip()]
        if blank:
            raise WaiverError(f"{path}: the waiver of {waiver.clause} has no {blank[0]}")
    return waivers


def apply_waivers(
    outcomes: Iterable[Outcome], waivers: Sequence[Waiver], day: dt.date
) -> Waived:
    """Excuse what the waivers name. ``day`` is the day of the run: a verdict does not age."""
    found = list(outcomes)
    valid = {
        (waiver.clause, waiver.surface, waiver.signature): waiver
        for waiver in waivers if waiver.expires >= day
    }
    excused = tuple(_excuse(outcome, valid) for outcome in found)
    troubles = (_trouble(waiver, found, day) for waiver in waivers)
    return Waived(excused, tuple(trouble for trouble in troubles if trouble is not None))


def _excuse(outcome: Outcome, valid: dict[tuple[str, str, str], Waiver]) -> Outcome:
    if outcome.verdict not in WAIVABLE:
        return outcome
    waiver = valid.get((outcome.clause, outcome.surface, outcome.signature))
    if waiver is None:
        return outcome
    reason = f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason} ({waiver.link})"
    return msgspec.structs.replace(outcome, verdict="waived", reason=reason)


def _trouble(waiver: Waiver, outcomes: Sequence[Outcome], day: dt.date) -> Trouble | None:
    here = [o for o in outcomes if (o.clause, o.surface) == (waiver.clause, waiver.surface)]
    broken = [o for o in here if o.verdict in WAIVABLE]
    matching = [o for o in broken if o.signature == waiver.signature]
    if waiver.expires < day:
        return Trouble(waiver, "expired", f"expired on {waiver.expires}, the run is of {day}")
    if matching:
        return None
    if broken:
        signatures = ", ".join(sorted({o.signature for o in broken}))
        return Trouble(waiver, "changed", f"fails with signature {signatures} now")
    if here and all(o.verdict in HELD for o in here):
        return Trouble(waiver, "stale", "the clause holds now")
    return Trouble(waiver, "unmatched", "no such failure in this run")
