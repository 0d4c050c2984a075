"""The verbs that judge: what a finding of theirs tells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.contract.catalog import load_contract
from conformance.oracle.finding import Finding
from conformance.oracle.verify import Verifier

VERIFY = Verifier(load_contract())


def test_numbers_compare_by_value() -> None:
    VERIFY.equal("amount", Decimal("1.50"), Decimal("1.5"))


def test_finding_shows_digits_instead_of_types() -> None:
    with pytest.raises(Finding) as caught:
        VERIFY.equal("amounts", {"BTC": [Decimal("0.10")]}, {"BTC": [Decimal("0.1001")]})

    assert caught.value.required == "amounts is {'BTC': [0.1001]}"
    assert caught.value.received == "{'BTC': [0.10]}"


def test_condition_that_does_not_hold_shows_what_came() -> None:
    with pytest.raises(Finding) as caught:
        VERIFY.holds("a price is positive", False, (Decimal("-1"), None))

    assert caught.value.required == "a price is positive"
    assert caught.value.received == "(-1, None)"
