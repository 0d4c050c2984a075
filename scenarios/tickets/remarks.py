"""Files and comments on tickets, the same words for deposits and withdrawals."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.vocabulary import Row, Till, done, json_of

CONTENT = bytes(range(256))
"""Every byte once: a file is no text."""
TEXT = 'Sent by bank, "reference" 7/8 – ünïcode'
UNSET = "0001-01-01T00:00:00"
_OF_A_REMARK = frozenset({
    "comments", "attachments", "updatedbyuser", "updatedbyusername", "lastupdatetimestamp",
    "auditlog",
})
"""What a remark may change of a ticket: the lists, and who touched it last and when."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What differs between the papers of deposits and of withdrawals."""

    attach: str
    fetch: str
    comment: str
    make: Callable[[Till], Row]
    read: Callable[[Till, Row], Row]


DEPOSIT = Paper(
    "AddDepositTicketAttachment", "GetDepositTicketAttachment", "SubmitDepositTicketComment",
    depositing.announced, depositing.again,
)
WITHDRAW = Paper(
    "AddWithdrawTicketAttachment", "GetWithdrawTicketAttachment", "SubmitWithdrawTicketComment",
    withdrawing.asked, withdrawing.again,
)


def attachment(who: Session, ticket: Row, content: bytes = CONTENT) -> dict[str, Any]:
    """The payload that puts a file on a ticket."""
    return {
        "base64Attachment": base64.b64encode(content).decode(), "attachmentId": 0,
        "submittedByUserId": who.user_id, "submittedByUserName": who.username,
        "uploadDate": UNSET, "uploadIP": "127.0.0.1",
        "ticketNumber": lookup(ticket, "ticketNumber"), "description": "statement.pdf",
    }


def attach(
    till: Till, paper: Paper, ticket: Row, by: Session | None = None, content: bytes = CONTENT
) -> Turn:
    """Put a file on a ticket, in the owner's name unless somebody else is given."""
    who = by or till.owner
    return who.send(paper.attach, attachment(who, ticket, content))


def attached(
    till: Till, paper: Paper, ticket: Row, by: Session | None = None, content: bytes = CONTENT
) -> int:
    """The id of a new file on a ticket; Unavailable when it is refused."""
    return int(done(attach(till, paper, ticket, by, content))["attachmentid"])


def fetch(who: Session, paper: Paper, attachment_id: int) -> Turn:
    """Ask for a file."""
    return who.call(paper.fetch, attachmentId=attachment_id)


def content_of(turn: Turn) -> bytes:
    """The bytes of a file that was asked for; Unavailable when it was refused."""
    text = turn.get("base64Attachment")
    if not isinstance(text, str):
        raise Unavailable(f"{turn.call} brings no file: {turn.text[:200]}")
    return base64.b64decode(text)


def files_on(till: Till, paper: Paper, ticket: Row) -> list[Row]:
    """The files that the ticket lists now."""
    found: list[Row] = json_of(lookup(paper.read(till, ticket), "attachments"))
    return found


def facts(ticket: Row) -> dict[str, Any]:
    """What a ticket says beside its remarks and its last change."""
    return {key: value for key, value in ticket.items() if key.casefold() not in _OF_A_REMARK}


def comment(who: Session, till: Till, ticket: Row, text: str = TEXT) -> dict[str, Any]:
    """The payload that puts a comment on a ticket."""
    return {
        "commentId": 0, "enteredBy": who.user_id, "enteredDateTime": UNSET, "comment": text,
        "operatorId": OPERATOR_ID, "omsId": till.oms,
        "ticketCode": lookup(ticket, "requestCode"), "ticketId": lookup(ticket, "ticketNumber"),
    }


def submit(
    till: Till, paper: Paper, ticket: Row, text: str = TEXT, by: Session | None = None
) -> Turn:
    """Put a comment on a ticket, in the owner's name unless somebody else is given."""
    who = by or till.owner
    return who.send(paper.comment, comment(who, till, ticket, text))


def commented(
    till: Till, paper: Paper, ticket: Row, text: str = TEXT, by: Session | None = None
) -> int:
    """The id of a new comment on a ticket; Unavailable when it is refused."""
    return int(done(submit(till, paper, ticket, text, by))["commentid"])


def comments_on(till: Till, paper: Paper, ticket: Row) -> list[Row]:
    """The comments that the ticket lists now; text that is no JSON is one comment."""
    value = lookup(paper.read(till, ticket), "comments")
    try:
        found = json_of(value)
    except ValueError:
        return [{"comment": value}]
    return found if isinstance(found, list) else [{"comment": str(found)}]
