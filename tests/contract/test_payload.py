"""JSON texts: nothing is lost on the way in or out, and what is refused says where and why."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract import PayloadError, dump_json, parse_json
from conformance.contract.payload import MAX_BYTES, MAX_DEPTH


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.0000000100000000000000000000", Decimal("0.0000000100000000000000000000")),
        ("0.1", Decimal("0.1")),
        ("1.0", Decimal("1.0")),
        ("1e2", Decimal("1E+2")),
        ("-0.0", Decimal("-0.0")),
    ],
)
def test_a_number_that_is_no_integer_keeps_its_digits(text: str, value: Decimal) -> None:
    parsed = parse_json(text)
    assert isinstance(parsed, Decimal)
    assert parsed.as_tuple() == value.as_tuple()


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**64, -(2**63) - 1, 10**1000])
def test_an_integer_of_any_size_stays_exact(number: int) -> None:
    parsed = parse_json(str(number))
    assert type(parsed) is int
    assert parsed == number


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ('{"a":1,"a":1}', "duplicate key 'a'", 7),
        ('{"x":{"a":1},"a":2,"x":3}', "duplicate key 'x'", 19),
        ('{"t":"10:20","t":"x:y"}', "duplicate key 't'", 13),
        ('{"x":"\\u003a","x":1}', "duplicate key 'x'", 14),
        ('[{"a":1},{"b":1,\n"b":2}]', "duplicate key 'b'", 17),
        ('"\\ud800"', "lone surrogate", 1),
        ("[1,NaN]", "NaN is no JSON value", 3),
        ("[Infinity]", "Infinity is no JSON value", 1),
        ("1e999999999", "digits", 0),
        ("9" * 5000, "digits", 0),
        ("[" * 65 + "]" * 65, "deeper than 64", 64),
        ('{"a":' * 100_000, "deeper than 64", 320),
        ('{"a":1}x', "extra data", 7),
        ("[1,", "expecting value", 3),
        ("", "expecting value", 0),
        ('"\x01"', "control character", 1),
        (b'{"a":"\xff"}', "not UTF-8", 6),
        (b" " * (MAX_BYTES + 1), "larger than 16 MB", MAX_BYTES),
    ],
)
def test_a_refusal_says_why_and_where(text: str | bytes, reason: str, position: int) -> None:
    with pytest.raises(PayloadError) as caught:
        parse_json(text)
    assert reason in caught.value.reason.lower() or reason in caught.value.reason
    assert caught.value.position == position


def test_line_and_column_count_from_one() -> None:
    with pytest.raises(PayloadError) as caught:
        parse_json('{"a":1,\n  "a":2}')
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
        '{"a":1,"A":2}',
        '{"t":"2019-02-12T10:20:30","u:v":"::"}',
        '{"t":"\\u003a"}',
        '"\\ud83d\\ude00"',
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        '"[[[[{{{{"',
    ],
)
def test_what_only_looks_wrong_is_accepted(text: str) -> None:
    assert parse_json(text) == json.loads(text)


def test_byte_order_mark_is_ignored() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("1E+5"), "100000"),
        (Decimal("0.10"), "0.10"),
        (1e-07, "0.0000001"),
        (True, "true"),
        ({}, "{}"),
        ([], "[]"),
        ({"a": [None, "é"]}, '{"a":[null,"é"]}'),
    ],
)
def test_written_numbers_have_no_exponent(value: Any, text: str) -> None:
    assert dump_json(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), {1: 2}, object()])
def test_what_json_cannot_say_is_not_written(value: Any) -> None:
    with pytest.raises(PayloadError):
        dump_json(value)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=9)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(_VALUES)
def test_writing_and_reading_loses_nothing(value: Any) -> None:
    assert parse_json(dump_json(value)) == value


@given(st.dictionaries(st.text(':ab\\"', max_size=3), _VALUES, min_size=1), st.data())
def test_no_duplicate_key_slips_through(value: dict[str, Any], data: st.DataObject) -> None:
    """The fast check counts colons; whatever stands in keys and texts must not fool it."""
    key = data.draw(st.sampled_from(sorted(value)))
    text = dump_json(value)[:-1] + f",{json.dumps(key)}:{dump_json(data.draw(_VALUES))}}}"
    with pytest.raises(PayloadError, match="duplicate key"):
        parse_json(text)
