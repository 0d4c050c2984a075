"""Every command of README, tutorial and CONTRIBUTING, run in order as a newcomer would.

Fresh checkout, fresh environment, empty home. Two kinds of liberty are taken, both listed here:
names that only a reader can know are filled in, and the two long commands run a part of their work
(CI runs them whole).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.reference.background import BackgroundReference
from tests.packaging.clean import ROOT, Shell, checkout, console_commands, fresh_venv, outcome_of

pytestmark = pytest.mark.clean_room

SHORTER = {
    "./run conformance": "./run conformance -- --section users --call GetUserInfo",
    "./run tests": "./run tests -- -q tests/contract/test_clauses.py",
    "./run lint,types,imports": "./run imports",
    "./run conformance -- --section users": "./run conformance -- --section users --call LogOut",
}
VERDICTS = {0, 1, 6}
"""What a page's command may end with when it judges a target, as long as a verdict is printed."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty at first; what the pages' commands download is kept for the next page."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def shell(home: Path, tmp_path: Path) -> Shell:
    return Shell(checkout(tmp_path / "checkout"), home, fresh_venv(tmp_path / "python"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def succeed(shell: Shell, command: str) -> str:
    """Run a page's command; what it printed."""
    done = shell.run(SHORTER.get(command, command))
    if re.search(r"\b(conformance run|run conformance)\b", command):
        assert "verdict: " in done.stdout, outcome_of(done)
        assert done.returncode in VERDICTS, outcome_of(done)
    elif "conformance doctor" in command:
        assert "within reach" in done.stdout, outcome_of(done)
    else:
        assert done.returncode == 0, outcome_of(done)
    return done.stdout


def test_readme(shell: Shell, apex_reference: BackgroundReference) -> None:
    commands = console_commands(page("README.md"))
    assert commands[:2] == ["./run conformance", "./run tests"]
    filled_in = {
        "wss://staging.example/WSGateway/": apex_reference.websocket_url,
        "qa-trader": "trader",
        "APEX_TRADER_PASSWORD=...":
            f"APEX_TRADER_PASSWORD={apex_reference.personas['trader'].password}",
    }

    for command in commands:
        for known, filled in filled_in.items():
            command = command.replace(known, filled)
        succeed(shell, command)


def test_ci_runs_the_two_commands_whole() -> None:
    script = page(".ci/run")

    for command in console_commands(page("README.md"))[:2]:
        assert re.search(rf"^step {re.escape(command)}$", script, re.MULTILINE)


def run_with_server(shell: Shell, commands: list[str]) -> Iterator[tuple[str, str]]:
    """Run commands in order; one that serves goes on in the background until the end."""
    server = None
    try:
        for command in commands:
            if "conformance serve" in command:
                server = shell.start(command)
                assert server.stdout is not None
                yield command, server.stdout.readline()
            else:
                yield command, succeed(shell, command)
    finally:
        if server is not None:
            server.terminate()
            server.wait(20)


def test_tutorial(shell: Shell) -> None:
    outputs = dict(run_with_server(shell, console_commands(page("docs/tutorial.md"))))

    verdicts = [
        line for output in outputs.values() for line in output.splitlines()
        if line.startswith("verdict")
    ]
    assert verdicts == ["verdict: conformant (1 pass)", "verdict: not conformant (1 fail)"]


def test_contributing(shell: Shell) -> None:
    """The example is put together from the page, step by step, and does what the page says."""
    text = page("CONTRIBUTING.md")
    clause = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    case = re.search(r"```python\n(\"\"\"What a user.*?)```", text, re.DOTALL)
    assert clause is not None
    assert case is not None
    commands = console_commands(text)
    first = next(i for i, command in enumerate(commands) if command.startswith("grep"))

    for command in commands[:first]:
        succeed(shell, command)
    assert "no-password-hash" not in succeed(shell, commands[first])
    with (shell.folder / "schemas/clauses/users.yaml").open("a") as file:
        file.write("\n" + clause[1])
    assert "1 unverified" in succeed(shell, commands[first + 1])
    (shell.folder / "scenarios/users/test_password_hash.py").write_text(case[1])
    outputs = list(run_with_server(shell, commands[first + 2 :]))

    assert "verdict: conformant (1 pass)" in outputs[0][1]
    assert outputs[1][1].startswith('{"ready": true')
    assert "verdict: not conformant (1 fail)" in outputs[2][1]
