"""Allure: complete results with stable ids, read by Allure's own reader and its command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from allure_commons_test.report import AllureReport

from conformance.report.allure_html import (
    HISTORY_NAME,
    AllureMissing,
    find_allure,
    foreign_loads,
    render_html,
    stripped,
)
from conformance.report.allure_index import write_index
from conformance.report.allure_results import (
    RESULTS_NAME,
    SEVERITIES,
    STATUSES,
    ResultsMissing,
    write_results,
)
from conformance.report.pages import page_address
from conformance.report.run import Run, load_run
from tests.report.builder import outcome, required, run, write

NAME = "oms_orders/SendOrder/rejection"


def results_of(found: Run, directory: Path) -> list[dict[str, Any]]:
    """The results of a run, read by Allure's own reader."""
    write_results(found, directory / RESULTS_NAME, directory)
    cases: list[dict[str, Any]] = AllureReport(str(directory / RESULTS_NAME)).test_cases
    return cases


def labels(result: dict[str, Any]) -> dict[str, str]:
    """Labels by name."""
    return {one["name"]: one["value"] for one in result["labels"]}


def test_one_result_per_unit_with_its_status(large_run: Run, tmp_path: Path) -> None:
    results = results_of(large_run, tmp_path)

    assert len(results) == len(large_run.units)
    assert len({result["historyId"] for result in results}) == len(results)
    found = Counter(labels(result).get("tag", "pass") for result in results)
    assert found == large_run.unit_counts
    for result in results:
        expected = STATUSES.get(labels(result).get("tag", "pass"), "skipped")
        assert result["status"] == expected


def test_labels_links_steps_and_attachments(tmp_path: Path) -> None:
    (result,) = results_of(run(tmp_path / "a", outcome(NAME, "fail")), tmp_path)
    named = labels(result)

    assert (named["epic"], named["feature"], named["story"]) == (
        "exchange", "oms_orders", "SendOrder",
    )
    assert named["severity"] == SEVERITIES["stated"]
    assert (named["profile"], named["apiVersion"], named["tag"]) == ("trader", "3.1", "fail")
    assert [(link["type"], link["url"]) for link in result["links"]] == [
        ("clause", f"../report.html#3.1/{NAME}"),
        ("page", page_address("3.1", "oms_orders/api_sendorder")),
    ]
    assert [step["name"].split()[0] for step in result["steps"]] == [
        "GetInstrument", "SendOrder", "required",
    ]
    assert [a["name"] for a in result["attachments"]] == ["transcript", "deviation"]
    for attachment in result["attachments"]:
        assert (tmp_path / RESULTS_NAME / attachment["source"]).is_file()


def test_capsule_is_attached_only_from_inside_the_run(tmp_path: Path) -> None:
    (tmp_path / "capsules").mkdir()
    (tmp_path / "capsules" / "a.json").write_text("{}")
    (tmp_path.parent / "secret.json").write_text("{}")
    inside = outcome(NAME, "fail", capsule="capsules/a.json")
    outside = outcome("users/A/response", "fail", capsule="../secret.json")
    results = results_of(run(tmp_path, inside, outside), tmp_path)

    attached = {r["fullName"].split("|")[0]: [a["name"] for a in r["attachments"]] for r in results}
    assert "capsule" in attached[NAME]
    assert "capsule" not in attached["users/A/response"]


def test_history_id_goes_by_clause_surface_persona_and_version_only(tmp_path: Path) -> None:
    def ids(place: str, item: Any, **changes: Any) -> str:
        found = load_run(write(tmp_path / place, [required(NAME)], [item], **changes))
        return str(results_of(found, tmp_path / place)[0]["historyId"])

    first = ids("a", outcome(NAME, "fail"))
    assert first == ids("b", outcome(NAME, reason="drawn 17"), seed=99, started_ms=5)
    assert first != ids("c", outcome(NAME, persona="operator"))
    assert first != ids("d", outcome(NAME, surface="http"))
    assert first != ids("e", outcome(NAME), api_version="3.2")


