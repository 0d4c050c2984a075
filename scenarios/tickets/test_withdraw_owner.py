"""What the owner of a withdrawal can do: take it back, or confirm it by the mailed code."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.vocabulary import (
    ABSENT_CODE,
    FAILED,
    NOT_AUTHORISED,
    NOT_FOUND,
    Till,
    done,
    fiat_till,
    figures,
    moved,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    CONFIRMED_2FA,
    PENDING_2FA,
    USER_CANCELED,
    again,
    asked,
    awaiting_click,
    cancel,
    click,
    code_of,
    listed,
    paid,
    status_now,
    total,
)


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@clause("tickets/CancelWithdraw/effect")
def test_cancel_ends_one_withdrawal(world: World, till: Till, verify: Verifier) -> None:
    """The ticket ends as cancelled by its owner; the other one and other customers stay."""
    other, ticket = asked(till), asked(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(cancel(till, code_of(ticket)))

    verify.equal("Status", status_now(till, ticket), USER_CANCELED)
    verify.equal("the other ticket", again(till, other), other)


@clause("tickets/CancelWithdraw/events")
def test_freed_funds_are_told(till: Till, verify: Verifier) -> None:
    """Whoever trades by events learns at once that the money is free again."""
    ticket = asked(till)
    listen(till)

    done(cancel(till, code_of(ticket)))

    require_told(verify, till, "AccountPositionEvent")


@clause("tickets/CancelWithdraw/own-only")
def test_stranger_cannot_cancel(rival: Session, till: Till, verify: Verifier) -> None:
    """Knowing a code is not enough: the withdrawal must be one's own."""
    ticket = asked(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = cancel(till, code_of(ticket), by=rival)

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("tickets/CancelWithdraw/own-only")
def test_strangers_code_names_nothing_in_own_account(
    rival: Session, till: Till, verify: Verifier
) -> None:
    """With one's own account and somebody else's code there is nothing to cancel."""
    ticket = asked(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = cancel(till.by(rival), code_of(ticket))

        verify.refused(turn)


@clause("tickets/CancelWithdraw/unknown-code")
def test_unknown_code_cancels_nothing(till: Till, verify: Verifier) -> None:
    """The refusal says that there is no such withdrawal, by one of two codes."""
    asked(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = cancel(till, ABSENT_CODE)

        verify.refused(turn)
    code = turn.get("errorcode")
    verify.holds("errorcode is 101 or 104", code in (FAILED, NOT_FOUND), turn.text, turn)


@clause("tickets/CancelWithdraw/processed")
def test_paid_withdrawal_cannot_be_cancelled(till: Till, verify: Verifier) -> None:
    """The money has left; a cancel now would pay it a second time."""
    ticket = paid(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = cancel(till, code_of(ticket))

        verify.refused(turn)


@clause("tickets/CancelWithdraw/releases-hold")
def test_cancel_frees_what_was_held(till: Till, verify: Verifier) -> None:
    """Hold and pending fall by this ticket's sum and no more; the amount never moved."""
    asked(till)
    ticket = asked(till)
    before = figures(till)

    verify.succeeded(cancel(till, code_of(ticket)))

    freed = -total(ticket)
    verify.equal("figures that moved", moved(before, figures(till)), {
        "hold": freed, "pendingWithdraws": freed,
    })


@clause("tickets/CancelWithdraw/code-from-get-withdraws")
def test_code_of_the_list_cancels(till: Till, verify: Verifier) -> None:
    """The code that GetWithdraws prints is the one to cancel by."""
    asked(till)
    row = listed(till)[0]

    turn = cancel(till, str(lookup(row, "withdrawCode")))

    verify.succeeded(turn)
    verify.equal("TicketStatus", lookup(listed(till)[0], "TicketStatus"), USER_CANCELED, turn)


@pytest.mark.parametrize("_", [
    clause_case("tickets/ConfirmWithdraw/effect", ()),
    clause_case("tickets/ConfirmWithdraw/leaves-pending2fa", ()),
])
def test_right_code_confirms_one_withdrawal(
    world: World, verify: Verifier, _: object
) -> None:
    """The click lets this withdrawal go on: no other ticket, no funds, nobody else's account."""
    till, ticket, code = awaiting_click(world)
    other, before = asked(till), figures(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(click(till, code))

    verify.equal("Status", status_now(till, ticket), CONFIRMED_2FA)
    verify.equal("the other ticket", again(till, other), other)
    verify.equal("figures that moved", moved(before, figures(till)), {})


@clause("tickets/ConfirmWithdraw/wrong-code")
def test_wrong_code_confirms_nothing(world: World, verify: Verifier) -> None:
    """The code stands between a stolen password and the money."""
    till, ticket, _ = awaiting_click(world)

    with verify.unchanged(*ticket_reads(till)):
        turn = click(till, ABSENT_CODE)

        verify.refused(turn)
    verify.equal("Status", status_now(till, ticket), PENDING_2FA)


@clause("tickets/ConfirmWithdraw/wrong-code")
def test_code_with_another_user_confirms_nothing(
    world: World, rival: Session, verify: Verifier
) -> None:
    """User and code belong together: with another user's id the right code is wrong."""
    till, _, code = awaiting_click(world)

    with verify.unchanged(*ticket_reads(till)):
        turn = world.anonymous.call("ConfirmWithdraw", UserId=rival.user_id, VerifyCode=code)

        verify.refused(turn)


@clause("tickets/ConfirmWithdraw/repeatable")
def test_second_click_changes_nothing(world: World, verify: Verifier) -> None:
    """Mail programs open links twice; the withdrawal is confirmed once."""
    till, ticket, code = awaiting_click(world)
    done(click(till, code))
    before = figures(till)

    click(till, code)

    verify.equal("Status", status_now(till, ticket), CONFIRMED_2FA)
    verify.equal("figures that moved", moved(before, figures(till)), {})
