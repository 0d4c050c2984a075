"""Reading, cancelling and removing report tickets, and reading what they produced."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.users.locks import UserNumber
from conformance.reference.calls.users.report_shapes import own_ticket, record_row, ticket_row
from conformance.reference.calls.users.selection import require_self
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.reports import Status, Ticket
from conformance.reference.rendering.standard import ACKNOWLEDGED

_READERS = (OPERATOR, "Trading")
_STATUSES = {status.lower(): status for status in Status} | {
    "usercancelledpending": Status.USER_CANCEL_PENDING
}


class RecordQuery(Request):
    """A page of records: ``start_index`` 0 is the newest, larger ones are older."""

    user_id: int
    depth: Int32 = 50
    start_index: Int32 = 0


class Cancellation(Request):
    """The report's GUID; the page names the key in two ways."""

    user_report_id: str | None = None
    user_report: str | None = None


@call("GetUserReportTickets", permissions=_READERS, request=UserNumber)
def get_user_report_tickets(context: Context, request: UserNumber) -> object:
    """Tickets that one user asked for; below Operator only the caller's own."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    return [ticket_row(context, t) for t in context.exchange.reports.of_user(user.user_id)]


@call("GetUserReportTicketsByStatus", permissions=_READERS, request=list[str])
def get_user_report_tickets_by_status(context: Context, request: list[str]) -> object:
    """Tickets in any of the states; below Operator only those on the caller's default account."""
    unknown = [name for name in request if name.lower() not in _STATUSES]
    if unknown:
        raise InvalidRequest(f"not a status: {unknown[0][:64]}")
    wanted = {_STATUSES[name.lower()] for name in request}
    now = context.exchange.clock.now()
    return [
        ticket_row(context, ticket)
        for ticket in context.exchange.reports.all()
        if ticket.status(now) in wanted and _is_in_sight(context, ticket)
    ]


@call("GetUserReportWriterResultRecords", permissions=_READERS, request=RecordQuery)
def get_user_report_writer_result_records(context: Context, request: RecordQuery) -> object:
    """Runs of one user's reports, newest first; below Operator only the caller's own."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    if request.depth < 0 or request.start_index < 0:
        raise InvalidRequest("depth and startIndex must not be negative")
    runs = context.exchange.reports.records_of(user.user_id)
    page = runs[request.start_index : request.start_index + request.depth]
    return [record_row(context, run) for run in page]


@call("CancelUserReport", permissions=_READERS, request=Cancellation)
def cancel_user_report(context: Context, request: Cancellation) -> object:
    """Stop a report; its ticket stays and shows it."""
    text = request.user_report_id or request.user_report
    if not text:
        raise InvalidRequest("UserReportId is Required")
    context.exchange.reports.cancel(own_ticket(context, text))
    return ACKNOWLEDGED


@call("RemoveUserReportTicket", permissions=_READERS, request=str, bare_text=True)
def remove_user_report_ticket(context: Context, request: str) -> object:
    """Stop a report and remove its ticket. The payload is the GUID itself, quoted or not."""
    context.exchange.reports.remove(own_ticket(context, request))
    return ACKNOWLEDGED


def _is_in_sight(context: Context, ticket: Ticket) -> bool:
    return context.is_operator or context.user.account_id in ticket.account_ids
