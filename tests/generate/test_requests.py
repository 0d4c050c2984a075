"""The generator: complete, confirmed, repeatable, and sharp enough to notice a weakened schema."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.contract.validators import PartValidator, validator_for
from conformance.generate.case import Case
from conformance.generate.edits import folded
from conformance.generate.requests import RequestGenerator, generator_for

CALLS = load_contract().calls
PER_CALL = 100


def base_of(generator: RequestGenerator) -> Any:
    base = generator.example(full=True)
    assert generator.expectation(base) == "answer", base
    return base


def call_named(name: str) -> Call:
    return load_contract().call(name)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.key)
def test_every_call_gets_confirmed_requests_of_both_kinds(call: Call) -> None:
    generator = generator_for(call)
    base = base_of(generator)
    strict = validator_for(call, "request").strict

    cases = [*generator.valid(base, 1, PER_CALL), *generator.invalid(base, 1, PER_CALL)]

    kinds = Counter(case.expect for case in cases)
    assert kinds["answer"] >= 1
    assert kinds["refusal"] >= PER_CALL
    for case in cases:
        assert is_valid(strict, case.payload) == (case.expect == "answer"), case


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.key)
def test_names_are_stable_and_tell_cases_apart(call: Call) -> None:
    generator = generator_for(call)
    base = base_of(generator)

    names = [case.name for case in generator.systematic(base)]

    assert len(names) == len(set(names))
    assert names == [case.name for case in RequestGenerator(call).systematic(base)]


@pytest.mark.parametrize("call", CALLS[::7], ids=lambda call: call.key)
def test_same_seed_same_requests(call: Call) -> None:
    def drawn(seed: int) -> list[Case]:
        generator = RequestGenerator(call)
        base = base_of(generator)
        return [*generator.valid(base, seed, PER_CALL), *generator.invalid(base, seed, PER_CALL)]

    assert drawn(1) == drawn(1)


def test_another_seed_draws_other_requests() -> None:
    generator = generator_for(call_named("SendOrder"))
    base = base_of(generator)

    one, other = ({c.payload for c in generator.random(base, seed, 50)} for seed in (1, 2))

    assert one != other


def is_valid(validator: Any, text: str) -> bool:
    try:
        return bool(validator.is_valid(folded(parse_json(text))))
    except PayloadError:
        return False


def names_of(call: str) -> dict[str, Case]:
    generator = generator_for(call_named(call))
    return {case.name: case for case in generator.systematic(base_of(generator))}


@pytest.mark.parametrize(
    ("name", "expect", "basis"),
    [
        ("Side: member 1 Sell", "answer", "stated"),
        ("TimeInForce: member 6 GTD", "answer", "stated"),
        ("without TimeInForce", "answer", "stated"),
        ("without OMSId", "refusal", "inferred"),
        ("OMSId: null instead", "refusal", "inferred"),
        ("OMSId: text instead", "refusal", "stated"),
        ("OMSId: one above the maximum", "refusal", "stated"),
        ("Side: a number above the enumeration", "refusal", "stated"),
        ("with OrderType 2, without LimitPrice", "refusal", "inferred"),
        ("required keys only", "answer", "stated"),
        ("cut short", "refusal", "stated"),
    ],
)
def test_send_order_is_varied_one_rule_at_a_time(name: str, expect: str, basis: str) -> None:
    case = names_of("SendOrder")[name]

    assert (case.expect, case.basis) == (expect, basis)


def test_key_that_means_all_when_omitted_is_never_left_out() -> None:
    generator = generator_for(call_named("CancelAllOrders"))
    base = base_of(generator)

    cases = [*generator.systematic(base), *generator.random(base, 1, 300)]

    parsed = [value for case in cases if (value := parsed_or_none(case)) is not None]
    assert all("AccountId" in value for value in parsed if value)
    assert any(value for value in parsed)


def parsed_or_none(case: Case) -> Any:
    try:
        value = parse_json(case.payload)
    except PayloadError:
        return None
    return value if isinstance(value, dict) else None


def test_entities_of_writing_calls_keep_their_ids() -> None:
    generator = generator_for(call_named("SendOrder"))
    base = base_of(generator)

    valid = [parse_json(case.payload) for case in generator.valid(base, 1, 300)]

    assert {value["AccountId"] for value in valid} == {base["AccountId"]}


def test_json_inside_a_string_is_varied_too() -> None:
    names = names_of("UpdateWithdrawTicket")

    inner = [name for name in names if "(json)" in name]
    assert inner or any("text that is not JSON" in name for name in names)


def test_number_with_small_exponent_is_written_plainly() -> None:
    case = names_of("SendOrder")["quantity: number 0.00000001"]

    assert '"quantity":0.00000001' in case.payload


@pytest.mark.parametrize(
    ("call", "weaken"),
    [
        ("SendOrder", lambda s: s["required"].remove("OMSId")),
        ("SendOrder", lambda s: s.pop("allOf")),
        ("SendOrder", lambda s: s["properties"].update(Side={"type": "integer"})),
        ("SendOrder", lambda s: s["properties"].update(OMSId={"type": "integer"})),
        ("SendOrder", lambda s: s["properties"].update(UseDisplayQuantity={})),
        ("GetUserInfo", lambda s: s.pop("anyOf")),
        ("GetUserReportTicketsByStatus", lambda s: s.update(items={"type": "string"})),
        ("GenerateTradeActivityReport", lambda s: without_keyword(s, "minItems")),
        ("GenerateTradeActivityReport", lambda s: without_keyword(s, "pattern")),
        ("CancelUserReport", lambda s: without_keyword(s, "format")),
    ],
)
def test_a_weakened_schema_accepts_some_generated_violation(call: str, weaken: Any) -> None:
    generator = generator_for(call_named(call))
    base = base_of(generator)
    weakened = copy.deepcopy(generator.root)
    weaken(weakened)

    validator = PartValidator(weakened).strict

    violations = list(generator.invalid(base, 1, 0))
    assert any(is_valid(validator, case.payload) for case in violations)


def without_keyword(node: Any, keyword: str) -> None:
    if isinstance(node, dict):
        node.pop(keyword, None)
        for value in node.values():
            without_keyword(value, keyword)
    elif isinstance(node, list):
        for value in node:
            without_keyword(value, keyword)


def test_a_case_says_what_it_is() -> None:
    case = next(iter(generator_for(call_named("SendOrder")).random({"OMSId": 1}, 9, 1)))

    assert case.call == "SendOrder"
    assert case.seed == 9
    assert case.name.startswith("random")
    assert json.dumps(case.payload)
