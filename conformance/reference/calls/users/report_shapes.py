"""Report tickets and result records as they are answered.

GUIDs travel as base64 of their 16 bytes in .NET order; requests may name one with hyphens.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import iso
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized
from conformance.reference.domain.reports import Frequency, Run, Ticket

TICKS_PER_MS = 10_000


def wire_guid(guid: UUID) -> str:
    """Base64 of the GUID."""
    return base64.b64encode(guid.bytes_le).decode()


def read_guid(text: str) -> UUID:
    """A GUID in either form; raises InvalidRequest."""
    try:
        if "-" in text:
            return UUID(text)
        return UUID(bytes_le=base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise InvalidRequest(f"not a GUID: {text[:64]}") from None


def wire_time(ms: int) -> str:
    """Whole seconds are written without a fraction."""
    text = iso(ms)
    return text.removesuffix(".000Z") + "Z" if text.endswith(".000Z") else text


def own_ticket(context: Context, text: str) -> Ticket:
    """The ticket with this id; below Operator only the caller's own."""
    ticket = context.exchange.reports.get(read_guid(text))
    if ticket.user_id != context.user.user_id and not context.is_operator:
        raise NotAuthorized
    return ticket


def ticket_row(context: Context, ticket: Ticket) -> dict[str, object]:
    """The 13 keys of a ticket."""
    return {
        "RequestingUser": ticket.user_id,
        "OMSId": context.exchange.oms_id,
        "reportFlavor": ticket.flavor.value,
        "createTime": wire_time(ticket.created_ms),
        "initialRunTime": wire_time(ticket.first_run_ms),
        "intervalStartTime": wire_time(ticket.start_ms),
        "intervalEndTime": wire_time(ticket.end_ms),
        "RequestStatus": ticket.status(context.exchange.clock.now()).value,
        "ReportFrequency": ticket.frequency.label,
        "intervalDuration": (ticket.end_ms - ticket.start_ms) * TICKS_PER_MS,
        "RequestId": wire_guid(ticket.request_id),
        "lastInstanceId": wire_guid(ticket.last_instance),
        "accountIds": list(ticket.account_ids),
    }


def record_row(context: Context, run: Run) -> dict[str, object]:
    """One run of a report."""
    now = context.exchange.clock.now()
    return {
        "RequestingUser": run.ticket.user_id,
        "urtTicketId": wire_guid(run.ticket.request_id),
        "descriptorId": wire_guid(run.descriptor),
        "resultStatus": run.outcome(now).value,
        "reportExecutionStartTime": wire_time(run.started_ms),
        "reportExecutionCompleteTime": wire_time(min(run.ends_ms, max(now, run.started_ms))),
        "reportOutputFilePathname": run.path,
        "reportDescriptiveHeader": _header(run),
    }


def _header(run: Run) -> str:
    ticket = run.ticket
    frequency = "onDemand" if ticket.frequency is Frequency.ON_DEMAND else ticket.frequency.label
    times = (run.start_ms, run.end_ms, ticket.created_ms, run.started_ms)
    seconds = (run.ends_ms - run.started_ms) / 1000
    return "|".join([ticket.flavor, frequency, *(iso(ms) for ms in times), f"{seconds} seconds"])
