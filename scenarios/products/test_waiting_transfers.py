"""Transfers that wait for a confirmation: confirmed, cancelled, by whom."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn, lookup
from scenarios.products.moving import (
    AMOUNT,
    NOT_AUTHORISED,
    Purse,
    after,
    balances,
    ids,
    new,
    purse,
    received,
    selector,
    sent,
    transferred,
    waiting,
)
from scenarios.tickets.vocabulary import Row


@pytest.fixture
def both(world: World) -> Purse:
    """Two customers, and a product that one pays the other."""
    return purse(world)


def cancel(both: Purse, transfer: Row, by: Session | None = None) -> Turn:
    """Send CancelTransferFunds, in the payer's name unless somebody else is given."""
    return (by or both.payer).send("CancelTransferFunds", selector(both, transfer))


def released(before: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The balances without what the waiting transfer holds."""
    return (before[0], before[1] - AMOUNT, before[2], before[3])


@clause("products/CancelTransferFunds/effect")
def test_cancelled_transfer_does_not_happen(both: Purse, verify: Verifier) -> None:
    """Nothing moves, what was held is free, and the other waiting transfer goes on waiting."""
    other, made = waiting(both), waiting(both)
    before, known = balances(both), received(both)

    turn = verify.succeeded(cancel(both, made))

    verify.equal("amounts and holds", balances(both), released(before), turn)
    verify.holds("the other transfer is still listed",
                 lookup(other, "transferId") in ids(sent(both)), ids(sent(both)), turn)
    verify.equal("transfers received", received(both), known, turn)


@clause("products/CancelTransferFunds/own-accounts")
def test_nobody_cancels_a_foreign_transfer(
    world: World, both: Purse, verify: Verifier
) -> None:
    """Neither a stranger nor the one it goes to."""
    made, stranger = waiting(both), world.customer()

    with verify.unchanged(*both.reads):
        verify.refused(cancel(both, made, stranger), code=NOT_AUTHORISED)
        verify.refused(cancel(both, made, both.receiver), code=NOT_AUTHORISED)


@clause("products/CancelTransferFunds/operator-any")
def test_operator_cancels_any_transfer(world: World, both: Purse, verify: Verifier) -> None:
    """A customer who calls in time can be helped."""
    made = waiting(both)
    before = balances(both)

    turn = verify.succeeded(cancel(both, made, world.operator))

    verify.equal("amounts and holds", balances(both), released(before), turn)


@clause("products/CancelTransferFunds/executed")
def test_what_was_carried_out_stays(both: Purse, verify: Verifier) -> None:
    """Money that has arrived cannot be called back by its sender."""
    made = transferred(both)

    with verify.unchanged(*both.reads):
        verify.refused(cancel(both, made))


@clause("products/ConfirmTransferFunds/effect")
def test_confirmed_transfer_is_carried_out(both: Purse, verify: Verifier) -> None:
    """What was held has gone to the receiver, once, and is listed there."""
    made, before, known = waiting(both), balances(both), received(both)

    turn = verify.succeeded(both.payer.send("ConfirmTransferFunds", {}))

    moved = after(before, AMOUNT)
    verify.equal("amounts and holds", balances(both), released(moved), turn)
    verify.equal("new transfers received", ids(new(received(both), known)), ids([made]), turn)


@clause("products/ConfirmTransferFunds/own-transfers")
def test_nobody_confirms_a_foreign_transfer(
    world: World, both: Purse, verify: Verifier
) -> None:
    """A transfer that its sender has not confirmed must wait, whoever else confirms."""
    waiting(both)
    stranger = world.customer()

    with verify.unchanged(*both.reads):
        verify.refused(stranger.send("ConfirmTransferFunds", {}))
        verify.refused(both.receiver.send("ConfirmTransferFunds", {}))


@clause("products/ConfirmTransferFunds/nothing-pending")
def test_without_a_waiting_transfer_nothing_moves(both: Purse, verify: Verifier) -> None:
    """What has been carried out is not carried out again, whatever the answer says."""
    transferred(both)

    with verify.unchanged(*both.reads):
        turn = both.payer.send("ConfirmTransferFunds", {})

    verify.holds("there is an answer", turn.reply is not None, turn.text, turn)
