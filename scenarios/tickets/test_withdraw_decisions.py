"""What operators decide about withdrawals: accept, confirm, pay, cancel, resubmit, update."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.vocabulary import (
    NOT_AUTHORISED,
    Row,
    Till,
    coin_till,
    done,
    fiat_till,
    figures,
    moved,
    number,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    ACCEPTED,
    ADMIN_PROCESSING,
    CANCELED,
    CONFIRMED,
    CONFIRMED_2FA,
    DELAYED,
    FAILED,
    FULLY_PROCESSED,
    MANUALLY_CONFIRMED,
    NEW,
    accepted,
    again,
    asked,
    cancel,
    change,
    code_of,
    confirmed,
    decide,
    failed,
    form_of,
    moved_to,
    paid,
    rejected,
    status_now,
    total,
    unconfirmed,
)

ACCEPT, CONFIRM = "AcceptWithdrawTicket", "MarkWithdrawTicketAsConfirmed"
PAY, CANCEL = "MarkWithdrawTicketAsFullyProcessed", "MarkWithdrawTicketAsCancelled"
RESUBMIT, GIVE_UP = "ResubmitFailedWithdrawTicket", "CancelFailedWithdrawTicket"
WAITING_AGAIN = frozenset({NEW, ADMIN_PROCESSING})
"""The approval queue: new, or with an operator already looking."""
GOES_OUT = frozenset({ACCEPTED, DELAYED})
"""Accepted, or waiting for the funds to be allocated."""
Make = Callable[[Till], Row]


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


def canceled(till: Till) -> Row:
    """A withdraw ticket that its owner took back."""
    ticket = asked(till)
    done(cancel(till, code_of(ticket)))
    return again(till, ticket)


@pytest.mark.parametrize(("call", "make", "required"), [
    clause_case(f"tickets/{ACCEPT}/effect", ACCEPT, confirmed, GOES_OUT),
    clause_case(f"tickets/{ACCEPT}/status-accepted", ACCEPT, confirmed, GOES_OUT),
    clause_case(f"tickets/{PAY}/effect", PAY, accepted, {FULLY_PROCESSED}),
    clause_case(f"tickets/{PAY}/status-processed", PAY, accepted, {FULLY_PROCESSED}),
    clause_case(f"tickets/{CANCEL}/effect", CANCEL, asked, CANCELED),
    clause_case(f"tickets/{CANCEL}/ends-withdrawal", CANCEL, accepted, CANCELED),
    clause_case(f"tickets/{RESUBMIT}/effect", RESUBMIT, failed, WAITING_AGAIN),
    clause_case(f"tickets/{RESUBMIT}/back-to-queue", RESUBMIT, failed, WAITING_AGAIN),
    clause_case(f"tickets/{GIVE_UP}/effect", GIVE_UP, failed, CANCELED),
    clause_case(f"tickets/{GIVE_UP}/status-canceled", GIVE_UP, failed, CANCELED),
])
def test_decision_moves_one_ticket(
    world: World, till: Till, verify: Verifier, call: str, make: Make, required: set[int]
) -> None:
    """The ticket named goes where the decision sends it; no other ticket, no other customer."""
    other, ticket = asked(till), make(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(decide(till, call, ticket))

    found = status_now(till, ticket)
    verify.holds(f"the status is one of {sorted(required)}", found in required, found)
    verify.equal("the other ticket", again(till, other), other)


@pytest.mark.parametrize(("call", "make"), [
    clause_case(f"tickets/{PAY}/events", PAY, accepted),
    clause_case(f"tickets/{CANCEL}/events", CANCEL, asked),
    clause_case(f"tickets/{GIVE_UP}/events", GIVE_UP, failed),
])
def test_decision_about_funds_is_told(
    till: Till, verify: Verifier, call: str, make: Make
) -> None:
    """Paid or freed: the owner's programs hear of it, as it then reads."""
    ticket = make(till)
    listen(till)

    done(decide(till, call, ticket))

    require_told(verify, till, "AccountPositionEvent")


