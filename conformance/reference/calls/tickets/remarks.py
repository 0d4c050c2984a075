"""Comments and attachments of deposit and withdraw tickets."""

from __future__ import annotations

import base64
import binascii

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, IsoText, Request
from conformance.reference.calls.tickets.rows import attachment_row
from conformance.reference.calls.treasury_shapes import OmsQuery, own_failure
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.domain.treasury.deposits import DepositTicket
from conformance.reference.domain.treasury.tickets import Attachment, Comment, Ticket
from conformance.reference.domain.treasury.withdrawals import WithdrawTicket

MEMBERS = (OPERATOR, "Trading")
WRONG_AUTHOR = defect("treasury/comment-wrong-user", "A comment is attributed to who entered it.")
LOST = defect("treasury/attachment-lost", "An attachment can be read back as it was sent.")
_not_attached = own_failure(success=False, attachmentid=0)
_not_entered = own_failure(success=False, commentid=0)


class NewAttachment(Request, kw_only=True):
    """A file for a ticket; who sent it when is filled in by the exchange."""

    base64_attachment: str
    attachment_id: int
    submitted_by_user_id: Int32
    submitted_by_user_name: str | None = None
    upload_date: IsoText | None = None
    ticket_number: int
    description: str | None = None
    upload_ip: str | None = None


class AttachmentQuery(Request, kw_only=True):
    """One attachment."""

    attachment_id: int


class NewComment(OmsQuery, kw_only=True):
    """A remark on the ticket that code and number name."""

    comment_id: Int32 = 0
    entered_by: Int32
    entered_date_time: IsoText | None = None
    comment: str
    ticket_code: str
    ticket_id: int
    operator_id: Int32 | None = None


def add_comment(
    context: Context, ticket: Ticket, text: str, operator_id: int | None = None
) -> Comment:
    """Add a remark in the caller's name."""
    exchange, user = context.exchange, context.user
    author = ticket.request_user if exchange.defects(WRONG_AUTHOR) else user.user_id
    comment = Comment(
        exchange.ids.next("comment"), author, exchange.clock.now(), text, operator_id or 0
    )
    ticket.comments.append(comment)
    ticket.touch(user.user_id, user.name, comment.entered_ms)
    return comment


def _attach(context: Context, ticket: Ticket, request: NewAttachment) -> Attachment:
    try:
        base64.b64decode(request.base64_attachment, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("base64Attachment is not base64") from None
    if not request.base64_attachment:
        raise InvalidRequest("base64Attachment is Required")
    exchange, user = context.exchange, context.user
    content = "" if exchange.defects(LOST) else request.base64_attachment
    attachment = Attachment(
        exchange.ids.next("attachment"), ticket.ticket_number, user.user_id, user.name,
        exchange.clock.now(), request.upload_ip or context.peer.address, content,
        request.description or "",
    )
    ticket.attachments.append(attachment)
    ticket.touch(user.user_id, user.name, attachment.uploaded_ms)
    return attachment


@call("AddDepositTicketAttachment", permissions=MEMBERS, request=NewAttachment,
      refusal=_not_attached)
def add_deposit_ticket_attachment(context: Context, request: NewAttachment) -> object:
    """Attach a file to a deposit ticket."""
    treasury = context.exchange.treasury
    ticket = treasury.deposit(request.ticket_number)
    context.account(ticket.account_id)
    attachment = _attach(context, ticket, request)
    treasury.deposit_attachments[attachment.attachment_id] = (ticket, attachment)
    return {"success": True, "attachmentid": attachment.attachment_id}


@call("AddWithdrawTicketAttachment", permissions=MEMBERS, request=NewAttachment,
      refusal=_not_attached)
def add_withdraw_ticket_attachment(context: Context, request: NewAttachment) -> object:
    """Attach a file to a withdraw ticket."""
    treasury = context.exchange.treasury
    ticket = treasury.withdrawal(request.ticket_number)
    context.account(ticket.account_id)
    attachment = _attach(context, ticket, request)
    treasury.withdraw_attachments[attachment.attachment_id] = (ticket, attachment)
    return {"success": True, "attachmentid": attachment.attachment_id}


def _read(context: Context, found: tuple[Ticket, Attachment] | None) -> object:
    if found is None:
        raise NotFound("Invalid AttachmentId")
    ticket, attachment = found
    context.account(ticket.account_id)
    return attachment_row(attachment)


@call("GetDepositTicketAttachment", permissions=MEMBERS, request=AttachmentQuery)
def get_deposit_ticket_attachment(context: Context, request: AttachmentQuery) -> object:
    """A file of a deposit ticket, with its content."""
    known = context.exchange.treasury.deposit_attachments
    return _read(context, known.get(request.attachment_id))


@call("GetWithdrawTicketAttachment", permissions=MEMBERS, request=AttachmentQuery)
def get_withdraw_ticket_attachment(context: Context, request: AttachmentQuery) -> object:
    """A file of a withdraw ticket, with its content."""
    known = context.exchange.treasury.withdraw_attachments
    return _read(context, known.get(request.attachment_id))


def _require_named(request: NewComment) -> None:
    if not request.ticket_code and not request.ticket_id:
        raise InvalidRequest("ticketCode or ticketId is Required")
    if not request.comment:
        raise InvalidRequest("comment is Required")


def _require_same(ticket: Ticket, request: NewComment) -> None:
    if request.ticket_id not in (None, 0, ticket.ticket_number):
        raise NotFound("ticketCode and ticketId name different tickets")


@call("SubmitDepositTicketComment", permissions=MEMBERS, request=NewComment, refusal=_not_entered)
def submit_deposit_ticket_comment(context: Context, request: NewComment) -> object:
    """Remark on a deposit ticket."""
    context.require_oms(request.oms_id)
    _require_named(request)
    treasury = context.exchange.treasury
    ticket: DepositTicket = (
        treasury.deposit_by_code(request.ticket_code)
        if request.ticket_code
        else treasury.deposit(request.ticket_id or 0)
    )
    _require_same(ticket, request)
    context.account(ticket.account_id)
    comment = add_comment(context, ticket, request.comment, request.operator_id)
    return {"success": True, "commentid": comment.comment_id}


@call("SubmitWithdrawTicketComment", permissions=MEMBERS, request=NewComment,
      refusal=_not_entered)
def submit_withdraw_ticket_comment(context: Context, request: NewComment) -> object:
    """Remark on a withdraw ticket."""
    context.require_oms(request.oms_id)
    _require_named(request)
    treasury = context.exchange.treasury
    ticket: WithdrawTicket = (
        treasury.withdrawal_by_code(request.ticket_code)
        if request.ticket_code
        else treasury.withdrawal(request.ticket_id or 0)
    )
    _require_same(ticket, request)
    context.account(ticket.account_id)
    comment = add_comment(context, ticket, request.comment, request.operator_id)
    return {"success": True, "commentid": comment.comment_id}
