"""docs/how-to/staging.md: its commands before the run, and the pace it tells of."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conformance.cli import app
from conformance.commands import init
from conformance.reference.background import BackgroundReference
from conformance.target import target_file
from tests.packaging.clean import ROOT, console_commands

PAGE = (ROOT / "docs/how-to/staging.md").read_text(encoding="utf-8")


def test_init_and_doctor_as_printed(
    apex_reference: BackgroundReference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled_in = {"wss://staging.example/WSGateway/": apex_reference.websocket_url, "qa-": ""}
    for name in ("trader", "operator"):
        monkeypatch.setenv(
            f"APEX_{name.upper()}_PASSWORD", apex_reference.personas[name].password
        )
    outputs = []

    for command in console_commands(PAGE)[:2]:
        for known, filled in filled_in.items():
            command = command.replace(known, filled)
        outputs.append(CliRunner().invoke(app, shlex.split(command)[1:]).output)

    assert "wrote staging.toml" in outputs[0]
    assert "operator: logged in" in outputs[1]


def test_pace_is_the_one_that_init_writes() -> None:
    text = " ".join(PAGE.split())

    assert f"{init.REQUESTS_PER_SECOND} requests a second" in text
    assert f"{init.IN_FLIGHT} unanswered at one time" in text
    assert f"no limit but {target_file.Limits().in_flight} requests" in text
