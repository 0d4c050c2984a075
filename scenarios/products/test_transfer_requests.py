"""Requests for transfers: one asks, the other pays or does not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.products.moving import (
    ABSENT_CODE,
    AMOUNT,
    NOT_AUTHORISED,
    NOT_FOUND,
    Purse,
    after,
    ask,
    asked,
    balances,
    confirm,
    find,
    ids,
    listed,
    new,
    purse,
    reject,
)
from scenarios.tickets.events import listen, require_told

FRACTION = Decimal("3.5")


@pytest.fixture
def both(world: World) -> Purse:
    """Two customers: one will be asked to pay the other."""
    return purse(world)


@pytest.fixture
def stranger(world: World) -> Session:
    """A customer who has nothing to do with it."""
    return world.customer()


@pytest.mark.parametrize(
    "_",
    [clause_case("products/RequestTransferFunds/effect", ()),
     clause_case("products/RequestTransferFunds/found", ()),
     clause_case("products/RequestTransferFunds/moves-nothing", ())],
)
def test_request_waits_and_moves_nothing(both: Purse, verify: Verifier, _: object) -> None:
    """There is a request to be found by its code, and neither funds nor transfers have changed."""
    with verify.unchanged(*both.reads):
        turn = verify.succeeded(ask(both))

    found = verify.succeeded(find(both, turn["requestcode"]))
    verify.equal("(code, product, amount)",
                 (found["requestCode"], found["productId"], found["amount"]),
                 (turn["requestcode"], both.product, AMOUNT), turn, found)


@clause("products/RequestTransferFunds/fresh-code")
def test_each_request_has_a_code_of_its_own(both: Purse, verify: Verifier) -> None:
    """The code is all that names a request: two with one code, and the wrong one is paid."""
    codes = [asked(both) for _ in range(3)]

    verify.equal("different codes", len(set(codes)), 3, *both.receiver.turns[-3:])


@clause("products/RequestTransferFunds/roles")
def test_who_asks_receives_and_who_is_named_pays(both: Purse, verify: Verifier) -> None:
    """Read the other way round, a request would be a way to take money."""
    found = verify.succeeded(find(both, asked(both)))

    verify.equal(
        "(payer, its account, requestor, its account)",
        tuple(found[key] for key in (
            "payerUsername", "payerAccountId", "requestorUsername", "requestorAccountId")),
        (both.payer.username, both.payer.account_id,
         both.receiver.username, both.receiver.account_id), found)


@pytest.mark.parametrize(
    "_",
    [clause_case("products/ConfirmRequestTransferFunds/effect", ()),
     clause_case("products/ConfirmRequestTransferFunds/moves-funds", ()),
     clause_case("products/ConfirmRequestTransferFunds/operator-id", ())],
)
def test_payer_confirms_and_pays(both: Purse, verify: Verifier, _: object) -> None:
    """The amount has moved and is listed as a transfer; another request goes on waiting.

    A trader has no operator's number and sends 1 instead.
    """
    other, code, before, known = asked(both), asked(both), balances(both), listed(both)

    turn = verify.succeeded(confirm(both, code))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)
    here, there = (ids(new(found, old)) for found, old in zip(listed(both), known, strict=True))
    verify.equal("new transfers (of the payer, of both)", (len(here), there), (1, here), turn)
    verify.refused(find(both, code))
    verify.succeeded(find(both, other))


@clause("products/ConfirmRequestTransferFunds/events")
def test_both_sides_are_told_of_the_payment(both: Purse, verify: Verifier) -> None:
    """Each subscriber hears of its own position, as it reads afterwards."""
    code, (payer, receiver) = asked(both), both.tills()
    listen(payer)
    listen(receiver)

    verify.succeeded(confirm(both, code))

    require_told(verify, payer, "AccountPositionEvent")
    require_told(verify, receiver, "AccountPositionEvent")


@clause("products/ConfirmRequestTransferFunds/payer-only")
def test_requestor_cannot_pay_itself(world: World, both: Purse, verify: Verifier) -> None:
    """Otherwise anybody could take anything; an operator may decide for the payer."""
    code = asked(both)

    with verify.unchanged(*both.reads):
        verify.refused(confirm(both, code, both.receiver))

    before = balances(both)
    turn = verify.succeeded(confirm(both, code, world.operator))
    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)


@clause("products/ConfirmRequestTransferFunds/own-requests")
def test_stranger_cannot_confirm(both: Purse, stranger: Session, verify: Verifier) -> None:
    """A code that has leaked is not enough."""
    code = asked(both)

    with verify.unchanged(*both.reads):
        verify.refused(confirm(both, code, stranger), code=NOT_AUTHORISED)

    verify.succeeded(find(both, code))


@clause("products/ConfirmRequestTransferFunds/once")
def test_confirming_twice_pays_once(both: Purse, verify: Verifier) -> None:
    """A client that tries again after a lost reply must not pay again."""
    code, before = asked(both), balances(both)
    verify.succeeded(confirm(both, code))

    again = confirm(both, code)

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), again)


@pytest.mark.parametrize("known", [True, False], ids=["somebody else's", "unknown"])
@clause("products/ConfirmRequestTransferFunds/empty-code")
def test_code_is_empty_without_a_confirmation(
    both: Purse, stranger: Session, verify: Verifier, known: bool
) -> None:
    """A reply that carries the code would read as if the request had been paid."""
    code = asked(both) if known else ABSENT_CODE

    turn = verify.refused(confirm(both, code, stranger))

    verify.holds("requestcode is empty or absent", not turn.get("requestcode"), turn.text, turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("products/RejectRequestTransferFunds/effect", ()),
     clause_case("products/RejectRequestTransferFunds/moves-nothing", ()),
     clause_case("products/RejectRequestTransferFunds/no-longer-pending", ())],
)
def test_rejected_request_is_over(both: Purse, verify: Verifier, _: object) -> None:
    """Nothing moves and the request is found no more; another one goes on waiting."""
    other, code = asked(both), asked(both)

    with verify.unchanged(*both.reads):
        verify.succeeded(reject(both, code))

    verify.refused(find(both, code), code=NOT_FOUND)
    verify.refused(find(both, code, both.payer), code=NOT_FOUND)
    verify.succeeded(find(both, other))


@clause("products/RejectRequestTransferFunds/own-accounts")
def test_stranger_cannot_reject(both: Purse, stranger: Session, verify: Verifier) -> None:
    """Who is not asked has nothing to refuse."""
    code = asked(both)

    verify.refused(reject(both, code, stranger), code=NOT_AUTHORISED)

    verify.succeeded(find(both, code))
    verify.succeeded(confirm(both, code))


@clause("products/RejectRequestTransferFunds/operator-any")
def test_operator_rejects_any_request(world: World, both: Purse, verify: Verifier) -> None:
    """An operator ends a request that looks like a fraud."""
    code = asked(both)

    with verify.unchanged(*both.reads):
        verify.succeeded(reject(both, code, world.operator))

    verify.refused(find(both, code))


@clause("products/RejectRequestTransferFunds/final")
def test_rejected_request_cannot_be_confirmed(
    world: World, both: Purse, verify: Verifier
) -> None:
    """No is no, also for an operator who comes late."""
    code = asked(both)
    verify.succeeded(reject(both, code))

    with verify.unchanged(*both.reads):
        verify.refused(confirm(both, code))
        verify.refused(confirm(both, code, world.operator))


@pytest.mark.parametrize("decide", [confirm, reject])
@clause("products/GetRequestTransfer/pending-only")
def test_request_is_found_while_it_waits(
    both: Purse, verify: Verifier, decide: Callable[[Purse, str], Turn]
) -> None:
    """Before the decision it is there, afterwards it is not."""
    code = asked(both)
    verify.succeeded(find(both, code))

    verify.succeeded(decide(both, code))

    verify.refused(find(both, code), code=NOT_FOUND)


@clause("products/GetRequestTransfer/amount")
def test_amount_keeps_its_fraction(both: Purse, verify: Verifier) -> None:
    """Three and a half are asked for, three and a half are shown."""
    found = verify.succeeded(find(both, asked(both, FRACTION)))

    verify.equal("amount", found["amount"], FRACTION, found)


@clause("products/GetRequestTransfer/own")
def test_stranger_finds_nothing(both: Purse, stranger: Session, verify: Verifier) -> None:
    """Requestor and payer see the request, nobody else."""
    code = asked(both)

    verify.refused(find(both, code, stranger))

    verify.succeeded(find(both, code))
    verify.succeeded(find(both, code, both.payer))


@clause("products/GetRequestTransfer/operator-any")
def test_operator_finds_any_request(world: World, both: Purse, verify: Verifier) -> None:
    """Support finds what a customer asks about, without having a part in it."""
    code = asked(both)

    found = verify.succeeded(find(both, code, world.operator))

    verify.equal("requestCode", found["requestCode"], code, found)
