"""Minting and burning: what is created, up to which cap, and what is destroyed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.digitizer.vocabulary import (
    PAUSABLE,
    PLAIN,
    UNIQUE,
    Token,
    address,
    fails,
    holdings,
    listening,
    new_token,
)


@pytest.fixture
def token(world: World) -> Token:
    """A token with ten at its custodian, and room for ten more."""
    return new_token(world, PAUSABLE, minted=10, cap=20)


@clause("digitizer/mint/returns-uuid")
def test_mint_returns_the_callers_uuid(token: Token, verify: Verifier) -> None:
    """The caller chooses the name under which the transaction is followed."""
    uuid = str(uuid4())

    turn = token.try_mint(1, uuid=uuid)

    verify.equal("uuid", turn.get("mint"), uuid, turn)


@clause("digitizer/mint/adds-to-custodian")
def test_minted_tokens_are_the_custodians(token: Token, verify: Verifier) -> None:
    """Whole tokens, all of them, at the address that was named."""
    custodian = address()

    token.mint(4, custodianAddress=custodian)

    verify.equal("balance", token.balance(custodian), 4)


@clause("digitizer/mint/adds-to-supply")
def test_minted_tokens_are_new(token: Token, verify: Verifier) -> None:
    """They are taken from nobody."""
    before = token.total()

    token.mint(4)

    verify.equal("sum of the cap table", token.total(), before + 4)


@clause("digitizer/mint/cap")
def test_cap_is_never_exceeded(token: Token, verify: Verifier) -> None:
    """Authorised shares are a promise to those who hold the issued ones."""
    with listening(token.session, "txStatus") as status:
        turn = token.try_mint(11)
        verify.holds("11 above 10 of 20 fail", fails(token, turn, status), turn.text, turn)

    verify.equal("sum of the cap table", token.total(), 10)
    token.mint(10)
    verify.equal("sum at the cap", token.total(), 20)


@clause("digitizer/mint/burn-frees-no-cap")
def test_burning_makes_no_room(token: Token, verify: Verifier) -> None:
    """The cap counts what was ever minted."""
    token.mint(10)
    token.done(token.burn(5))

    with listening(token.session, "txStatus") as status:
        turn = token.try_mint(1)
        verify.holds("one more fails", fails(token, turn, status), turn.text, turn)

    verify.equal("sum of the cap table", token.total(), 15)


@clause("digitizer/mint/over-cap")
def test_minting_too_much_is_told(token: Token, verify: Verifier) -> None:
    """At once or by an ErrorEvent, but not by silence."""
    with listening(token.session, "txStatus") as status:
        turn = token.try_mint(2_000_000_000)

        verify.holds("it fails", fails(token, turn, status), turn.text, turn)


@clause("digitizer/mint/paused-token")
def test_paused_token_is_not_minted(token: Token, verify: Verifier) -> None:
    """A pause stops everything that moves."""
    token.done(token.switch("pause"))

    with listening(token.session, "txStatus") as status:
        turn = token.try_mint(1)
        verify.holds("it fails", fails(token, turn, status), turn.text, turn)

    verify.equal("sum of the cap table", token.total(), 10)


@clause("digitizer/burn/takes-from-caller")
def test_burnt_tokens_are_the_callers(token: Token, verify: Verifier) -> None:
    """Nobody's tokens are burnt but one's own."""
    holder = address()
    token.done(token.send(3, holder))

    token.done(token.burn(2))

    verify.equal("custodian and holder", (token.balance(token.custodian), token.balance(holder)),
                 (5, 3))


@clause("digitizer/burn/takes-from-supply")
def test_burnt_tokens_are_gone(token: Token, verify: Verifier) -> None:
    """They are nobody's any more."""
    token.done(token.burn(2))

    verify.equal("sum of the cap table", token.total(), 8)


def _keys(call: str, token: Token, amount: int) -> dict[str, Any]:
    return {
        "mint": {"uuid": str(uuid4()), "custodianAddress": token.custodian},
        "transfer": {"destinationAddress": address()},
        "clawback": {"clawbackAddress": token.custodian},
        "burn": {},
    }[call] | {"amount": amount, "contractAddress": token.contract}


@pytest.mark.parametrize("amount", [0, -1])
@pytest.mark.parametrize("call", [
    clause_case(f"digitizer/{call}/positive-amount", call)
    for call in ("mint", "burn", "transfer", "clawback")
])
def test_amount_must_be_positive(call: str, amount: int, token: Token, verify: Verifier) -> None:
    """Minus one burnt would be one minted, and by whoever may burn."""
    with verify.unchanged(*holdings(token)):
        verify.refused(token.session.call(call, **_keys(call, token, amount)))


@pytest.mark.parametrize(("call", "template", "minted"), [
    clause_case("digitizer/mint/template-capability", "mint", UNIQUE, 0),
    clause_case("digitizer/burn/template-capability", "burn", UNIQUE, 0),
    clause_case("digitizer/clawback/template-capability", "clawback", PLAIN, 5),
])
def test_template_decides_what_can_be_done(call: str, template: str, minted: int, world: World,
                                           verify: Verifier) -> None:
    """A contract without the function cannot be asked for it."""
    token = new_token(world, template, minted=minted)

    with verify.unchanged(*holdings(token)):
        verify.refused(token.session.call(call, **_keys(call, token, 1)))
