"""``conformance report``: any report from the record of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.report.allure_html import AllureFailed, AllureMissing, render_html
from conformance.report.allure_index import write_index
from conformance.report.allure_results import RESULTS_NAME, write_results
from conformance.report.history import history_of
from conformance.report.matrix import MATRIX_NAME, render_matrix
from conformance.report.render import loaded, render
from conformance.report.run import Run
from conformance.verdict.summary import OUR_ERROR
from conformance.verdict.waivers import read_waivers


def write_reports(
    paths: Sequence[Path], format: str, output: Path | None, waiver_file: Path | None
) -> int:
    """Render one format of one or several runs; prints what was written."""
    waivers = read_waivers(waiver_file) if waiver_file is not None else ()
    runs = loaded(paths, waivers)
    if format == "allure":
        return _allure(runs, output)
    if format == "html" and len(runs) > 1:
        return _together(runs, output or runs[0][0].resolve().parent)
    for folder, run in runs:
        for path in render(run, folder, _place(folder, output, len(runs)), (format,)):
            print(path)
    return 0


def _together(runs: Sequence[tuple[Path, Run]], output: Path) -> int:
    """Several runs in one matrix, each with its own past."""
    output.mkdir(parents=True, exist_ok=True)
    path = output / MATRIX_NAME
    pages = [(run, history_of(run, folder, folder)) for folder, run in runs]
    path.write_text(render_matrix(pages), encoding="utf-8", newline="\n")
    print(path)
    return 0


def _allure(runs: Sequence[tuple[Path, Run]], output: Path | None) -> int:
    code, pages = 0, []
    for folder, run in runs:
        place = _place(folder, output, len(runs))
        count = write_results(run, place / RESULTS_NAME, folder)
        print(f"{place / RESULTS_NAME}: {count} results")
        before = history_of(run, folder, place).previous
        previous = folder.resolve().parent / before if before else None
        try:
            pages.append((run, render_html(run, place, previous)))
            print(pages[-1][1])
        except AllureMissing as missing:
            print(f"conformance: {missing}", file=sys.stderr)
        except AllureFailed as failed:
            print(f"conformance: allure: {failed}", file=sys.stderr)
            code = OUR_ERROR
    if len(pages) > 1:
        print(write_index(pages, output or runs[0][0].resolve().parent))
    return code


def _place(folder: Path, output: Path | None, runs: int) -> Path:
    """Where a run's report goes: with several runs each has a folder of its own in ``output``."""
    if output is None:
        return folder
    return output / folder.resolve().name if runs > 1 else output
