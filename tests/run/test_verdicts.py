"""Verdicts from case to exit code: what is blocked, not applicable, ours, or not exercised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.plugin.session import serving
from tests.run.cases import run_cases, verdicts

ROOT, NEXT, LAST = (
    "accounts/AddAccount/response", "accounts/AddAccount/effect", "accounts/AddAccount/tolerance",
)
PING, ENVELOPE = "uncertain/Ping/response", "uncertain/Ping/envelope"
FOUND = 'raise Finding("made-up", required="one", received="another")'


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with serving(tmp_path_factory.mktemp("exchange") / "target.toml", 5) as written:
        yield written


def bare(file: Path, folder: Path, *without: str) -> Path:
    """The same target without what these keys name."""
    lines = file.read_text().splitlines()
    kept = [line for line in lines if line.partition(" ")[0] not in without]
    written = folder / "bare.toml"
    written.write_text("\n".join(kept))
    return written


def test_clauses_behind_a_broken_one_are_blocked_and_name_it(file: Path, tmp_path: Path) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("{ROOT}")
        def test_root(world):
            {FOUND}

        @clause("{NEXT}")
        def test_next(world):
            {FOUND}

        @clause("{LAST}")
        def test_last(world):
            pass
    """, ROOT, NEXT, LAST)

    assert code == 1
    assert verdicts(run) == {ROOT: "fail", NEXT: "blocked", LAST: "pass"}
    blocked = next(clause for clause in run.clauses if clause.id == NEXT)
    assert ROOT in blocked.reason


def test_an_error_of_ours_is_no_failure_of_the_target(file: Path, tmp_path: Path) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("{PING}")
        def test_ours(world):
            raise KeyError("a slip of ours")

        @clause("{ENVELOPE}")
        def test_theirs(world):
            pass
    """, PING, ENVELOPE)

    assert code == 4
    assert verdicts(run) == {PING: "error", ENVELOPE: "pass"}
    reason = next(clause.reason for clause in run.clauses if clause.id == PING)
    assert re.search(r"KeyError: 'a slip of ours' \(.*\.py:\d+\)", reason)
    assert run.summary.total.held == 1
    assert not run.summary.total.by_verdict.get("fail")
    assert not list((tmp_path / "run").glob("capsules/*"))


def test_an_error_without_a_message_shows_its_line(file: Path, tmp_path: Path) -> None:
    _, run = run_cases(tmp_path, file, f"""
        @clause("{PING}")
        def test_wordless(world):
            raise ValueError
    """, PING)

    assert re.search(r"ValueError: raise ValueError \(.*\.py:\d+\)", run.clauses[0].reason)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_clause_that_is_listed_nowhere_is_our_error(
    jobs: int, file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("uncertain/Ping/no-such-rule")
        def test_unknown(world):
            pass

        @clause("{PING}")
        def test_known(world):
            pass
    """, "uncertain/Ping/*", jobs=jobs)

    assert code == 4
    assert verdicts(run)[PING] == "pass"
    assert "uncertain/Ping/no-such-rule" in capfd.readouterr().out


