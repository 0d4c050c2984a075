"""UpdateWithdrawTicket: the one call that rejects, and what it must leave alone."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.remarks import (
    WITHDRAW,
    attached,
    commented,
    comments_on,
    files_on,
)
from scenarios.tickets.vocabulary import (
    ABSENT_CODE,
    Till,
    done,
    fiat_till,
    field,
    figures,
    number,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    ADMIN_PROCESSING,
    REJECTED,
    again,
    asked,
    change,
    form_of,
    status,
    status_now,
)


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@clause("tickets/UpdateWithdrawTicket/effect")
def test_update_changes_one_ticket(world: World, till: Till, verify: Verifier) -> None:
    """The ticket named by the code changes; the owner's other one and other customers stay."""
    other, ticket = asked(till), asked(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(change(till, ticket, Status=ADMIN_PROCESSING))

    verify.equal("Status", status_now(till, ticket), ADMIN_PROCESSING)
    verify.equal("the other ticket", again(till, other), other)


@clause("tickets/UpdateWithdrawTicket/events")
def test_rejection_is_told(till: Till, verify: Verifier) -> None:
    """The owner hears that the money is free again."""
    ticket = asked(till)
    listen(till)

    done(change(till, ticket, Status=REJECTED))

    require_told(verify, till, "AccountPositionEvent")


@clause("tickets/UpdateWithdrawTicket/reject-by-status")
def test_status_three_rejects(till: Till, verify: Verifier) -> None:
    """There is no call that rejects; the status is how an operator says no."""
    before = figures(till)
    ticket = asked(till)

    verify.succeeded(change(till, ticket, Status=REJECTED))

    verify.equal("Status", status_now(till, ticket), REJECTED)
    verify.equal("the position", figures(till), before)


@clause("tickets/UpdateWithdrawTicket/keeps-comments")
def test_remarks_left_out_stay(till: Till, verify: Verifier) -> None:
    """What was said and attached cannot be taken away by a change that does not mention it."""
    ticket = asked(till)
    said, file = commented(till, WITHDRAW, ticket), attached(till, WITHDRAW, ticket)

    verify.succeeded(change(till, ticket, "Comments", "Attachments", Status=ADMIN_PROCESSING))

    verify.equal("comments", field(comments_on(till, WITHDRAW, ticket), "commentId"), [said])
    verify.equal("files", field(files_on(till, WITHDRAW, ticket), "attachmentId"), [file])


@clause("tickets/UpdateWithdrawTicket/keeps-comments")
def test_empty_lists_take_nothing_away(till: Till, verify: Verifier) -> None:
    """Nor by a change that sends both lists empty."""
    ticket = asked(till)
    said, file = commented(till, WITHDRAW, ticket), attached(till, WITHDRAW, ticket)

    change(till, ticket, Comments="[]", Attachments="[]", Status=ADMIN_PROCESSING)

    verify.equal("comments", field(comments_on(till, WITHDRAW, ticket), "commentId"), [said])
    verify.equal("files", field(files_on(till, WITHDRAW, ticket), "attachmentId"), [file])


@clause("tickets/UpdateWithdrawTicket/code-is-identity")
def test_every_other_value_can_be_changed(till: Till, verify: Verifier) -> None:
    """Amount, fee, form and status follow the operator; the code stays the ticket's name."""
    ticket = asked(till)
    mended = {**form_of(ticket), "Comment": "by the operator"}
    wanted = {"amount": till.sum - 20, "feeAmt": number(ticket, "feeAmt") + 1}

    done(change(till, ticket, templateForm=mended, Status=ADMIN_PROCESSING, **wanted))

    found = again(till, ticket)
    verify.equal("amount and feeAmt", {key: number(found, key) for key in wanted}, wanted)
    verify.equal("form and status", (form_of(found), status(found)), (mended, ADMIN_PROCESSING))


@clause("tickets/UpdateWithdrawTicket/code-is-identity")
def test_code_that_names_no_ticket_changes_nothing(till: Till, verify: Verifier) -> None:
    """The code cannot be overwritten: with another one the request is about no ticket."""
    ticket = asked(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = change(till, ticket, requestCode=ABSENT_CODE, Status=REJECTED)

        verify.refused(turn)
