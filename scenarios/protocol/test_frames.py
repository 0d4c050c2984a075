"""The frame around every request and reply: type, number, name, and the text inside."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from conformance.wire.frames import MessageType
from scenarios.protocol.vocabulary import (
    answered_in_order,
    client_of,
    frame_of,
    is_json,
    own_query,
    require_alive,
    send_frame,
    send_raw,
    stray_frames,
)
from scenarios.users.trading_rights import KINDS
from scenarios.users.vocabulary import config_of, somebody

REPLIES = (MessageType.REPLY, MessageType.ERROR)


@clause("protocol/frame/reply-type")
def test_reply_comes_as_a_reply(anonymous: Session, verify: Verifier) -> None:
    """Type 1 for an answer; a failure may come as type 5. Clients route frames by this number."""
    good = frame_of(anonymous.call("Ping"))
    bad = frame_of(anonymous.call("GetUserInfo", OMSId=1, UserId=1))

    verify.equal("type of the reply", good.kind, int(MessageType.REPLY), *anonymous.turns)
    verify.equal("a failure has type 1 or 5", bad.kind in REPLIES, True, *anonymous.turns)


@clause("protocol/frame/reply-sequence")
def test_reply_carries_the_number_of_its_request(
    world: World, anonymous: Session, verify: Verifier
) -> None:
    """The number is all that ties a reply to its request when many are on their way."""
    number = world.sequence()

    frame = frame_of(anonymous.send("Ping", {}, sequence=number))

    verify.equal("the number", frame.sequence, number, *anonymous.turns)


@clause("protocol/frame/reply-name")
def test_reply_carries_the_name_of_its_call(world: World, verify: Verifier) -> None:
    """Clients that route replies by name need the name of the call, not another."""
    who = somebody(world)

    turns = [who.call("Ping"), who.send("GetUserInfo", own_query(world, who))]

    names = [frame_of(turn).name.casefold() for turn in turns]
    verify.equal("names", names, ["ping", "getuserinfo"], *turns)


@pytest.mark.parametrize(
    "name", [clause_case("protocol/frame/reply-name-spelling", n) for n in ("Ping", "pInG")]
)
def test_reply_spells_the_name_as_the_request(
    anonymous: Session, verify: Verifier, name: str
) -> None:
    """Clients compare names letter by letter with what they sent."""
    turn = anonymous.call(name)

    verify.equal("the name", frame_of(turn).name, name, turn)


@pytest.mark.parametrize(
    ("name", "payload"),
    [clause_case("protocol/frame/payload-is-text", "GetInstruments", {"OMSId": 1}),
     clause_case("protocol/frame/payload-is-text", "GetUserInfo", {"OMSId": 1, "UserId": 0}),
     clause_case("protocol/frame/payload-is-text", "LogOut", {})],
)
def test_payload_is_a_text_that_holds_json(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """JSON inside a text: encoded twice, decoded twice, for lists, failures and objects alike."""
    turn = somebody(world).send(name, payload)

    outer = json.loads(frame_of(turn).raw)["o"]
    verify.equal("type of o", type(outer).__name__, "str", turn)
    verify.equal("o holds a JSON document", is_json(outer), True, turn)


@pytest.mark.parametrize(
    "spell",
    [clause_case("protocol/frame/key-order", lambda q: dict(reversed(q.items()))),
     clause_case("protocol/frame/key-case", lambda q: {k.lower(): v for k, v in q.items()}),
     clause_case("protocol/frame/key-case", lambda q: {k.upper(): v for k, v in q.items()}),
     clause_case("protocol/frame/unknown-keys", lambda q: {**q, "ConformanceUnknownKey": [1]})],
)
def test_spelling_of_a_request_does_not_matter(
    world: World, verify: Verifier, spell: Any
) -> None:
    """Libraries order and spell keys as they like; the answer is the same."""
    who = somebody(world)
    query = own_query(world, who)

    plain = verify.succeeded(who.send("GetUserInfo", query))
    other = verify.succeeded(who.send("GetUserInfo", spell(query)))

    verify.equal("the answer", other.value, plain.value, plain, other)


@clause("protocol/frame/call-name-case")
def test_letter_case_of_a_call_does_not_matter(world: World, verify: Verifier) -> None:
    """Some libraries write the names in lower case."""
    who = somebody(world)
    query = own_query(world, who)

    turns = [who.send(name, query) for name in ("GetUserInfo", "getuserinfo", "GETUSERINFO")]

    answers = [turn.value for turn in turns]
    verify.equal("answers", answers, [answers[0]] * 3, *turns)
    verify.equal("userId", lookup(answers[0], "userId"), who.user_id, *turns)


@clause("protocol/frame/pipelining")
def test_requests_sent_together_are_all_answered(world: World, verify: Verifier) -> None:
    """Forty requests at once: each gets its own answer, none another's."""
    who = somebody(world)
    asked = list(KINDS[0].two_items(world)) * 20
    payloads = [json.dumps({"OMSId": world.oms_id, "InstrumentId": item}) for item in asked]

    turns = who.batch("GetInstrument", payloads)

    answered = [lookup(turn.value, "InstrumentId") for turn in turns]
    verify.equal("instruments answered", answered, asked, *turns[:2])


