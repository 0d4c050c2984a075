"""What subscribers hear about transactions, and what can be read about them afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.evidence import evidence
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from conformance.wire.graphql import GraphqlSurface
from conformance.wire.websocket import Lost
from scenarios.digitizer.vocabulary import (
    CONFIRMED,
    ERROR,
    LISTED,
    PAUSABLE,
    PENDING,
    PLAIN,
    REGULATED,
    Token,
    address,
    listening,
    new_token,
    result,
    waiting_transfer,
)

SUBSCRIPTIONS = ("txStatus", "eventAdded")
MOST_EVENTS = 100
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def subscriptions(rule: str) -> pytest.MarkDecorator:
    """One case for each subscription."""
    rows = [clause_case(f"digitizer/{name}/{rule}", name) for name in SUBSCRIPTIONS]
    return pytest.mark.parametrize("name", rows)


@pytest.fixture
def token(world: World) -> Token:
    """A token that reports events, with ten at its custodian."""
    return new_token(world, REGULATED, minted=10)


@subscriptions("envelope")
def test_results_belong_to_their_subscription(name: str, token: Token, verify: Verifier) -> None:
    """Every message is one of the protocol, and every result carries the id it was asked with."""
    with listening(token.session, name) as listener:
        token.mint(1)
        listener.heard()
        listener.until(**_first(name, token))

        messages, strays = listener.subscription.messages, listener.subscription.strays
    evidence().successes += 1
    ids = {message.get("id") for message in messages if message["type"] == "next"}
    verify.equal("ids of results", ids, {"1"})
    verify.equal("what is no message", strays, [])


def _first(name: str, token: Token) -> dict[str, Any]:
    """What a subscriber hears of a mint."""
    return {"type": "mint"} if name == "txStatus" else {"tokenAddress": token.contract}


@subscriptions("response")
def test_results_have_their_documented_shape(name: str, token: Token, verify: Verifier) -> None:
    """All stages of several kinds of transactions, each field as it is described."""
    with listening(token.session, name) as listener:
        waiting_transfer(token, 3, address())
        token.mint(1)
        token.done(token.switch("pause"))
        rows = listener.until(**_first(name, token))

    evidence().successes += len(rows)
    verify.holds("there are results", bool(rows), rows)


@subscriptions("permission")
def test_stranger_hears_nothing(name: str, world: World, token: Token, verify: Verifier) -> None:
    """Who holds which shares is nobody's business."""
    stranger = world.anonymous.via("digitizer")

    heard = _heard_by(stranger, name, token)

    evidence().refusals += 1
    verify.equal("results", heard, [])


def _heard_by(session: Session, name: str, token: Token) -> list[Any]:
    """The data a subscriber gets while something happens."""
    assert isinstance(session.surface, GraphqlSurface)
    try:
        subscription = session.run(session.surface.subscribe(name))
    except Lost:
        return []
    token.mint(1)
    with listening(token.session, "txStatus") as fence:
        fence.of(token.mint(1))
    session.run(subscription.close())
    return [row["data"] for row in subscription.nexts() if row.get("data")]


@subscriptions("effect")
def test_subscriber_hears_from_now_on(name: str, token: Token, verify: Verifier) -> None:
    """What began before is not told again; what happens now is heard."""
    stage = {"txStatus": "status", "eventAdded": "type"}[name]

    with listening(token.session, "txStatus") as status:
        past = status.of(token.mint(1))[-1]["transactionHash"]
        with listening(token.session, name) as listener:
            now = status.of(token.mint(1))[-1]["transactionHash"]
            rows = listener.until(transactionHash=now)

    begun = {row["transactionHash"] for row in rows if row[stage] == PENDING}
    verify.equal("transactions that begin", begun - {past}, {now})
    verify.holds("what began before is not told", past not in begun, rows)


@clause("digitizer/txStatus/pending-first")
def test_pending_comes_first(token: Token, verify: Verifier) -> None:
    """A client shows a transaction as pending before it shows it as done."""
    with listening(token.session, "txStatus") as status:
        rows = status.of(token.mint(1))

    kinds = [row["status"] for row in rows]
    verify.holds("PendingEvent before ConfirmationEvent",
                 PENDING in kinds and kinds.index(PENDING) < kinds.index(CONFIRMED), kinds)


def confirmed(token: Token) -> list[dict[str, Any]]:
    """All reports on a mint with all its confirmations, and on what the chain did after it."""
    with listening(token.session, "txStatus") as status:
        uuid = token.mint(1)
        required = status.of(uuid, PENDING)[0]["requiredConfirmations"]
        status.until(uuid=uuid, status=CONFIRMED, confirmation=required)
        later = token.mint(1)
        status.until(uuid=later, status=CONFIRMED, confirmation=required)
        return status.of(uuid)


@clause("digitizer/txStatus/confirmations-grow")
def test_confirmations_grow(token: Token, verify: Verifier) -> None:
    """Confidence in a block only rises, one confirmation after the other."""
    counts = [row["confirmation"] for row in confirmed(token) if row["status"] == CONFIRMED]

    verify.equal("confirmations", counts, sorted(counts))
    # Every one is announced, so none is missed on the way to what is required.
    verify.equal("announced", sorted(set(counts)), list(range(1, max(counts) + 1)))


