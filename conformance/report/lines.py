"""The small formats: JSON Lines, the Markdown summary of a pull request, the badge."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from conformance.report.frame import framed
from conformance.report.history import History
from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit
from conformance.verdict.comparison import KINDS
from conformance.verdict.outcome import WORST_FIRST
from conformance.verdict.summary import CONFORMANT, NOT_CONFORMANT, Numbers

SHOWN = 20
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&@:])")
_COLOURS = {CONFORMANT: "brightgreen", NOT_CONFORMANT: "red"}


class UnitLine(msgspec.Struct, frozen=True):
    """One unit as a line of JSON."""

    clause: str
    surface: str
    persona: str
    verdict: str
    reason: str
    basis: str
    profile: str
    service: str
    signature: str
    judged: int
    successes: int
    refusals: int
    duration_ms: int
    kind: str
    required: str
    received: str
    replay: str


def render_json_lines(run: Run) -> str:
    """One line per unit."""
    return "".join(msgspec.json.encode(_line(run, unit)).decode() + "\n" for unit in run.units)


def _line(run: Run, unit: Unit) -> UnitLine:
    finding = unit.finding
    return UnitLine(
        clause=unit.clause.id, surface=unit.surface, persona=unit.persona, verdict=unit.verdict,
        reason=unit.reason, basis=unit.clause.basis, profile=unit.clause.profile,
        service=unit.service, signature=unit.signature, judged=unit.evidence.judged,
        successes=unit.evidence.successes, refusals=unit.evidence.refusals,
        duration_ms=unit.stop_ms - unit.start_ms,
        kind=finding.kind if finding is not None else "",
        required=finding.required if finding is not None else "",
        received=finding.received if finding is not None else "",
        replay=run.replay(unit),
    )


def render_markdown(run: Run, history: History) -> str:
    """The summary for a pull request."""
    return "\n".join(_markdown(run, history)) + "\n"


def _markdown(run: Run, history: History) -> Iterator[str]:
    numbers = run.summary.total
    yield f"## {_text(run.word)} — {_text(run.target)}, API {_text(run.version)}"
    yield ""
    yield (
        f"**{numbers.held}** held of **{numbers.exercised}** exercised, "
        f"**{numbers.applicable}** applicable, **{numbers.required}** required clauses. "
        f"Exit code {run.exit_code}."
    )
    yield ""
    spread = (f"{numbers.by_verdict[v]} {v}" for v in WORST_FIRST if numbers.by_verdict.get(v))
    yield "Verdicts: " + ", ".join(spread) + "."
    if history.previous:
        counts = history.counts
        told = (f"{counts[kind]} {kind}" for kind in KINDS if counts.get(kind))
        yield f"Since the run before: {', '.join(told) or 'nothing changed'}."
    yield ""
    yield "| section | required | applicable | exercised | held | fail |"
    yield "| :-- | --: | --: | --: | --: | --: |"
    for section, found in run.summary.by_section.items():
        yield _row(_text(section), found)
    yield _row("**all**", numbers)
    yield from _failures(run)
    yield from _waivers(run)


def _row(name: str, numbers: Numbers) -> str:
    failed = sum(numbers.by_verdict.get(v, 0) for v in ("fail", "error"))
    cells = (numbers.required, numbers.applicable, numbers.exercised, numbers.held, failed)
    return f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |"


def _failures(run: Run) -> Iterator[str]:
    broken = [unit for unit in run.units if unit.verdict in ("fail", "error")]
    if not broken:
        return
    yield ""
    yield "### What does not hold"
    for unit in broken[:SHOWN]:
        yield ""
        yield from _fenced(framed(run, unit))
    if len(broken) > SHOWN:
        yield ""
        yield f"… and {len(broken) - SHOWN} more in the report."


def _waivers(run: Run) -> Iterator[str]:
    if not run.troubles:
        return
    yield ""
    yield "### Waivers that need attention"
    yield ""
    for trouble in run.troubles:
        waiver = trouble.waiver
        yield (
            f"- **{trouble.problem}** {_text(waiver.clause)} on {_text(waiver.surface)} "
            f"({_text(waiver.owner)}): {_text(trouble.detail)}"
        )


def _fenced(text: str) -> Iterator[str]:
    """A code block whose fence is longer than any run of backticks inside."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield fence + "text"
    yield text
    yield fence


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))


def render_badge(run: Run) -> str:
    """A badge in the endpoint format of shields.io."""
    numbers = run.summary.total
    badge = {
        "schemaVersion": 1,
        "label": f"APEX {one_line(run.version)}",
        "message": f"{run.word} {numbers.held}/{numbers.applicable}",
        "color": _COLOURS.get(run.exit_code, "yellow"),
        "isError": run.exit_code != CONFORMANT,
    }
    return msgspec.json.encode(badge).decode() + "\n"
