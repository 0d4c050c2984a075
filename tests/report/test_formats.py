"""Each one-file format: valid by its official schema, and read back with the same counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import xmlschema

from conformance.report.history import History
from conformance.report.junit import render_junit
from conformance.report.lines import render_badge, render_json_lines, render_markdown
from conformance.report.matrix import render_matrix
from conformance.report.pages import page_address
from conformance.report.render import FORMATS
from conformance.report.run import Run
from conformance.report.sarif import LEVELS, render_sarif
from conformance.report.verdict_file import read_verdict, render_verdict
from conformance.report.verdict_schema import render_schema
from tests.report.builder import outcome, run

DATA = Path(__file__).parents[1] / "data"
SCHEMAS = Path(__file__).parents[2] / "schemas"
NO_PAST = History("staging", "3.1", 0)
LIMIT = 20_000_000


def test_junit_is_valid_and_counts_alike(large_run: Run) -> None:
    text = render_junit(large_run)
    root = ElementTree.fromstring(text)

    xmlschema.XMLSchema(DATA / "junit-10.xsd").validate(root)
    counts = large_run.unit_counts
    cases = root.findall("./testsuite/testcase")
    assert len(cases) == int(root.attrib["tests"]) == counts.total()
    assert len(root.findall(".//failure")) == int(root.attrib["failures"]) == counts["fail"]
    assert len(root.findall(".//error")) == int(root.attrib["errors"]) == counts["error"]
    plain = sum(1 for case in cases if not case.findall("*") or case.find("system-out") is not None)
    assert plain == counts["pass"] + counts["lenient"]
    for attribute in ("tests", "failures", "errors"):
        suites = root.findall("testsuite")
        assert sum(int(suite.attrib[attribute]) for suite in suites) == int(root.attrib[attribute])


def test_sarif_is_valid_and_counts_alike(large_run: Run) -> None:
    document = json.loads(render_sarif(large_run))
    schema = json.loads((DATA / "sarif-2.1.0.schema.json").read_text())

    jsonschema_rs.validator_for(schema).validate(document)
    results = document["runs"][0]["results"]
    found = Counter(result["properties"]["verdict"] for result in results)
    assert found == Counter({v: n for v, n in large_run.unit_counts.items() if v in LEVELS})
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results)


def test_sarif_points_at_files_of_the_contract(tmp_path: Path) -> None:
    name = "oms_orders/SendOrder/rejection"
    spoken = outcome(name, "error")
    document = json.loads(render_sarif(run(tmp_path, spoken)))
    place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]

    uri = place["artifactLocation"]["uri"]
    assert uri == "schemas/calls/oms_orders/SendOrder.json"
    assert (SCHEMAS.parent / uri).is_file()


def test_verdict_file_keeps_its_published_schema(large_run: Run, tmp_path: Path) -> None:
    text = render_verdict(large_run)
    (tmp_path / "verdict.json").write_text(text)
    schema = json.loads((SCHEMAS / "report.schema.json").read_text())

    jsonschema_rs.validator_for(schema).validate(json.loads(text))
    found = read_verdict(tmp_path / "verdict.json")
    assert found.states == large_run.states
    assert found.units == dict(large_run.unit_counts)
    total = large_run.summary.total
    numbers = found.numbers
    assert (numbers.required, numbers.applicable, numbers.exercised, numbers.held) == (
        total.required, total.applicable, total.exercised, total.held,
    )


def test_published_schema_is_what_the_types_say() -> None:
    assert (SCHEMAS / "report.schema.json").read_text() == render_schema()


def test_json_lines_counts_alike(large_run: Run) -> None:
    lines = [json.loads(line) for line in render_json_lines(large_run).splitlines()]

    assert Counter(line["verdict"] for line in lines) == large_run.unit_counts


def test_markdown_counts_alike(large_run: Run) -> None:
    text = render_markdown(large_run, NO_PAST)
    total = large_run.summary.total

    row = next(line for line in text.splitlines() if line.startswith("| **all**"))
    cells = [int(cell) for cell in re.findall(r"\d+", row)]
    assert cells == [
        total.required, total.applicable, total.exercised, total.held, total.by_verdict["fail"],
    ]
    assert sum(int(n) for n in re.findall(r"(\d+) [a-z-]+[,.]", text.splitlines()[4])) == (
        total.required
    )


@pytest.mark.parametrize(
    ("verdict", "colour", "error"),
    [("pass", "brightgreen", False), ("fail", "red", True), ("unverified", "yellow", True)],
)
def test_badge(verdict: str, colour: str, error: bool, tmp_path: Path) -> None:
    badge = json.loads(render_badge(run(tmp_path, outcome("users/A/response", verdict))))

    assert (badge["schemaVersion"], badge["label"]) == (1, "APEX 3.1")
    assert (badge["color"], badge["isError"]) == (colour, error)


def test_matrix_holds_every_clause_once(large_run: Run) -> None:
    page = render_matrix([(large_run, NO_PAST)])

    cells = Counter(re.findall(r'<a class="c-[a-z-]+" href="#[^"]+" data-v="([a-z-]+)"', page))
    assert cells == Counter(clause.verdict for clause in large_run.clauses)
    articles = re.findall(r'<article id="([^"]+)"', page)
    assert articles == [f"3.1/{clause.id}" for clause in large_run.clauses]


def test_matrix_links_lead_somewhere(large_run: Run) -> None:
    page = render_matrix([(large_run, NO_PAST)])

    targets = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets
    elsewhere = set(re.findall(r'(?:src|href)="(?!#|data:)([^"]+)', page))
    pages = {page_address("3.1", clause.required.source) for clause in large_run.clauses}
    assert elsewhere == pages


@pytest.mark.parametrize("name", FORMATS)
def test_size_of_a_run_of_all_calls(name: str, large_run: Run) -> None:
    rendered: Any = FORMATS[name][1](large_run, NO_PAST)

    assert len(rendered.encode()) < LIMIT
