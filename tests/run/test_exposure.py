"""The transport keeps to the limits of the target file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.contract.catalog import load_contract
from conformance.target.exposure import Exposure
from conformance.target.fence import Fence, Fenced
from conformance.target.session import Session
from conformance.target.target_file import Address, Limits, Target
from tests.run.stub import deployment_of, reply

CONTRACT = load_contract()
SEND = CONTRACT.call("SendOrder")
LISTED = [{"instrumentId": 1, "product2Symbol": "USD"}, {"InstrumentId": 2, "Product2Symbol": "X"}]


def limited(**limits: Any) -> Exposure:
    exposure = Exposure(Limits(**limits))
    exposure.learn(LISTED)
    return exposure


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ('{"InstrumentId":1,"Quantity":2,"LimitPrice":100}', ""),
        ('{"InstrumentId":1,"Quantity":2,"LimitPrice":100.01}', "above max_notional"),
        ('{"instrumentid":1,"quantity":"3","limitprice":"100"}', "above max_notional"),
        ('{"InstrumentId":1,"Quantity":2}', "no price bounds it"),
        ('{"InstrumentId":2,"Quantity":2,"LimitPrice":1}', "names no limit for X"),
        ('{"InstrumentId":9,"Quantity":2,"LimitPrice":1}', "names no limit for its product"),
        ('{"InstrumentId":1,"Quantity":1e400,"LimitPrice":1}', "above max_notional"),
        ("{", ""),
    ],
)
def test_notional_of_an_order(order: str, why: str) -> None:
    exposure = limited(max_notional={"USD": 200})

    if not why:
        exposure.take(SEND, order)
        return
    with pytest.raises(Fenced, match=why):
        exposure.take(SEND, order)


def test_number_of_orders_and_of_requests() -> None:
    exposure = limited(max_orders=2, max_requests=3)
    order = '{"InstrumentId":1,"Quantity":1,"LimitPrice":1}'
    for _ in range(2):
        exposure.take(SEND, order)

    with pytest.raises(Fenced, match="max_orders"):
        exposure.take(SEND, order)
    exposure.take(CONTRACT.call("GetOpenOrders"), "{}")
    with pytest.raises(Fenced, match="max_requests"):
        exposure.take(None, "{}")


def test_nothing_beyond_a_limit_leaves() -> None:
    seen: list[str] = []

    def answer(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        seen.append(frame["o"])
        return [reply(frame, {"status": "Accepted", "OrderId": 1})]

    with deployment_of(answer, max_notional={"USD": 100}) as deployment:
        deployment.exposure.learn(LISTED)
        session = deployment.connect()
        orders = [f'{{"InstrumentId":1,"Quantity":1,"LimitPrice":{p}}}' for p in (99, 101, 100)]
        with pytest.raises(Fenced):
            session.send("SendOrder", orders[1])
        told: dict[int, str] = {}
        session.stream("SendOrder", orders, lambda at, turn, lost: told.update({at: turn.sent}))

    assert seen == [orders[0], orders[2]]
    assert told == {0: orders[0], 2: orders[2]}


@pytest.mark.parametrize(
    ("name", "environment", "exclusive", "read_only", "why"),
    [
        ("SendOrder", "production", False, False, "production"),
        ("SetUserConfig", "production", True, False, "production"),
        ("GetOpenOrders", "production", False, False, ""),
        ("SubscribeLevel1", "production", False, False, ""),
        ("SetUserConfig", "staging", False, True, "--read-only"),
        ("GetUserInfo", "staging", False, True, ""),
        ("MarketHalt", "staging", False, False, "exclusive = true"),
        ("MarketHalt", "staging", True, False, ""),
        ("SendOrder", "staging", False, False, ""),
    ],
)
def test_write_fence(
    name: str, environment: Any, exclusive: bool, read_only: bool, why: str
) -> None:
    place = Address("x", environment, "ws://127.0.0.1:9/", exclusive=exclusive)
    fence = Fence(Target(place), read_only)

    if not why:
        fence.check(CONTRACT.call(name))
        return
    with pytest.raises(Fenced, match=why):
        fence.check(CONTRACT.call(name))


@pytest.mark.parametrize(
    "sending",
    [
        lambda session: session.send("SendOrder", {}),
        lambda session: session.batch("SendOrder", ["{}"]),
        lambda session: session.stream("SendOrder", ["{}"], lambda *_: None),
    ],
    ids=["send", "batch", "stream"],
)
def test_no_way_of_sending_passes_the_fence(sending: Callable[[Session], object]) -> None:
    seen: list[str] = []
    with deployment_of(lambda frame: seen.append(frame["n"]) or []) as deployment:
        place = Address("x", "production", deployment.target.target.websocket)
        deployment.fence = Fence(Target(place))
        session = deployment.connect()
        with pytest.raises(Fenced):
            sending(session)

    assert seen == []