@pytest.mark.parametrize(
    "numbers",
    [clause_case("protocol/frame/any-sequence", numbers)
     for numbers in ([7, 5, 3, 1], [8, 8, 8], [2**53 + 1, 2**62], [2, 4, 1_000_000, 6])],
)
def test_any_numbering_is_answered(
    anonymous: Session, verify: Verifier, numbers: list[int]
) -> None:
    """Even and rising is advice to clients; a server takes any number and gives it back."""
    verify.equal("numbers", answered_in_order(anonymous, numbers), numbers, *anonymous.turns)


@clause("protocol/frame/zero-sequence")
def test_number_zero_does_not_end_the_connection(anonymous: Session, verify: Verifier) -> None:
    """Zero is not allowed; refused or answered, the connection goes on."""
    anonymous.send("Ping", {}, sequence=0)

    require_alive(verify, anonymous)


@clause("protocol/frame/unknown-type")
def test_unknown_type_does_not_end_the_connection(
    anonymous: Session, verify: Verifier
) -> None:
    """A frame of a type nobody knows must not take the session with it."""
    send_frame(anonymous, 9, "Ping", {})
    send_frame(anonymous, -1, "Ping", {})

    require_alive(verify, anonymous)


@pytest.mark.parametrize(
    "text",
    [clause_case("protocol/frame/malformed-frame", text)
     for text in ("", "hello", "{", "[]", "7", "null", '{"m":0}',
                  '{"m":"0","i":900001,"n":"Ping","o":""}',
                  '{"m":0,"i":900001,"n":"Ping","o":{}}')],
)
def test_text_that_is_no_frame_does_not_end_the_connection(
    anonymous: Session, verify: Verifier, text: str
) -> None:
    """One bad message of a client must not cost it its session and its open orders."""
    send_raw(anonymous, text)

    require_alive(verify, anonymous)


@pytest.mark.parametrize(
    "kind",
    [clause_case("protocol/frame/server-types", int(kind))
     for kind in (MessageType.REPLY, MessageType.EVENT, MessageType.ERROR)],
)
def test_client_cannot_ask_in_a_servers_frame(
    world: World, verify: Verifier, kind: int
) -> None:
    """Types 1, 3 and 5 are the server's: what a client sends in them is not carried out."""
    who = somebody(world)
    before = config_of(who, who.user_id)
    pair = {"Key": f"FromType{kind}", "Value": "yes"}

    send_frame(who, kind, "SetUserConfig", {"UserId": who.user_id, "Config": [pair]})
    require_alive(verify, who)

    verify.equal("configuration", config_of(who, who.user_id), before, *who.turns[-1:])


@clause("protocol/frame/ping-control-frames")
def test_ping_control_frame_gets_its_pong(anonymous: Session, verify: Verifier) -> None:
    """Many WebSocket libraries drop a connection whose pings stay unanswered."""
    answered = anonymous.loop.run_until_complete(client_of(anonymous).ping())

    verify.equal("the ping is answered", answered, True)
    require_alive(verify, anonymous)


@pytest.mark.parametrize(
    ("begin", "end"),
    [clause_case("protocol/frame/subscribe-as-request", 0, 0),
     clause_case("protocol/frame/subscribe-types", 2, 4)],
)
def test_subscriptions_travel_in_either_type(
    world: World, verify: Verifier, begin: int, end: int
) -> None:
    """Clients send subscribing calls as requests, or in the types made for them."""
    who = somebody(world)
    query = {"OMSId": world.oms_id, "InstrumentId": world.market.instrument_id}

    verify.succeeded(who.send("SubscribeLevel1", query, kind=begin))
    verify.succeeded(who.send("UnsubscribeLevel1", query, kind=end))


@pytest.mark.parametrize(
    "rule", [clause_case(f"protocol/frame/{r}", r) for r in ("event-type", "event-sequence")]
)
def test_event_is_framed_as_documented(world: World, verify: Verifier, rule: str) -> None:
    """Type 3, the event's own name, and the number of the request that subscribed.

    A client with several subscriptions tells their events apart by these.
    """
    who = world.throwaway()
    number = world.sequence()
    query = {"OMSId": world.oms_id, "AccountId": who.account_id}
    verify.succeeded(who.send("SubscribeAccountEvents", query, sequence=number))

    world.deployment.fund(who.account_id, world.market.product2, Decimal(1))

    frames = stray_frames(who)
    heads = {(frame.kind, frame.name) for frame in frames}
    position = (int(MessageType.EVENT), "AccountPositionEvent")
    required = {"event-type": {position}, "event-sequence": {number}}[rule]
    found = {"event-type": heads, "event-sequence": {frame.sequence for frame in frames}}[rule]
    verify.equal(rule, found, required, *who.turns[-1:])
