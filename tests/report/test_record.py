"""The run record: whole, cut off, damaged, and with texts that are hard to write down."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report.run import load_run
from conformance.report.run_record import RecordError, read_record
from tests.report.builder import finding, outcome, required, write

NAME = "users/A/response"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, [required(NAME)], [outcome(NAME, "fail")], leaks=({"id": "1"},))
    record = read_record(tmp_path)

    assert record == read_record(path)
    assert record.required == (required(NAME),)
    assert record.outcomes == (outcome(NAME, "fail"),)
    assert record.footer is not None
    assert record.footer.leaks == ({"id": "1"},)


def test_a_killed_run_keeps_all_but_its_last_line(tmp_path: Path) -> None:
    path = write(tmp_path, [required(NAME)], [outcome(NAME), outcome(NAME)], exit_code=None)
    path.write_bytes(path.read_bytes()[:-40])
    record = read_record(path)

    assert len(record.outcomes) == 1
    assert record.footer is None


def test_a_bad_line_inside_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, [required(NAME)], [outcome(NAME)])
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], b"{oops", *lines[2:]]))

    with pytest.raises(RecordError, match=r"run\.jsonl:3"):
        read_record(path)


def test_a_line_taken_out_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, [required(NAME)], [outcome(NAME), outcome(NAME)])
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], *lines[3:]]))

    with pytest.raises(RecordError, match="1 outcomes, but the footer counts 2"):
        read_record(path)


@pytest.mark.parametrize("text", [b"", b"{}\n", b"\xff\xfe\n\n"])
def test_what_is_no_record_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_bytes(text)

    with pytest.raises(RecordError, match=r"run\.jsonl"):
        read_record(tmp_path)


def test_half_characters_and_line_ends_survive_being_written(tmp_path: Path) -> None:
    spoken = finding(received="half \ud800 then \u2028 and \r\n end")
    write(tmp_path, [required(NAME)], [outcome(NAME, "fail", finding=spoken)])
    found = read_record(tmp_path).outcomes[0].finding

    assert found is not None
    assert found.received == "half \\ud800 then \u2028 and \r\n end"


def test_several_cases_of_a_clause_are_one_unit_per_surface_and_persona(tmp_path: Path) -> None:
    outcomes = [
        outcome(NAME), outcome(NAME, "fail"), outcome(NAME, persona="operator"),
        outcome(NAME, surface="http"),
    ]
    run = load_run(write(tmp_path, [required(NAME), required("users/B/response")], outcomes))

    assert [(u.surface, u.persona, u.verdict) for u in run.units] == [
        ("websocket", "trader", "fail"), ("websocket", "operator", "pass"),
        ("http", "trader", "pass"), ("", "", "unverified"),
    ]
    assert run.units[0].evidence.judged == 80
    assert len(run.clauses[0].keys_seen) == 4