@clause("digitizer/txStatus/confirmations-bounded")
def test_confirmations_stop_at_what_is_required(token: Token, verify: Verifier) -> None:
    """A progress bar does not run over."""
    rows = confirmed(token)

    over = [row for row in rows if row["confirmation"] > row["requiredConfirmations"]]
    verify.equal("reports beyond the required number", over, [])


@clause("digitizer/txStatus/required-constant")
def test_required_number_stays(token: Token, verify: Verifier) -> None:
    """The goal does not move while one runs towards it."""
    numbers = {row["requiredConfirmations"] for row in confirmed(token)}

    verify.equal("different numbers", len(numbers), 1)


@clause("digitizer/txStatus/error-text")
def test_failure_gives_its_reason(world: World, verify: Verifier) -> None:
    """Two transfers that are fine alone, of which the second finds nothing left.

    Unavailable where the target foresees it: then nothing ever fails on the chain.
    """
    token = new_token(world, REGULATED, minted=3)
    first, second = (waiting_transfer(token, 1, address()) for _ in range(2))
    with listening(token.session, "txStatus") as status:
        turns = [token.decide("allowTransfer", first), token.decide("rejectTransfer", first)]
        token.done(token.decide("rejectTransfer", second))
        rows = [row for row in status.heard() if row["status"] == ERROR]

    refusals = [turn["errors"][0]["message"] for turn in turns if turn.get("errors")]
    reasons = [row["error"] for row in rows] + refusals
    verify.equal("failures", len(reasons), 1, *turns)
    verify.holds("each gives a reason", all(map(str.strip, reasons)), reasons, *turns)


@clause("digitizer/txStatus/uuid-known")
def test_reports_carry_the_uuid_of_the_mutation(token: Token, verify: Verifier) -> None:
    """That is how a client knows which of its transactions is meant."""
    with listening(token.session, "txStatus") as status:
        uuids = {token.mint(1), token.done(token.switch("pause"))}
        rows = status.until(type="pause", status=CONFIRMED)

    verify.equal("uuids reported", {row["uuid"] for row in rows}, uuids)


def _act(token: Token, call: str) -> Any:
    """Send one mutation whose uuid the server chooses."""
    if call in ("allowTransfer", "rejectTransfer"):
        return token.decide(call, waiting_transfer(token, 1, address()))
    if call == "resume":
        token.done(token.switch("pause"))
    acts = {
        "burn": lambda: token.burn(1),
        "transfer": lambda: token.send(1, address()),
        "clawback": lambda: token.claw_back(1, token.custodian),
        "whitelist": lambda: token.listing(address(), listed=True),
    }
    return acts[call]() if call in acts else token.switch(call)


@pytest.mark.parametrize(("call", "template"), [
    clause_case("digitizer/burn/server-uuid", "burn", PLAIN),
    clause_case("digitizer/transfer/server-uuid", "transfer", PLAIN),
    clause_case("digitizer/pause/server-uuid", "pause", PAUSABLE),
    clause_case("digitizer/resume/server-uuid", "resume", PAUSABLE),
    clause_case("digitizer/clawback/server-uuid", "clawback", PAUSABLE),
    clause_case("digitizer/whitelist/server-uuid", "whitelist", LISTED),
    clause_case("digitizer/allowTransfer/server-uuid", "allowTransfer", REGULATED),
    clause_case("digitizer/rejectTransfer/server-uuid", "rejectTransfer", REGULATED),
])
def test_server_names_the_transaction(call: str, template: str, world: World,
                                      verify: Verifier) -> None:
    """The reply is a uuid, and the transaction is followed by it."""
    token = new_token(world, template, minted=10)

    with listening(token.session, "txStatus") as status:
        uuid = token.done(_act(token, call))
        verify.holds("the reply is a uuid", bool(UUID_TEXT.fullmatch(uuid)), uuid)
        rows = status.settled(uuid)

    verify.holds("txStatus reports it", bool(rows), rows)


@clause("digitizer/eventAdded/template-capability")
def test_plain_token_raises_no_events(world: World, token: Token, verify: Verifier) -> None:
    """Only the two templates made for regulated offerings are watched in this way."""
    plain, listed = new_token(world, PAUSABLE), new_token(world, LISTED)

    with listening(token.session, "eventAdded") as added:
        plain.mint(1)
        listed.mint(1)
        token.mint(1)
        rows = added.until(tokenAddress=token.contract)

    heard = {row["tokenAddress"] for row in rows}
    verify.equal("tokens heard of", heard, {token.contract, listed.contract})


@clause("digitizer/events/at-most-100")
def test_events_are_the_newest_hundred(token: Token, verify: Verifier) -> None:
    """However much happened, the list stays short and ends with the latest."""
    for _ in range(MOST_EVENTS // 12 + 1):
        token.mint(1)

    rows = result(token.session.call("events"))

    verify.holds("at most 100", len(rows) <= MOST_EVENTS, len(rows))
    latest = [row["tokenAddress"] for row in rows[-1:]]
    verify.equal("token of the latest", latest, [token.contract])


@clause("digitizer/events/agrees-with-subscription")
def test_announced_events_can_be_read(token: Token, verify: Verifier) -> None:
    """Who missed an announcement finds it in the list."""
    with listening(token.session, "eventAdded") as added:
        waiting_transfer(token, 3, address())
        heard = added.until(tokenAddress=token.contract, type="PendingTransferEvent")

    listed = result(token.session.call("events"))
    missing = [row for row in heard if row not in listed]
    verify.equal("announced and not listed", missing, [])
