"""One page that leads to the Allure reports of several API versions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import escape

from conformance.report.run import Run
from conformance.report.text import one_line

INDEX_NAME = "allure-index.html"
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Compatibility by API version</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>:root{{color-scheme:light dark}}body{{font:15px/1.5 system-ui,sans-serif;margin:2rem}}
td,th{{padding:.25rem 1.2rem .25rem 0;text-align:left}}</style>
<h1>Compatibility by API version</h1>
<table><thead><tr><th scope="col">API</th><th scope="col">target</th><th scope="col">verdict</th>
<th scope="col">held of applicable</th></tr></thead><tbody>
{rows}
</tbody></table></html>
"""


def write_index(pages: Sequence[tuple[Run, Path]], directory: Path) -> Path:
    """Write the index over rendered reports; its path."""
    rows = "\n".join(_row(run, page, directory) for run, page in pages)
    path = directory / INDEX_NAME
    path.write_text(_PAGE.format(rows=rows), encoding="utf-8", newline="\n")
    return path


def _row(run: Run, page: Path, directory: Path) -> str:
    link = escape(quote(Path(os.path.relpath(page, directory)).as_posix()))
    total = run.summary.total
    cells = (
        f'<a href="{link}">{escape(run.version)}</a>', escape(one_line(run.target)),
        escape(run.word), f"{total.held} of {total.applicable}",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
