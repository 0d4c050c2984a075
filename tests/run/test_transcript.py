"""The conversation of a case: in order, over all its connections, bounded, without secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.target.secrets import Secrets
from conformance.target.transcript import LIMIT, TEXT_LIMIT, Tap, Transcript
from tests.run.stub import deployment_of, reply


@pytest.fixture
def transcript() -> Transcript:
    return Transcript(Secrets({"top secret value": "trader.password"}))


def frame(number: int, name: str, payload: Any, kind: int = 0) -> str:
    return json.dumps({"m": kind, "i": number, "n": name, "o": json.dumps(payload)})


def ask(tap: Tap, number: int, name: str, payload: Any) -> None:
    tap.note("sent", frame(number, name, payload))


def answer(tap: Tap, number: int, name: str, payload: Any, kind: int = 1) -> None:
    tap.note("received", frame(number, name, payload, kind))


def test_lines_stand_in_the_order_of_all_connections(transcript: Transcript) -> None:
    transcript.begin()
    one, two = transcript.tap("websocket"), transcript.tap("apad")
    ask(one, 2, "Ping", {})
    ask(two, 2, "Version", {})
    answer(one, 2, "Ping", {"msg": "PONG"})

    lines = transcript.lines()
    assert [(line.connection, line.way) for line in lines] == [
        (one.number, "sent"), (two.number, "sent"), (one.number, "received"),
    ]
    assert [line.at_ms for line in lines] == sorted(line.at_ms for line in lines)
    assert [tap.kind for tap in transcript.taps()] == ["websocket", "apad"]


def test_requests_find_their_replies_and_events_stand_alone(transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    ask(tap, 2, "SendOrder", {"a": 1})
    ask(tap, 4, "Ping", {})
    answer(tap, 0, "OrderStateEvent", {"e": 1}, kind=3)
    answer(tap, 4, "Ping", "PONG")
    answer(tap, 2, "SendOrder", {"status": "Accepted"})

    told = [(e.call, e.sent, e.received) for e in transcript.exchanges(10)]
    assert told == [
        ("SendOrder", '{"a": 1}', '{"status": "Accepted"}'),
        ("Ping", "{}", '"PONG"'),
        ("OrderStateEvent", "", '{"e": 1}'),
    ]


def test_each_case_starts_afresh(transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    ask(tap, 2, "Ping", {})
    transcript.begin()
    late = transcript.tap("websocket")

    assert not transcript.lines()
    assert transcript.adopted(tap)
    assert not transcript.adopted(late)


def test_an_example_that_is_over_is_forgotten_and_what_led_up_to_it_stays(
    transcript: Transcript,
) -> None:
    tap = transcript.tap("websocket")
    ask(tap, 2, "AuthenticateUser", {})
    mark = transcript.mark()
    for number in (4, 6):
        transcript.rewind(mark)
        ask(tap, number, "SendOrder", {"n": number})

    assert [json.loads(line.text)["i"] for line in transcript.lines()] == [2, 6]


def test_what_a_sweep_sends_is_no_part_of_the_conversation(transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    ask(tap, 2, "Ping", {})
    with transcript.aside():
        for number in range(4, 3000, 2):
            ask(tap, number, "SendOrder", {})

    assert [e.call for e in transcript.exchanges(50)] == ["Ping"]
    assert [line.aside for line in transcript.lines()].count(False) == 1
    assert transcript.forgotten == 0


def test_length_is_bounded_and_the_rest_counted(transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    for number in range(LIMIT + 7):
        ask(tap, number, "Ping", {})
    ask(tap, 1, "Ping", "x" * (2 * TEXT_LIMIT))

    assert len(transcript.lines()) == LIMIT
    assert transcript.forgotten == 8
    assert len(transcript.exchanges(1)[0].sent) == TEXT_LIMIT


def test_secrets_are_masked_also_those_learnt_later(transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    ask(tap, 2, "AuthenticateUser", {"Password": "top secret value"})
    ask(tap, 4, "GetUserInfo", {"Note": "token-nobody-may-see"})
    answer(tap, 2, "AuthenticateUser", {"SessionToken": "token-nobody-may-see"})

    lines = " ".join(line.text for line in transcript.lines())
    shown = " ".join(e.sent + e.received for e in transcript.exchanges(10))
    for text in (lines, shown):
        assert "top secret" not in text
        assert "nobody-may-see" not in text
    assert "{{trader.password}}" in lines
    assert lines.count("{{sessiontoken 1}}") == 2


@pytest.mark.parametrize("text", ["", "no JSON", "[1]", '"text"', "[" * 100_000])
def test_what_is_no_frame_stands_as_it_is(text: str, transcript: Transcript) -> None:
    tap = transcript.tap("websocket")
    tap.note("sent", text)

    (line,) = transcript.lines()
    assert line.text == text
    assert transcript.exchanges(1)[0].sent == text[:TEXT_LIMIT]


def test_sessions_report_both_ways() -> None:
    with deployment_of(lambda asked: [reply(asked, "PONG")]) as deployment:
        deployment.connect().send("Ping", "{}")

        ways = [line.way for line in deployment.transcript.lines()]
    assert ways == ["sent", "received"]
