"""`conformance init` and `conformance doctor` against a deployment that is really there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conformance.cli import app
from conformance.commands.init import Wishes, target_text
from conformance.reference.background import BackgroundReference
from conformance.target.target_file import PERSONAS, read_target

NOBODY = "ws://127.0.0.1:9/WSGateway/"
"""Port 9 is the discard service, which nothing here offers."""


def conformance(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def typed_into(words: list[str], answers: tuple[str, ...]) -> str:
    """Run a command in a terminal, as a person who types answers; what the screen shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "conformance.cli", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, text=True) as process:
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        screen, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, screen
    return screen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "staging.toml"


@pytest.fixture
def lent(apex_reference: BackgroundReference, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Flags that describe the reference as somebody's staging, with logins in the environment."""
    flags = ["--websocket", apex_reference.websocket_url]
    for name in ("trader", "second_trader", "read_only", "operator"):
        persona = apex_reference.personas[name]
        monkeypatch.setenv(f"APEX_{name.upper()}_PASSWORD", persona.password)
        flags += ["--persona", f"{name}={persona.username}"]
    return tuple(flags)


def test_init_writes_a_file_that_is_accepted(lent: tuple[str, ...], file: Path) -> None:
    result = conformance("init", str(file), *lent)

    assert result.exit_code == 0, result.output
    target = read_target(file)
    assert target.target.claims == ("public", "trader", "operator")
    assert target.personas["operator"].username == "operator"


def test_init_asks_in_a_terminal(apex_reference: BackgroundReference, file: Path) -> None:
    answers = (apex_reference.websocket_url, "test", "trader=ann operator=olga")

    said = typed_into(["init", str(file)], answers)

    assert "WebSocket address" in said
    assert "Environment (test, staging or production) [staging]:" in said
    text = file.read_text()
    assert 'environment = "test"' in text
    assert 'username = "olga"' in text


def test_init_finds_gateways_from_the_host_alone(
    apex_reference: BackgroundReference, file: Path
) -> None:
    host = apex_reference.websocket_url.removesuffix("/WSGateway/")

    conformance("init", str(file), "--websocket", host)

    assert read_target(file).target.http == apex_reference.http_url


def test_init_says_that_nobody_answers(file: Path) -> None:
    result = conformance("init", str(file), "--websocket", NOBODY)

    assert result.exit_code == 3
    assert "--no-probe" in result.output
    assert not file.exists()


def test_init_without_probe_asks_nobody(file: Path) -> None:
    assert conformance("init", str(file), "--websocket", NOBODY, "--no-probe").exit_code == 0


def test_init_keeps_a_file_that_is_there(file: Path) -> None:
    file.write_text("mine")

    result = conformance("init", str(file), "--websocket", NOBODY, "--no-probe")

    assert result.exit_code == 2
    assert "--force" in result.output
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("flags", "mend"),
    [
        ((), "--websocket"),
        (("--websocket", "https://host/"), "wss://"),
        (("--websocket", NOBODY, "--environment", "stage"), "staging"),
        (("--websocket", NOBODY, "--persona", "oprator"), "operator"),
    ],
)
def test_init_names_the_flag_and_the_mend(flags: tuple[str, ...], mend: str, file: Path) -> None:
    result = conformance("init", str(file), "--no-probe", *flags)

    assert result.exit_code == 2
    assert mend in result.output


def test_every_persona_can_be_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PERSONAS:
        monkeypatch.setenv(f"APEX_{name.upper()}_PASSWORD", "not a secret")
    wishes = Wishes(file, 'wss://host/"quoted"', personas=dict.fromkeys(PERSONAS, "someone"))

    file.write_text(target_text(wishes))

    assert set(read_target(file).personas) == set(PERSONAS)
    assert read_target(file).target.websocket == 'wss://host/"quoted"'


def test_doctor_logs_every_persona_in(lent: tuple[str, ...], file: Path) -> None:
    conformance("init", str(file), *lent)

    result = conformance("doctor", "--target", str(file))

    for name in ("trader", "second_trader", "read_only", "operator"):
        assert f"{name}: logged in as user" in result.output
    assert "set exclusive = true" in result.output
    assert result.exit_code == 6


def test_doctor_finds_nothing_to_mend_where_claims_fit(
    apex_reference: BackgroundReference, file: Path
) -> None:
    conformance("init", str(file), "--websocket", apex_reference.websocket_url)

    result = conformance("doctor", "--target", str(file))

    assert "mend" not in result.output
    assert result.exit_code == 0


def test_doctor_names_the_persona_that_cannot_log_in(
    lent: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conformance("init", str(file), *lent)
    monkeypatch.setenv("APEX_OPERATOR_PASSWORD", "wrong")

    result = conformance("doctor", "--target", str(file))

    assert (
        "persona operator cannot log in: Invalid username or password; check [personas.operator]"
    ) in result.output
    assert "stay unverified: persona operator cannot log in" in result.output
    assert result.exit_code == 6


def test_doctor_says_that_the_target_is_unreachable(file: Path) -> None:
    conformance("init", str(file), "--websocket", NOBODY, "--no-probe")

    result = conformance("doctor", "--target", str(file))

    assert result.exit_code == 3
    assert "check websocket in [target]" in result.output


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('api_version = "3.1"', 'api_version = "9.9"', "[target] unknown API version '9.9'"),
        ('claims = ["public"]', 'claims = ["publik"]', "[target] unknown profile 'publik'"),
        ("in_flight = 32", "in_flihgt = 32", "did you mean 'in_flight'?"),
    ],
)
def test_doctor_names_the_place_in_the_file(
    before: str, after: str, place: str, file: Path
) -> None:
    conformance("init", str(file), "--websocket", NOBODY, "--no-probe")
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))

    result = conformance("doctor", "--target", str(file))

    assert result.exit_code == 2
    assert place in result.output
