"""The commands on the contract: what they print, how they end, what they say to bad input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from conformance.cli import main
from conformance.commands import validate as validate_command
from conformance.contract import load_contract

GOOD = '{"result":true,"errormsg":null,"errorcode":0}'
KEYS = [
    *("service", "section", "name", "category", "permissions", "mode", "effect"),
    *("deprecated", "listed", "page", "request", "response", "events"),
]


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, with an optional standard input."""

    def call(*arguments: str, stdin: str | bytes = b"") -> Ran:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["conformance", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return call


def test_catalog_lists_every_call(run: Run) -> None:
    ran = run("catalog")
    calls = load_contract().calls
    assert ran.code == 0
    assert len(ran.out.splitlines()) == len(calls) + 2
    assert ran.out.splitlines()[-1] == f"{len(calls)} calls"


def test_catalog_json_has_the_agreed_keys_and_usable_schemas(run: Run) -> None:
    document = json.loads(run("catalog", "--format", "json", "--section", "oms_orders").out)
    assert list(document) == ["api_version", "calls"]
    [call] = [entry for entry in document["calls"] if entry["name"] == "CancelOrder"]

    assert list(call) == KEYS
    reply = jsonschema.Draft202012Validator(call["response"])
    assert reply.is_valid(json.loads(GOOD))
    assert reply.is_valid({"result": False, "errormsg": "Operation Failed", "errorcode": 101})
    assert not reply.is_valid({"result": False})
    assert set(call["events"]) >= {"OrderStateEvent", "CancelOrderRejectEvent"}
    assert "apex:" not in json.dumps(document)


def test_catalog_markdown_has_a_table_by_section(run: Run) -> None:
    lines = run("catalog", "--format", "markdown").out.splitlines()
    assert "## user_verification" in lines
    assert any(line.startswith("| CancelOrder | User |") for line in lines)


def test_catalog_of_one_call(run: Run) -> None:
    assert run("catalog", "--call", "apad/createuser").out.splitlines()[-1] == "1 calls"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["catalog", "--api-version", "3.11"], "unknown API version '3.11'; nearest: 3.1"),
        (["catalog", "--section", "acounts"], "unknown section 'acounts'; nearest: accounts"),
        (["catalog", "--call", "CancelOrdr"], "unknown call 'CancelOrdr'; nearest: CancelOrder"),
        (["validate", "--call", "Pin"], "unknown call 'Pin'; nearest: Ping"),
        (["validate", "--call", "Ping", "--part", "reqest"], "unknown part 'reqest'; nearest: req"),
        (["validate", "--call", "Ping", "no/such/file"], "cannot read no/such/file: No such file"),
        (["export", "openapi", "--api-version", "3"], "unknown API version '3'"),
    ],
)
def test_bad_name_is_one_line_with_the_nearest(run: Run, arguments: list[str], told: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert told in ran.err


def test_unknown_form_is_a_usage_error(run: Run) -> None:
    ran = run("export", "wsdl")
    assert ran.code == 2
    assert "openapi" in ran.err


@pytest.mark.parametrize(
    ("call", "payload", "code", "first"),
    [
        ("CancelOrder", GOOD, 0, "pass (success)"),
        ("cancelorder", GOOD.replace("result", "Result"), 0, "lenient (success)"),
        ("Ping", '{"msg":"PONG"}', 0, "lenient (success)  errata: uncertain/Ping/object"),
        ("CancelOrder", '{"result":false}', 1, "fail (failure)"),
        ("CancelOrder", "{", 2, "refused: expecting property name"),
        ("CancelOrder", b"\xff", 2, "refused: not UTF-8 at position 0"),
        ("CancelOrder", "", 2, "refused: expecting value"),
        ("CancelOrder", "[" * 65 + "]" * 65, 2, "refused: nested deeper than 64 levels"),
    ],
)
def test_one_payload_is_judged(
    run: Run, call: str, payload: str | bytes, code: int, first: str
) -> None:
    ran = run("validate", "--call", call, stdin=payload)
    assert ran.code == code
    assert ran.out.splitlines()[0].startswith(first)


def test_deviation_names_path_keyword_expected_and_found(run: Run) -> None:
    out = run("validate", "--call", "CancelOrder", stdin=GOOD.replace("true", "1")).out
    assert "  $.result  const: expected true, found 1" in out.splitlines()


def test_request_and_event_are_parts(run: Run) -> None:
    request = ("validate", "--call", "CancelOrder", "--part", "request")
    assert run(*request, stdin='{"OMSId":1,"OrderId":7}').code == 0
    assert run(*request, stdin='{"OrderId":7}').code == 1
    event = ("validate", "--call", "CancelOrder", "--part", "orderstateevent")
    assert run(*event, stdin="[]").code == 1


def test_payload_may_span_lines_and_come_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    path.write_text(json.dumps(json.loads(GOOD), indent=2))
    assert (
        run("validate", "--call", "CancelOrder", str(path)).out
        == "pass (success)\n  missing expected: $.detail\n"
    )


def test_broken_payload_over_several_lines_is_one_payload(run: Run) -> None:
    ran = run("validate", "--call", "CancelOrder", stdin='{\n  "result": tru,\n}')
    assert ran.code == 2
    assert ran.out.splitlines() == ["refused: expecting value at position 14 (line 2, column 13)"]


@pytest.mark.parametrize(
    ("lines", "code", "verdicts"),
    [
        ([GOOD, GOOD], 0, "2 pass, 0 lenient, 0 fail, 0 refused"),
        ([GOOD, "", '{"result":1}'], 1, "1 pass, 0 lenient, 1 fail, 0 refused"),
        (["{", GOOD, '{"a":1,"a":2}', GOOD], 2, "2 pass, 0 lenient, 0 fail, 2 refused"),
    ],
)
def test_bad_line_never_stops_the_rest(
    run: Run, lines: list[str], code: int, verdicts: str
) -> None:
    ran = run("validate", "--call", "CancelOrder", stdin="\n".join(lines))
    assert ran.code == code
    assert ran.out.splitlines()[-1] == verdicts


def test_lines_are_numbered_as_in_the_file(run: Run) -> None:
    out = run("validate", "--call", "CancelOrder", stdin=f"{GOOD}\n\n{{bad\n{GOOD}").out
    assert "line 3: refused" in out
    assert "line 4: pass" in out


def test_line_over_the_limit_is_refused_and_the_rest_judged(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conformance.contract import payload

    monkeypatch.setattr(payload, "MAX_BYTES", 100)
    monkeypatch.setattr(validate_command, "MAX_BYTES", 100)
    lines = [GOOD, '"' + "x" * 350 + '"', GOOD, "[" + " " * 101 + "]"]
    ran = run("validate", "--call", "CancelOrder", stdin="\n".join(lines))
    assert ran.code == 2
    assert "line 2: refused: larger than" in ran.out
    assert "line 3: pass" in ran.out
    assert "line 4: refused: larger than" in ran.out
    assert ran.out.splitlines()[-1] == "2 pass, 0 lenient, 0 fail, 2 refused"


def test_what_a_target_sent_cannot_steer_the_terminal(run: Run) -> None:
    ran = run(
        "validate", "--call", "CancelOrder", stdin=r'{"result":"\u001b[2J","\u009b1m\u202e":1}'
    )
    assert ran.code == 1
    assert all(character.isprintable() or character == "\n" for character in ran.out)


@pytest.mark.parametrize("kind", ["openapi", "asyncapi"])
def test_export_prints_one_json_document(run: Run, kind: str) -> None:
    assert kind in json.loads(run("export", kind).out)


def test_export_graphql_prints_the_sdl(run: Run) -> None:
    assert "type Query" in run("export", "graphql").out


def test_reader_that_leaves_early_gets_no_traceback() -> None:
    command = f"{sys.executable} -m conformance.cli catalog --format json | head -c 100"
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert (len(ran.stdout), ran.stderr) == (100, b"")
