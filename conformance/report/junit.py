"""JUnit XML: one suite per section, one case per unit.

Written by hand: the order of attributes and the escaping are fixed, and nothing else is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from conformance.report.frame import framed
from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit

FAILED, BROKEN = frozenset({"fail"}), frozenset({"error"})
PASSED = frozenset({"pass", "lenient"})
"""All other verdicts are skipped, with their reason: they neither hold nor break the contract."""


def render_junit(run: Run) -> str:
    """The file's text."""
    return "\n".join(_document(run)) + "\n"


def _document(run: Run) -> Iterator[str]:
    total = _counts(run.units)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f"<testsuites name={_attribute(run.name)} tests=\"{total['tests']}\" "
        f"failures=\"{total['failures']}\" errors=\"{total['errors']}\" "
        f'time="{_seconds(run.units)}">'
    )
    by_section = groupby(
        sorted(run.units, key=lambda unit: unit.clause.section), lambda unit: unit.clause.section
    )
    for section, members in by_section:
        yield from _suite(run, section, tuple(members))
    yield "</testsuites>"


def _suite(run: Run, section: str, units: tuple[Unit, ...]) -> Iterator[str]:
    counts = _counts(units)
    yield (
        f"  <testsuite name={_attribute(section)} tests=\"{counts['tests']}\" "
        f"failures=\"{counts['failures']}\" errors=\"{counts['errors']}\" "
        f"skipped=\"{counts['skipped']}\" time=\"{_seconds(units)}\" "
        f'timestamp="{run.started:%Y-%m-%dT%H:%M:%S}">'
    )
    yield "    <properties>"
    properties = {
        "target": run.target, "api_version": run.version, "verdict": run.word,
        "suite_version": run.header.suite_version, "contract_digest": run.header.contract_digest,
    }
    for name, value in properties.items():
        yield f"      <property name={_attribute(name)} value={_attribute(value)}/>"
    yield "    </properties>"
    for unit in units:
        yield from _case(run, unit)
    yield "  </testsuite>"


def _case(run: Run, unit: Unit) -> Iterator[str]:
    where = ", ".join(part for part in (unit.surface, unit.persona) if part)
    name = unit.clause.id + (f" [{where}]" if where else "")
    classname = f"{unit.service}.{unit.clause.section}.{unit.clause.subject}"
    opening = (
        f"    <testcase name={_attribute(name)} classname={_attribute(classname)} "
        f'time="{_seconds((unit,))}"'
    )
    if unit.verdict in PASSED:
        note = f"{unit.verdict}: {unit.reason}" if unit.reason else ""
        if note:
            yield opening + ">"
            yield f"      <system-out>{escape(note)}</system-out>"
            yield "    </testcase>"
        else:
            yield opening + "/>"
        return
    element = "failure" if unit.verdict in FAILED else "error"
    element = element if unit.verdict in FAILED | BROKEN else "skipped"
    kind = unit.finding.kind if unit.finding is not None else unit.verdict
    message = f"{unit.verdict}: {one_line(unit.reason)}"
    yield opening + ">"
    yield (
        f"      <{element} type={_attribute(kind)} message={_attribute(message)}>"
        f"{escape(framed(run, unit))}</{element}>"
    )
    yield "    </testcase>"


def _counts(units: tuple[Unit, ...]) -> Counter[str]:
    found: Counter[str] = Counter(tests=len(units))
    for unit in units:
        if unit.verdict in FAILED:
            found["failures"] += 1
        elif unit.verdict in BROKEN:
            found["errors"] += 1
        elif unit.verdict not in PASSED:
            found["skipped"] += 1
    return found


def _seconds(units: tuple[Unit, ...]) -> str:
    return f"{sum(unit.stop_ms - unit.start_ms for unit in units) / 1000:.3f}"


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))
