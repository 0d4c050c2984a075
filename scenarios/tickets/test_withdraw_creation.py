"""CreateWithdrawTicket and its deprecated twin: what is held, what is refused, for whom."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.limits import limit
from scenarios.tickets.vocabulary import (
    INVALID,
    NOT_AUTHORISED,
    NOT_SUPPORTED,
    Till,
    coin_till,
    done,
    fiat_till,
    field,
    figures,
    moved,
    number,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    LIMITS_REJECTED,
    again,
    ask,
    asked,
    codes,
    direct,
    served,
    status,
    total,
    withdrawals,
)


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@clause("tickets/CreateWithdrawTicket/effect")
def test_request_opens_one_ticket_and_holds_its_sum(
    world: World, till: Till, verify: Verifier
) -> None:
    """One ticket more; amount and fee are held; the older ticket and other customers stay."""
    older = asked(till)
    before = figures(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        ticket = asked(till)

    held = total(ticket)
    verify.equal("figures that moved", moved(before, figures(till)), {
        "hold": held, "pendingWithdraws": held,
    })
    verify.equal("codes", codes(withdrawals(till)), codes([older, ticket]))
    verify.equal("the older ticket", again(till, older), older)


@clause("tickets/CreateWithdrawTicket/events")
def test_hold_is_told(till: Till, verify: Verifier) -> None:
    """A trading program must hear that less is free to trade with."""
    listen(till)

    done(ask(till))

    require_told(verify, till, "AccountPositionEvent")


@clause("tickets/CreateWithdrawTicket/insufficient-balance")
def test_more_than_the_balance_is_refused(till: Till, verify: Verifier) -> None:
    """Nobody takes out what is not there; the refusal says why and leaves nothing behind."""
    beyond = figures(till)["amount"] + 1

    with verify.unchanged(*ticket_reads(till)):
        turn = ask(till, beyond)

        verify.refused(turn, code=INVALID)
        detail = str(turn.get("detail")).casefold()
        verify.equal("detail", detail, "insufficient balance", turn)


@clause("tickets/CreateWithdrawTicket/insufficient-balance")
def test_held_funds_cannot_be_withdrawn_again(till: Till, verify: Verifier) -> None:
    """Available is what is not held: a second withdrawal of all but a little finds too little."""
    most = figures(till)["amount"] - till.sum
    asked(till, most)

    with verify.unchanged(*ticket_reads(till)):
        turn = ask(till, till.sum + 1)

        verify.refused(turn, code=INVALID)


@clause("tickets/CreateWithdrawTicket/own-accounts")
def test_stranger_cannot_withdraw(rival: Session, till: Till, verify: Verifier) -> None:
    """A customer's money leaves on the customer's word only."""
    with verify.unchanged(*ticket_reads(till)):
        turn = ask(till, by=rival)

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("tickets/CreateWithdrawTicket/operator-any-account")
def test_operator_can_withdraw_for_a_customer(till: Till, verify: Verifier) -> None:
    """The back office pays out on a customer's written order."""
    before = codes(withdrawals(till))

    verify.succeeded(ask(till, by=till.world.operator))

    found = withdrawals(till)
    verify.equal("new tickets", len(codes(found) - before), 1)
    verify.equal("accounts", set(field(found, "accountId")), {till.account})


@clause("tickets/CreateWithdrawTicket/unique-code")
def test_each_ticket_has_a_code_of_its_own(
    world: World, till: Till, verify: Verifier
) -> None:
    """Two requests alike to the letter, and another customer's, are three withdrawals."""
    other = fiat_till(world, world.customer("second_trader"))

    turns = [done(ask(each)) for each in (till, till, other)]

    found = codes(withdrawals(till)[:2] + withdrawals(other)[:1])
    verify.equal("different codes", len(found), 3, *turns)


@pytest.mark.parametrize("make", [
    clause_case("tickets/CreateWithdrawTicket/crypto-and-fiat", fiat_till),
    clause_case("tickets/CreateWithdrawTicket/crypto-and-fiat", coin_till),
])
def test_both_kinds_of_product_can_be_withdrawn(
    world: World, verify: Verifier, make: Callable[[World], Till]
) -> None:
    """The same call pays out coins and money."""
    till = make(world)

    verify.succeeded(ask(till))

    found = withdrawals(till)
    verify.equal("(product, amount)", [
        (lookup(row, "assetId"), number(row, "amount")) for row in found[:1]
    ], [(till.product, till.sum)])


@clause("tickets/CreateWithdrawTicket/over-limit")
def test_withdrawal_beyond_the_limit_does_not_go_out(till: Till, verify: Verifier) -> None:
    """A customer of a low level takes out no more than the day allows, and the rest stays free."""
    limit(till, over_limit_rejected=True, dailyWithdrawLimit=till.sum * 3)
    asked(till)
    before = figures(till)

    turn = ask(till, till.sum * 3)

    newest = withdrawals(till)[:1] if turn.get("result") is True else []
    ended = [status(row) for row in newest]
    verify.holds("refused, or LimitsRejected", ended in ([], [LIMITS_REJECTED]), ended, turn)
    verify.equal("figures that moved", moved(before, figures(till)), {}, turn)
    verify.succeeded(ask(till, till.sum))


@clause("tickets/CreateWithdrawTicket/receipt-only")
def test_ticket_is_found_after_the_receipt(till: Till, verify: Verifier) -> None:
    """The receipt carries no ticket; the account's list and GetWithdrawTicket do."""
    turn = ask(till)

    verify.succeeded(turn)
    verify.holds("no code in the receipt", turn.get("requestCode") is None, turn.text, turn)
    row = withdrawals(till)[0]
    verify.equal("the ticket alone", again(till, row), row)


@clause("tickets/Withdraw/effect")
def test_old_call_opens_one_ticket(world: World, till: Till, verify: Verifier) -> None:
    """Where it is still served it does what its successor does, and to this account only."""
    before = figures(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(served(till))

    held = total(withdrawals(till)[0])
    verify.equal("figures that moved", moved(before, figures(till)), {
        "hold": held, "pendingWithdraws": held,
    })


@clause("tickets/Withdraw/events")
def test_old_call_is_told(till: Till, verify: Verifier) -> None:
    """The hold of the old call is told like that of the new one."""
    listen(till)

    verify.succeeded(served(till))

    require_told(verify, till, "AccountPositionEvent")


@clause("tickets/Withdraw/withdraws-or-unsupported")
def test_old_call_withdraws_or_says_it_is_gone(till: Till, verify: Verifier) -> None:
    """It leaves what CreateWithdrawTicket leaves, or code 106 and nothing at all."""
    start = figures(till)
    asked(till)
    middle = figures(till)

    turn = direct(till)

    code = turn.get("errorcode")
    verify.holds("it succeeds, or is not supported", code in (0, NOT_SUPPORTED), turn.text, turn)
    required = moved(start, middle) if code == 0 else {}
    verify.equal("figures that moved", moved(middle, figures(till)), required, turn)
    verify.equal("tickets", len(withdrawals(till)), 2 if code == 0 else 1, turn)


@clause("tickets/CreateWithdrawTicket/insufficient-balance")
def test_fee_counts_in_what_is_available(till: Till, verify: Verifier) -> None:
    """Amount and fee together are held, so together they must be there."""
    all_of_it = figures(till)["amount"]
    fee = number(asked(till), "feeAmt")
    free = all_of_it - till.sum - fee
    required = INVALID if fee > Decimal(0) else 0

    turn = ask(till, free)

    verify.equal("errorcode", turn.get("errorcode"), required, turn)
