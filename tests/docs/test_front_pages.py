"""README, CONTRIBUTING and the other front pages hold what they are for, and their numbers hold."""

from __future__ import annotations

import configparser
import re
import tomllib
from typing import get_args

import pytest

from conformance.contract.catalog import load_contract
from conformance.verdict.outcome import Verdict
from tests.packaging.clean import ROOT, console_commands, fences, not_shown

ENVIRONMENTS = {"conformance", "tests", "lint", "types", "imports", "py311", "py312", "py313"}


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_readme_answers_in_the_order_of_the_questions() -> None:
    text = page("README.md")
    parts = [
        "# apex-conformance", "| you | want | start at |", "docs/images/matrix-light.png",
        "## Two commands", "## Staging in five minutes", "## Reading the report", "## CI",
    ]

    assert all(part in text for part in parts)
    assert sorted(parts, key=text.index) == parts


def test_readme_counts_what_the_contract_holds() -> None:
    calls = load_contract("3.1").calls
    names = {call.name for call in calls if call.section != "digitizer"}
    operations = [call for call in calls if call.section == "digitizer"]

    text = " ".join(page("README.md").split())

    assert f"({len(names)} calls over" in text
    assert f"the {len(operations)} operations of the Digitizer" in text


def test_readme_explains_every_verdict() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \|", page("README.md"), re.MULTILINE)

    assert set(get_args(Verdict)) <= set(rows)


def test_ci_runs_the_two_commands_whole() -> None:
    first_two = console_commands(page("README.md"))[:2]

    assert first_two == ["./run conformance", "./run tests"]
    for command in first_two:
        assert re.search(rf"^step {re.escape(command)}$", page(".ci/run"), re.MULTILINE)


def test_environments_of_tox() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini")
    names = " ".join(parser.sections()).replace("testenv:", "")
    names = names.replace("py31{1,2,3}", "py311 py312 py313")

    assert set(names.split()) >= ENVIRONMENTS
    assert parser["tox"]["skip_missing_interpreters"] == "true"


def test_checklist_has_ten_lines() -> None:
    checklist = page("CONTRIBUTING.md").split("## Checklist")[1]

    assert len(re.findall(r"^\d+\. ", checklist, re.MULTILINE)) == 10


def test_licence_is_the_one_that_is_declared() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]

    assert project["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in page("LICENSE")


def test_changes_have_a_place_for_the_next_one() -> None:
    assert re.search(r"^## (Unreleased|\d+\.\d+\.\d+)", page("CHANGELOG.md"), re.MULTILINE)


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ("a … c\n…\nd\n", []),
        ("d\na b c\n", ["a b c"]),
        ("a b\n", ["a b"]),
        ("…x\n", ["…x"]),
    ],
)
def test_comparison_with_what_was_printed_can_fail(shown: str, missing: list[str]) -> None:
    assert not_shown(shown, "a b c\nmore\nd\n") == missing


def test_shown_output_stands_below_a_command() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        kinds = [kind for kind, _ in fences(page(name))]
        before = [kinds[i - 1] for i, kind in enumerate(kinds) if kind == "text"]
        assert set(before) == {"console"}, name


def test_times_are_recorded_and_below_three_minutes() -> None:
    found = re.search(r"^\| together \| (\d+) \|", page("docs/tutorial.md"), re.MULTILINE)

    assert found is not None
    assert int(found[1]) < 180
