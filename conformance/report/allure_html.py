"""Rendering Allure results to HTML with the Allure 3 command line, where Node is there.

What it produces is stripped of everything that would be loaded from elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from conformance.report.allure_results import CATEGORIES, RESULTS_NAME, executor
from conformance.report.allure_size import (
    SINGLE_FILE_RESULTS,
    history_limit,
    lean_history,
    trim,
)
from conformance.report.run import Run

REPORT_NAME = "allure-report"
HISTORY_NAME = "allure-history.jsonl"
TIMEOUT_S = 300
HOW_TO_GET_IT = (
    "the Allure 3 command line is missing; get it with: npm install -g allure@3   (needs Node)"
)
_FOREIGN_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>\s*</script>", re.I)
_ANALYTICS = re.compile(r"<script\b[^>]*>(?:(?!</script>).)*?\bgtag\s*\(.*?</script>", re.S | re.I)
_FOREIGN_LINK = re.compile(r"<link\b[^>]*\bhref=[\"']?(?:https?:)?//[^>]*>", re.I)
_LOADS = re.compile(
    r"(?:<(?:script|img|iframe|link|source)\b[^>]*?\b(?:src|href)=|@import\s+|url\()"
    r"[\"']?((?:https?:)?//[^\"'\s>)]+)", re.I,
)


class AllureMissing(Exception):
    """There is no Allure 3 here; the message says how to get it."""


class AllureFailed(Exception):
    """The command line failed; the message is its last words."""


def find_allure() -> list[str]:
    """The command that runs Allure 3; raises AllureMissing."""
    named = os.environ.get("CONFORMANCE_ALLURE")
    found = named or shutil.which("allure")
    if found is None or shutil.which("node") is None:
        raise AllureMissing(HOW_TO_GET_IT)
    version = subprocess.run(
        [found, "--version"], capture_output=True, text=True, timeout=60, check=False
    ).stdout.strip()
    if not version.startswith("3."):
        raise AllureMissing(f"{found} is Allure {version or 'of unknown version'}, not 3; "
                            "npm install -g allure@3")
    return [found]


def render_html(run: Run, directory: Path, previous: Path | None) -> Path:
    """Render ``directory``/allure-results into ``directory``/allure-report; its index file.

    ``previous`` is the folder of the run before, whose history is carried on.
    """
    command = find_allure()
    output = directory / REPORT_NAME
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="allure-") as folder:
        history = Path(folder, HISTORY_NAME)
        history.write_text(_past(run, previous), encoding="utf-8")
        config = Path(folder, "allurerc.json")
        config.write_text(json.dumps(configuration(run, output, history)), encoding="utf-8")
        results = (directory / RESULTS_NAME).resolve()
        done = subprocess.run(
            [*command, "generate", str(results), "--config", str(config), "--cwd", folder],
            capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=folder,
        )
        if done.returncode or not (output / "index.html").is_file():
            words = (done.stderr or done.stdout).strip().splitlines()
            raise AllureFailed(words[-1] if words else f"exit code {done.returncode}")
        kept = lean_history(history.read_text(encoding="utf-8"), history_limit(len(run.units)))
        (directory / HISTORY_NAME).write_text(kept, encoding="utf-8", newline="\n")
    for page in output.rglob("*.html"):
        page.write_text(stripped(page.read_text(encoding="utf-8")), encoding="utf-8")
    trim(output)
    return output / "index.html"


def _past(run: Run, previous: Path | None) -> str:
    """Allure's history of the runs before; empty if there is none."""
    before = previous / HISTORY_NAME if previous is not None else None
    if before is None or not before.is_file():
        return ""
    return lean_history(before.read_text(encoding="utf-8"), history_limit(len(run.units)))


def configuration(run: Run, output: Path, history: Path) -> dict[str, object]:
    """The configuration file of one rendering."""
    return {
        "name": str(executor(run)["reportName"]),
        "output": str(output.resolve()),
        "historyPath": str(history),
        "historyLimit": history_limit(len(run.units)),
        "categories": [
            {"name": name, "matchers": [{"statuses": [status], "message": f"^{verdict}:"}]}
            for name, status, verdict in CATEGORIES
        ],
        "plugins": {
            "awesome": {"options": {
                "reportName": str(executor(run)["reportName"]),
                "reportLanguage": "en",
                "groupBy": ["epic", "feature", "story"],
                "singleFile": len(run.units) <= SINGLE_FILE_RESULTS,
            }},
        },
    }


def stripped(page: str) -> str:
    """The page without anything that is fetched from elsewhere."""
    for pattern in (_FOREIGN_SCRIPT, _ANALYTICS, _FOREIGN_LINK):
        page = pattern.sub("", page)
    return page


def foreign_loads(page: str) -> list[str]:
    """Every foreign address the page would fetch by itself."""
    return _LOADS.findall(page)
