"""Sweeps: pipelined, judged, each kind of failure reported once and shrunk."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from conformance.contract.catalog import load_contract
from conformance.generate.case import Case
from conformance.generate.requests import generator_for
from conformance.generate.world import Prepared
from conformance.oracle.bulk import run_together
from conformance.oracle.evidence import collecting
from conformance.oracle.finding import Finding
from conformance.oracle.sweep import (
    Sweep,
    require_documented_replies,
    require_refusals,
)
from conformance.target.deployment import Deployment
from conformance.target.ownership import ABSENT_ID
from conformance.target.session import Turn
from tests.run.stub import deployment_of, reply

REFUSED = {"result": False, "errormsg": "Invalid Request", "errorcode": 100, "detail": None}
CALL = load_contract().call("SendOrder")
BASE = {
    "InstrumentId": 1, "OMSId": 1, "AccountId": ABSENT_ID, "Side": 0, "quantity": Decimal(1),
    "OrderType": 1,
}


def accepted(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
    return [reply(frame, {"status": "Accepted", "errormsg": "", "OrderId": 5})]


def refused(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
    return [reply(frame, REFUSED)]


def sweep_valid(deployment: Deployment, count: int = 120) -> None:
    cases = generator_for(CALL).valid(BASE, 1, count)
    require_documented_replies(CALL, deployment.connect(), cases, BASE)


def test_documented_replies_hold_and_count_as_evidence() -> None:
    with deployment_of(accepted) as deployment, collecting() as evidence:
        sweep_valid(deployment)

    assert evidence.successes >= 100


def test_violations_must_be_refused() -> None:
    def lenient(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        try:
            payload = json.loads(frame["o"])
        except ValueError:
            return refused(frame)
        bad = not isinstance(payload, dict) or not isinstance(payload.get("Side"), int)
        return refused(frame) if bad else accepted(frame)

    cases = generator_for(CALL).invalid(BASE, 1, 100)
    with deployment_of(lenient) as deployment, pytest.raises(Finding) as caught:
        require_refusals(CALL, Prepared(deployment.connect(), BASE), cases)

    assert caught.value.kind == "accepted"
    assert caught.value.basis == "stated"
    assert caught.value.count > 1


def test_failure_is_reported_once_and_shrunk() -> None:
    def dear(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        price = json.loads(frame["o"], parse_float=Decimal).get("LimitPrice") or 0
        return [reply(frame, {"status": 7})] if price > 100 else accepted(frame)

    with deployment_of(dear) as deployment, pytest.raises(Finding) as caught:
        sweep_valid(deployment, 200)

    sent = json.loads(caught.value.turns[0].sent)
    assert caught.value.count > 5
    assert set(sent) <= {*BASE, "LimitPrice"}
    assert 100 < sent["LimitPrice"] < 400


def test_second_reply_is_a_finding() -> None:
    with (
        deployment_of(lambda frame: accepted(frame) * 2) as deployment,
        pytest.raises(Finding) as caught,
    ):
        sweep_valid(deployment)

    assert caught.value.kind == "stray-reply"


def test_silence_is_a_finding_after_the_latency_budget() -> None:
    with deployment_of(lambda frame: [], latency_budget_ms=100) as deployment:
        one = [Case("SendOrder", "the base", json.dumps({**BASE, "quantity": 1}), "answer")]
        with pytest.raises(Finding) as caught:
            require_documented_replies(CALL, deployment.connect(), one)

    assert caught.value.kind == "silence"


def test_lost_connection_names_the_request() -> None:
    def fragile(frame: dict[str, Any]) -> list[dict[str, Any] | str] | None:
        return None if '"TimeInForce":6' in frame["o"] else accepted(frame)

    with deployment_of(fragile) as deployment, pytest.raises(Finding) as caught:
        sweep_valid(deployment)

    assert caught.value.kind == "connection-lost"
    assert '"TimeInForce":6' in caught.value.turns[0].sent


def test_no_more_in_flight_than_the_window_over_all_sessions() -> None:
    with deployment_of(accepted, in_flight=8) as deployment:
        free: list[int] = []

        def watch(case: Case, turn: Turn) -> None:
            free.append(deployment.window._free)

        sweeps = [
            Sweep(CALL, deployment.connect(), list(generator_for(CALL).valid(BASE, 1, 50)), watch)
            for _ in range(4)
        ]
        run_together(sweeps)

    assert sum(sweep.judged for sweep in sweeps) >= 200
    assert all(0 <= places <= 8 for places in free)
    assert deployment.window._free == 8


def test_trouble_in_a_judge_is_raised_and_not_swallowed() -> None:
    def broken(case: Case, turn: object) -> None:
        raise RuntimeError("a mistake of ours")

    with deployment_of(accepted) as deployment:
        sweep = Sweep(CALL, deployment.connect(), generator_for(CALL).valid(BASE, 1, 10), broken)
        with pytest.raises(RuntimeError, match="mistake of ours"):
            sweep.run()
