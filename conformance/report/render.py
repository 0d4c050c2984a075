"""Every report from a run record: which formats there are, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.report.allure_results import RESULTS_NAME, write_results
from conformance.report.history import History, history_of
from conformance.report.junit import render_junit
from conformance.report.lines import render_badge, render_json_lines, render_markdown
from conformance.report.matrix import MATRIX_NAME, render_matrix
from conformance.report.run import Run, load_run
from conformance.report.sarif import render_sarif
from conformance.report.verdict_file import VERDICT_NAME, render_verdict
from conformance.verdict.waivers import Waiver

Renderer = Callable[[Run, History], str]

FORMATS: dict[str, tuple[str, Renderer]] = {
    "html": (MATRIX_NAME, lambda run, history: render_matrix([(run, history)])),
    "json": (VERDICT_NAME, lambda run, _: render_verdict(run)),
    "junit": ("junit.xml", lambda run, _: render_junit(run)),
    "jsonl": ("outcomes.jsonl", lambda run, _: render_json_lines(run)),
    "markdown": ("summary.md", render_markdown),
    "badge": ("badge.json", lambda run, _: render_badge(run)),
    "sarif": ("conformance.sarif", lambda run, _: render_sarif(run)),
}
"""Formats that are one file, by name: the file and what renders it. Allure is a folder."""
AT_THE_END = ("json", "html", "markdown", "junit")
"""What a run leaves beside its record without being asked, with the Allure results."""


def render_all(record_path: Path, directory: Path | None = None) -> Run:
    """Render what a run leaves behind, beside its record or in ``directory``; the run as read.

    ``record_path`` is the record or its folder. Raises RecordError.
    """
    folder = record_path if record_path.is_dir() else record_path.parent
    run = load_run(record_path)
    output = directory or folder
    render(run, folder, output, AT_THE_END)
    write_results(run, output / RESULTS_NAME, folder)
    return run


def render(run: Run, run_directory: Path, output: Path, formats: Sequence[str]) -> list[Path]:
    """Write some one-file formats into ``output``; the files."""
    output.mkdir(parents=True, exist_ok=True)
    history = history_of(run, run_directory, output)
    written = []
    for name in formats:
        file, renderer = FORMATS[name]
        path = output / file
        path.write_text(renderer(run, history), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def loaded(paths: Sequence[Path], waivers: Sequence[Waiver] = ()) -> list[tuple[Path, Run]]:
    """Several runs with their folders, in the order given; raises RecordError."""
    return [
        (path if path.is_dir() else path.parent, load_run(path, waivers)) for path in paths
    ]