@clause(f"tickets/{ACCEPT}/fiat-only")
def test_coins_are_not_accepted_by_hand(world: World, verify: Verifier) -> None:
    """Crypto withdrawals pass the services' checks, not an operator's hand."""
    till = coin_till(world)
    ticket = confirmed(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = decide(till, ACCEPT, ticket)

        verify.refused(turn)


@clause(f"tickets/{ACCEPT}/operators-only")
def test_owner_cannot_accept(till: Till, verify: Verifier) -> None:
    """Nobody waves through the own withdrawal."""
    ticket = confirmed(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = till.owner.call(
            ACCEPT, OMSId=till.oms, TicketId=lookup(ticket, "ticketNumber"))

        verify.refused(turn, code=NOT_AUTHORISED)


@pytest.mark.parametrize("make", [
    clause_case(f"tickets/{ACCEPT}/final-ticket", paid),
    clause_case(f"tickets/{ACCEPT}/final-ticket", canceled),
])
def test_finished_ticket_is_not_accepted(
    till: Till, verify: Verifier, make: Make
) -> None:
    """What is over stays over: accepting it again would pay twice, or against the owner's word."""
    ticket = make(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = decide(till, ACCEPT, ticket)

        verify.refused(turn)


@pytest.mark.parametrize("_", [
    clause_case(f"tickets/{CONFIRM}/effect", ()),
    clause_case(f"tickets/{CONFIRM}/stands-for-the-click", ()),
])
def test_operator_confirms_in_place_of_the_owner(
    world: World, verify: Verifier, _: object
) -> None:
    """The ticket that waits for the click waits no more; another of the same owner still does."""
    till, ticket = unconfirmed(world)
    other = asked(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(decide(till, CONFIRM, ticket))

    found = status_now(till, ticket)
    after = (CONFIRMED, MANUALLY_CONFIRMED, CONFIRMED_2FA)
    verify.holds(f"the status is one of {after}", found in after, found)
    verify.equal("the other ticket", again(till, other), other)


@clause(f"tickets/{CONFIRM}/moves-no-funds")
def test_confirmation_moves_no_funds(world: World, verify: Verifier) -> None:
    """A confirmed withdrawal is still only held, unless the status says it was sent by hand."""
    till, ticket = unconfirmed(world)
    before = figures(till)

    done(decide(till, CONFIRM, ticket))

    sent = status_now(till, ticket) == MANUALLY_CONFIRMED
    change = moved(before, figures(till))
    verify.holds("nothing moved, or the status is 21", sent or not change, change)


@clause(f"tickets/{CANCEL}/restores-position")
def test_cancelled_withdrawal_leaves_no_trace(till: Till, verify: Verifier) -> None:
    """All figures read as before the ticket."""
    before = figures(till)
    ticket = accepted(till)

    verify.succeeded(decide(till, CANCEL, ticket))

    verify.equal("the position", figures(till), before)


@pytest.mark.parametrize("call", [
    clause_case(f"tickets/{CANCEL}/no-way-back", ACCEPT),
    clause_case(f"tickets/{CANCEL}/no-way-back", PAY),
])
def test_cancelled_ticket_stays_cancelled(till: Till, verify: Verifier, call: str) -> None:
    """After the customer was told that nothing leaves, nothing leaves."""
    ticket = accepted(till)
    done(decide(till, CANCEL, ticket))

    with verify.unchanged(*ticket_reads(till)):
        turn = decide(till, call, ticket)

        verify.refused(turn)


@clause(f"tickets/{PAY}/debits-once")
def test_paid_withdrawal_is_debited_once(till: Till, verify: Verifier) -> None:
    """Amount and fee are gone, the hold is gone, and a second press of the button does nothing."""
    before = figures(till)
    ticket = accepted(till)
    done(decide(till, PAY, ticket))

    with verify.unchanged(*ticket_reads(till)):
        decide(till, PAY, ticket)

    verify.equal("figures that moved", moved(before, figures(till)), {
        "amount": -total(ticket), "totalDayWithdraws": number(ticket, "amount"),
    })


@pytest.mark.parametrize(("call", "make"), [
    clause_case(f"tickets/{RESUBMIT}/failed-only", RESUBMIT, asked),
    clause_case(f"tickets/{RESUBMIT}/failed-only", RESUBMIT, accepted),
    clause_case(f"tickets/{RESUBMIT}/failed-only", RESUBMIT, paid),
    clause_case(f"tickets/{RESUBMIT}/failed-only", RESUBMIT, rejected),
    clause_case(f"tickets/{GIVE_UP}/failed-only", GIVE_UP, asked),
    clause_case(f"tickets/{GIVE_UP}/failed-only", GIVE_UP, accepted),
    clause_case(f"tickets/{GIVE_UP}/failed-only", GIVE_UP, paid),
])
def test_only_a_failed_ticket_is_taken_up_again(
    till: Till, verify: Verifier, call: str, make: Make
) -> None:
    """These two calls mend failures; used on a sound ticket they would make one."""
    ticket = make(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = decide(till, call, ticket)

        verify.refused(turn)


@clause(f"tickets/{RESUBMIT}/after-correction")
def test_corrected_ticket_goes_back_to_the_queue(till: Till, verify: Verifier) -> None:
    """The page's own sequence: the payment bounced, the form is mended, it is tried again."""
    ticket = failed(till)
    mended = {**form_of(ticket), "Comment": "mended"}
    done(change(till, ticket, templateForm=mended))

    verify.succeeded(decide(till, RESUBMIT, ticket))

    found = again(till, ticket)
    verify.equal("the form", form_of(found), mended)
    verify.holds("it waits for approval", status_now(till, found) in WAITING_AGAIN, found)


@clause(f"tickets/{GIVE_UP}/resubmitted-too")
def test_ticket_that_failed_twice_can_be_given_up(till: Till, verify: Verifier) -> None:
    """A resubmitted ticket that failed again is no different from one that failed once."""
    ticket = failed(till)
    done(decide(till, RESUBMIT, ticket))
    done(decide(till, ACCEPT, ticket))
    moved_to(till, again(till, ticket), FAILED)

    verify.succeeded(decide(till, GIVE_UP, ticket))

    found = status_now(till, ticket)
    verify.holds("the status is cancelled", found in CANCELED, found)


@clause(f"tickets/{GIVE_UP}/releases-hold")
def test_given_up_withdrawal_frees_its_funds(till: Till, verify: Verifier) -> None:
    """The customer can spend again what could not be sent."""
    before = figures(till)
    ticket = failed(till)
    held = moved(before, figures(till))

    verify.succeeded(decide(till, GIVE_UP, ticket))

    verify.equal("held while it had failed", held.get("hold"), total(ticket))
    verify.equal("the position", figures(till), before)
