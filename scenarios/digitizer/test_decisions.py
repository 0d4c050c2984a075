"""Transfers of a regulated token: they wait, and are allowed or rejected once."""

from __future__ import annotations

import re

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.digitizer.vocabulary import (
    PLAIN,
    REGULATED,
    Token,
    address,
    holdings,
    listening,
    new_token,
    waiting_transfer,
)

HASH = re.compile(r"(0x)?[0-9A-Fa-f]{64}")
DECISIONS = ("allowTransfer", "rejectTransfer")


def decisions(rule: str) -> pytest.MarkDecorator:
    """One case for allowing and one for rejecting."""
    rows = [clause_case(f"digitizer/{call}/{rule}", call) for call in DECISIONS]
    return pytest.mark.parametrize("call", rows)


@pytest.fixture
def token(world: World) -> Token:
    """A regulated token with ten at its custodian."""
    return new_token(world, REGULATED, minted=10)


@clause("digitizer/allowTransfer/moves")
def test_allowed_transfer_moves(token: Token, verify: Verifier) -> None:
    """It is now what it would have been at once with another token."""
    destination = address()
    pending_hash = waiting_transfer(token, 3, destination)

    token.done(token.decide("allowTransfer", pending_hash))

    found = (token.balance(token.custodian), token.balance(destination))
    verify.equal("custodian and destination", found, (7, 3))


@clause("digitizer/rejectTransfer/moves-nothing")
def test_rejected_transfer_moves_nothing(token: Token, verify: Verifier) -> None:
    """It is as if it had never been asked for."""
    destination = address()
    pending_hash = waiting_transfer(token, 3, destination)

    with verify.unchanged(*holdings(token)):
        token.done(token.decide("rejectTransfer", pending_hash))

    verify.equal("balance of the destination", token.balance(destination), 0)


@pytest.mark.parametrize(("call", "kind"), [
    clause_case("digitizer/allowTransfer/status-type", "allowTransfer", "transferAllowed"),
    clause_case("digitizer/rejectTransfer/status-type", "rejectTransfer", "transferRejected"),
])
def test_status_tells_the_decision(call: str, kind: str, token: Token, verify: Verifier) -> None:
    """Who asked for the transfer hears what became of it."""
    pending_hash = waiting_transfer(token, 3, address())

    with listening(token.session, "txStatus") as status:
        uuid = token.done(token.decide(call, pending_hash))

        kinds = {row["type"] for row in status.of(uuid)}
    verify.equal("type", kinds, {kind})


@decisions("leaves-list")
def test_decided_transfer_waits_no_longer(call: str, token: Token, verify: Verifier) -> None:
    """The list holds what is to be decided, and nothing else."""
    decided, other = (waiting_transfer(token, n, address()) for n in (3, 4))

    token.done(token.decide(call, decided))

    verify.equal("waiting", [row["pendingHash"] for row in token.pending()], [other])


@decisions("only-once")
@pytest.mark.parametrize("second", DECISIONS)
def test_second_decision_fails(call: str, second: str, token: Token, verify: Verifier) -> None:
    """A transfer allowed twice would move twice."""
    pending_hash = waiting_transfer(token, 3, address())
    token.done(token.decide(call, pending_hash))

    with verify.unchanged(*holdings(token)):
        verify.refused(token.decide(second, pending_hash))


@decisions("template-capability")
def test_plain_token_has_nothing_to_decide(call: str, world: World, token: Token,
                                           verify: Verifier) -> None:
    """Not even the hash of a transfer that waits elsewhere opens anything."""
    plain, foreign = new_token(world, PLAIN, minted=10), waiting_transfer(token, 3, address())

    with verify.unchanged(*holdings(plain), *holdings(token)):
        verify.refused(plain.decide(call, foreign))


@clause("digitizer/pendingTransfers/hash-unique")
def test_every_transfer_has_its_own_hash(token: Token, verify: Verifier) -> None:
    """Two transfers alike in everything are still told apart."""
    destination = address()
    token.done(token.send(1, destination))
    token.done(token.send(1, destination))

    hashes = [row["pendingHash"] for row in token.pending()]

    verify.holds("each is a hash of 32 bytes", all(map(HASH.fullmatch, hashes)), hashes)
    verify.equal("different hashes", len(set(hashes)), 2)


@clause("digitizer/pendingTransfers/same-asset")
def test_list_is_about_one_token(world: World, token: Token, verify: Verifier) -> None:
    """Transfers of other tokens stand in their own lists."""
    waiting_transfer(new_token(world, REGULATED, minted=5), 2, address())
    waiting_transfer(token, 3, address())

    found = [row["assetId"].lower() for row in token.pending()]

    verify.equal("assetId", found, [token.contract.lower()])
