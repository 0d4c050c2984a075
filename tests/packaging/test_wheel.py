"""The wheel is enough: installed anywhere, in an empty folder, it tests a deployment."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.clean import ROOT, Shell, checkout, fresh_venv, outcome_of

pytestmark = pytest.mark.clean_room
PART = "--section users --call GetUserInfo"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean checkout."""
    return checkout(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def version(source: Path) -> str:
    """What the checkout itself says with ``--version``."""
    command = [sys.executable, "-m", "conformance.cli", "--version"]
    return subprocess.run(
        command, cwd=source, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("build")
    shell = Shell(folder, folder / "home", fresh_venv(folder / "venv"))
    done = shell.run(f"pip wheel -q --no-deps -w {folder} {source}")
    assert done.returncode == 0, outcome_of(done)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def shell(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A fresh environment with the wheel installed, in an empty folder."""
    home = tmp_path_factory.mktemp("home")
    shell = Shell(tmp_path_factory.mktemp("empty"), home, fresh_venv(home / "venv"))
    done = shell.run(f"pip install -q -c {ROOT / 'constraints.txt'} {wheel}")
    assert done.returncode == 0, outcome_of(done)
    return shell


def test_carries_contract_scenarios_and_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    for part in ("_data/schemas/calls/", "_data/scenarios/users/", "report/templates/"):
        assert any(name.startswith(f"conformance/{part}") for name in names), part
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_names_the_same_suite_and_contract_as_the_checkout(shell: Shell, version: str) -> None:
    assert shell.run("conformance --version").stdout.strip() == version


def test_names_suite_and_contract_with_their_digests(shell: Shell) -> None:
    suite, contract = shell.run("conformance --version").stdout.splitlines()

    assert re.fullmatch(r"apex-conformance \d+\.\d+\.\d+ +suite [0-9a-f]{16}", suite)
    assert re.match(r"contract 3\.1 +[0-9a-f]{16} ", contract)


def test_constraints_name_everything_that_is_installed(shell: Shell) -> None:
    """Nothing comes in unpinned, so that two installations are the same."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    installed = shell.run("pip freeze").stdout.lower().replace("_", "-").splitlines()

    pinned = {line.partition(";")[0].strip() for line in pins}
    own = [line for line in installed if line.startswith("apex-conformance ")]
    assert set(installed) - set(own) <= pinned
    assert len(own) == 1


def test_runs_in_an_empty_folder(shell: Shell) -> None:
    done = shell.run(f"conformance run {PART}")

    assert "verdict: " in done.stdout, outcome_of(done)
    assert list(shell.folder.glob("reports/out/*/run.jsonl"))


def test_doctor_finds_the_environment_sound(shell: Shell) -> None:
    done = shell.run("conformance doctor")

    assert "operator: logged in" in done.stdout, outcome_of(done)


def test_fixture_is_there_for_other_projects(shell: Shell) -> None:
    (shell.folder / "test_client.py").write_text(
        "def test_there(apex_reference):\n    assert apex_reference.personas['trader'].username\n"
    )

    done = shell.run("pytest -q test_client.py")

    assert "1 passed" in done.stdout, outcome_of(done)


@pytest.mark.parametrize(
    ("tool", "command"),
    [("uv", "uvx --from . conformance run"), ("pipx", "pipx run --spec . conformance run")],
)
def test_runs_without_being_installed(
    tool: str, command: str, source: Path, tmp_path: Path
) -> None:
    assert f"`{command}`" in (source / "README.md").read_text(encoding="utf-8")
    shell = Shell(source, tmp_path / "home", fresh_venv(tmp_path / "venv"))
    shell.run(f"pip install -q {tool}")

    done = shell.run(f"{command} {PART} --report-dir {tmp_path / 'report'}")

    assert "verdict: conformant" in done.stdout, outcome_of(done)
    assert (tmp_path / "report" / "run.jsonl").exists()
