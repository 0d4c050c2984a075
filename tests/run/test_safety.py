"""What a run must not do to a target, and what it must not tell about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.commands import run as command
from conformance.commands.report import write_reports
from conformance.commands.run import RunRequest, run_suite
from conformance.contract.catalog import load_contract
from conformance.contract.errors import UnknownName
from conformance.plugin.session import serving
from conformance.report.render import FORMATS
from conformance.report.run import Run, load_run
from conformance.target.fence import HARMLESS
from conformance.target.target_file import read_target
from conformance.target.transcript import Tap, Transcript, message

CONTRACT = load_contract()
DEFECTS = (
    "users/accepts-wrong-password", "users/enrols-everybody", "users/token-does-not-resume",
    "apad/any-session-accepted", "users/half-open-is-open",
)
"""Faults around log-ins, so that there are failures, capsules and conversations full of secrets."""
SECRETIVE = (
    "users/AuthenticateUser/*", "users/*2FA*/*", "users/*Password*/*", "users/*API*/*",
    "users/RegisterUser/*", "apad/*/session-needed", "digitizer/login/*",
)
SECRET_KEYS = {
    "sessiontoken", "password", "passwordhash", "newpassword", "existingpassword", "signature",
    "apikey", "apisecret", "sessionid", "twofatoken", "pending2fatoken", "googleqrcode", "code",
}
SHORTEST = 12
"""A shorter text under such a key is a wrong password of a case, or a word."""


class Wire:
    """Everything that went over any connection, as it was, and over which."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str, str]] = []

    def calls_sent(self) -> set[str]:
        """Names of what was sent over frames."""
        return {
            str(message(text)["n"]) for kind, way, text in self.texts
            if kind == "websocket" and way == "sent"
        }

    def secrets(self) -> set[str]:
        """Whatever stood under the key of a secret, found without the suite's own mask."""
        found: set[str] = set()
        for _, _, text in self.texts:
            _gather(text, "", found)
        return {value for value in found if len(value) >= SHORTEST}


def _gather(value: Any, key: str, found: set[str]) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _gather(item, name.lower(), found)
    elif isinstance(value, list):
        for item in value:
            _gather(item, key, found)
    elif isinstance(value, str):
        found.update(re.findall(r"secret=([A-Z2-7]+)", value))
        if key in SECRET_KEYS and key != "googleqrcode" and (key != "code" or value.isdigit()):
            found.add(value)
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return
        _gather(inner, key, found)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Listens to every connection a run opens in this process."""
    heard, real = Wire(), Transcript.tap

    def tap(self: Transcript, kind: str) -> Tap:
        made = real(self, kind)
        noting = made.note

        def note(way: str, text: str) -> None:
            heard.texts.append((kind, way, text))
            noting(way, text)

        made.note = note
        return made

    monkeypatch.setattr(Transcript, "tap", tap)
    return heard


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An exchange like a stranger's: its target file names secrets by reference."""
    with serving(tmp_path_factory.mktemp("exchange") / "target.toml", 8) as written:
        yield written


def foreign(file: Path, folder: Path, environment: str = "staging", **change: str) -> Path:
    """The same target as a stranger describes it. ``change`` gives one persona another's login."""
    text = file.read_text().replace('environment = "reference"', f'environment = "{environment}"')
    for number, secret in enumerate(re.findall(r'(?:password|api_secret|api_key) = "(.+)"', text)):
        (folder / f"secret{number}").write_text(secret)
        text = text.replace(f'= "{secret}"', f'= {{ file = "{folder / f"secret{number}"}" }}')
    for persona, lender in change.items():
        login = _block(text, lender)
        text = text.replace(
            _block(text, persona), login.replace(f"[personas.{lender}]", f"[personas.{persona}]")
        )
    written = folder / "foreign.toml"
    written.write_text(text.replace("exclusive = true\n", ""))
    return written


def _block(text: str, persona: str) -> str:
    start = text.index(f"[personas.{persona}]")
    return text[start:text.index("\n\n", start)]


def judged(file: Path, folder: Path, *clauses: str, **more: Any) -> tuple[int, Run]:
    """Exit code and record of a run without reports."""
    code = run_suite(RunRequest(
        target=str(file), clauses=list(clauses), report_dir=folder / "run", **more
    ))
    return code, load_run(folder / "run")


@pytest.fixture
def without_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "render_all", lambda *_: [])


def effects(names: set[str]) -> dict[str, str]:
    """The effect of each call of the contract among these names."""
    found = {}
    for name in names:
        try:
            found[name] = CONTRACT.call(name).effect
        except UnknownName:
            continue
    return found


