"""Files and comments on tickets: they stay, they are read as sent, and by whom they may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.tickets.remarks import (
    CONTENT,
    DEPOSIT,
    TEXT,
    WITHDRAW,
    Paper,
    attach,
    attached,
    commented,
    comments_on,
    content_of,
    facts,
    fetch,
    files_on,
    submit,
)
from scenarios.tickets.vocabulary import (
    NOT_AUTHORISED,
    Row,
    Till,
    done,
    fiat_till,
    field,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import ADMIN_PROCESSING, asked, change, decide

Add = Callable[[Till, Paper, Row], int]
Listed = Callable[[Till, Paper, Row], list[Row]]


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@pytest.mark.parametrize("paper", [
    clause_case("tickets/AddDepositTicketAttachment/effect", DEPOSIT),
    clause_case("tickets/AddWithdrawTicketAttachment/effect", WITHDRAW),
])
def test_file_is_added_to_one_ticket(
    world: World, till: Till, verify: Verifier, paper: Paper
) -> None:
    """One file more on the ticket named, whose terms stay; no other ticket, no other customer."""
    other, ticket = paper.make(till), paper.make(till)
    first = attached(till, paper, ticket)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        turn = verify.succeeded(attach(till, paper, ticket))

    ids = field(files_on(till, paper, ticket), "attachmentId")
    verify.equal("files", sorted(ids), sorted([first, turn["attachmentid"]]), turn)
    verify.equal("what else the ticket says", facts(paper.read(till, ticket)), facts(ticket))
    verify.equal("the other ticket", paper.read(till, other), other)


@pytest.mark.parametrize("paper", [
    clause_case("tickets/SubmitDepositTicketComment/effect", DEPOSIT),
    clause_case("tickets/SubmitWithdrawTicketComment/effect", WITHDRAW),
])
def test_comment_is_added_to_one_ticket(
    world: World, till: Till, verify: Verifier, paper: Paper
) -> None:
    """One comment more on the ticket named, after the older one; nothing else anywhere."""
    other, ticket = paper.make(till), paper.make(till)
    commented(till, paper, ticket, "first")
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        verify.succeeded(submit(till, paper, ticket, "second"))

    texts = field(comments_on(till, paper, ticket), "comment")
    verify.equal("comments", texts, ["first", "second"])
    verify.equal("what else the ticket says", facts(paper.read(till, ticket)), facts(ticket))
    verify.equal("the other ticket", paper.read(till, other), other)


@clause("tickets/SubmitDepositTicketComment/on-ticket")
def test_comment_is_read_on_the_deposit(till: Till, verify: Verifier) -> None:
    """The operator who credits the deposit reads what the customer wrote, quotes and all."""
    ticket = DEPOSIT.make(till)

    done(submit(till, DEPOSIT, ticket))

    verify.equal("comments", field(comments_on(till, DEPOSIT, ticket), "comment"), [TEXT])


@clause("tickets/SubmitWithdrawTicketComment/on-ticket")
def test_comments_stand_under_their_ids_and_authors(
    world: World, till: Till, verify: Verifier
) -> None:
    """Customer and back office talk on the ticket; each line tells who said what."""
    ticket = asked(till)
    said = commented(till, WITHDRAW, ticket)
    answered = commented(till, WITHDRAW, ticket, "Seen.", world.operator)

    found = comments_on(till, WITHDRAW, ticket)

    keys = ("commentId", "comment", "enteredBy")
    verify.equal("comments", [tuple(lookup(row, key) for key in keys) for row in found], [
        (said, TEXT, till.owner.user_id), (answered, "Seen.", world.operator.user_id),
    ])


@pytest.mark.parametrize(("add", "listed", "key"), [
    clause_case(
        "tickets/AddWithdrawTicketAttachment/never-deleted", attached, files_on, "attachmentId"),
    clause_case(
        "tickets/SubmitWithdrawTicketComment/never-deleted", commented, comments_on, "commentId"),
])
def test_remark_stays_to_the_end(
    till: Till, verify: Verifier, add: Add, listed: Listed, key: str
) -> None:
    """Through a change that sends both lists empty, and through acceptance and payment."""
    ticket = asked(till)
    made = add(till, WITHDRAW, ticket)

    change(till, ticket, Comments="[]", Attachments="[]", Status=ADMIN_PROCESSING)
    done(decide(till, "AcceptWithdrawTicket", ticket))
    done(decide(till, "MarkWithdrawTicketAsFullyProcessed", ticket))

    verify.equal("ids", field(listed(till, WITHDRAW, ticket), key), [made])


@pytest.mark.parametrize("paper", [
    clause_case("tickets/AddDepositTicketAttachment/round-trip", DEPOSIT),
    clause_case("tickets/AddWithdrawTicketAttachment/round-trip", WITHDRAW),
])
def test_file_comes_back_byte_for_byte(till: Till, verify: Verifier, paper: Paper) -> None:
    """A bank statement that comes back altered is no evidence."""
    ticket = paper.make(till)
    attached(till, paper, ticket, content=b"another")
    made = attached(till, paper, ticket)

    turn = verify.succeeded(fetch(till.owner, paper, made))

    verify.equal("the bytes", content_of(turn), CONTENT, turn)


@pytest.mark.parametrize("paper", [
    clause_case("tickets/AddDepositTicketAttachment/really-attached", DEPOSIT),
    clause_case("tickets/AddWithdrawTicketAttachment/really-attached", WITHDRAW),
])
def test_accepted_file_is_on_its_ticket(till: Till, verify: Verifier, paper: Paper) -> None:
    """The ticket lists the file, and the file names the ticket."""
    paper.make(till)
    ticket = paper.make(till)

    made = attached(till, paper, ticket)

    turn = fetch(till.owner, paper, made)
    verify.equal("ticketNumber", turn.get("ticketNumber"), lookup(ticket, "ticketNumber"), turn)
    verify.equal("files", field(files_on(till, paper, ticket), "attachmentId"), [made])


@clause("tickets/AddWithdrawTicketAttachment/listed-on-ticket")
def test_ticket_tells_of_its_file(till: Till, verify: Verifier) -> None:
    """The ticket's list says which file, on which ticket, from whom."""
    ticket = asked(till)

    made = attached(till, WITHDRAW, ticket)

    keys = ("attachmentId", "ticketNumber", "submittedByUserId")
    found = [{key: lookup(row, key) for key in keys} for row in files_on(till, WITHDRAW, ticket)]
    verify.equal("files", found, [{
        "attachmentId": made, "ticketNumber": lookup(ticket, "ticketNumber"),
        "submittedByUserId": till.owner.user_id,
    }])


