"""How large a rendered Allure report may grow: what its viewer never reads is taken out of it.

Measured with Allure 3.18.0 at 4,492 results of a certify run: 28 MB as rendered, 66 MB with six
earlier runs. Which files and fields are read was seen in Chromium; a test there looks again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

SINGLE_FILE_RESULTS = 1_000
"""Up to here the report is one file that opens from disk, though in base64 and with nothing taken
out; more results are many files, which only ``allure open`` can show."""
HISTORY_LIMIT = 20
HISTORY_RESULTS, HISTORY_IN_ONE_FILE = 15_000, 6_000
"""Results of earlier runs in one report: 2 MB of many files, 4 MB of one file, where each stands
twice and in base64."""
_NEVER_READ = ("widgets/tree.json", "widgets/search-index.json", "test-results.json",
               "data/history")
"""Files of the rendered report: the viewer reads tree and index below ``widgets/default``, and
history in each result; the list of results is for Allure's own service."""
_SEARCH_FIELDS = frozenset({"links", "historyId"})
"""Fields of the search index nobody types: addresses and hashes."""
_POINT_FIELDS = ("uuid", "name", "timestamp", "url")
_PAST_FIELDS = (
    "id", "name", "environment", "status", "message", "start", "stop", "duration", "url",
    "historyId",
)
_SHOWN_OF_PAST = ("id", "status", "message", "start", "stop", "duration", "url")


def history_limit(results: int) -> int:
    """How many earlier runs a report of this many results carries: 1 to 20."""
    room = HISTORY_RESULTS if results > SINGLE_FILE_RESULTS else HISTORY_IN_ONE_FILE
    return max(1, min(HISTORY_LIMIT, room // max(1, results)))


def lean_history(text: str, limit: int) -> str:
    """Allure's history file, one line a run, with its last ``limit`` lines and what is read.

    Empty for an empty file; lines that are no history are left out.
    """
    return "".join(f"{line}\n" for line in _lean_lines(text.splitlines()[-limit:]))


def _lean_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        try:
            point = msgspec.json.decode(line)
        except msgspec.DecodeError:
            continue
        lean = {name: point[name] for name in _POINT_FIELDS if name in point}
        lean["knownTestCaseIds"] = []
        lean["metrics"] = {}
        lean["testResults"] = {
            key: _kept(past, _PAST_FIELDS) for key, past in point.get("testResults", {}).items()
        }
        yield msgspec.json.encode(lean).decode()


def trim(report: Path) -> None:
    """Take out of a rendered report of many files what its viewer never reads."""
    for name in _NEVER_READ:
        path = report / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for pattern, lean in _LEAN.items():
        for path in report.glob(pattern):
            path.write_bytes(msgspec.json.encode(lean(msgspec.json.decode(path.read_bytes()))))


def _result(result: dict[str, Any]) -> dict[str, Any]:
    lean = _without(result, frozenset({"titlePath"}))
    lean["testCase"] = _kept(result.get("testCase") or {}, ("id",))
    lean["history"] = [_kept(past, _SHOWN_OF_PAST) for past in result.get("history") or []]
    return lean


def _group(group: dict[str, Any]) -> dict[str, Any]:
    """A result's place in each environment; there is one environment."""
    return _kept(group, ("id", "testResultsByEnv"))


def _index(index: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_without(entry, _SEARCH_FIELDS) for entry in index]


_LEAN: dict[str, Callable[[Any], Any]] = {
    "data/test-results/*.json": _result,
    "data/test-env-groups/*.json": _group,
    "widgets/*/search-index.json": _index,
}
"""What is left of files that are read in part."""


def _without(item: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def _kept(item: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: item[name] for name in names if item.get(name) is not None}