def test_front_page_files(tmp_path: Path) -> None:
    results_of(run(tmp_path / "a", outcome(NAME)), tmp_path)
    folder = tmp_path / RESULTS_NAME

    properties = dict(
        line.split(" = ", 1)
        for line in (folder / "environment.properties").read_text().splitlines()
    )
    assert properties["target"] == "staging"
    assert properties["verdict"] == "conformant (exit code 0)"
    assert {c["name"] for c in json.loads((folder / "categories.json").read_text())} >= {
        "Contract broken", "Observed difference", "Unverified", "Our own error",
    }
    assert json.loads((folder / "executor.json").read_text())["buildOrder"] == 1_700_000_000


def test_missing_results_are_noticed(
    large_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.report.allure_results._uuid", lambda digest: "same")

    with pytest.raises(ResultsMissing, match="1 results for 1600 units"):
        write_results(large_run, tmp_path / RESULTS_NAME, tmp_path)


def test_an_index_leads_to_the_report_of_each_version(tmp_path: Path) -> None:
    pages = []
    for version, verdict in (("3.1", "pass"), ("3.2", "fail")):
        place = tmp_path / f"a & b-{version}"
        target = {"target": {"name": "<b>staging</b>", "environment": "staging", "claims": []}}
        found = run(place, outcome(NAME, verdict), api_version=version, target=target)
        pages.append((found, place / "allure-report" / "index.html"))
    page = write_index(pages, tmp_path).read_text(encoding="utf-8")

    links = re.findall('<a href="([^"]+)">([^<]+)</a>', page)
    assert links == [
        ("a%20%26%20b-3.1/allure-report/index.html", "3.1"),
        ("a%20%26%20b-3.2/allure-report/index.html", "3.2"),
    ]
    assert page.count("&lt;b&gt;staging&lt;/b&gt;") == 2
    assert "<td>not conformant</td><td>0 of 1</td>" in page


PAGE = """<html><head><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>window.dataLayer = []; function gtag(){} gtag('js', new Date());</script>
<link rel="preconnect" href="//fonts.example"><script>var kept = "https://kept.example";</script>
</head></html>"""


def test_analytics_are_stripped_and_nothing_else() -> None:
    page = stripped(PAGE)

    assert foreign_loads(PAGE) == [
        "https://www.googletagmanager.com/gtag/js?id=G-1", "//fonts.example",
    ]
    assert foreign_loads(page) == []
    assert "gtag" not in page
    assert 'var kept = "https://kept.example"' in page


def test_without_allure_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFORMANCE_ALLURE", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(AllureMissing, match="npm install -g allure@3") as raised:
        find_allure()
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("allure")
def test_rendered_report_is_whole_and_loads_nothing_foreign(tmp_path: Path) -> None:
    outcomes = [outcome(f"users/N{n}/response", v) for n, v in enumerate(
        ["pass", "lenient", "fail", "error", "differs", "unverified", "waived", "pass"]
    )]
    outcomes.append(outcome("users/N0/response", persona="operator"))
    found = run(tmp_path / "now", *outcomes)
    write_results(found, tmp_path / "now" / RESULTS_NAME, tmp_path / "now")
    page = render_html(found, tmp_path / "now", None).read_text(encoding="utf-8")

    assert foreign_loads(page) == []
    assert "googletagmanager" not in page
    summary = json.loads((tmp_path / "now" / "allure-report" / "summary.json").read_text())
    assert summary["stats"]["total"] == len(found.units)
    assert summary["stats"]["failed"] == found.unit_counts["fail"]
    assert summary["stats"]["broken"] == found.unit_counts["error"]
    history = (tmp_path / "now" / HISTORY_NAME).read_text().splitlines()
    assert len(history) == 1
    again = render_html(found, tmp_path / "now", None).read_text(encoding="utf-8")
    assert len(again) == pytest.approx(len(page), rel=0.01)


def test_named_command_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "allure"
    fake.write_text("#!/bin/sh\necho 2.30.0\n")
    fake.chmod(0o755)
    monkeypatch.setenv("CONFORMANCE_ALLURE", os.fspath(fake))
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/" + name)

    with pytest.raises(AllureMissing, match=r"is Allure 2\.30\.0, not 3"):
        find_allure()
