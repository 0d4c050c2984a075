"""Clauses and profiles: what follows from a call's facts, what is written down, who owes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.contract import OBLIGATIONS, Contract, ContractError, load_contract
from conformance.contract.errata import load_errata
from conformance.contract.versions import version_matches

from .miniature import PROFILES, write_call, write_contract

RULE = """
- id: trades/GetTrades/newest-first
  text: The newest trade
    comes first.
  basis: stated
  source: trades/page
  profile: operator
  presupposes: [trades/GetTrades/response]
  refs: [T-1]
"""


def contract_with(root: Path, **files: str) -> Contract:
    write_contract(root)
    (root / "clauses").mkdir()
    for name, text in files.items():
        (root / "clauses" / f"{name}.yaml").write_text(text)
    return load_contract(root=root)


def owed(root: Path, request: Any = None, **facts: Any) -> set[str]:
    write_contract(root)
    write_call(root, "trades/GetThing", request=request, **facts)
    clauses = load_contract(root=root).clauses
    return {clause.obligation for clause in clauses if clause.subject == "GetThing"}


@pytest.mark.parametrize(
    ("facts", "absent"),
    [
        ({}, {"effect", "events"}),
        ({"permissions": ["Public"]}, {"permission", "effect", "events"}),
        ({"effect": "trade"}, {"events"}),
        ({"events": ["TradeEvent"]}, {"effect"}),
        (
            {"request": {"type": "object", "properties": {}}},
            {"effect", "events", "rejection", "tolerance"},
        ),
        ({"request": {"anyOf": [{"type": "object"}, {"type": "array"}]}}, {"effect", "events"}),
    ],
)
def test_obligations_follow_from_the_facts(
    tmp_path: Path, facts: dict[str, Any], absent: set[str]
) -> None:
    assert set(OBLIGATIONS) - owed(tmp_path, **facts) == absent


def test_the_digitizer_owes_no_tolerance_of_letter_case(tmp_path: Path) -> None:
    assert "tolerance" not in owed(
        tmp_path, service="digitizer", own={"type": "null"}, permissions=["Trading"]
    )


def test_silent_page_makes_the_rejection_inferred(tmp_path: Path) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetThing", failure="unstated")
    contract = load_contract(root=tmp_path)
    assert contract.clause("trades/GetThing/rejection").basis == "inferred"
    assert contract.clause("trades/GetTrades/rejection").basis == "stated"


def test_rule_stands_behind_its_call_and_keeps_its_facts(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, trades=RULE)
    ids = [clause.id for clause in contract.clauses]
    rule = contract.clause("trades/GetTrades/newest-first")

    assert ids.index(rule.id) == ids.index("trades/GetTrades/permission") + 1
    assert rule.text == "The newest trade comes first."
    assert (rule.basis, rule.refs, rule.obligation) == ("stated", ("T-1",), "")


def test_rule_with_the_id_of_an_obligation_replaces_it(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, trades=RULE.replace("newest-first", "response"))
    assert [c.id for c in contract.clauses].count("trades/GetTrades/response") == 1
    assert contract.clause("trades/GetTrades/response").text == "The newest trade comes first."


def test_rule_of_another_version_is_not_owed(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, trades=RULE + '  versions: ">=3.2"\n')
    assert all("newest-first" not in clause.id for clause in contract.clauses)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("basis: stated", "basis: sure"), "basis 'sure'"),
        (("source: trades/page", "sourc: x"), "unknown fields"),
        (("  profile: operator\n", ""), "lacks 'profile'"),
        (("profile: operator", "profile: king"), "unknown profile 'king'"),
        (("trades/GetTrades/newest-first", "trades/newest-first"), "is not section/Subject/rule"),
    ],
)
def test_bad_rule_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    contract = contract_with(tmp_path, trades=RULE.replace(*change))
    with pytest.raises(ContractError, match=told):
        _ = contract.clauses


def test_id_that_stands_twice_is_named(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, a=RULE, b=RULE)
    with pytest.raises(ContractError, match=r"b\.yaml: trades/GetTrades/newest-first stands twice"):
        _ = contract.clauses


def test_claim_includes_what_the_profile_includes(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, trades=RULE)
    trader = {clause.id for clause in contract.required_clauses(["Trader"])}
    operator = {clause.id for clause in contract.required_clauses(["operator"])}

    assert {"trades/GetTrades/response", "users/LogIn/response"} <= trader
    assert "trades/GetTrades/newest-first" in operator - trader
    assert contract.required_clauses(["full"]) == contract.clauses
    assert contract.required_clauses([]) == ()


def test_call_without_a_profile_is_named(tmp_path: Path) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetThing", permissions=["Wizard"])
    with pytest.raises(ContractError, match="no place for trades/GetThing"):
        _ = load_contract(root=tmp_path).clauses


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("includes: [public]", "includes: [publik]"), "includes unknown 'publik'"),
        (("{permissions: [Public]}", "{colour: [red]}"), "rule over"),
    ],
)
def test_bad_profile_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    write_contract(tmp_path)
    (tmp_path / "profiles.yaml").write_text(PROFILES.replace(*change))
    with pytest.raises(ContractError, match=told):
        _ = load_contract(root=tmp_path).profiles


@pytest.mark.parametrize(
    ("key", "profile"),
    [
        ("uncertain/Ping", "public"),
        ("oms_orders/SendOrder", "trader"),
        ("oms_orders/CreateQuote", "market_maker"),
        ("tickets/CreateWithdrawTicket", "treasury"),
        ("users/UnLockUser", "operator"),
        ("tickets/Deposit", "superuser"),
        ("apad/CreateUser", "apad"),
        ("digitizer/mint", "digitizer"),
    ],
)
def test_known_calls_are_at_home_where_people_expect_them(key: str, profile: str) -> None:
    assert load_contract().clause(f"{key}/response").profile == profile


def test_full_is_everything() -> None:
    contract = load_contract()
    assert contract.required_clauses(["full"]) == contract.clauses
    # A clause that needs two services belongs to no narrower profile.
    assert {clause.profile for clause in contract.clauses} >= set(contract.profiles) - {"full"}


@pytest.mark.parametrize(
    ("version", "specification", "holds"),
    [
        ("3.1", ">=3.1", True),
        ("3.3.3", ">=3.1,<3.4", True),
        ("3.4", ">=3.1,<3.4", False),
        ("3.10", ">3.9", True),
        ("3.1", "3.1", True),
        ("3.2", "!=3.2", False),
    ],
)
def test_version_condition(version: str, specification: str, holds: bool) -> None:
    assert version_matches(version, specification) is holds


def test_version_condition_that_is_none() -> None:
    with pytest.raises(ContractError):
        version_matches("3.1", "~3.1")


def test_an_erratum_cannot_stand_twice(tmp_path: Path) -> None:
    entry = "- {{id: {}, page: p, defect: d, reading: r, basis: stated, kind: spelling}}\n"
    errata = tmp_path / "errata.yaml"
    errata.write_text(entry.format("a/A/a") + entry.format("b/B/b"))
    assert [erratum.id for erratum in load_errata(tmp_path)] == ["a/A/a", "b/B/b"]

    errata.write_text(entry.format("a/A/a") * 2)
    with pytest.raises(ContractError, match="stands twice"):
        load_errata(tmp_path)
