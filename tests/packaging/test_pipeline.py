"""What pipelines use: the action, the GitLab template, the script behind them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STUB = """#!/usr/bin/env bash
printf "%s\\n" "$*" > words
mkdir -p report && echo "## verdict" > report/summary.md
exit {code}
"""


def run_script(folder: Path, code: int, **environment: str) -> subprocess.CompletedProcess[str]:
    stub = folder / "conformance"
    stub.write_text(STUB.format(code=code))
    stub.chmod(0o755)
    return subprocess.run(
        ["bash", str(ROOT / "ci" / "run-and-summarise.sh")], cwd=folder, capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"], "CONFORMANCE": str(stub), "REPORT_DIR": "report",
            "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "output.txt", **environment,
        },
    )


@pytest.mark.parametrize("code", range(7))
def test_exit_code_of_the_run_is_kept(code: int, tmp_path: Path) -> None:
    assert run_script(tmp_path, code).returncode == code
    assert (tmp_path / "output.txt").read_text() == f"exit-code={code}\n"
    assert (tmp_path / "summary.md").read_text() == "## verdict\n"


@pytest.mark.parametrize(("code", "kept"), [(6, 0), (1, 1), (3, 3)])
def test_only_unverified_can_be_accepted(code: int, kept: int, tmp_path: Path) -> None:
    assert run_script(tmp_path, code, ACCEPT_UNVERIFIED="true").returncode == kept


def test_target_and_arguments_reach_the_run(tmp_path: Path) -> None:
    run_script(tmp_path, 0, TARGET="my staging.toml", ARGUMENTS="--section users")

    words = (tmp_path / "words").read_text().strip()
    assert words == "run --report-dir report --target my staging.toml --section users"


def test_patterns_of_clauses_are_none_of_files(tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "LogOut").touch()

    run_script(tmp_path, 0, ARGUMENTS="--clause users/*")

    assert (tmp_path / "words").read_text().strip().endswith("--clause users/*")


def load(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return document


def documented() -> set[str]:
    """What the tables of the page about pipelines name in their first column."""
    page = (ROOT / "docs/how-to/ci.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([\w-]+)` \|", page, re.M))


def test_inputs_and_variables_are_documented() -> None:
    variables = load("ci/gitlab.yml")[".apex-conformance"]["variables"]

    assert documented() == {*load("action.yml")["inputs"], *variables}


def test_action_uses_only_inputs_it_declares() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")

    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(load("action.yml")["inputs"])


def test_gitlab_template_lets_only_unverified_pass() -> None:
    job = load("ci/gitlab.yml")[".apex-conformance"]

    assert job["allow_failure"] == {"exit_codes": 6}
