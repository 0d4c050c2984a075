"""What operators decide about deposits, and the deprecated Deposit: when money counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import lookup
from scenarios.tickets.depositing import (
    ACCEPTED,
    ADMIN_PROCESSING,
    FULLY_PROCESSED,
    accepted,
    again,
    announced,
    arrived,
    change,
    changed,
    credit,
    credits,
    direct,
    served,
    status,
)
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.vocabulary import (
    ABSENT_CODE,
    NOT_SUPPORTED,
    Till,
    done,
    fiat_till,
    figures,
    moved,
    number,
    others_reads,
    ticket_reads,
)

FEE = Decimal(3)
EVENTS = ("AccountPositionEvent", "PendingDepositUpdate")


@pytest.fixture
def till(world: World) -> Till:
    """A customer who brings a national currency."""
    return fiat_till(world)


@clause("tickets/UpdateDepositTicket/effect")
def test_update_changes_one_ticket(world: World, till: Till, verify: Verifier) -> None:
    """The ticket that is named changes; the customer's other one and everybody else's stay."""
    other, ticket = announced(till), announced(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(change(till, ticket, Status=ADMIN_PROCESSING))

    verify.equal("Status", status(again(till, ticket)), ADMIN_PROCESSING)
    verify.equal("the other ticket", again(till, other), other)


@clause("tickets/UpdateDepositTicket/events")
def test_rejection_is_told(till: Till, verify: Verifier) -> None:
    """A customer who waits for money hears when it will not come."""
    announced(till)
    ticket = announced(till)
    listen(till)

    done(change(till, ticket, Status=3))

    require_told(verify, till, *EVENTS)


@clause("tickets/UpdateDepositTicket/changes-visible")
def test_changed_terms_read_back_changed(till: Till, verify: Verifier) -> None:
    """The operator writes down what really arrived, and that is what everybody reads."""
    ticket = announced(till)
    wanted = {"amount": till.sum + 30, "feeAmt": FEE}

    done(change(till, ticket, **wanted))

    found = again(till, ticket)
    verify.equal("amount and feeAmt", {key: number(found, key) for key in wanted}, wanted)


@clause("tickets/UpdateDepositTicket/identity-fixed")
def test_update_gives_no_other_name(till: Till, verify: Verifier) -> None:
    """Through every change the ticket keeps the code and number it was given."""
    ticket = announced(till)

    done(change(till, ticket, amount=till.sum * 2, Status=ADMIN_PROCESSING))

    found = again(till, ticket)
    names = ("requestCode", "ticketNumber")
    verify.equal(
        "code and number", [lookup(found, key) for key in names],
        [lookup(ticket, key) for key in names])


@pytest.mark.parametrize("key", ["requestCode", "ticketNumber"])
@clause("tickets/UpdateDepositTicket/identity-fixed")
def test_one_name_cannot_be_exchanged_for_another(
    till: Till, verify: Verifier, key: str
) -> None:
    """A request whose code and number belong to different tickets changes neither."""
    ticket, other = announced(till), announced(till)
    mixed = changed(ticket, feeAmt=FEE, **{key: lookup(other, key)})

    with verify.unchanged(*ticket_reads(till)):
        turn = till.world.operator.send("UpdateDepositTicket", mixed)

        verify.refused(turn)


@clause("tickets/UpdateDepositTicket/identity-fixed")
def test_code_that_names_no_ticket_changes_nothing(till: Till, verify: Verifier) -> None:
    """The code is not a value to be overwritten."""
    ticket = announced(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = change(till, ticket, requestCode=ABSENT_CODE)

        verify.refused(turn)


@clause("tickets/UpdateDepositTicket/status-five-credits")
def test_status_five_credits_like_the_mark(till: Till, verify: Verifier) -> None:
    """Whichever way the operator closes a deposit, the customer ends with the same money."""
    marked, updated = accepted(till), accepted(till)
    start = figures(till)
    done(credit(till, marked))
    middle = figures(till)

    done(change(till, updated, Status=FULLY_PROCESSED))

    by_update, by_mark = moved(middle, figures(till)), moved(start, middle)
    verify.equal("what the update moved", by_update, by_mark)
    verify.equal("what it credited", by_update.get("amount"), till.sum)


@clause("tickets/UpdateDepositTicket/fiat-only")
def test_coin_deposit_is_not_changed_by_hand(world: World, verify: Verifier) -> None:
    """A crypto deposit is what the chain says; nobody edits it."""
    till, ticket = arrived(world)

    with verify.unchanged(*ticket_reads(till)):
        turn = change(till, ticket, amount=till.sum * 100)

        verify.refused(turn)


@clause("tickets/MarkDepositTicketAsFullyProcessed/effect")
def test_mark_credits_one_ticket(world: World, till: Till, verify: Verifier) -> None:
    """Its amount, less the fee, is in the account; the other ticket still waits."""
    other, ticket = announced(till), announced(till)
    done(change(till, ticket, Status=ACCEPTED, feeAmt=FEE))
    before = figures(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(credit(till, ticket))

    verify.equal("figures that moved", moved(before, figures(till)), {
        "amount": till.sum - FEE, "pendingDeposits": -till.sum, "totalDayDeposits": till.sum,
    })
    verify.equal("the other ticket", again(till, other), other)
    verify.equal("deposits listed", [number(row, "amount") for row in credits(till)], [till.sum])


@clause("tickets/MarkDepositTicketAsFullyProcessed/events")
def test_credit_is_told(till: Till, verify: Verifier) -> None:
    """A trader who waits for money can trade on the word of the events."""
    announced(till)
    ticket = accepted(till)
    listen(till)

    done(credit(till, ticket))

    require_told(verify, till, *EVENTS)


@clause("tickets/MarkDepositTicketAsFullyProcessed/status-processed")
def test_marked_ticket_is_closed(till: Till, verify: Verifier) -> None:
    """The ticket reads as fully processed, for the customer and for the next operator."""
    ticket = accepted(till)

    verify.succeeded(credit(till, ticket))

    verify.equal("Status", status(again(till, ticket)), FULLY_PROCESSED)


@clause("tickets/MarkDepositTicketAsFullyProcessed/credits-once")
def test_second_mark_credits_nothing(till: Till, verify: Verifier) -> None:
    """Two operators press the same button; the customer is paid once."""
    ticket = accepted(till)
    before = figures(till)["amount"]
    done(credit(till, ticket))

    with verify.unchanged(*ticket_reads(till)):
        credit(till, ticket)

    verify.equal("amount credited", figures(till)["amount"] - before, till.sum)


@clause("tickets/Deposit/effect")
def test_direct_deposit_credits_one_account(
    world: World, till: Till, verify: Verifier
) -> None:
    """Where it is still served, the account has the amount at once, and no other account."""
    before = figures(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(served(till))

    verify.equal("amount credited", moved(before, figures(till)).get("amount"), till.sum)


@clause("tickets/Deposit/events")
def test_direct_deposit_is_told(till: Till, verify: Verifier) -> None:
    """Money that comes by the old way is told like any other."""
    listen(till)

    verify.succeeded(served(till))

    require_told(verify, till, "AccountPositionEvent")


@clause("tickets/Deposit/credits-or-unsupported")
def test_direct_deposit_credits_or_says_it_is_gone(till: Till, verify: Verifier) -> None:
    """A success without money would be the worst answer of a call that is no longer used."""
    before = figures(till)["amount"]

    turn = direct(till)

    credited = figures(till)["amount"] - before
    code = turn.get("errorcode")
    verify.holds("it succeeds, or is not supported", code in (0, NOT_SUPPORTED), turn.text, turn)
    required = till.sum if code == 0 else Decimal(0)
    verify.equal("amount credited", credited, required, turn)

