"""The one formatter of a failure: the block that every plain-text report shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit
from conformance.verdict.outcome import ExchangeText, FindingText

SHOWN = 300
"""Characters of a line of the frame; the conversation below it has all of them."""


def framed(run: Run, unit: Unit, folder: Path | None = None) -> str:
    """Everything a bug report needs about a unit that does not hold, as plain lines.

    ``folder`` is where the run lies, for a replay command that works from here.
    """
    explained = unit.explanation
    lines = [
        f"{unit.clause.id}   {unit.clause.basis}   {unit.clause.text}",
        f"  surface   {_where(run, unit)}",
        f"  verdict   {unit.verdict}" + (f": {one_line(explained)}" if explained else ""),
    ]
    finding = unit.finding
    if finding is not None:
        lines += [f"  sent      {sent}" for sent in _sent(finding)]
        lines.append(f"  received  {one_line(finding.received, SHOWN)}")
        oracle = f"   oracle: {finding.oracle}" if finding.oracle else ""
        lines.append(f"  required  {one_line(finding.required, SHOWN)}{oracle}")
        if finding.state:
            lines.append(f"  state     {one_line(finding.state, SHOWN)}   must be unchanged")
        lines += [f"  seen      {finding.count} times"] if finding.count > 1 else []
    lines += [f"  signature {unit.signature}", f"  replay    {run.replay(unit, folder)}"]
    return "\n".join(lines)


def _where(run: Run, unit: Unit) -> str:
    parts = [unit.surface or "no surface", f"API {run.version}"]
    asked = _last_request(unit.finding)
    persona = unit.persona or (asked.persona if asked is not None else "")
    parts += [f"persona {persona}"] if persona else []
    parts += [f"{asked.elapsed_ms:.0f} ms"] if asked is not None and asked.received else []
    return ", ".join(parts)


def _sent(finding: FindingText) -> Iterator[str]:
    asked = _last_request(finding)
    if asked is not None:
        yield f"{asked.call} {one_line(asked.sent, SHOWN)}"


def _last_request(finding: FindingText | None) -> ExchangeText | None:
    if finding is None:
        return None
    return next((e for e in reversed(finding.exchanges) if e.sent), None)


def transcript(unit: Unit) -> str:
    """The conversation of a unit as text, oldest exchange first."""
    return "\n".join(_exchanges(unit)) + "\n"


def _exchanges(unit: Unit) -> Iterator[str]:
    finding = unit.finding
    if finding is None:
        return
    if unit.omitted:
        yield f"({unit.omitted} earlier exchanges are in the run record)"
    for exchange in finding.exchanges:
        yield (
            f"{exchange.call} as {exchange.persona or 'nobody'} over {exchange.surface}, "
            f"{exchange.elapsed_ms:g} ms"
        )
        yield f"  > {exchange.sent}"
        yield f"  < {exchange.received or '(no reply)'}"
