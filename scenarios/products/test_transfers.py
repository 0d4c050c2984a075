"""Transfers: who may send, what moves and where it shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.contract.payload import parse_json
from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.accounts.vocabulary import position
from scenarios.products.moving import (
    AMOUNT,
    NOT_AUTHORISED,
    Purse,
    after,
    balances,
    booked,
    ids,
    listed,
    new,
    purse,
    received,
    selector,
    send,
    sent,
    transfer_entries,
    transferred,
)
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.vocabulary import number
from scenarios.users.vocabulary import colleague_of

ABSENT_NAME = "conformance-nobody-has-this-name"
FEATURES = ("transferId", "productId", "amount", "senderAccountId", "receiverAccountId")


@pytest.fixture
def both(world: World) -> Purse:
    """Two customers, and a product that one pays the other."""
    return purse(world)


def features(row: Any) -> dict[str, Any]:
    """What a transfer is: number, product, amount, and the accounts at its ends."""
    return {key: lookup(row, key) for key in FEATURES}


@clause("products/TransferFunds/effect")
def test_amount_goes_from_one_account_to_the_other(both: Purse, verify: Verifier) -> None:
    """The payer has less, the receiver as much more, and both lists show it, once."""
    before, known = balances(both), listed(both)

    turn = verify.succeeded(send(both))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)
    here, there = ([features(row) for row in new(found, old)]
                   for found, old in zip(listed(both), known, strict=True))
    verify.equal("new rows at the receiver", there, here, turn)
    made = [tuple(row.values())[1:] for row in here]
    verify.equal("(product, amount, sender, receiver)", made, [
        (both.product, AMOUNT, both.payer.account_id, both.receiver.account_id)], turn)


@clause("products/TransferFunds/events")
def test_both_sides_are_told_of_their_new_position(both: Purse, verify: Verifier) -> None:
    """Each subscriber hears of its own position, as it reads afterwards."""
    payer, receiver = both.tills()
    listen(payer)
    listen(receiver)

    verify.succeeded(send(both))

    require_told(verify, payer, "AccountPositionEvent")
    require_told(verify, receiver, "AccountPositionEvent")


@clause("products/TransferFunds/default-account")
def test_only_the_default_account_receives(
    world: World, both: Purse, verify: Verifier
) -> None:
    """A receiver with several accounts gets it in the default one: no key names another."""
    second = world.customer()
    verify.succeeded(world.operator.call(
        "AddUserAccount", OMSId=world.oms_id, UserId=both.receiver.user_id,
        AccountId=second.account_id,
    ))
    before, elsewhere = balances(both), position(second, second.account_id, both.product)

    turn = verify.succeeded(send(both))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)
    verify.equal("the other account", position(second, second.account_id, both.product),
                 elsewhere, turn)


@clause("products/TransferFunds/associated")
def test_nobody_sends_from_a_foreign_account(
    world: World, both: Purse, verify: Verifier
) -> None:
    """Neither the receiver helps itself, nor does a stranger send."""
    stranger = world.customer()

    with verify.unchanged(*both.reads):
        verify.refused(send(both, by=both.receiver), code=NOT_AUTHORISED)
        verify.refused(send(both, by=stranger), code=NOT_AUTHORISED)


@clause("products/TransferFunds/associated")
def test_linked_user_may_send(world: World, both: Purse, verify: Verifier) -> None:
    """Whoever shares the account may use it."""
    colleague, before = colleague_of(world, both.payer), balances(both)

    turn = verify.succeeded(send(both, by=colleague))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)


@clause("products/TransferFunds/operator-any")
def test_operator_sends_from_any_account(world: World, both: Purse, verify: Verifier) -> None:
    """An operator corrects what went to the wrong customer."""
    before = balances(both)

    turn = verify.succeeded(send(both, by=world.operator))

    verify.equal("amounts and holds", balances(both), after(before, AMOUNT), turn)


@clause("products/TransferFunds/insufficient")
def test_more_than_there_is_does_not_move(both: Purse, verify: Verifier) -> None:
    """Not even in part: one smallest unit above the balance is refused, all of it goes."""
    available = balances(both)[0] - balances(both)[1]

    with verify.unchanged(*both.reads):
        verify.refused(send(both, available + Decimal("0.01")))

    before = balances(both)
    turn = verify.succeeded(send(both, available))
    verify.equal("amounts and holds", balances(both), after(before, available), turn)


@clause("products/TransferFunds/insufficient")
def test_what_is_held_cannot_be_sent(world: World, both: Purse, verify: Verifier) -> None:
    """Funds behind an order or a withdrawal are not there to be given away."""
    held = balances(both)[0] - AMOUNT
    verify.succeeded(world.operator.call(
        "AddAccountHold", omsId=world.oms_id, accountId=both.payer.account_id,
        assetId=both.product, amount=held,
    ))

    with verify.unchanged(*both.reads):
        verify.refused(send(both, AMOUNT + 1))

    verify.succeeded(send(both))


@pytest.mark.parametrize(
    "wrong",
    [clause_case("products/TransferFunds/positive", {"amount": Decimal(0)}),
     clause_case("products/TransferFunds/positive", {"amount": Decimal("-12.25")}),
     clause_case("products/TransferFunds/unknown-receiver", {"ReceiverUserName": ABSENT_NAME})],
)
def test_senseless_transfer_is_refused(
    both: Purse, verify: Verifier, wrong: dict[str, Any]
) -> None:
    """Nothing, less than nothing, or to nobody: a negative transfer would be a theft."""
    with verify.unchanged(*both.reads):
        verify.refused(send(both, **wrong))


@clause("products/TransferFunds/listed")
def test_transfer_is_listed_at_its_sender(both: Purse, verify: Verifier) -> None:
    """The list is the only place where a sender finds a transfer's number."""
    known = sent(both)

    turn = verify.succeeded(send(both, Notes="for lunch"))

    shown = [(lookup(row, "receiverUserName"), number(row, "amount"), lookup(row, "notes"))
             for row in new(sent(both), known)]
    verify.equal("(receiver, amount, notes)", shown,
                 [(both.receiver.username, AMOUNT, "for lunch")], turn)


