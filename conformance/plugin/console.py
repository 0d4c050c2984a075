"""What a run shows while it works and when it is done.

A live display in a terminal, one plain line per section elsewhere; at the end a table by section
and every clause that does not hold, each with what was required and what came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console as Screen
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from conformance.plugin.recorder import Recorder, not_tidied_up
from conformance.plugin.selection import section_in
from conformance.report.frame import framed
from conformance.report.run import Run
from conformance.verdict.summary import OUR_ERROR, WORDS, ClauseVerdict, Numbers, Summary

SHOWN_FAILURES = 20
_STYLES = {"fail": "red", "differs": "yellow", "error": "magenta", "blocked": "yellow"}


class Console:
    """The display of one run, as a pytest plugin."""

    def __init__(self, *, silent: bool = False) -> None:
        self._screen = Screen(highlight=False, soft_wrap=True, quiet=silent)
        self._progress: Progress | None = None
        self._tasks: dict[str, Any] = {}
        self._left: Counter[str] = Counter()
        self._errors: list[str] = []
        self.recorder: object = None
        self.stopped = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Remember who records, for whoever started this run."""
        self.recorder = config.pluginmanager.get_plugin("conformance-recorder")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Stopped by hand, or by our own plugin for the reason it gives."""
        by_hand = excinfo.type is KeyboardInterrupt
        self.stopped = "stopped by hand" if by_hand else str(excinfo.value)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A scenario that cannot be imported is our own error, and never silent."""
        if report.failed:
            self._errors.append(f"cannot be collected: {report.longrepr}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the cases of each section."""
        if session.items:
            self._begin(section_in(item.nodeid) for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Sequence[str]) -> None:
        """Several workers: each has collected the same cases, which the first to be done tells."""
        if not self._left:
            self._begin(map(section_in, ids))

    def _begin(self, sections: Iterable[str]) -> None:
        self._left.update(sections)
        if self._screen.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(),
                console=self._screen, transient=True,
            )
            self._progress.start()
            for section, cases in self._left.items():
                self._tasks[section] = self._progress.add_task(section, total=cases)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Advance the display."""
        if not_tidied_up(report):
            self._errors.append(f"not tidied up after {report.nodeid}: {report.longrepr}")
        outcome = getattr(report, "conformance_outcome", None)
        if outcome is None:
            return
        section = section_in(report.nodeid)
        self._left[section] -= 1
        if self._progress is not None:
            self._progress.advance(self._tasks[section])
        elif not self._left[section]:
            self._screen.print(f"  {section} done")

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Any:
        """Show the table and what does not hold."""
        result = yield
        if self._progress is not None:
            self._progress.stop()
        for error in self._errors:
            first, colon, rest = error.partition(":")
            self._screen.print(f"[magenta]{escape(first)}{colon}[/]{escape(rest)}")
        recorder = session.config.pluginmanager.get_plugin("conformance-recorder")
        if isinstance(recorder, Recorder) and recorder.directory is not None:
            self._show(recorder.summary(), recorder)
            if recorder.interrupted:
                self._screen.print("stopped by hand: the record holds what was judged until then")
            if recorder.unreachable:
                self._screen.print(
                    f"[red]target lost:[/] {escape(recorder.unreachable)}; what was judged until "
                    "then is in the record, run again when it is back"
                )
        return result

    def _show(self, summary: Summary, recorder: Recorder) -> None:
        table = Table("section", "required", "applicable", "exercised", "held", "failed")
        for section, numbers in summary.by_section.items():
            table.add_row(section, *_cells(numbers))
        table.add_section()
        table.add_row("all", *_cells(summary.total))
        self._screen.print(table)
        broken = [verdict for verdict in summary.clauses if verdict.verdict in _STYLES]
        run = recorder.run() if broken else None
        for verdict in broken[:SHOWN_FAILURES]:
            assert run is not None
            self._show_clause(verdict, run, recorder.directory)
        if len(broken) > SHOWN_FAILURES:
            self._screen.print(f"… and {len(broken) - SHOWN_FAILURES} more in the record")
        spread = ", ".join(f"{n} {v}" for v, n in sorted(summary.total.by_verdict.items()))
        word = WORDS[OUR_ERROR] if self._errors and not recorder.interrupted else summary.word
        self._screen.print(f"verdict: {word} ({spread})")
        self._show_leaks(recorder.leaks)
        self._screen.print(f"record: {recorder.directory}/run.jsonl")

    def _show_clause(self, verdict: ClauseVerdict, run: Run, directory: Path | None) -> None:
        """The frame of the unit that decided, in the colour of its verdict."""
        view = next(view for view in run.clauses if view.id == verdict.clause.id)
        unit = next(unit for unit in view.units if unit.verdict == verdict.verdict)
        first, _, rest = framed(run, unit, directory).partition("\n")
        self._screen.print(f"[{_STYLES[verdict.verdict]}]{escape(first)}[/]\n{escape(rest)}")

    def _show_leaks(self, leaks: list[dict[str, str]]) -> None:
        """What the run leaves behind, counted by kind; the record lists each."""
        if leaks:
            kinds = Counter(leak["entity"] for leak in leaks)
            told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
            self._screen.print(f"left behind: {told}; each stands in the record's last line")


def _cells(numbers: Numbers) -> tuple[str, ...]:
    failed = sum(numbers.by_verdict.get(v, 0) for v in ("fail", "error"))
    return (
        str(numbers.required), str(numbers.applicable), str(numbers.exercised),
        str(numbers.held), str(failed),
    )
