"""What changed between two runs: each pair of verdicts, and what a pipeline makes of it."""

from __future__ import annotations

import pytest

from conformance.verdict.comparison import ClauseState, compare, kind_of_change

S = ClauseState
PASS, LENIENT, NOT_APPLICABLE = S("pass"), S("lenient"), S("not-applicable")
FAIL, OTHER_FAIL, ERROR = S("fail", "aa"), S("fail", "bb"), S("error", "aa")
DIFFERS, OTHER_DIFFERS, WAIVED = S("differs", "aa"), S("differs", "bb"), S("waived", "aa")
UNVERIFIED, BLOCKED, MISSING = S("unverified"), S("blocked", "aa"), S("missing")

CASES = [
    (PASS, FAIL, "broken"),
    (LENIENT, ERROR, "broken"),
    (UNVERIFIED, FAIL, "broken"),
    (MISSING, FAIL, "broken"),
    (DIFFERS, FAIL, "broken"),
    (WAIVED, FAIL, "broken"),
    (FAIL, FAIL, None),
    (FAIL, OTHER_FAIL, "changed"),
    (FAIL, ERROR, "changed"),
    (FAIL, PASS, "fixed"),
    (ERROR, LENIENT, "fixed"),
    (DIFFERS, PASS, "fixed"),
    (WAIVED, PASS, "fixed"),
    (FAIL, WAIVED, None),
    (FAIL, DIFFERS, None),
    (PASS, DIFFERS, "newly-different"),
    (DIFFERS, OTHER_DIFFERS, "newly-different"),
    (DIFFERS, DIFFERS, None),
    (UNVERIFIED, DIFFERS, "newly-verified"),
    (PASS, UNVERIFIED, "newly-unverified"),
    (FAIL, BLOCKED, "newly-unverified"),
    (PASS, MISSING, "newly-unverified"),
    (UNVERIFIED, BLOCKED, None),
    (UNVERIFIED, PASS, "newly-verified"),
    (MISSING, PASS, "newly-verified"),
    (PASS, LENIENT, None),
    (PASS, NOT_APPLICABLE, None),
    (NOT_APPLICABLE, PASS, None),
]


@pytest.mark.parametrize(("old", "new", "kind"), CASES)
def test_kind_of_change(old: ClauseState, new: ClauseState, kind: str | None) -> None:
    assert kind_of_change(old, new) == kind


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (PASS, PASS, 0), (PASS, FAIL, 1), (FAIL, OTHER_FAIL, 1), (FAIL, FAIL, 0),
        (PASS, UNVERIFIED, 6), (PASS, DIFFERS, 0), (FAIL, PASS, 0),
    ],
)
def test_exit_code_of_a_comparison(old: ClauseState, new: ClauseState, code: int) -> None:
    assert compare({"a": old}, {"a": new}).exit_code == code


def test_a_clause_that_one_run_lacks_is_missing_there() -> None:
    comparison = compare({"gone": PASS, "same": PASS}, {"new": FAIL, "same": PASS})

    assert [(c.clause, c.kind) for c in comparison.changes] == [
        ("new", "broken"), ("gone", "newly-unverified"),
    ]
    assert comparison.counts["broken"] == 1
