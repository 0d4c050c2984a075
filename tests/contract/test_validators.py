"""Judging: pass, lenient and fail, and the evidence that goes with each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Judgement, UnknownName, judge, load_contract, validator_for

from .miniature import write_call, write_contract, write_document

OBSERVED = {"x-basis": "observed", "x-erratum": "trades/GetThing/other"}
ROW = {
    "type": "object",
    "properties": {
        "OrderId": {"type": "integer"},
        "Price": {"type": "number"},
        "Side": {"anyOf": [{"enum": ["Buy", "Sell"]}, {"enum": [0, 1], **OBSERVED}]},
        "Note": {"type": "string"},
    },
    "required": ["OrderId", "Price"],
    "x-expected": ["Note"],
}
ROWS = {"type": "array", "items": {"$ref": "apex:types/trades#/$defs/Row"}}
GOOD = {"OrderId": 1, "Price": Decimal("0.10"), "Side": "Buy", "Note": "x"}


def judged(
    root: Path, response: Any, value: Any, part: str = "response", **facts: Any
) -> Judgement:
    write_document(root, "types/trades", **{"$defs": {"Row": ROW}})
    write_contract(root)
    write_call(root, "trades/GetThing", response, **facts)
    return judge(load_contract(root=root).call("GetThing"), part, value)


def test_documented_reply_passes_with_its_keys(tmp_path: Path) -> None:
    judgement = judged(tmp_path, ROWS, [GOOD, GOOD])
    assert (judgement.verdict, judgement.outcome) == ("pass", "success")
    assert judgement.keys_seen == {"$[].OrderId", "$[].Price", "$[].Side", "$[].Note"}
    assert judgement.deviations == judgement.errata == judgement.undocumented == ()


def test_other_letter_case_is_lenient_and_named(tmp_path: Path) -> None:
    judgement = judged(tmp_path, ROWS, [{**GOOD, "note": "x"} | {"orderID": 1}])
    assert judgement.verdict == "lenient"

    judgement = judged(tmp_path, ROWS, [{"orderID": 1, "Price": 2, "Note": ""}])
    assert judgement.verdict == "lenient"
    [deviation] = judgement.deviations
    assert (deviation.path, deviation.keyword) == ("$[].OrderId", "spelling")
    assert "orderID" in deviation.found


def test_one_key_twice_in_different_case_fails_when_the_values_differ(tmp_path: Path) -> None:
    judgement = judged(tmp_path, ROWS, [{**GOOD, "orderid": 2}])
    assert judgement.verdict == "fail"
    assert judgement.deviations[-1].keyword == "duplicate-key"


def test_marked_alternative_is_lenient_and_names_its_erratum(tmp_path: Path) -> None:
    judgement = judged(tmp_path, ROWS, [GOOD, {**GOOD, "Side": 1}])
    assert (judgement.verdict, judgement.errata) == ("lenient", ("trades/GetThing/other",))
    [deviation] = judgement.deviations
    assert deviation.path == "$[1].Side"
    assert "Buy" in deviation.expected


def test_erratum_of_an_alternative_that_was_not_needed_is_not_named(tmp_path: Path) -> None:
    response = {
        "type": "object",
        "properties": {
            "A": {"anyOf": [{"type": "integer"}, {"type": ["integer", "null"], **OBSERVED}]},
            "B": {"anyOf": [{"const": 1}, {"const": 2, "x-basis": "later", "x-erratum": "b/B/b"}]},
        },
    }
    assert judged(tmp_path, response, {"A": 1, "B": 2}).errata == ("b/B/b",)


@pytest.mark.parametrize(
    ("change", "path", "keyword", "expected", "found"),
    [
        ({"OrderId": "1"}, "$[0].OrderId", "type", "integer", '"1"'),
        ({"OrderId": None}, "$[0].OrderId", "type", "integer", "null"),
        ({"Price": True}, "$[0].Price", "type", "number", "true"),
        ({"Side": "buy"}, "$[0].Side", "anyOf", 'one of ["Buy","Sell"] or one of [0,1]', '"buy"'),
    ],
)
def test_deviation_tells_place_rule_and_finding(
    tmp_path: Path, change: dict[str, Any], path: str, keyword: str, expected: str, found: str
) -> None:
    judgement = judged(tmp_path, ROWS, [{**GOOD, **change}])
    assert judgement.verdict == "fail"
    [deviation] = judgement.deviations
    assert (deviation.path, deviation.keyword) == (path, keyword)
    assert (deviation.expected, deviation.found) == (expected, found)


def test_absent_key_is_named_in_its_documented_spelling(tmp_path: Path) -> None:
    [deviation] = judged(tmp_path, ROWS, [{"Price": 1, "Note": ""}]).deviations
    assert (deviation.path, deviation.keyword) == ("$[0]", "required")
    assert (deviation.expected, deviation.found) == ("key OrderId", "absent")


def test_path_is_spelled_as_sent(tmp_path: Path) -> None:
    [deviation] = judged(tmp_path, ROWS, [{"ORDERID": "x", "Price": 1}]).deviations
    assert deviation.path == "$[0].ORDERID"


def test_likeliest_alternative_explains_the_failure(tmp_path: Path) -> None:
    response = {"anyOf": [{"type": "string"}, {"$ref": "apex:types/trades#/$defs/Row"}]}
    [deviation] = judged(tmp_path, response, {"OrderId": 1, "Price": "x"}).deviations
    assert (deviation.path, deviation.keyword) == ("$.Price", "type")


def test_expected_and_undocumented_keys_are_counted_not_judged(tmp_path: Path) -> None:
    judgement = judged(tmp_path, ROWS, [{"OrderId": 1, "Price": 2, "New": {"X": 1}}])
    assert judgement.verdict == "pass"
    assert judgement.missing_expected == ("$[].Note",)
    assert judgement.undocumented == ("$[].New",)


@pytest.mark.parametrize(
    ("value", "verdict", "outcome"),
    [
        ([GOOD], "pass", "success"),
        ({"result": False, "errorcode": 20}, "pass", "failure"),
        ({"Result": False, "errorcode": 20}, "lenient", "failure"),
        ({"result": False}, "fail", "failure"),
        ({"result": True}, "fail", "success"),
        ("boom", "fail", "success"),
    ],
)
def test_reply_is_told_apart_from_refusal(
    tmp_path: Path, value: Any, verdict: str, outcome: str
) -> None:
    judgement = judged(tmp_path, ROWS, value)
    assert (judgement.verdict, judgement.outcome) == (verdict, outcome)


def test_standard_refusal_is_no_success_even_where_success_demands_nothing(tmp_path: Path) -> None:
    judgement = judged(tmp_path, {"type": "object"}, {"result": False, "errorcode": 104})
    assert judgement.outcome == "failure"


def test_own_refusal_is_recognised(tmp_path: Path) -> None:
    own = {
        "type": "object",
        "properties": {"status": {"const": "Rejected"}},
        "required": ["status"],
    }
    judgement = judged(tmp_path, ROWS, {"status": "Rejected"}, own=own)
    assert (judgement.verdict, judgement.outcome) == ("pass", "failure")


def test_json_in_a_string_is_judged_by_its_own_schema(tmp_path: Path) -> None:
    response = {
        "type": "object",
        "properties": {
            "Rows": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": ROWS,
            }
        },
    }
    good = judged(tmp_path, response, {"Rows": '[{"ORDERID":1,"Price":0.5}]'})
    assert good.holds
    assert "$.Rows(json)[].OrderId" in good.keys_seen

    bad = judged(tmp_path, response, {"Rows": '[{"OrderId":1}]'})
    assert (bad.verdict, bad.deviations[0].keyword) == ("fail", "contentSchema")
    assert judged(tmp_path, response, {"Rows": "[}"}).verdict == "fail"


def test_formats_are_checked(tmp_path: Path) -> None:
    response = {"type": "string", "format": "uuid"}
    assert not judged(tmp_path, response, "4-2").holds
    assert judged(tmp_path, response, "0b7f3a52-8c1d-4e6f-9a2b-3c4d5e6f7a8b").holds


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (Decimal("9007199254740993"), True),
        (2**63 - 1, True),
        (2**63, False),
        (Decimal("9223372036854775807.5"), False),
        (Decimal("1.0"), True),
    ],
)
def test_large_numbers_are_judged_exactly(tmp_path: Path, value: Any, holds: bool) -> None:
    response = {"type": "integer", "maximum": 2**63 - 1}
    assert judged(tmp_path, response, value).holds is holds


def test_decimal_is_judged_without_rounding(tmp_path: Path) -> None:
    response = {"type": "number", "multipleOf": 0.01}
    assert judged(tmp_path, response, Decimal("123456789012345678.25")).holds
    assert not judged(tmp_path, response, Decimal("123456789012345678.251")).holds


def test_the_digitizer_minds_letter_case(tmp_path: Path) -> None:
    facts = {"service": "digitizer", "own": {"type": "null"}}
    response = {"type": "object", "properties": {"id": {}}, "required": ["id"]}
    assert judged(tmp_path, response, {"id": 1}, **facts).verdict == "pass"
    assert judged(tmp_path, response, {"ID": 1}, **facts).verdict == "fail"


def test_event_is_a_part(tmp_path: Path) -> None:
    assert judged(tmp_path, ROWS, {"Price": 1}, part="TradeEvent").holds
    assert not judged(tmp_path, ROWS, {}, part="tradeevent").holds
    with pytest.raises(UnknownName, match="TradeEvent"):
        judged(tmp_path, ROWS, {}, part="TradeEvnt")


def test_validators_are_compiled_once() -> None:
    call = load_contract().call("Ping")
    assert validator_for(call, "response") is validator_for(call, "Response")
    assert validator_for(call, "response") is not validator_for(call, "request")


def test_every_part_of_every_call_compiles() -> None:
    for call in load_contract().calls:
        for part in ("request", "response", "failure", *call.events):
            assert validator_for(call, part).strict is not None
