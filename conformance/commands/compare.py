"""``conformance compare`` and ``conformance gate``: what changed, and whether that may pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.report.run import Run, load_run
from conformance.report.verdict_file import read_verdict
from conformance.verdict.comparison import KINDS, ClauseState, Comparison, compare
from conformance.verdict.summary import CONFORMANT, NOT_CONFORMANT, UNVERIFIED, WORDS
from conformance.verdict.waivers import read_waivers

SHOWN = 50
EXCUSED = frozenset({CONFORMANT, NOT_CONFORMANT, UNVERIFIED})
"""Exit codes a baseline decides instead: known failures and known gaps. No other is excused."""


def compare_runs(before: Path, after: Path) -> int:
    """Print what changed; 0 when nothing got worse, 1 broken or changed, 6 less verified."""
    comparison = compare(states_of(before), states_of(after))
    print("\n".join(_told(comparison)))
    return comparison.exit_code


def gate(path: Path, baseline: Path | None, waiver_file: Path | None) -> int:
    """One exit code for a pipeline; tells only what changed where there is a baseline."""
    waivers = read_waivers(waiver_file) if waiver_file is not None else ()
    run = load_run(path, waivers)
    for trouble in run.troubles:
        waiver = trouble.waiver
        print(
            f"waiver {trouble.problem}: {waiver.clause} on {waiver.surface}, "
            f"{waiver.signature}, {waiver.owner}: {trouble.detail}"
        )
    code = run.exit_code
    if baseline is not None:
        comparison = compare(states_of(baseline), run.states)
        print("\n".join(_told(comparison)))
        code = _with_baseline(run, comparison)
    word = WORDS[code] if baseline is None or code else "nothing got worse"
    print(f"gate: exit code {code}, {word}")
    return code


def states_of(path: Path) -> dict[str, ClauseState]:
    """The clauses of a run folder, a record or a verdict file; raises RecordError."""
    if path.is_file() and path.suffix == ".json":
        return read_verdict(path).states
    return load_run(path).states


def _with_baseline(run: Run, comparison: Comparison) -> int:
    """Known failures and gaps pass, new ones do not; a run without a verdict never does."""
    excused = run.exit_code in EXCUSED and run.footer is not None
    if not excused or not run.summary.total.exercised:
        return run.exit_code
    return comparison.exit_code


def _told(comparison: Comparison) -> Iterator[str]:
    for kind in KINDS:
        changes = comparison.of(kind)
        for change in changes[:SHOWN]:
            yield f"{kind:<17} {change.clause}  {_state(change.before)} -> {_state(change.after)}"
        if len(changes) > SHOWN:
            yield f"{kind:<17} and {len(changes) - SHOWN} more"
    counts = ", ".join(f"{n} {kind}" for kind, n in comparison.counts.items() if n)
    yield f"changes: {counts or 'none'}"


def _state(state: ClauseState) -> str:
    return f"{state.verdict} {state.signature}" if state.signature else state.verdict
