"""report, compare, gate, certify and verify from the command line: exit codes and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from conformance.cli import app
from conformance.contract.errors import ContractError
from conformance.report.render import FORMATS, render_all
from tests.report.builder import STARTED_MS, finding, outcome, required, write

A, B = "users/A/response", "trades/B/response"
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes and renders a run of two clauses; its folder."""

    def made(name: str, a: str, b: str, hours: int = 0, **changes: Any) -> Path:
        kinds = changes.pop("kind", "wrong-status")
        outcomes = [
            outcome(clause, verdict, **({"finding": finding(kind=kinds)} if verdict == "fail"
                                        else {}))
            for clause, verdict in ((A, a), (B, b))
        ]
        started = STARTED_MS + hours * 3_600_000
        listed = [required(A), required(B)]
        render_all(write(tmp_path / name, listed, outcomes, started_ms=started, **changes))
        return tmp_path / name

    return made


def invoke(*words: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("name", FORMATS)
def test_report_writes_each_format(name: str, make: Make, tmp_path: Path) -> None:
    run, path = make("run", "pass", "fail"), tmp_path / "o" / FORMATS[name][0]
    done = invoke("report", run, "--format", name, "--output", path.parent)

    assert done.exit_code == 0
    assert done.output.split() == [str(path)]
    assert path.stat().st_size > 50


def test_report_puts_versions_side_by_side(make: Make, tmp_path: Path) -> None:
    old = make("old", "pass", "pass")
    new = make("new", "pass", "fail", api_version="3.2")
    done = invoke("report", old, new, "--output", tmp_path / "both")
    page = (tmp_path / "both" / "report.html").read_text(encoding="utf-8")

    assert done.exit_code == 0
    assert page.count('<section class="run"') == 3
    assert page.count('<tr class="differs">') == 1


def test_report_allure_without_the_command_line_says_how(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.delenv("CONFORMANCE_ALLURE", raising=False)
    done = invoke("report", make("run", "pass", "fail"), "--format", "allure")

    assert done.exit_code == 0
    assert "2 results" in done.output
    assert "npm install -g allure@3" in done.output


@pytest.mark.parametrize(
    ("before", "after", "code", "told"),
    [
        (("pass", "pass"), ("pass", "pass"), 0, "changes: none"),
        (("pass", "pass"), ("pass", "fail"), 1, "1 broken"),
        (("fail", "pass"), ("fail", "pass"), 0, "changes: none"),
        (("fail", "pass"), ("pass", "pass"), 0, "1 fixed"),
        (("pass", "pass"), ("unverified", "pass"), 6, "1 newly-unverified"),
    ],
)
def test_compare(
    before: tuple[str, str], after: tuple[str, str], code: int, told: str, make: Make
) -> None:
    old, new = make("old", *before), make("new", *after)
    done = invoke("compare", old / "verdict.json", new)

    assert done.exit_code == code
    assert told in done.output


def test_compare_tells_another_signature(make: Make) -> None:
    done = invoke("compare", make("old", "fail", "pass"), make("new", "fail", "pass", kind="other"))

    assert done.exit_code == 1
    assert "1 changed" in done.output


@pytest.mark.parametrize(
    ("before", "after", "alone", "gated"),
    [
        (("pass", "pass"), ("pass", "pass"), 0, 0),
        (("fail", "pass"), ("fail", "pass"), 1, 0),
        (("fail", "pass"), ("fail", "fail"), 1, 1),
        (("unverified", "pass"), ("unverified", "pass"), 6, 0),
        (("pass", "pass"), ("unverified", "pass"), 6, 6),
        (("fail", "pass"), ("error", "pass"), 4, 4),
        (("not-applicable", "not-applicable"), ("not-applicable", "not-applicable"), 6, 6),
    ],
)
def test_gate(
    before: tuple[str, str], after: tuple[str, str], alone: int, gated: int, make: Make
) -> None:
    old, new = make("old", *before), make("new", *after)

    assert invoke("gate", new).exit_code == alone
    assert invoke("gate", new, "--baseline", old).exit_code == gated
    assert invoke("gate", new, "--baseline", old / "verdict.json").exit_code == gated


def test_gate_never_passes_a_run_cut_short(make: Make) -> None:
    old = make("old", "fail", "pass")
    new = make("new", "fail", "pass", exit_code=None)
    lost = make("lost", "fail", "pass", exit_code=3)

    assert invoke("gate", new, "--baseline", old).exit_code == 1
    assert invoke("gate", lost, "--baseline", old).exit_code == 3


WAIVER = """
[[waiver]]
clause = "{clause}"
surface = "websocket"
signature = "{signature}"
owner = "ana"
reason = "known"
link = "https://tracker.example/1"
expires = {expires}
"""


@pytest.mark.parametrize(
    ("clause", "signature", "expires", "code", "told"),
    [
        (A, "", "2099-01-01", 0, "conformant"),
        (A, "", "2001-01-01", 5, "waiver expired"),
        (A, "000000000000", "2099-01-01", 5, "waiver changed"),
        (B, "000000000000", "2099-01-01", 1, "waiver stale"),
    ],
)
def test_gate_with_waivers(
    clause: str, signature: str, expires: str, code: int, told: str, make: Make, tmp_path: Path
) -> None:
    run = make("run", "fail", "pass")
    known = json.loads((run / "verdict.json").read_text())["clauses"][0]["signature"]
    file = tmp_path / "waivers.toml"
    file.write_text(
        WAIVER.format(clause=clause, signature=signature or known, expires=expires)
    )
    done = invoke("gate", run, "--waivers", file)

    assert done.exit_code == code
    assert told in done.output


def test_a_missing_record_is_a_usage_error(tmp_path: Path) -> None:
    for command in (["report"], ["gate"]):
        done = invoke(*command, tmp_path)
        assert isinstance(done.exception, ContractError)


def test_certify_then_verify(make: Make, tmp_path: Path) -> None:
    run, key = make("run", "pass", "pass"), tmp_path / "key.pem"
    certified = invoke("certify", run, "--key", key, "--new-key")
    certificate = run / "certificate.json"
    good = invoke("verify", certificate, run, "--public-key", f"{key}.pub")
    certificate.write_text(certificate.read_text().replace('"conformant"', '"perfect"'))
    bad = invoke("verify", certificate, run)

    assert (certified.exit_code, good.exit_code, bad.exit_code) == (0, 0, 1)
    assert "does not match: signature" in bad.output


def test_certify_has_the_exit_code_of_the_run(make: Make, tmp_path: Path) -> None:
    run = make("run", "pass", "fail")
    done = invoke("certify", run, "--key", tmp_path / "key.pem", "--new-key")

    assert done.exit_code == 1
    assert "not conformant" in done.output
