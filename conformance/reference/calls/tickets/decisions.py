"""What operators decide about withdraw tickets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import (
    Int32,
    IsoText,
    Request,
    json_text,
    read_request,
)
from conformance.reference.calls.tickets.deposits import TicketNumber
from conformance.reference.calls.treasury_shapes import OmsQuery, member
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.domain.treasury import withdrawals
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus, WithdrawTicket
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED

_NAMES = {name_of(status).casefold(): status for status in WithdrawStatus}


class ListedComment(Request, kw_only=True):
    """A comment as a ticket lists it."""

    comment_id: Int32
    entered_by: Int32
    entered_date_time: IsoText
    comment: str
    operator_id: Int32
    oms_id: Int32
    ticket_code: str | None
    ticket_id: int


class ListedFile(Request, kw_only=True):
    """An attachment as a ticket lists it."""

    attachment_id: int
    submitted_by_user_id: Int32
    submitted_by_user_name: str | None
    upload_date: IsoText
    upload_ip: str | None
    ticket_number: int


class TicketChange(OmsQuery, kw_only=True):
    """New values of the ticket that the code names; absent ones stay.

    Comments and attachments only grow through calls of their own.
    """

    request_code: str
    asset_manager_id: Int32
    account_id: Int32
    asset_id: Int32
    amount: Decimal
    asset_name: str | None = None
    template_form: str | dict[str, object] | None = None
    template_form_type: str | None = None
    status: Int32
    fee_amt: Decimal | None = None
    operator_id: Int32 | None = None
    request_ip: str | None = None
    request_user_id: Int32 | None = None
    request_user_name: str | None = None
    updated_by_user: Int32 | None = None
    updated_by_user_name: str | None = None
    ticket_number: int | None = None
    created_timestamp: IsoText | None = None
    last_update_timestamp: IsoText | None = None
    comments: str | list[object] | None = None
    attachments: str | list[object] | None = None
    audit_log: str | list[object] | None = None


def _ticket(context: Context, request: TicketNumber) -> WithdrawTicket:
    context.require_oms(request.oms_id)
    return context.exchange.treasury.withdrawal(request.ticket_id)


def _decided(context: Context, ticket: WithdrawTicket) -> object:
    ticket.touch(context.user.user_id, context.user.name, context.exchange.clock.now())
    ticket.operator_id = context.user.user_id
    return ACKNOWLEDGED


@call("AcceptWithdrawTicket", permissions=(OPERATOR,), request=TicketNumber)
def accept_withdraw_ticket(context: Context, request: TicketNumber) -> object:
    """Accept a fiat withdrawal."""
    ticket = _ticket(context, request)
    withdrawals.accept(context.exchange, ticket)
    return _decided(context, ticket)


@call("MarkWithdrawTicketAsConfirmed", permissions=(OPERATOR,), request=TicketNumber)
def mark_withdraw_ticket_as_confirmed(context: Context, request: TicketNumber) -> object:
    """Stand in for the user's click on the mailed link."""
    ticket = _ticket(context, request)
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.CONFIRMED_2FA)
    return _decided(context, ticket)


@call("MarkWithdrawTicketAsFullyProcessed", permissions=(OPERATOR,), request=TicketNumber)
def mark_withdraw_ticket_as_fully_processed(context: Context, request: TicketNumber) -> object:
    """Debit an accepted withdrawal and close its ticket."""
    ticket = _ticket(context, request)
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.FULLY_PROCESSED)
    return _decided(context, ticket)


@call("MarkWithdrawTicketAsCancelled", permissions=(OPERATOR,), request=TicketNumber)
def mark_withdraw_ticket_as_cancelled(context: Context, request: TicketNumber) -> object:
    """End a withdrawal and give the funds back."""
    ticket = _ticket(context, request)
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.ADMIN_CANCELED)
    return _decided(context, ticket)


def _require_failed(ticket: WithdrawTicket) -> None:
    if ticket.status is not WithdrawStatus.FAILED:
        raise OperationFailed("The ticket has not failed")


@call("ResubmitFailedWithdrawTicket", permissions=(OPERATOR,), request=TicketNumber)
def resubmit_failed_withdraw_ticket(context: Context, request: TicketNumber) -> object:
    """Put a failed withdrawal back into the queue for approval."""
    ticket = _ticket(context, request)
    _require_failed(ticket)
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.NEW)
    return _decided(context, ticket)


@call("CancelFailedWithdrawTicket", permissions=(OPERATOR,), request=TicketNumber)
def cancel_failed_withdraw_ticket(context: Context, request: TicketNumber) -> object:
    """End a failed withdrawal and give the funds back."""
    ticket = _ticket(context, request)
    _require_failed(ticket)
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.ADMIN_CANCELED)
    return _decided(context, ticket)


@call("UpdateWithdrawTicket", permissions=(OPERATOR,), request=TicketChange)
def update_withdraw_ticket(context: Context, request: TicketChange) -> object:
    """Change a ticket and move it along; there is no other call that rejects one."""
    context.require_oms(request.oms_id)
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    for given, real in (
        (request.account_id, ticket.account_id), (request.asset_id, ticket.product_id)
    ):
        if given not in (None, 0, real):
            raise OperationFailed("Account and asset of a ticket cannot change")
    _require_listed(request.comments, ListedComment)
    _require_listed(request.attachments, ListedFile)
    _require_listed(request.audit_log, str | dict[str, object])
    operator_id = request.operator_id or ticket.operator_id
    withdrawals.revise(
        context.exchange, ticket,
        amount=request.amount,
        fee=ticket.fee if request.fee_amt is None else request.fee_amt,
        status=_status(request.status, ticket.status),
    )
    form = request.template_form
    if form is not None:
        ticket.template_form = form if isinstance(form, str) else encode(form)
    ticket.template_type = request.template_form_type or ticket.template_type
    ticket.request_ip = request.request_ip or ticket.request_ip
    _decided(context, ticket)
    ticket.operator_id = operator_id
    return ACKNOWLEDGED


def _require_listed(value: str | list[object] | None, shape: Any) -> None:
    """Raises InvalidRequest unless these are, or are text that holds, a list of the shape."""
    if isinstance(value, str):
        read_request(json_text(value), list[shape])
    elif value is not None:
        read_request(value, list[shape])


def _status(value: int | str | None, current: WithdrawStatus) -> WithdrawStatus:
    if value is None:
        return current
    if isinstance(value, str):
        if value.casefold() not in _NAMES:
            raise InvalidRequest(f"Invalid Status: {value}")
        return _NAMES[value.casefold()]
    return member(WithdrawStatus, value, "Status")