def test_no_secret_stands_in_any_report(wire: Wire, tmp_path: Path) -> None:
    with serving(tmp_path / "target.toml", 9, defects=DEFECTS) as file:
        run = tmp_path / "reports"
        code = run_suite(RunRequest(
            target=str(file), clauses=list(SECRETIVE), report_dir=run,
        ))
        personas = read_target(file).personas.values()
    for name in FORMATS:
        write_reports([run], name, tmp_path / "reports" / "again", None)

    secrets = wire.secrets() | {
        secret for persona in personas
        for secret in (persona.password, persona.api_key, persona.api_secret) if secret
    }
    written = [path for path in run.rglob("*") if path.is_file()]
    assert code == 1
    assert len(list((run / "capsules").iterdir())) >= 5
    assert len(secrets) > 50
    for path in written:
        content = path.read_bytes()
        told = [secret for secret in secrets if secret.encode() in content]
        assert not told, f"{path} tells {told[:3]}"


@pytest.mark.usefixtures("without_reports")
def test_nothing_that_writes_goes_to_production(file: Path, wire: Wire, tmp_path: Path) -> None:
    code, run = judged(
        foreign(file, tmp_path, "production"), tmp_path,
        "oms_orders/*", "users/SetUserConfig/*", "users/GetUserInfo/*",
    )

    sent = effects(wire.calls_sent())
    assert "GetUserInfo" in sent
    assert not {name for name, effect in sent.items() if effect not in HARMLESS}
    assert code in (1, 6)
    writing = [c for c in run.clauses if c.id == "oms_orders/SendOrder/response"]
    assert [c.verdict for c in writing] == ["unverified"]
    assert "production" in writing[0].reason


@pytest.mark.usefixtures("without_reports")
def test_read_only_sends_nothing_that_writes(file: Path, wire: Wire, tmp_path: Path) -> None:
    code, run = judged(
        foreign(file, tmp_path), tmp_path, "oms_orders/*", "users/SetUserConfig/*", read_only=True
    )

    sent = effects(wire.calls_sent())
    assert not {name for name, effect in sent.items() if effect not in HARMLESS}
    assert code == 6
    assert "--read-only" in next(c.reason for c in run.clauses if c.verdict == "unverified")


@pytest.mark.usefixtures("without_reports")
def test_markets_of_others_are_left_alone(file: Path, wire: Wire, tmp_path: Path) -> None:
    code, _ = judged(foreign(file, tmp_path), tmp_path, "exchange_admin/*")

    sent = effects(wire.calls_sent())
    assert not {name for name, effect in sent.items() if effect == "market"}
    assert code != 0


@pytest.mark.usefixtures("without_reports")
def test_without_personas_almost_nothing_is_verified(file: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.toml"
    text = foreign(file, tmp_path).read_text()
    bare.write_text(text[:text.index("[personas")])
    code, run = judged(bare, tmp_path, "trades/*", "margin/*", "protocol/*")

    assert code == 6
    for clause in run.clauses:
        assert clause.verdict in ("pass", "lenient", "differs", "unverified"), clause.reason
        assert clause.verdict != "unverified" or clause.reason
    count = run.summary.total.by_verdict
    assert count["unverified"] > 10 * count["pass"]


@pytest.mark.usefixtures("without_reports")
@pytest.mark.parametrize(
    ("persona", "lender", "clauses", "lacks"),
    [
        ("operator", "read_only", "users/GetUserConfig/*", "Operator or SUPERUSER"),
        ("superuser", "operator", "am_mgr/AM_AddEditAssetInfo/*", "SUPERUSER"),
    ],
)
def test_a_login_without_the_permission_of_its_persona_is_no_failure(
    persona: str, lender: str, clauses: str, lacks: str, file: Path, tmp_path: Path
) -> None:
    code, run = judged(foreign(file, tmp_path, **{persona: lender}), tmp_path, clauses)

    assert code == 6
    assert not [clause.id for clause in run.clauses if clause.verdict in ("fail", "error")]
    reasons = {clause.reason for clause in run.clauses if clause.verdict == "unverified"}
    assert any(f"persona {persona} lacks the permission {lacks}" in reason for reason in reasons)


@pytest.mark.usefixtures("without_reports")
def test_what_is_left_behind_is_recorded_and_told(
    file: Path, wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, run = judged(foreign(file, tmp_path), tmp_path, "users/SetUserConfig/*")

    made = [
        json.loads(json.loads(text)["o"])["UserId"] for kind, way, text in wire.texts
        if kind == "websocket" and way == "received" and '"RegisterUser"' in text
        and "UserId" in text
    ]
    assert run.footer is not None
    leaks = {(leak["entity"], leak["identity"]) for leak in run.footer.leaks}
    assert made
    assert {("User", str(user)) for user in made} <= leaks
    assert f"{len(made)} User" in capsys.readouterr().out
