"""Transfers and requests for them from end to end: what moves, is listed and is booked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import lookup
from scenarios.products.moving import (
    AMOUNT,
    Purse,
    after,
    ask,
    asked,
    balances,
    booked,
    confirm,
    find,
    listed,
    new,
    purse,
    received,
    reject,
    selector,
    send,
    transfer_entries,
    waiting,
)
from scenarios.tickets.vocabulary import number


@pytest.fixture
def both(world: World) -> Purse:
    """Two customers, and a product that one pays the other."""
    return purse(world)


def back(both: Purse) -> Purse:
    """The same two the other way round."""
    return Purse(both.world, both.receiver, both.payer, both.product)


@clause("workflows/treasury/transfer-direct")
def test_transfer_reaches_the_default_account(both: Purse, verify: Verifier) -> None:
    """There and in part back again: every step takes here what it gives there."""
    before = balances(both)

    verify.succeeded(send(both))
    there = balances(both)
    turn = verify.succeeded(send(back(both), AMOUNT - 1))

    verify.equal("after the first transfer", there, after(before, AMOUNT), turn)
    verify.equal("after the second", balances(both), after(before, Decimal(1)), turn)


@clause("workflows/treasury/transfer-pending")
def test_waiting_transfer_moves_nothing_when_cancelled(both: Purse, verify: Verifier) -> None:
    """While it waits the amount is held; called off it is free, and cannot be confirmed."""
    before, known = balances(both), received(both)
    made = waiting(both)
    held = balances(both)

    verify.succeeded(both.payer.send("CancelTransferFunds", selector(both, made)))

    verify.equal("while it waits", held, (before[0], before[1] + AMOUNT, *before[2:]))
    verify.refused(both.payer.send("ConfirmTransferFunds", {}))
    verify.equal("afterwards", balances(both), before, *both.payer.turns[-1:])
    verify.equal("transfers received", received(both), known)


@clause("workflows/treasury/request-moves-nothing")
def test_asking_moves_nothing(both: Purse, verify: Verifier) -> None:
    """Asked for all there is, twice over, the payer still has it and may spend it."""
    everything = balances(both)[0]

    with verify.unchanged(*both.reads):
        verify.succeeded(ask(both, everything))
        ask(both, everything)

    verify.succeeded(send(both, everything))


@clause("workflows/treasury/confirm-moves-once")
def test_confirmed_request_is_paid_once(world: World, both: Purse, verify: Verifier) -> None:
    """However often and by whom it is confirmed, it is paid once; an equal one is paid apart."""
    code, before = asked(both), balances(both)
    verify.succeeded(confirm(both, code))
    confirm(both, code)
    confirm(both, code, world.operator)
    once = balances(both)

    turn = verify.succeeded(confirm(both, asked(both)))

    verify.equal("after the first request", once, after(before, AMOUNT), turn)
    verify.equal("after the second", balances(both), after(before, AMOUNT * 2), turn)


@clause("workflows/treasury/reject-ends-request")
def test_rejected_request_stays_rejected(both: Purse, verify: Verifier) -> None:
    """Refused and then confirmed: nothing moves. Asked anew it can be paid."""
    code = asked(both)
    with verify.unchanged(*both.reads):
        verify.succeeded(reject(both, code))
        verify.refused(confirm(both, code))
    before = balances(both)

    turn = verify.succeeded(confirm(both, asked(both)))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)


@clause("workflows/treasury/request-visible-while-pending")
def test_decided_requests_are_found_no_more(both: Purse, verify: Verifier) -> None:
    """Of three requests one is paid, one refused: the third is the only one to be found."""
    paid, refused, open_one = (asked(both, AMOUNT + step) for step in range(3))
    verify.succeeded(confirm(both, paid))
    verify.succeeded(reject(both, refused))

    found = {code: find(both, code).get("requestCode") for code in (paid, refused, open_one)}

    verify.equal("codes found", [code for code in found.values() if code], [open_one],
                 *both.receiver.turns[-3:])


@clause("workflows/treasury/transfer-conservation")
def test_nothing_is_lost_between_two_accounts(both: Purse, verify: Verifier) -> None:
    """Both together have what they had, and both lists tell the same of every way of paying."""
    before, known = balances(both), listed(both)
    verify.succeeded(send(both))
    verify.succeeded(send(back(both), AMOUNT * 3))
    verify.succeeded(confirm(both, asked(both, AMOUNT * 5)))

    now = balances(both)

    verify.equal("amounts and holds", now, after(before, AMOUNT * 3))
    here, there = (
        sorted((number(row, "amount"), lookup(row, "transferId")) for row in new(found, old))
        for found, old in zip(listed(both), known, strict=True)
    )
    verify.equal("new at the receiver", there, here, *both.payer.turns[-1:])
    verify.equal("amounts listed", [amount for amount, _ in here], [AMOUNT, AMOUNT * 5])


@clause("workflows/treasury/transfer-in-ledger")
def test_statements_show_every_transfer(both: Purse, verify: Verifier) -> None:
    """Sent or asked for, each transfer is one entry here and one there."""
    known = [len(transfer_entries(both, who)) for who in (both.payer, both.receiver)]
    verify.succeeded(send(both))
    verify.succeeded(confirm(both, asked(both, AMOUNT * 2)))

    paid, got = (transfer_entries(both, who) for who in (both.payer, both.receiver))

    verify.equal("(in, out) at the payer", sorted(booked(paid[:len(paid) - known[0]])),
                 [(0, AMOUNT), (0, AMOUNT * 2)], *both.payer.turns[-1:])
    verify.equal("(in, out) at the receiver", sorted(booked(got[:len(got) - known[1]])),
                 [(AMOUNT, 0), (AMOUNT * 2, 0)], *both.receiver.turns[-1:])
