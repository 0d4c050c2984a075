"""An address that leads to the wrong place: one clear line, with the place and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conformance.cli import app
from conformance.commands import probe
from conformance.reference.background import BackgroundReference
from tests.packaging.strangers import Manners, echo, greet, listen, web_site, web_socket


def conformance(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.fixture
def shop() -> Iterator[str]:
    with web_site() as host:
        yield host


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "staging.toml"


def findings(result: Result) -> list[str]:
    """The lines of the doctor that want mending."""
    return [line for line in result.output.splitlines() if line.startswith("mend")]


@pytest.mark.parametrize(
    ("manners", "said"),
    [
        (echo, "a frame that is no reply to it"),
        (greet, "answers 'hello', which is no frame of APEX"),
        (listen, "leaves Ping unanswered"),
    ],
)
def test_websocket_of_something_else(
    manners: Manners, said: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.5)
    with web_socket(manners) as host:
        result = conformance("init", str(file), "--websocket", f"ws://{host}/WSGateway/")

    assert result.exit_code == 3
    assert f"ws://{host}/WSGateway/: connects, but " in result.output
    assert said in result.output
    assert "check the address" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ws://{shop}/WSGateway/", "is no WebSocket"),
        ("wss://{shop}/WSGateway/", "perhaps it is ws://{shop}/WSGateway/"),
        ("wss://no-such-host.invalid/", "no host of the name no-such-host.invalid"),
        ("ws://127.0.0.1:9/", "nobody listens there"),
    ],
)
def test_no_websocket_there(address: str, said: str, shop: str, file: Path) -> None:
    result = conformance("init", str(file), "--websocket", address.format(shop=shop))

    assert result.exit_code == 3
    assert said.format(shop=shop) in result.output
    assert "check the address" in result.output
    assert not file.exists()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--websocket", "host.example:443"), "start with wss:// or ws://"),
        (("--websocket", "wss:///WSGateway/"), "names no host"),
        (("--websocket", "wss://host:99999/"), "Port out of range"),
        (("--websocket", "wss://host/", "--http", "wss://host/AP/"), "--http wss://host/AP/: the"),
    ],
)
def test_address_that_is_none(flags: tuple[str, ...], said: str, file: Path) -> None:
    result = conformance("init", str(file), "--no-probe", *flags)

    assert result.exit_code == 2
    assert said in result.output


def test_doctor_tells_a_web_page_from_a_gateway(
    apex_reference: BackgroundReference, shop: str, file: Path
) -> None:
    flags = ["--http", f"http://{shop}/AP/", "--digitizer", f"http://{shop}/graphql"]
    conformance("init", str(file), "--websocket", apex_reference.websocket_url, *flags)

    result = conformance("doctor", "--target", str(file))

    http, digitizer, outlook = findings(result)
    assert http.endswith("check http in [target]")
    assert "not as this gateway does: '<!doctype html>" in digitizer
    assert "stay unverified: the service digitizer does not answer" in outlook
    assert result.exit_code == 3


def test_doctor_names_the_key_of_an_address_that_is_none(file: Path) -> None:
    conformance("init", str(file), "--websocket", "ws://127.0.0.1:9/", "--no-probe")
    file.write_text(file.read_text().replace('"ws://127.0.0.1:9/"', '"https://host/"'))

    result = conformance("doctor", "--target", str(file))

    assert result.exit_code == 2
    (line,) = findings(result)
    assert "[target] websocket: https://host/: the address has to start with wss://" in line


def test_doctor_says_how_to_get_a_file_that_is_not_there(file: Path) -> None:
    result = conformance("doctor", "--target", str(file))

    assert result.exit_code == 2
    assert f"write it with conformance init {file}" in result.output
