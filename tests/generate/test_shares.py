"""How many requests go over the second surface: a share, and every edge where many are wanted."""

from __future__ import annotations

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.generate.case import Case, Expectation
from conformance.generate.requests import generator_for
from conformance.generate.shares import EVERY_EDGE_FROM, SHARE, requests_over

CALLS = [call for call in load_contract().calls if "http" in (call.surfaces or ("http",))]
QUICK = EVERY_EDGE_FROM // 5


def over(surface: str, call: Call, expect: Expectation, count: int) -> list[Case]:
    base = generator_for(call).example(full=True)
    return list(requests_over(surface, call, expect, base, seed=0, count=count))


@pytest.mark.parametrize("expect", ["answer", "refusal"])
@pytest.mark.parametrize("call", CALLS[::10], ids=lambda call: call.key)
def test_quick_run_sends_one_request_in_five_over_http(call: Call, expect: Expectation) -> None:
    framed = over("websocket", call, expect, QUICK)

    assert over("http", call, expect, QUICK) == framed[::SHARE]
    assert framed[::SHARE] or not framed


@pytest.mark.parametrize("call", CALLS[::10], ids=lambda call: call.key)
def test_every_edge_goes_over_http_from_the_standard_effort_on(call: Call) -> None:
    base = generator_for(call).example(full=True)
    edges = list(generator_for(call).systematic(base, "answer"))

    sent = over("http", call, "answer", EVERY_EDGE_FROM)

    assert sent[:len(edges)] == edges
    assert len(sent) <= max(len(edges), EVERY_EDGE_FROM // SHARE)


def test_services_have_one_surface_and_all_of_their_requests_go_over_it() -> None:
    call = load_contract().call("CreateCompany", "apad")

    assert over("apad", call, "answer", QUICK) == over("websocket", call, "answer", QUICK)
