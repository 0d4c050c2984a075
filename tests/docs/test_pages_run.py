"""Every command of README, tutorial and CONTRIBUTING, run in order as a newcomer would.

Fresh checkout, fresh environment, empty home. Two kinds of liberty are taken, both listed here:
names that only a reader can know are filled in, and the two long commands run a part of their work
(CI runs them whole).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from conformance.reference.background import BackgroundReference
from tests.packaging.clean import (
    ROOT,
    Shell,
    checkout,
    commands_of,
    fences,
    fresh_venv,
    not_shown,
    outcome_of,
)

pytestmark = pytest.mark.clean_room

SHORTER = {
    "./run conformance": "./run conformance -- --section users --call GetUserInfo",
    "./run tests": "./run tests -- -q tests/contract/test_clauses.py",
    "./run lint,types,imports": "./run imports",
    "./run conformance -- --section users": "./run conformance -- --section users --call LogOut",
}
FILES = {
    "- id: users/GetUserInfo/no-password-hash": "schemas/clauses/users.yaml",
    '"""What a user record never shows."""': "scenarios/users/test_password_hash.py",
}
"""Blocks that CONTRIBUTING asks to be written, by their first lines, and where to."""

VERDICTS = {0, 1, 6}
"""What a page's command may end with when it judges a target, as long as a verdict is printed."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty at first; what the pages' commands download is kept for the next page."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def shell(home: Path, tmp_path: Path) -> Shell:
    return Shell(checkout(tmp_path / "checkout"), home, fresh_venv(tmp_path / "python"))


@pytest.fixture
def terminals(shell: Shell) -> Iterator[Terminals]:
    with Terminals(shell) as terminals:
        yield terminals


class Terminals:
    """What a reader has open: a terminal for commands, and one for a server a page starts."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._servers = ExitStack()

    def __enter__(self) -> Terminals:
        return self

    def __exit__(self, *error: object) -> None:
        self._servers.close()

    def run(self, command: str) -> str:
        """Run a page's command, which must succeed; what it printed."""
        if "conformance serve" in command:
            server = self.shell.start(command)
            self._servers.callback(server.wait, 20)
            self._servers.callback(server.terminate)
            assert server.stdout is not None
            return server.stdout.readline()
        done = self.shell.run(SHORTER.get(command, command))
        if re.search(r"\b(conformance run|run conformance)\b", command):
            assert "verdict: " in done.stdout, outcome_of(done)
            assert done.returncode in VERDICTS, outcome_of(done)
        elif "conformance doctor" in command:
            assert "within reach" in done.stdout, outcome_of(done)
        else:
            assert done.returncode == 0, outcome_of(done)
        return done.stdout

    def follow(self, text: str, filled_in: Mapping[str, str]) -> None:
        """Run the commands of a page in order; what it shows below them must be in their output."""
        output = ""
        for kind, block in fences(text):
            if kind == "console":
                for known, filled in filled_in.items():
                    block = block.replace(known, filled)
                output = "".join(self.run(command) for command in commands_of(block))
            elif kind == "text":
                assert not_shown(block, output) == [], output
            elif (file := FILES.get(block.partition("\n")[0])) is not None:
                with (self.shell.folder / file).open("a", encoding="utf-8") as growing:
                    growing.write("\n" + block)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_readme(terminals: Terminals, apex_reference: BackgroundReference) -> None:
    password = apex_reference.personas["trader"].password
    filled_in = {
        "wss://staging.example/WSGateway/": apex_reference.websocket_url,
        "qa-trader": "trader",
        "APEX_TRADER_PASSWORD=...": f"APEX_TRADER_PASSWORD={password}",
    }

    terminals.follow(page("README.md"), filled_in)


def test_tutorial(terminals: Terminals) -> None:
    terminals.follow(page("docs/tutorial.md"), {})


def test_contributing(terminals: Terminals) -> None:
    """The example is put together from the page, step by step, and does what the page says."""
    terminals.follow(page("CONTRIBUTING.md"), {})

    for file in FILES.values():
        assert "password" in (terminals.shell.folder / file).read_text(encoding="utf-8").lower()