@pytest.mark.parametrize("paper", [
    clause_case("tickets/AddDepositTicketAttachment/own-tickets", DEPOSIT),
    clause_case("tickets/AddWithdrawTicketAttachment/own-tickets", WITHDRAW),
])
def test_stranger_cannot_attach(
    rival: Session, till: Till, verify: Verifier, paper: Paper
) -> None:
    """Nobody slips a forged statement onto another customer's ticket."""
    ticket = paper.make(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = attach(till, paper, ticket, by=rival)

        verify.refused(turn, code=NOT_AUTHORISED)


@pytest.mark.parametrize("paper", [
    clause_case("tickets/AddDepositTicketAttachment/operator-any-ticket", DEPOSIT),
    clause_case("tickets/AddWithdrawTicketAttachment/operator-any-ticket", WITHDRAW),
])
def test_operator_attaches_to_a_customers_ticket(
    world: World, till: Till, verify: Verifier, paper: Paper
) -> None:
    """The back office files what came by post; the customer sees it there."""
    ticket = paper.make(till)

    turn = verify.succeeded(attach(till, paper, ticket, by=world.operator))

    found: list[Any] = field(files_on(till, paper, ticket), "attachmentId")
    verify.equal("files", found, [turn["attachmentid"]], turn)


@clause("tickets/GetDepositTicketAttachment/own-deposits")
def test_stranger_cannot_fetch_a_file(rival: Session, till: Till, verify: Verifier) -> None:
    """Ids are small numbers; trying them all must not open other customers' statements."""
    made = attached(till, DEPOSIT, DEPOSIT.make(till))

    turn = fetch(rival, DEPOSIT, made)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.succeeded(fetch(till.owner, DEPOSIT, made))


@clause("tickets/GetDepositTicketAttachment/operator-any")
def test_operator_fetches_any_file(world: World, till: Till, verify: Verifier) -> None:
    """Whoever decides about the deposit reads what the customer sent."""
    made = attached(till, DEPOSIT, DEPOSIT.make(till))

    turn = verify.succeeded(fetch(world.operator, DEPOSIT, made))

    verify.equal("the bytes", content_of(turn), CONTENT, turn)
