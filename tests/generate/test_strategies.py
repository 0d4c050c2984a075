"""Hypothesis strategies: every drawn request is valid, for every call."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.generate.edits import text_of
from conformance.generate.requests import generator_for
from conformance.generate.strategies import valid_requests
from conformance.target.ownership import ABSENT_ID

CALLS = load_contract().calls
TICKET = load_contract().call("UpdateWithdrawTicket")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.key)
def test_drawn_requests_are_valid(call: Call) -> None:
    generator = generator_for(call)
    base = generator.example(full=True)
    drawn: list[object] = []

    @settings(
        max_examples=5, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @seed(1)
    @given(valid_requests(generator, base))
    def collect(payload: object) -> None:
        drawn.append(payload)

    collect()

    assert drawn
    assert all(generator.expectation(payload) == "answer" for payload in drawn)
    assert all(text_of(payload) for payload in drawn)


def test_no_draw_names_somebody_by_chance() -> None:
    """Rows that the base lacks are drawn whole; whoever they name must be nobody."""
    generator = generator_for(TICKET)
    base = {key: value for key, value in generator.example(full=True).items()
            if key not in ("Comments", "Attachments")}
    named: set[int] = set()

    @settings(max_examples=60, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=[HealthCheck.too_slow])
    @seed(1)
    @given(valid_requests(generator, base))
    def collect(payload: dict[str, Any]) -> None:
        rows = payload.get("Attachments")
        named.update(row["submittedByUserId"] for row in (rows if isinstance(rows, list) else ())
                     if row.get("submittedByUserId") is not None)

    collect()

    assert named == {ABSENT_ID}
