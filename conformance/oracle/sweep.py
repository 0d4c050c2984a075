"""Many generated requests at once: sent in flight together, each reply judged.

A failure is reported once, however many requests hit it, with the first as its example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from conformance.contract.call import Call
from conformance.generate.case import Case
from conformance.generate.world import Prepared
from conformance.oracle.finding import Finding
from conformance.oracle.replies import is_error_frame, read_reply, require_refusal
from conformance.oracle.state import Watch, require_unchanged, snapshot
from conformance.target.session import Session, Turn

BATCH = 256
"""Requests generated before they are sent together; memory stays small."""
NOT_AUTHORISED, SERVER_ERROR = 20, 102


def require_documented_replies(call: Call, session: Session, cases: Iterable[Case]) -> None:
    """Every valid request is answered as documented, by success or by refusal."""

    def judge_one(case: Case, turn: Turn) -> None:
        if is_error_frame(turn):
            raise Finding("error-frame", required="a reply", received=turn.text[:300], turns=[turn])
        read_reply(call, turn)
        _require_no_crash(turn)

    _sweep(call, session, cases, judge_one)


def require_refusals(call: Call, prepared: Prepared, cases: Iterable[Case]) -> None:
    """Every invalid request is refused as documented, and the watched state stays as it was."""
    before = snapshot([Watch(*read) for read in prepared.watch])

    def judge_one(case: Case, turn: Turn) -> None:
        require_refusal(call, turn)
        _require_no_crash(turn)

    _sweep(call, prepared.session, cases, judge_one)
    require_unchanged(before)


def _require_no_crash(turn: Turn) -> None:
    if turn.get("errorcode") == SERVER_ERROR:
        raise Finding(
            "server-error", required="a refusal that names the caller's fault",
            received=turn.text[:300], turns=[turn],
        )


def _sweep(
    call: Call, session: Session, cases: Iterable[Case], judge_one: Callable[[Case, Turn], None]
) -> None:
    findings: dict[str, tuple[Case, Finding, int]] = {}
    for batch in _batches(cases):
        turns = session.batch(call.name, [case.payload for case in batch])
        for case, turn in zip(batch, turns, strict=True):
            try:
                judge_one(case, turn)
            except Finding as finding:
                if case.expect == "refusal" and finding.kind == "accepted":
                    finding.basis = case.basis
                key = f"{finding.kind}:{finding.basis}"
                first = findings.get(key, (case, finding, 0))
                findings[key] = (first[0], first[1], first[2] + 1)
    if findings:
        raise _combined(sorted(findings.values(), key=lambda found: found[1].basis != "stated"))


def _combined(findings: Sequence[tuple[Case, Finding, int]]) -> Finding:
    case, finding, hits = findings[0]
    others = "; ".join(f"{c.name}: {f.kind} ×{n}" for c, f, n in findings[1:])
    return Finding(
        finding.kind,
        required=f"{finding.required} [{case.name}]",
        received=finding.received + (f" (also {others})" if others else ""),
        oracle=finding.oracle,
        turns=[turn for _, f, _ in findings for turn in f.turns],
        count=hits,
        basis=finding.basis,
    )


def _batches(cases: Iterable[Case]) -> Iterable[list[Case]]:
    batch: list[Case] = []
    for case in cases:
        batch.append(case)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
