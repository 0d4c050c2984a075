"""Requests written otherwise say the same."""

from __future__ import annotations

from typing import Any

from conformance.contract.payload import dump_json
from conformance.generate.spellings import UNKNOWN, respelled, spellings

BASE = {"OMSId": 1, "UserInfo": {"UserName": "eve", "Email": "e@x"}, "Rows": [{"Key": "a"}]}


def folded(value: Any) -> Any:
    """The value with its keys in lower case, in no order."""
    if isinstance(value, dict):
        return {key.lower(): folded(item) for key, item in value.items() if key not in UNKNOWN}
    return [folded(item) for item in value] if isinstance(value, list) else value


def test_every_spelling_says_the_same_and_is_another_text() -> None:
    written = [value for _, value in spellings(BASE)] + [respelled(BASE)]

    assert all(folded(value) == folded(BASE) for value in written)
    assert len({dump_json(value) for value in (BASE, *written)}) == len(written) + 1


def test_all_at_once_changes_order_and_case_and_adds_a_key() -> None:
    keys = list(respelled(BASE))

    assert [key.lower() for key in keys[:3]] == ["rows", "userinfo", "omsid"]
    assert any(key.isupper() for key in keys)
    assert any(key.islower() for key in keys)
    assert keys[3:] == list(UNKNOWN)


def test_payload_that_is_no_object_gets_no_key_more() -> None:
    assert respelled([1, {"A": 2}]) == [1, {"A": 2}]
    assert respelled("text") == "text"
