"""What outcomes add up to, case by case: a clause, a run, an exit code."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from conformance.contract.clauses import Clause
from conformance.report.run import load_run
from conformance.verdict.outcome import WORST_FIRST, Outcome, worst
from conformance.verdict.summary import EXERCISED, HELD, summarise
from tests.report.builder import outcome, required, write


def clause(clause_id: str, *presupposes: str) -> Clause:
    """A clause that presupposes others."""
    return required(clause_id, presupposes=presupposes).clause


A, B, C = "users/A/response", "users/B/response", "trades/C/response"


@pytest.mark.parametrize("verdict", WORST_FIRST)
def test_one_outcome_is_the_verdict_of_its_clause(verdict: str) -> None:
    summary = summarise([clause(A)], [outcome(A, verdict)])

    assert summary.clauses[0].verdict == verdict
    assert summary.total.by_verdict == {verdict: 1}


@pytest.mark.parametrize(("worse", "better"), [*itertools.combinations(WORST_FIRST, 2)])
def test_the_worse_of_two_outcomes_decides(worse: str, better: str) -> None:
    pair = [outcome(A, better), outcome(A, worse, surface="http")]

    assert worst(pair).verdict == worse
    assert summarise([clause(A)], pair).clauses[0].verdict == worse


def test_a_clause_nothing_exercised_is_unverified() -> None:
    found = summarise([clause(A)], [], "no case exercised it").clauses[0]

    assert (found.verdict, found.reason) == ("unverified", "no case exercised it")


def test_outcomes_of_clauses_nobody_requires_count_for_nothing() -> None:
    summary = summarise([clause(A)], [outcome(A), outcome(B, "fail")])

    assert summary.total.required == 1
    assert summary.exit_code == 0


def test_four_numbers() -> None:
    verdicts = ("pass", "lenient", "differs", "fail", "blocked", "unverified", "not-applicable",
                "waived", "error")
    names = [f"users/N{number}/response" for number in range(len(verdicts))]
    outcomes = [outcome(name, verdict) for name, verdict in zip(names, verdicts, strict=True)]
    total = summarise([clause(name) for name in names], outcomes).total

    assert (total.required, total.applicable) == (9, 8)
    assert (total.exercised, total.held) == (len(EXERCISED), len(HELD)) == (5, 2)


def test_sections_are_counted_apart() -> None:
    summary = summarise([clause(A), clause(B), clause(C)], [outcome(A), outcome(C, "fail")])

    assert {name: (n.required, n.held) for name, n in summary.by_section.items()} == {
        "users": (2, 1), "trades": (1, 0),
    }


@pytest.mark.parametrize("verdict", ["fail", "error", "waived"])
def test_what_fails_behind_a_broken_presupposition_is_blocked(verdict: str) -> None:
    summary = summarise([clause(A), clause(B, A)], [outcome(A, verdict), outcome(B, "fail")])

    assert [found.verdict for found in summary.clauses] == [verdict, "blocked"]
    assert summary.clauses[1].reason == f"{A} does not hold"


def test_blocking_reaches_through_a_clause_that_only_differs() -> None:
    required_clauses = [clause(A), clause(B, A), clause(C, B)]
    outcomes = [outcome(A, "fail"), outcome(B, "pass"), outcome(C, "fail")]

    assert summarise(required_clauses, outcomes).clauses[2].verdict == "blocked"


@pytest.mark.parametrize("verdict", ["pass", "lenient", "unverified", "not-applicable", "error"])
def test_only_failures_are_blocked(verdict: str) -> None:
    summary = summarise([clause(A), clause(B, A)], [outcome(A, "fail"), outcome(B, verdict)])

    assert summary.clauses[1].verdict == verdict


@pytest.mark.parametrize("verdict", ["pass", "differs", "unverified"])
def test_a_presupposition_that_did_not_fail_blocks_nothing(verdict: str) -> None:
    summary = summarise([clause(A), clause(B, A)], [outcome(A, verdict), outcome(B, "fail")])

    assert summary.clauses[1].verdict == "fail"


def test_presuppositions_in_a_circle_come_to_an_end() -> None:
    summary = summarise([clause(A, B), clause(B, A)], [outcome(A, "differs"), outcome(B)])

    assert [found.verdict for found in summary.clauses] == ["differs", "pass"]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((), 6),
        (("pass",), 0),
        (("lenient",), 0),
        (("pass", "differs"), 0),
        (("pass", "waived"), 0),
        (("pass", "not-applicable"), 0),
        (("not-applicable",), 6),
        (("pass", "unverified"), 6),
        (("pass", "blocked"), 6),
        (("pass", "fail"), 1),
        (("unverified", "fail"), 1),
        (("fail", "error"), 4),
        (("pass", "error"), 4),
    ],
)
def test_exit_code(verdicts: tuple[str, ...], code: int, tmp_path: Path) -> None:
    names = [f"users/N{number}/response" for number in range(len(verdicts))]
    outcomes = [outcome(name, verdict) for name, verdict in zip(names, verdicts, strict=True)]

    assert summarise([clause(name) for name in names], outcomes).exit_code == code
    run = load_run(write(tmp_path, [required(name) for name in names], outcomes))
    assert run.exit_code == code


@pytest.mark.parametrize(("ended", "code"), [(3, 3), (4, 4), (2, 2), (0, 0), (6, 0)])
def test_an_end_without_verdict_is_taken_from_the_footer(
    ended: int, code: int, tmp_path: Path
) -> None:
    run = load_run(write(tmp_path, [required(A)], [outcome(A)], exit_code=ended))

    assert run.exit_code == code


@pytest.mark.parametrize(("verdict", "code"), [("pass", 6), ("fail", 1), ("error", 4)])
def test_an_interrupted_run_is_never_green(verdict: str, code: int, tmp_path: Path) -> None:
    run = load_run(write(tmp_path, [required(A)], [outcome(A, verdict)], exit_code=None))

    assert run.exit_code == code
    assert run.word.endswith("interrupted") == (code == 6)


def test_signature_goes_by_clause_surface_and_kind_only() -> None:
    first = outcome(A, "fail")

    assert first.signature == outcome(A, "fail", persona="operator", reason="other").signature
    assert first.signature == outcome(A, "waived").signature
    assert first.signature != outcome(B, "fail").signature
    assert first.signature != outcome(A, "fail", surface="http").signature
    assert first.signature != Outcome(A, "websocket", "trader", "fail").signature


def test_a_profile_is_reached_when_nothing_in_it_is_missed(tmp_path: Path) -> None:
    listed = [required(A, profile="public"), required(B), required(C)]
    outcomes = [outcome(A), outcome(B, "differs"), outcome(C, "unverified")]
    run = load_run(write(tmp_path, listed, outcomes))

    assert {view.name: view.numbers.reached for view in run.profiles} == {
        "public": True, "trader": False,
    }
    assert [view.numbers.required for view in run.profiles] == [1, 3]
