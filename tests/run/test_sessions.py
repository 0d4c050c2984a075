"""Silence, the end of a case, names, and hooks: what sessions and their deployment promise."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from conformance.oracle.finding import Unverified
from conformance.oracle.state import Watch, require_unchanged, snapshot
from conformance.target.hooks import HookClient, HookFailed
from conformance.target.session import together
from conformance.target.target_file import Hook
from conformance.wire.surface import WebSocketSurface
from conformance.wire.websocket import Lost
from tests.run.stub import deployment_of, reply

SILENT = "CancelMarginQuote"
"""Its page says that nothing is answered."""
GOODBYE = b"\x88\x02\x03\xe8"
"""A server's close frame, code 1000."""
BUDGET_MS = 30_000
"""So long that a test which waits for it is seen to hang."""


def only_ping(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
    return [reply(frame, {"msg": "PONG"})] if frame["n"] == "Ping" else []


def everything(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
    return [reply(frame, {"msg": "PONG"})]


@pytest.mark.parametrize("answer", [only_ping, everything])
def test_silence_is_known_by_the_ping_behind_it(answer: Any) -> None:
    with deployment_of(answer, latency_budget_ms=BUDGET_MS) as deployment:
        session = deployment.connect()
        begun = time.monotonic()

        turn = session.call(SILENT)
        seen: list[Any] = []
        session.stream(SILENT, ["{}"] * 3, lambda at, turn, lost: seen.append(turn.reply))

    assert time.monotonic() - begun < BUDGET_MS / 1000
    expected = answer is everything
    assert [found is not None for found in (turn.reply, *seen)] == [expected] * 4


@pytest.mark.parametrize(("in_flight", "answered"), [(2, [False, False, True]), (3, [True] * 3)])
def test_what_leaves_together_keeps_to_the_limit_in_flight(
    in_flight: int, answered: list[bool]
) -> None:
    """The target answers once three requests came; the third may have to wait for a place."""
    waiting: list[dict[str, Any]] = []

    def by_threes(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        waiting.append(frame)
        return [reply(each, {"msg": "PONG"}) for each in waiting] if len(waiting) == 3 else []

    with deployment_of(by_threes, in_flight=in_flight, latency_budget_ms=100) as deployment:
        session = deployment.connect()

        turns = together([(session, "Ping", {})] * 3)

    assert [turn.reply is not None for turn in turns] == answered


def test_request_behind_the_targets_goodbye_is_lost() -> None:
    """It has said that it closes, and the connection still stands: no error of ours."""
    with deployment_of(everything) as deployment:
        session = deployment.connect()
        assert isinstance(session.surface, WebSocketSurface)
        session.surface.client._socket.data_received(GOODBYE)

        assert session.closed
        with pytest.raises(Lost):
            session.call("Ping")
        session.close()


def test_answer_behind_the_fence_is_a_stray() -> None:
    waiting: list[dict[str, Any]] = []

    def late(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        if frame["n"] == SILENT:
            waiting.append(frame)
            return []
        return [reply(frame, {"msg": "PONG"}), *(reply(each, {}) for each in waiting)]

    with deployment_of(late) as deployment:
        session = deployment.connect()
        turn = session.call(SILENT)
        session.call("Ping")

        strays = session.strays()

    assert turn.reply is None
    assert SILENT in [getattr(frame, "name", "") for frame in strays]


def test_read_without_an_answer_says_nothing_about_the_state() -> None:
    mute: list[bool] = []

    def answer(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        return [] if mute else [reply(frame, [1])]

    with deployment_of(answer, latency_budget_ms=100) as deployment:
        watch = Watch(deployment.connect(), "GetInstruments", {"OMSId": 1})
        before = snapshot([watch])
        mute.append(True)

        with pytest.raises(Unverified, match="GetInstruments did not answer"):
            require_unchanged(before)


def test_connections_of_a_case_end_with_it() -> None:
    with deployment_of(everything) as deployment:
        shared, own = deployment.persona("anonymous"), deployment.connect()
        shared.call("Ping")

        deployment.end_case()

        assert own.closed
        assert not shared.closed
        assert shared.turns == []
        assert deployment.persona("anonymous") is shared


def test_names_and_numbers_come_once() -> None:
    with deployment_of(everything) as deployment:
        names = [deployment.unique_name("X") for _ in range(50)]
        numbers = [deployment.unique_number() for _ in range(50)]

    assert len(set(names)) == len(set(numbers)) == 50
    assert all(name.isalnum() for name in names)
    assert max(numbers) < 10**9


@pytest.mark.parametrize("hook", [
    Hook(url="http://127.0.0.1:9/mail"), Hook(command=("false",)), Hook(command=("not-there",)),
])
def test_hook_that_fails_is_named(hook: Hook) -> None:
    loop = asyncio.new_event_loop()
    client = HookClient(loop)

    with pytest.raises(HookFailed, match=str(hook.url or (hook.command or ("",))[0])):
        client.ask(hook, to="somebody")

    client.close()
    loop.close()
