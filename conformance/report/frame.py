"""The one formatter of a failure: the block that every plain-text report shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit
from conformance.verdict.outcome import ExchangeText, FindingText

SHOWN = 300
"""Characters shown of a message; the conversation below the frame has all of them."""
WIDTH, MARGIN = 99, " " * 12
"""Where a line of the frame ends, and where the next one goes on. Commands stay whole."""


def framed(run: Run, unit: Unit, folder: Path | None = None) -> str:
    """Everything a bug report needs about a unit that does not hold, as plain lines.

    ``folder`` is where the run lies, for a replay command that works from here.
    """
    clause, explained, finding = unit.clause, unit.explanation, unit.finding
    lines = [
        *_folded(f"{clause.id}   {clause.basis}   ", clause.text),
        *_row("surface", _where(run, unit)),
        *_row("verdict", unit.verdict + (f": {one_line(explained, SHOWN)}" if explained else "")),
    ]
    if finding is not None:
        lines += [line for sent in _sent(finding) for line in _row("sent", sent)]
        lines += _row("received", one_line(finding.received, SHOWN))
        oracle = f"oracle: {finding.oracle}" if finding.oracle else ""
        lines += _row("required", one_line(finding.required, SHOWN), oracle)
        if finding.state:
            lines += _row("state", one_line(finding.state, SHOWN), "must be unchanged")
        lines += _row("seen", f"{finding.count} times") if finding.count > 1 else []
    lines += [f"  signature {unit.signature}", f"  replay    {run.replay(unit, folder)}"]
    return "\n".join(lines)


def _row(name: str, text: str, remark: str = "") -> list[str]:
    """A named row; a remark stands behind the text where both fit, else below it."""
    together = f"{text}   {remark}" if remark else text
    if remark and len(MARGIN) + len(together) > WIDTH:
        return [*_folded(f"  {name:<10}", text), *_folded(MARGIN, remark)]
    return _folded(f"  {name:<10}", together)


def _folded(head: str, text: str) -> list[str]:
    """Lines that end at a space or comma where there is one, else anywhere."""
    lines, room = [], max(WIDTH - len(head), 1)
    while len(text) > room:
        cut = max(text.rfind(" ", 0, room + 1), text.rfind(",", 0, room) + 1)
        cut = cut if cut > room // 2 else room
        lines.append((head + text[:cut]).rstrip())
        head, text, room = MARGIN, text[cut:].removeprefix(" "), WIDTH - len(MARGIN)
    return [*lines, (head + text).rstrip()]


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