def test_a_fixture_of_ours_that_breaks_is_our_error(file: Path, tmp_path: Path) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @pytest.fixture
        def broken():
            raise ZeroDivisionError

        @clause("{PING}")
        def test_never_begins(world, broken):
            pass
    """, PING)

    assert code == 4
    assert verdicts(run) == {PING: "error"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_put_back_is_our_error(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    """A case that holds and leaves the target changed behind it must not end in green."""
    code, run = run_cases(tmp_path, file, f"""
        @pytest.fixture
        def setting():
            yield
            raise RuntimeError("the old value was refused")

        @clause("{PING}")
        def test_changes(world, setting):
            pass
    """, PING, jobs=jobs)

    assert verdicts(run) == {PING: "pass"}
    assert code == 4
    said = capsys.readouterr().out
    assert "not tidied up after" in said
    assert "the old value was refused" in said
    assert "verdict: no verdict" in said
    assert run.exit_code == 4


def test_a_service_that_is_not_offered_is_not_applicable(file: Path, tmp_path: Path) -> None:
    clause = "apad/Version/response"
    code, run = run_cases(tmp_path, bare(file, tmp_path, "apad"), f"""
        @clause("{clause}")
        def test_version(world):
            world.anonymous.via("apad").call("Version")

        @clause("{PING}")
        def test_ping(world):
            pass
    """, clause, PING)

    assert code == 0
    assert verdicts(run) == {clause: "not-applicable", PING: "pass"}
    total = run.summary.total
    assert (total.required, total.applicable, total.exercised, total.held) == (2, 1, 1, 1)
    assert "apad" in next(c.reason for c in run.clauses if c.id == clause)


@pytest.mark.parametrize("service", ["apad", "digitizer"])
def test_a_service_that_is_named_and_not_there_fails(
    service: str, file: Path, tmp_path: Path
) -> None:
    scheme = "ws" if service == "apad" else "http"
    named = bare(file, tmp_path, service)
    named.write_text(named.read_text().replace(
        "[target]", f'[target]\n{service} = "{scheme}://127.0.0.1:9/"', 1
    ))
    call = {"apad": "Version", "digitizer": "version"}[service]
    clause = f"{service}/{call}/response"
    code, run = run_cases(tmp_path, named, f"""
        @clause("{clause}")
        def test_version(world):
            world.anonymous.via("{service}").call("{call}")
    """, clause)

    assert code == 1
    assert verdicts(run) == {clause: "fail"}


def test_nothing_but_not_applicable_is_not_green(file: Path, tmp_path: Path) -> None:
    clause = "apad/Version/response"
    code, run = run_cases(tmp_path, bare(file, tmp_path, "apad"), f"""
        @clause("{clause}")
        def test_version(world):
            world.anonymous.via("apad").call("Version")
    """, clause)

    assert code == 6
    assert run.summary.total.applicable == 0


def test_a_profile_that_is_not_claimed_is_not_required(file: Path, tmp_path: Path) -> None:
    modest = tmp_path / "modest.toml"
    modest.write_text(file.read_text().replace('claims = ["full"]', 'claims = ["public"]'))
    code, run = run_cases(tmp_path, modest, f"""
        @clause("{ROOT}")
        def test_of_operators(world):
            {FOUND}

        @clause("{PING}")
        def test_ping(world):
            pass
    """, ROOT, PING)

    assert verdicts(run) == {PING: "pass"}
    assert run.not_required == 1
    assert code == 0


def test_a_clause_without_a_case_is_unverified(file: Path, tmp_path: Path) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("{PING}")
        def test_ping(world):
            pass
    """, PING, ENVELOPE)

    assert code == 6
    assert verdicts(run)[ENVELOPE] == "unverified"
    assert next(c.reason for c in run.clauses if c.id == ENVELOPE) == "no case exercised it"


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        ('raise Unverified("no data here")', "no data here"),
        ("world.session('nobody')", "no persona nobody"),
        ("world.operator.call('GetUserInfo', UserId=-1)['userName']", "was refused"),
    ],
)
def test_what_cannot_be_exercised_says_why(
    raised: str, reason: str, file: Path, tmp_path: Path
) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("{PING}")
        def test_ping(world):
            {raised}
    """, PING)

    assert code == 6
    assert verdicts(run) == {PING: "unverified"}
    assert reason in run.clauses[0].reason


def test_a_reply_without_a_needed_key_fails_the_target(file: Path, tmp_path: Path) -> None:
    code, run = run_cases(tmp_path, file, f"""
        @clause("{PING}")
        def test_ping(world):
            world.operator.call("GetUserInfo", OMSId=1, UserId=5)["noSuchKey"]
    """, PING)

    assert code == 1
    assert run.units[0].finding.kind == "missing-key:noSuchKey"
