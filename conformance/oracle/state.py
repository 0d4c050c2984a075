"""Snapshots: what a reader sees before and after, to show that a refused call changed nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract.payload import dump_json
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding, Unverified
from conformance.target.session import Session, Turn, together


@dataclass(frozen=True, slots=True)
class Watch:
    """One read whose answer tells about the state in question."""

    session: Session
    call: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the watched reads said at one moment."""

    watches: tuple[Watch, ...]
    texts: tuple[str, ...]


def snapshot(watches: Sequence[Watch]) -> Snapshot:
    """Read everything once, all of it together."""
    turns = together([(watch.session, watch.call, watch.payload) for watch in watches])
    return Snapshot(tuple(watches), tuple(_text_of(turn) for turn in turns))


def require_unchanged(before: Snapshot) -> None:
    """Read everything again; Finding when anything differs."""
    after = snapshot(before.watches)
    for watch, old, new in zip(before.watches, before.texts, after.texts, strict=True):
        evidence().unchanged_reads += 1
        if old != new:
            raise Finding(
                f"state:{watch.call}", required=f"{watch.call} reads as before",
                received=_difference(old, new), state=f"{watch.call} {dump_json(watch.payload)}",
            )


def _text_of(turn: Turn) -> str:
    if turn.reply is None:  # silence says nothing about the state, neither before nor after
        raise Unverified(f"{turn.call} did not answer within the latency budget")
    return turn.text


def _difference(old: str, new: str) -> str:
    """The first place where two texts part, with some context."""
    pairs = zip(old, new, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    start = max(0, at - 60)
    return f"…{old[start:at + 60]} became …{new[start:at + 60]}"
