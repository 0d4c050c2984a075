"""``conformance selftest`` as its users start it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root
from conformance.selftest.expectations import read_expectations
from tests.run.command import conformance

FAULTS = {
    "users/accepts-wrong-password": "users/AuthenticateUser/bad-password",
    "orders/modify-enlarges": "oms_orders/ModifyOrder/never-enlarges",
    "apad/any-session-accepted": "apad/CreateAsset/session-needed",
    "protocol/unknown-keys-refused": "protocol/frame/unknown-keys",
}


def test_seeded_faults_are_caught_side_by_side() -> None:
    named = [word for fault in FAULTS for word in ("--defect", fault)]
    done = conformance("selftest", *named, "--jobs", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    for fault, clause in FAULTS.items():
        assert f"killed    {fault}" in done.stdout
        assert f"            {clause}  caught it" in done.stdout
    assert "4 seeded faults: 4 killed" in done.stdout


def test_rules_are_tried_by_their_machines_alone(tmp_path: Path) -> None:
    page = tmp_path / "rules.md"
    done = conformance("selftest", "--rules", "--defect", "races/sold-twice",
                       "--defect", "users/ping-needs-a-log-in", "--write", str(page))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed    access/public-for-all  users/ping-needs-a-log-in  1 steps, " in done.stdout
    assert "2 rules of models: 2 faults killed" in done.stdout
    assert "| `users/ping-needs-a-log-in` | yes | 1 |" in page.read_text(encoding="utf-8")


def test_fault_of_no_rule_is_2() -> None:
    done = conformance("selftest", "--rules", "--defect", "apad/facts-tidied")

    assert done.returncode == 2
    assert "apad/facts-tidied" in done.stderr


def test_unknown_fault_is_2_and_names_the_nearest() -> None:
    done = conformance("selftest", "--defect", "orders/modify-enlarge")

    assert done.returncode == 2
    assert "orders/modify-enlarges" in done.stderr


def test_fault_without_a_clause_is_1() -> None:
    expected = read_expectations(scenarios_root(), load_contract())
    lonely = next((name for name, clauses in expected.items() if not clauses), None)
    if lonely is None:
        pytest.skip("every seeded fault has its clause")
    done = conformance("selftest", "--defect", lonely)

    assert done.returncode == 1
    assert f"no clause {lonely}" in done.stdout
