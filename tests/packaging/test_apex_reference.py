"""The exported fixture: any client can use it, and no test sees what another one did."""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from conformance.reference.background import BackgroundReference

pytest_plugins = ("pytester",)

BUDGET_MS = 50
"""What a reset may cost a test; the promise of docs/how-to/mock-for-clients.md."""


def ask(socket: ClientConnection, name: str, **payload: Any) -> Any:
    socket.send(json.dumps({"m": 0, "i": 2, "n": name, "o": json.dumps(payload)}))
    return json.loads(json.loads(socket.recv(timeout=5))["o"])


@contextmanager
def log_in(reference: BackgroundReference, persona: str = "trader") -> Iterator[ClientConnection]:
    who = reference.personas[persona]
    with connect(reference.websocket_url) as socket:
        reply = ask(socket, "AuthenticateUser", UserName=who.username, Password=who.password)
        told = {key.lower(): value for key, value in reply.items()}  # each dialect spells it so
        assert told["authenticated"] is True
        yield socket


def test_blocking_client_logs_in_and_reads(apex_reference: BackgroundReference) -> None:
    with log_in(apex_reference) as socket:
        info = ask(socket, "GetUserInfo", OMSId=1, UserId=apex_reference.personas["trader"].user_id)

    assert info["userName"] == "trader"


def test_http_gateway_answers_too(apex_reference: BackgroundReference) -> None:
    with urllib.request.urlopen(apex_reference.http_url + "Ping", timeout=5) as answer:
        assert "PONG" in answer.read().decode()


def test_reset_forgets_state_and_logins(apex_reference: BackgroundReference) -> None:
    with log_in(apex_reference) as socket:
        apex_reference.inside(lambda exchange: exchange.users.named("trader").permissions.clear())

        apex_reference.reset()

        with pytest.raises(Exception, match="1012"):
            ask(socket, "GetUserInfo", OMSId=1)
    assert apex_reference.inside(lambda exchange: exchange.users.named("trader").permissions)


def test_reset_keeps_addresses_and_credentials(apex_reference: BackgroundReference) -> None:
    before = apex_reference.websocket_url, apex_reference.personas["trader"].password

    apex_reference.reset()

    assert (apex_reference.websocket_url, apex_reference.personas["trader"].password) == before


def test_reset_is_fast(apex_reference: BackgroundReference) -> None:
    """With a connection open, as after a real test. The median, since the machine is shared."""
    times = []
    for _ in range(7):
        with log_in(apex_reference):
            started = time.perf_counter()
            apex_reference.reset()
            times.append((time.perf_counter() - started) * 1000)

    assert statistics.median(times) < BUDGET_MS


@pytest.mark.apex_reference(dialect="venues")
def test_mark_chooses_the_dialect(apex_reference: BackgroundReference) -> None:
    with log_in(apex_reference) as socket:
        assert ask(socket, "Ping") == {"msg": "PONG"}


def test_clock_moves_only_when_told(apex_reference: BackgroundReference) -> None:
    before = apex_reference.inside(lambda exchange: exchange.clock.now())

    apex_reference.advance_clock(3600)

    after = apex_reference.inside(lambda exchange: exchange.clock.now())
    assert 3_600_000 <= after - before < 3_605_000


EXAMPLE = '''
import pytest

@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_afresh(apex_reference, turn):
    def log_in_wrongly(exchange):
        user = exchange.users.named("trader")
        user.failed_attempts += 1
        return user.failed_attempts
    assert apex_reference.inside(log_in_wrongly) == 1
'''


def test_is_found_without_any_configuration(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(EXAMPLE)

    others = ("-p", "no:schemathesis", "-p", "no:playwright", "-p", "no:locust")

    result = pytester.runpytest_subprocess(*others)

    result.assert_outcomes(passed=2)
