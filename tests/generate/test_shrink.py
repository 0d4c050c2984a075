"""Shrinking: from a failing request to the smallest that fails alike, within its budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.shrink import BUDGET, smallest

BASE = {"OMSId": 1, "AccountId": 9, "Side": 0, "Quantity": Decimal(1)}


def test_only_the_guilty_keys_and_small_values_stay() -> None:
    failing = {**BASE, "Side": 1, "Quantity": Decimal("70000.5"), "Comment": "x" * 200, "Depth": 77}

    def breaks(payload: Any) -> bool:
        return payload.get("OMSId") == 1 and payload.get("Quantity", 0) > 1000

    found, tried = smallest(BASE, failing, breaks)

    assert set(found) == {"OMSId", "Quantity"}
    assert 1000 < found["Quantity"] < 2200
    assert tried <= BUDGET


def test_nested_values_shrink_too() -> None:
    failing = {"UserInfo": {"UserName": "somebody", "Email": "a@example.com", "Age": 512}}

    def breaks(payload: Any) -> bool:
        return bool(payload.get("UserInfo", {}).get("Age", 0) > 100)

    found, _ = smallest({"UserInfo": {"UserName": "base"}}, failing, breaks)

    assert set(found["UserInfo"]) == {"Age"}
    assert found["UserInfo"]["Age"] < 512


def test_a_failure_that_does_not_repeat_stands_as_it_was() -> None:
    failing = {**BASE, "Depth": 3}

    found, tried = smallest(BASE, failing, lambda payload: False)

    assert found == failing
    assert tried <= BUDGET


def test_the_budget_is_kept() -> None:
    failing = {f"Key{n}": 2**40 + n for n in range(40)}
    sent = []

    def breaks(payload: Any) -> bool:
        sent.append(payload)
        return len(payload) > 20

    smallest({}, failing, breaks, budget=30)

    assert len(sent) <= 30
