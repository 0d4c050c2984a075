"""Allure at the size of a certify run: bounded, with everything about what does not hold."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.report import allure_results
from conformance.report.allure_html import HISTORY_NAME, REPORT_NAME, render_html
from conformance.report.allure_results import RESULTS_NAME, write_results
from conformance.report.allure_size import (
    HISTORY_IN_ONE_FILE,
    HISTORY_LIMIT,
    HISTORY_RESULTS,
    SINGLE_FILE_RESULTS,
    history_limit,
    lean_history,
    trim,
)
from conformance.report.run import load_run
from tests.report import certified
from tests.report.builder import outcome, run

LIMIT = 20_000_000
"""The issue's promise for every format of a certify run of all calls."""
RESULTS_LIMIT = 9_000_000
"""The results of the made-up record measured 7.5 MB, those of a real certify run 5.6 MB."""
PASSING_LIMIT = 1_250
"""Bytes of a passing unit's result; the largest measured 1,127."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certify run of all calls."""
    return certified.write(tmp_path_factory.mktemp("certified") / "run")


@pytest.fixture(scope="module")
def results(record: Path) -> Path:
    """Its Allure results."""
    write_results(load_run(record), record.parent / RESULTS_NAME, record.parent)
    return record.parent / RESULTS_NAME


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read(folder: Path) -> list[dict[str, Any]]:
    """All results of a folder."""
    return [json.loads(path.read_bytes()) for path in folder.glob("*-result.json")]


def test_results_of_all_calls_are_small(results: Path) -> None:
    assert len(read(results)) == certified.UNITS
    assert size(results) < RESULTS_LIMIT


def test_a_passing_unit_is_its_result_and_nothing_else(results: Path) -> None:
    passing = [one for one in read(results) if one["status"] == "passed"]

    assert len(passing) == certified.UNITS - certified.FINDINGS
    assert not any(one.keys() & {"steps", "attachments", "statusDetails"} for one in passing)
    assert max(len(json.dumps(one, separators=(",", ":"))) for one in passing) < PASSING_LIMIT


def test_a_failing_unit_keeps_everything(record: Path, results: Path) -> None:
    failing = [one for one in read(results) if one["status"] == "failed"]

    assert len(failing) == certified.FINDINGS
    for one in failing:
        found = {a["name"]: results / a["source"] for a in one["attachments"]}
        assert list(found) == ["transcript", "deviation", "capsule"]
        assert found["transcript"].read_text().count("\n  > ") == certified.EXCHANGES
        assert found["deviation"].read_text().rstrip() == one["statusDetails"]["trace"]
        assert len(one["steps"]) == certified.EXCHANGES + 1
        capsule = found["deviation"].read_text().split("conformance replay ")[1].split()[0]
        packed = gzip.decompress(found["capsule"].read_bytes())
        assert packed == (record.parent / capsule).read_bytes()


def test_a_capsule_without_room_is_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allure_results, "CAPSULE_BUDGET", 2)
    (tmp_path / "capsules").mkdir()
    for name in "ab":
        (tmp_path / "capsules" / f"{name} 1.json").write_text("{}")
    found = run(tmp_path, *(
        outcome(f"users/{name}/response", "fail", capsule=f"capsules/{name} 1.json")
        for name in "ab"
    ))
    write_results(found, tmp_path / RESULTS_NAME, tmp_path)
    first, second = sorted(read(tmp_path / RESULTS_NAME), key=lambda one: str(one["fullName"]))

    assert [a["name"] for a in first["attachments"]][2:] == ["capsule"]
    assert [link["type"] for link in first["links"]] == ["clause", "page"]
    assert [a["name"] for a in second["attachments"]][2:] == []
    assert second["links"][-1]["url"] == "../capsules/b%201.json"


def test_many_findings_have_fewer_steps_and_no_second_copy(tmp_path: Path) -> None:
    found = run(tmp_path, *(outcome(f"users/N{n}/response", "fail") for n in range(1_500)))
    write_results(found, tmp_path / RESULTS_NAME, tmp_path)
    one = read(tmp_path / RESULTS_NAME)[0]

    assert [step["name"].split()[0] for step in one["steps"]] == ["SendOrder", "required"]
    assert "trace" not in one["statusDetails"]
    assert [a["name"] for a in one["attachments"]] == ["transcript", "deviation"]


