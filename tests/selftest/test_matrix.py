"""What the kill matrix says, worked out from made-up results; and the files it goes by."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console as Screen

from conformance.commands.selftest import Matrix, show
from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root
from conformance.reference.defects import KNOWN
from conformance.selftest.expectations import DefectsFileError, read_expectations
from conformance.selftest.worker import SOUND, Story, Tried
from conformance.verdict.outcome import Verdict

CLAUSE, OTHER = "users/Ping/response", "users/Ping/envelope"


def matrix(sound: Verdict = "pass", **tried: dict[str, Verdict]) -> Matrix:
    made = Matrix({"a": (CLAUSE, OTHER), "b": (CLAUSE,)})
    made.add(Tried(SOUND, {CLAUSE: sound, OTHER: "pass"}))
    for defect, verdicts in tried.items():
        made.add(Tried(defect, verdicts))
    return made


@pytest.mark.parametrize("verdict", ["fail", "differs"])
def test_one_red_clause_kills(verdict: Verdict) -> None:
    found = matrix(a={CLAUSE: verdict, OTHER: "pass"}, b={CLAUSE: verdict})

    assert found.word("a") == "killed"
    assert found.red("a") == [CLAUSE]
    assert found.told("a", OTHER) == "pass: did not"
    assert found.exit_code == 0


@pytest.mark.parametrize("verdict", ["pass", "lenient", "unverified", "error", "blocked"])
def test_anything_but_red_lets_it_survive(verdict: Verdict) -> None:
    found = matrix(a={CLAUSE: "fail", OTHER: "pass"}, b={CLAUSE: verdict})

    assert found.word("b") == "SURVIVES"
    assert found.exit_code == 1


def test_a_clause_that_is_red_without_the_fault_shows_nothing() -> None:
    found = matrix("fail", a={CLAUSE: "fail", OTHER: "fail"}, b={CLAUSE: "fail"})

    assert found.word("a") == "killed"
    assert found.red("a") == [OTHER]
    assert found.word("b") == "SURVIVES"
    assert "without the fault too" in found.told("b", CLAUSE)


def test_it_is_told_why_a_clause_is_red_without_the_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Matrix({"a": (CLAUSE,)})
    found.add(Tried(SOUND, {CLAUSE: "fail"}, 1.0, {CLAUSE: Story("required 1; received 2")}))
    found.add(Tried("a", {CLAUSE: "fail"}))

    show(found, Screen(highlight=False, soft_wrap=True))

    assert f"without a fault: fail {CLAUSE}  required 1; received 2" in capsys.readouterr().out
    assert "required 1; received 2" in found.told("a", CLAUSE)


def test_it_is_told_why_a_clause_could_not_catch_a_fault() -> None:
    found = matrix(b={CLAUSE: "pass"})
    found.add(Tried("a", {CLAUSE: "error"}, 1.0, {CLAUSE: Story("ValueError: 1")}))

    assert found.told("a", CLAUSE) == "error: did not (ValueError: 1)"


def test_a_fault_without_a_clause_is_listed_and_no_success() -> None:
    found = Matrix({"a": ()})

    assert found.word("a") == "no clause"
    assert found.exit_code == 1


def test_a_fault_that_was_not_tried_is_an_error_of_ours() -> None:
    found = matrix(a={CLAUSE: "fail", OTHER: "pass"})

    assert found.word("b") == "not tried"
    assert found.exit_code == 4


def test_every_seeded_fault_is_in_the_matrix() -> None:
    expected = read_expectations(scenarios_root(), load_contract())

    assert expected.keys() == KNOWN.keys()
    assert len(expected) > 300


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("- defect: no-such-fault\n  clauses: [users/Ping/response]", "no such defect"),
        ("- defect: trading/ioc-rests\n  clauses: [users/Ping/no-such]", "names no clause"),
        ("- defect: trading/ioc-rests\n  clauses: []", "names no clauses"),
        ("- defect: trading/ioc-rests\n  clause: users/Ping/response", "keys defect and clauses"),
        ("defect: trading/ioc-rests", "keys defect and clauses"),
        ("- [", "defects.yaml"),
    ],
)
def test_a_wrong_entry_is_named(text: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "defects.yaml").write_text(text)

    with pytest.raises(DefectsFileError, match=hint):
        read_expectations(tmp_path, load_contract())