@clause("products/TransferFunds/transactions")
def test_each_side_books_one_entry(both: Purse, verify: Verifier) -> None:
    """Out of one statement, into the other; both entries say that it was a transfer."""
    known = [len(transfer_entries(both, who)) for who in (both.payer, both.receiver)]

    turn = verify.succeeded(send(both))

    paid = transfer_entries(both, both.payer)
    got = transfer_entries(both, both.receiver)
    entries = (booked(paid[:len(paid) - known[0]]), booked(got[:len(got) - known[1]]))
    verify.equal("(in, out) of the new entries", entries,
                 ([(Decimal(0), AMOUNT)], [(AMOUNT, Decimal(0))]), turn)


@clause("products/TransferFunds/detail-id")
def test_receipt_tells_the_number(both: Purse, verify: Verifier) -> None:
    """Without it a sender would have to guess which of the listed transfers is the new one."""
    known = sent(both)

    turn = verify.succeeded(send(both))

    detail = turn.get("detail")
    told = parse_json(detail) if isinstance(detail, str) and detail.startswith("{") else {}
    verify.equal("TransferId in detail", [lookup(told, "TransferId")],
                 ids(new(sent(both), known)), turn)


@clause("products/GetTransfer/agrees")
def test_single_transfer_reads_as_in_the_list(both: Purse, verify: Verifier) -> None:
    """The short way and the long way show the same."""
    made = [transferred(both, AMOUNT + step) for step in range(2)]

    found = [verify.succeeded(both.payer.send("GetTransfer", selector(both, row))).value
             for row in made]

    verify.equal("transfers", found, made, *both.payer.turns[-2:])


@clause("products/GetTransfer/own")
def test_foreign_transfer_cannot_be_read(world: World, both: Purse, verify: Verifier) -> None:
    """Whom somebody pays is nobody else's business: not by the account, not by the number."""
    stranger, made = world.customer(), transferred(both)
    claimed = {**selector(both, made), "AccountId": stranger.account_id}

    by_account = stranger.send("GetTransfer", selector(both, made))
    by_number = stranger.send("GetTransfer", claimed)

    verify.refused(by_account, code=NOT_AUTHORISED)
    verify.refused(by_number)


@clause("products/GetTransfer/operator-any")
def test_operator_reads_any_transfer(world: World, both: Purse, verify: Verifier) -> None:
    """Support sees what the customer sees."""
    made = transferred(both)

    turn = verify.succeeded(world.operator.send("GetTransfer", selector(both, made)))

    verify.equal("the transfer", turn.value, made, turn)


@pytest.mark.parametrize(
    ("call", "key", "place"),
    [clause_case("products/GetTransfers/sender", "GetTransfers", "senderAccountId", 0),
     clause_case("products/GetTransfersReceived/receiver", "GetTransfersReceived",
                 "receiverAccountId", 1)],
)
def test_list_is_of_one_account_and_one_direction(
    both: Purse, verify: Verifier, call: str, key: str, place: int
) -> None:
    """Sent is sent and received is received, although the account has both."""
    back = Purse(both.world, both.receiver, both.payer, both.product)
    made = (transferred(both), transferred(back))

    turn = verify.succeeded(both.payer.send(call, both.of_payer))

    verify.equal(key, {lookup(row, key) for row in turn.value}, {both.payer.account_id}, turn)
    found = ids(turn.value)
    shown = [lookup(row, "transferId") in found for row in made]
    verify.equal("(sent, received) listed", shown, [place == 0, place == 1], turn)


@clause("products/GetTransfersReceived/mirror")
def test_receiver_sees_what_the_sender_sees(both: Purse, verify: Verifier) -> None:
    """Each transfer stands once in the receiver's list, with the same number, product, amount."""
    made = [features(transferred(both, AMOUNT + step)) for step in range(3)]

    found = [features(row) for row in received(both)]

    verify.equal("times that each is listed", [found.count(row) for row in made], [1, 1, 1],
                 *both.receiver.turns[-1:])