def test_history_is_bounded_by_results() -> None:
    limits = {n: history_limit(n) for n in (0, 100, 1_000, 1_001, certified.UNITS, 100_000)}

    assert limits == {0: 20, 100: 20, 1_000: 6, 1_001: 14, certified.UNITS: 3, 100_000: 1}
    assert all(n * history_limit(n) <= HISTORY_IN_ONE_FILE for n in range(1, SINGLE_FILE_RESULTS))
    assert HISTORY_LIMIT * SINGLE_FILE_RESULTS >= HISTORY_RESULTS


PAST = {"id": "1", "name": "n", "fullName": "long", "status": "failed", "message": "fail: x",
        "trace": "long", "labels": [1], "historyId": "h", "environment": "default"}


def test_lean_history_keeps_the_last_runs_and_what_is_shown() -> None:
    lines = [json.dumps({"uuid": str(n), "timestamp": n, "knownTestCaseIds": ["1"],
                         "testResults": {"h": PAST}}) for n in range(4)]
    kept = [json.loads(line) for line in lean_history("\n".join(lines), 2).splitlines()]

    assert [point["uuid"] for point in kept] == ["2", "3"]
    assert kept[0]["knownTestCaseIds"] == []
    assert kept[0]["testResults"]["h"] == {
        name: PAST[name]
        for name in ("id", "name", "environment", "status", "message", "historyId")
    }
    assert lean_history("", 3) == lean_history("no history\n", 3) == ""


def test_trim_takes_out_what_is_never_read_and_nothing_else(tmp_path: Path) -> None:
    result = {"id": "1", "titlePath": ["a"], "labels": [{"name": "epic", "value": "x"}],
              "testCase": {"id": "2", "fullName": "f"}, "history": [PAST]}
    index = [{"id": "1", "name": "n", "links": "l", "historyId": "h"}]
    files: dict[str, Any] = {
        "widgets/tree.json": {}, "widgets/default/tree.json": {"root": {}}, "test-results.json": {},
        "widgets/default/search-index.json": index, "data/history/1.json": {},
        "data/test-results/1.json": result, "widgets/nav.json": ["1"],
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    trim(tmp_path)

    left = {
        path.relative_to(tmp_path).as_posix(): json.loads(path.read_text())
        for path in tmp_path.rglob("*.json")
    }
    past = {name: PAST[name] for name in ("id", "status", "message")}
    lean = {"id": "1", "labels": result["labels"], "testCase": {"id": "2"}, "history": [past]}
    assert left == {
        "widgets/default/tree.json": {"root": {}}, "widgets/nav.json": ["1"],
        "widgets/default/search-index.json": [{"id": "1", "name": "n"}],
        "data/test-results/1.json": lean,
    }


@pytest.mark.usefixtures("allure", "results")
def test_rendered_report_of_all_calls_is_small(record: Path, tmp_path: Path) -> None:
    """With as many earlier runs as it carries, each of them as large."""
    found, folder = load_run(record), record.parent
    render_html(found, folder, None)
    (point,) = (folder / HISTORY_NAME).read_text().splitlines()
    past = [{**json.loads(point), "uuid": str(n), "timestamp": n} for n in range(9)]
    (tmp_path / HISTORY_NAME).write_text("".join(f"{json.dumps(one)}\n" for one in past))
    render_html(found, folder, tmp_path)

    assert size(folder / REPORT_NAME) < LIMIT
    assert size(folder / RESULTS_NAME) < LIMIT
    points = (folder / HISTORY_NAME).read_text().splitlines()
    assert [json.loads(one)["uuid"] for one in points][:-1] == ["7", "8"]


@pytest.mark.usefixtures("allure")
def test_largest_report_in_one_file_is_small(tmp_path: Path) -> None:
    found = load_run(certified.write(tmp_path / "run", SINGLE_FILE_RESULTS))
    write_results(found, tmp_path / "run" / RESULTS_NAME, tmp_path / "run")
    page = render_html(found, tmp_path / "run", None)

    assert page.stat().st_size < LIMIT
    assert not (page.parent / "data").exists()
