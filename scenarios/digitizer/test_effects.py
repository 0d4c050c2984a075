"""What every mutation on tokens changes, and that it changes nothing about other tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Turn
from scenarios.digitizer.vocabulary import (
    LISTED,
    PAUSABLE,
    PLAIN,
    REGULATED,
    Token,
    at_digitizer,
    definition,
    holdings,
    network_id,
    new_token,
    result,
    waiting_transfer,
)

BOB = f"0x{'b0' * 20}"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to a token of a template, and the balances and pause it leaves."""

    template: str
    prepare: Callable[[Token], Any]
    act: Callable[[Token, Any], Turn]
    custodian: int
    bob: int
    paused: bool = False
    afterwards: Callable[[Token, Verifier], None] = lambda token, verify: None


def _nothing(token: Token) -> None:
    """Nothing has to be prepared."""


def _paused(token: Token) -> None:
    token.done(token.switch("pause"))


def _waiting(token: Token) -> str:
    return waiting_transfer(token, 3, BOB)


def _at_bob(token: Token) -> None:
    token.done(token.send(4, BOB))


def _custodian_listed(token: Token) -> None:
    token.done(token.listing(token.custodian, listed=True))


def _bob_receives(token: Token, verify: Verifier) -> None:
    """A list shows in nothing but whom a transfer reaches."""
    token.done(verify.succeeded(token.send(2, BOB)))


DEEDS: dict[str, Deed] = {
    "mint": Deed(PLAIN, _nothing, lambda t, _: t.session.call(
        "mint", uuid=str(uuid4()), custodianAddress=BOB, amount=2, contractAddress=t.contract),
        10, 2),
    "burn": Deed(PLAIN, _nothing, lambda t, _: t.burn(3), 7, 0),
    "transfer": Deed(PLAIN, _nothing, lambda t, _: t.send(3, BOB), 7, 3),
    "clawback": Deed(PAUSABLE, _at_bob, lambda t, _: t.claw_back(4, BOB), 6, 0),
    "pause": Deed(PAUSABLE, _nothing, lambda t, _: t.switch("pause"), 10, 0, paused=True),
    "resume": Deed(PAUSABLE, _paused, lambda t, _: t.switch("resume"), 10, 0),
    "whitelist": Deed(LISTED, _custodian_listed, lambda t, _: t.listing(BOB, listed=True), 8, 2,
                      afterwards=_bob_receives),
    "allowTransfer": Deed(REGULATED, _waiting, lambda t, h: t.decide("allowTransfer", h), 7, 3),
    "rejectTransfer": Deed(REGULATED, _waiting, lambda t, h: t.decide("rejectTransfer", h), 10, 0),
}


@pytest.mark.parametrize(
    "call", [clause_case(f"digitizer/{call}/effect", call) for call in DEEDS]
)
def test_mutation_changes_what_it_says(call: str, world: World, verify: Verifier) -> None:
    """Two balances and the pause are as they must be, and the token beside it is as it was."""
    deed = DEEDS[call]
    token, other = (new_token(world, deed.template, minted=10) for _ in range(2))
    prepared = deed.prepare(token)

    with verify.unchanged(*holdings(other)):
        turn = verify.succeeded(deed.act(token, prepared))
        token.done(turn)
    deed.afterwards(token, verify)

    found = (token.balance(token.custodian), token.balance(BOB), token.read("paused"))
    verify.equal("custodian, other holder, paused", found,
                 (deed.custodian, deed.bob, deed.paused), turn)


@clause("digitizer/deploy/effect")
def test_deployed_token_is_there(world: World, verify: Verifier) -> None:
    """One more asset on the network, and those before it as they were."""
    session = at_digitizer(world)
    network = network_id(session)
    before = result(session.call("assets", networkId=network))

    turn = session.call("deploy", token=definition(world), networkId=network, template=PLAIN)

    after = result(session.call("assets", networkId=network))
    contract = str(result(turn)).lower()
    verify.equal("the new one", [r["address"].lower() for r in after if r not in before],
                 [contract], turn)
    verify.equal("the others", [r for r in after if r in before], before, turn)
