"""The GitHub action and the GitLab job, carried out: what a runner does with their steps, we do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.clean import Shell, checkout, fresh_venv, outcome_of

pytestmark = pytest.mark.clean_room

HEALTHY = "--clause uncertain/Ping/response"
BROKEN = "--clause users/GetUserInfo/response --defect users/leaks-password-hash"
LEAVES_UNVERIFIED = "--clause users/LogOut/* --read-only"
ON_THE_RUNNER = {"actions/setup-python@v5", "actions/upload-artifact@v4"}
"""Steps that are GitHub's own; a Python is there, and what would be uploaded is looked at."""


@dataclass
class GithubRunner:
    """A runner of one composite action, as far as ours needs one."""

    action: Path
    shell: Shell
    installed: bool = False

    def run(self, **given: str) -> int:
        """Carry the action out with inputs (``_`` for ``-``); the exit code of its last step."""
        document = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        known = {name: spec["default"] for name, spec in document["inputs"].items()}
        inputs = {**known, **{name.replace("_", "-"): value for name, value in given.items()}}
        for step in document["runs"]["steps"]:
            if "uses" in step:
                assert step["uses"] in ON_THE_RUNNER
                continue
            code = self._step(step, inputs)
            if code != 0:
                return code
        return 0

    def _step(self, step: dict[str, Any], inputs: dict[str, str]) -> int:
        if step["name"] == "Install" and self.installed:
            return 0
        files = {
            "GITHUB_ACTION_PATH": str(self.action), "RUNNER_TEMP": str(self.shell.home),
            "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "output.txt",
        }
        said = {key: self._filled(text, inputs) for key, text in step.get("env", {}).items()}
        self.shell.exported = {**files, **said}
        done = self.shell.run("set -eo pipefail\n" + step["run"])
        assert step["name"] != "Install" or done.returncode == 0, outcome_of(done)
        self.installed = True
        return done.returncode

    def _filled(self, text: str, inputs: dict[str, str]) -> str:
        values = {f"inputs.{name}": value for name, value in inputs.items()}
        values["runner.temp"] = str(self.shell.home)
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: values[found[1]], text)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a runner has checked the suite out."""
    return checkout(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def machine(source: Path, tmp_path_factory: pytest.TempPathFactory) -> GithubRunner:
    """A runner on which the action is installed by its first use."""
    home = tmp_path_factory.mktemp("runner")
    return GithubRunner(source, Shell(home, home, fresh_venv(home / "python")))


@pytest.fixture
def runner(machine: GithubRunner, tmp_path: Path) -> Iterator[GithubRunner]:
    """The same runner with an empty working folder."""
    machine.shell.folder = tmp_path
    yield machine
    machine.shell.exported = {}


@pytest.mark.parametrize(
    ("arguments", "code", "verdict"),
    [(HEALTHY, 0, "conformant"), (BROKEN, 1, "not conformant")],
)
def test_action_ends_as_the_run_does(
    runner: GithubRunner, arguments: str, code: int, verdict: str
) -> None:
    assert runner.run(arguments=arguments) == code

    folder = runner.shell.folder
    assert (folder / "output.txt").read_text() == f"exit-code={code}\n"
    summary = (folder / "summary.md").read_text()
    assert verdict in summary
    assert summary == (folder / "conformance-report/summary.md").read_text()
    assert (folder / "conformance-report/report.html").exists()


def test_action_shows_what_went_wrong_when_there_is_no_report(runner: GithubRunner) -> None:
    assert runner.run(target="absent.toml") == 2

    assert "absent.toml" in (runner.shell.folder / "summary.md").read_text()


@pytest.mark.parametrize(("accepted", "code"), [("false", 6), ("true", 0)])
def test_unverified_passes_only_where_it_is_accepted(
    runner: GithubRunner, accepted: str, code: int
) -> None:
    assert runner.run(arguments=LEAVES_UNVERIFIED, accept_unverified=accepted) == code

    assert (runner.shell.folder / "output.txt").read_text() == "exit-code=6\n"


@pytest.fixture(scope="module")
def gitlab(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A runner with the variables of the template."""
    home = tmp_path_factory.mktemp("gitlab")
    job = yaml.safe_load((source / "ci/gitlab.yml").read_text(encoding="utf-8"))[JOB]
    shell = Shell(home, home, fresh_venv(home / "python"))
    shell.exported = {**job["variables"], "CONFORMANCE_PACKAGE": str(source)}
    return shell


JOB = ".apex-conformance"


@pytest.mark.parametrize(
    ("arguments", "code"), [(HEALTHY, 0), (BROKEN, 1), (LEAVES_UNVERIFIED, 6)]
)
def test_gitlab_job(
    gitlab: Shell, source: Path, tmp_path: Path, arguments: str, code: int
) -> None:
    job = yaml.safe_load((source / "ci/gitlab.yml").read_text(encoding="utf-8"))[JOB]
    gitlab.folder = tmp_path
    gitlab.exported["CONFORMANCE_ARGUMENTS"] = arguments

    done = gitlab.run("\n".join(["set -eo pipefail", *job["script"]]))

    assert done.returncode == code, outcome_of(done)
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).exists()
    assert (tmp_path / job["artifacts"]["paths"][0] / "summary.md").exists()


def test_gitlab_job_says_that_the_package_was_not_named(gitlab: Shell, source: Path) -> None:
    job = yaml.safe_load((source / "ci/gitlab.yml").read_text(encoding="utf-8"))[JOB]
    gitlab.exported.pop("CONFORMANCE_PACKAGE")

    done = gitlab.run("\n".join(["set -eo pipefail", *job["script"]]))

    assert done.returncode != 0
    assert "CONFORMANCE_PACKAGE" in done.stderr
