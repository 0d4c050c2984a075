"""The one formatter of a failure: the block that every plain-text report shows."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit


def framed(run: Run, unit: Unit) -> str:
    """Everything a bug report needs about a unit that does not hold, as plain lines."""
    where = ", ".join(part for part in (unit.surface, unit.persona) if part) or "nowhere"
    explained = unit.explanation
    lines = [
        f"{unit.clause.id}   {unit.clause.basis}   {unit.clause.text}",
        f"  on        {where}, API {run.version}",
        f"  verdict   {unit.verdict}" + (f": {one_line(explained)}" if explained else ""),
    ]
    finding = unit.finding
    if finding is not None:
        lines += [
            f"  required  {one_line(finding.required)}",
            f"  received  {one_line(finding.received)}",
        ]
        lines += [f"  oracle    {finding.oracle}"] if finding.oracle else []
        lines += [f"  state     {one_line(finding.state)}"] if finding.state else []
        lines += [f"  seen      {finding.count} times"] if finding.count > 1 else []
    lines += [f"  signature {unit.signature}", f"  replay    {run.replay(unit)}"]
    return "\n".join(lines)


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
