"""Transfers, pauses, clawbacks and lists of addresses: what moves, and what must not."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.digitizer.vocabulary import (
    LISTED,
    PAUSABLE,
    PENDING_TRANSFER,
    PLAIN,
    REGULATED,
    Token,
    address,
    fails,
    holdings,
    listening,
    new_token,
)

NO_CONTRACT = "0x00000000000000000000000000000000000000aa"


@pytest.fixture
def token(world: World) -> Token:
    """A token that can be paused and clawed back, with ten at its custodian."""
    return new_token(world, PAUSABLE, minted=10)


@pytest.fixture
def listed(world: World) -> Token:
    """A token with ten at its custodian, whose parties must be listed."""
    token = new_token(world, LISTED, minted=10)
    token.done(token.listing(token.custodian, listed=True))
    return token


@pytest.mark.parametrize("side", [
    clause_case("digitizer/transfer/takes-from-caller", 0),
    clause_case("digitizer/transfer/adds-to-destination", 1),
])
def test_transfer_moves_from_one_to_the_other(side: int, token: Token, verify: Verifier) -> None:
    """The amount is missed at the custodian and found at the destination."""
    destination = address()

    token.done(token.send(3, destination))

    found = (token.balance(token.custodian), token.balance(destination))[side]
    verify.equal(("custodian", "destination")[side], found, (7, 3)[side])


@clause("digitizer/transfer/keeps-supply")
def test_transfer_creates_nothing(token: Token, verify: Verifier) -> None:
    """Moving is neither minting nor burning."""
    token.done(token.send(3, address()))

    verify.equal("sum of the cap table", token.total(), 10)


@clause("digitizer/transfer/regulated-waits")
def test_regulated_transfer_waits(world: World, verify: Verifier) -> None:
    """Somebody has to agree first; until then nothing moves."""
    token, destination = new_token(world, REGULATED, minted=10), address()

    token.done(token.send(3, destination))

    waiting = [(row["to"].lower(), row["amount"]) for row in token.pending()]
    verify.equal("waiting", waiting, [(destination, "3")])
    found = (token.balance(token.custodian), token.balance(destination))
    verify.equal("custodian and destination", found, (10, 0))


@clause("digitizer/transfer/pending-event")
def test_waiting_transfer_is_announced(world: World, verify: Verifier) -> None:
    """Whoever has to decide hears of it."""
    token = new_token(world, REGULATED, minted=10)

    with listening(token.session, "txStatus") as status:
        uuid = token.done(token.send(3, address()))

        rows = status.of(uuid, PENDING_TRANSFER)
        verify.holds("a PendingTransferEvent comes", bool(rows), rows)


@clause("digitizer/transfer/not-whitelisted")
@pytest.mark.parametrize("unlisted", ["receiver", "sender"])
def test_unlisted_party_takes_no_part(unlisted: str, listed: Token, verify: Verifier) -> None:
    """Only vetted investors hold such a token, and only they give it on."""
    destination = address()
    listed.done(listed.listing(destination, listed=True))
    party = {"receiver": destination, "sender": listed.custodian}[unlisted]
    listed.done(listed.listing(party, listed=False))

    with listening(listed.session, "txStatus") as status:
        turn = listed.send(3, destination)
        verify.holds("it fails", fails(listed, turn, status), turn.text, turn)

    verify.equal("balance of the destination", listed.balance(destination), 0)


@clause("digitizer/transfer/paused-token")
def test_paused_token_is_not_moved(token: Token, verify: Verifier) -> None:
    """A pause is there to stop a theft."""
    token.done(token.switch("pause"))

    with listening(token.session, "txStatus") as status:
        turn = token.send(3, address())
        verify.holds("it fails", fails(token, turn, status), turn.text, turn)

    verify.equal("balance of the custodian", token.balance(token.custodian), 10)


@clause("digitizer/asset/paused-follows")
def test_paused_tells_the_state(token: Token, verify: Verifier) -> None:
    """False, true after a pause, false after a resume."""
    states = [token.read("paused")]
    token.done(token.switch("pause"))
    states.append(token.read("paused"))
    token.done(token.switch("resume"))
    states.append(token.read("paused"))

    verify.equal("paused", states, [False, True, False])


@pytest.mark.parametrize("call", [
    clause_case(f"digitizer/{call}/pausable-only", call) for call in ("pause", "resume")
])
def test_plain_token_is_not_paused(call: str, world: World, verify: Verifier) -> None:
    """isPausable says so beforehand."""
    token = new_token(world, PLAIN, minted=1)

    verify.equal("isPausable", token.read("isPausable"), False)
    with verify.unchanged(*holdings(token)):
        verify.refused(token.switch(call))


@clause("digitizer/resume/paused-only")
def test_running_token_is_not_resumed(token: Token, verify: Verifier) -> None:
    """Nothing is to be resumed that was not paused."""
    verify.equal("isPausable", token.read("isPausable"), True)
    with verify.unchanged(*holdings(token)):
        verify.refused(token.switch("resume"))


@pytest.mark.parametrize("side", [
    clause_case("digitizer/clawback/takes-from-address", 0),
    clause_case("digitizer/clawback/adds-to-owner", 1),
])
def test_clawback_moves_to_the_owner(side: int, token: Token, verify: Verifier) -> None:
    """Tokens in the wrong hands go back to the owner of the contract."""
    holder, owner = address(), token.read("issuerAddress")
    token.done(token.send(6, holder))

    token.done(token.claw_back(4, holder))

    found = (token.balance(holder), token.balance(owner))[side]
    verify.equal(("holder", "owner")[side], found, (2, 4)[side])


@clause("digitizer/clawback/own-tokens-only")
def test_foreign_contract_is_not_clawed_back(token: Token, verify: Verifier) -> None:
    """A contract of somebody else's gives nothing to this owner."""
    with verify.unchanged(*holdings(token)):
        verify.refused(token.session.call(
            "clawback", clawbackAddress=token.custodian, amount=1, contractAddress=NO_CONTRACT
        ))


@clause("digitizer/whitelist/enables")
def test_listed_party_receives(listed: Token, verify: Verifier) -> None:
    """Once on the list, an investor can hold the token."""
    destination = address()

    listed.done(listed.listing(destination, listed=True))
    listed.done(verify.succeeded(listed.send(3, destination)))

    verify.equal("balance of the destination", listed.balance(destination), 3)


@clause("digitizer/whitelist/disables")
def test_delisted_party_neither_receives_nor_sends(listed: Token, verify: Verifier) -> None:
    """What an investor holds stays where it is, and nothing is added."""
    destination = address()
    listed.done(listed.listing(destination, listed=True))
    listed.done(listed.listing(destination, listed=False))
    listed.done(listed.listing(listed.custodian, listed=False))

    with listening(listed.session, "txStatus") as status:
        sent = listed.send(1, destination)
        verify.holds("it fails", fails(listed, sent, status), sent.text, sent)

    found = (listed.balance(listed.custodian), listed.balance(destination))
    verify.equal("custodian and destination", found, (10, 0))


@clause("digitizer/whitelist/template-capability")
def test_other_tokens_have_no_list(token: Token, verify: Verifier) -> None:
    """Anybody may hold a plain token."""
    with verify.unchanged(*holdings(token)):
        verify.refused(token.listing(address(), listed=True))
