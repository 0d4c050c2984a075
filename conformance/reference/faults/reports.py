"""Faults of reports: what tickets say, who reaches them, how their runs are listed."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.users.report_shapes import ticket_row
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import iso, parse_iso
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.domain.reports import Frequency, Status
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Rewrite, Run, fault, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

KINDS = ("TradeActivity", "TransactionActivity", "TreasuryActivity")
ONCE = tuple(f"Generate{kind}Report" for kind in KINDS)
SERIES = tuple(f"Schedule{kind}Report" for kind in KINDS)
LISTS = ("GetUserReportTickets",)
BY_STATUS, RECORDS = "GetUserReportTicketsByStatus", "GetUserReportWriterResultRecords"
CANCEL, REMOVE = "CancelUserReport", "RemoveUserReportTicket"
EVERYTHING = 10_000
MINUTE_MS, DAY_MS = 60_000, 86_400_000


def _with(**changes: Any) -> Rewrite:
    """Replace keys of a ticket, or of every row of a list, by what is computed from it."""

    def change(row: Any) -> object:
        return {**row, **{key: of(row) for key, of in changes.items()}}

    def spoil(context: Context, request: Any, reply: Any) -> object:
        return [change(row) for row in reply] if isinstance(reply, list) else change(reply)

    return spoil


def _later(text: str, by: int) -> str:
    return iso(parse_iso(text) + by)


for _name, _breaks, _calls, _spoiler in (
    ("wrong-flavour", "A ticket has the flavour of its call.", ONCE + SERIES,
     _with(reportFlavor=lambda row: {"Treasury": "Transaction"}.get(
         row["reportFlavor"], "Treasury"))),
    ("starts-in-progress", "A ticket starts as submitted.", ONCE + SERIES,
     _with(RequestStatus=lambda row: "InProgress")),
    ("always-weekly", "A ticket names its frequency.", ONCE + SERIES,
     _with(ReportFrequency=lambda row: {"Weekly": "Daily"}.get(
         row["ReportFrequency"], "Weekly"))),
    ("requested-by-nobody", "A ticket names who asked.", ONCE + SERIES,
     _with(RequestingUser=lambda row: 1_000_000)),
    ("accounts-lost", "A ticket names its accounts.", ONCE + SERIES,
     _with(accountIds=lambda row: [])),
    ("period-shifted", "A ticket repeats its period.", ONCE,
     _with(intervalStartTime=lambda row: _later(row["intervalStartTime"], DAY_MS))),
    ("duration-in-seconds", "The duration counts steps of 100 ns.", ONCE + SERIES,
     _with(intervalDuration=lambda row: row["intervalDuration"] // 10_000_000)),
    ("runs-tomorrow", "A report runs when it was asked to.", ONCE + SERIES,
     _with(initialRunTime=lambda row: _later(row["initialRunTime"], DAY_MS))),
    ("earlier-run-made-up", "A report ordered once has no earlier run.", ONCE + LISTS,
     _with(lastInstanceId=lambda row: row["RequestId"])),
    ("id-reused", "Each order has an id of its own.", ONCE + SERIES,
     _with(RequestId=lambda row: "mGzjUfylGEmqgJIxu651aQ==")),
    ("id-of-eight-bytes", "The id of a report is 16 bytes.", ONCE,
     _with(RequestId=lambda row: "AAAAAAAAAAA=")),
    ("series-stays-submitted", "A series comes to be scheduled.", LISTS,
     _with(RequestStatus=lambda row: {"Scheduled": "Submitted"}.get(
         row["RequestStatus"], row["RequestStatus"]))),
    ("complete-before-start", "No run is over before it begins.", (RECORDS,),
     _with(reportExecutionCompleteTime=lambda row: _later(
         row["reportExecutionStartTime"], -MINUTE_MS))),
    ("record-without-ticket", "A record names its ticket.", (RECORDS,),
     _with(urtTicketId=lambda row: row["descriptorId"])),
):
    rewrites(f"reports/{_name}", _breaks, *_calls)(_spoiler)

fault("reports/foreign-accounts", "Reports cover own accounts.", *ONCE, *SERIES)(without_bounds)
fault("reports/not-for-operators", "Operators order reports on any account.",
      *ONCE, *SERIES)(not_for_operators)
fault("reports/strangers-reach", "Reports are their user's.",
      *LISTS, RECORDS, CANCEL, REMOVE)(without_bounds)
fault("reports/all-in-sight", "A trader sees reports on his default account.",
      BY_STATUS)(without_bounds)
fault("reports/records-not-for-operators", "Operators read anybody's records.",
      RECORDS)(not_for_operators)


@fault("reports/reversed-period-taken", "A period that ends before it starts is refused.", *ONCE)
def _reversed_period_taken(context: Context, request: Any, run: Run) -> object:
    request.start_time, request.end_time = sorted((request.start_time, request.end_time))
    return run()


@fault("reports/no-accounts-taken", "A report covers an account at least.", *ONCE)
def _no_accounts_taken(context: Context, request: Any, run: Run) -> object:
    request.account_id_list = request.account_id_list or [context.user.account_id]
    return run()


@fault("reports/any-oms", "Accounts belong to the OMS that is named.", *ONCE, *SERIES)
def _any_oms(context: Context, request: Any, run: Run) -> object:
    request.oms_id = context.exchange.oms_id
    return run()


@rewrites("reports/order-leaves-nothing", "An order leaves a ticket.", *ONCE, *SERIES)
def _order_leaves_nothing(context: Context, request: Any, reply: Any) -> object:
    context.exchange.reports.tickets.popitem()
    return reply


@rewrites("reports/series-runs-once", "A series goes on until it is cancelled.", *SERIES)
def _series_runs_once(context: Context, request: Any, reply: Any) -> object:
    newest = next(reversed(context.exchange.reports.tickets.values()))
    newest.frequency = Frequency.ON_DEMAND
    return reply


@rewrites("reports/look-back-from-order", "Each run looks back from itself.", RECORDS)
def _look_back_from_order(context: Context, request: Any, reply: Any) -> object:
    rows = []
    for row in reply:
        parts = row["reportDescriptiveHeader"].split("|")
        rows.append({**row, "reportDescriptiveHeader": "|".join(
            [*parts[:2], parts[4], parts[4], *parts[4:]])})
    return rows


@rewrites("reports/lists-everybody", "Tickets listed are the user's own.", *LISTS)
def _lists_everybody(context: Context, request: Any, reply: Any) -> object:
    return [ticket_row(context, ticket) for ticket in context.exchange.reports.all()]


@rewrites("reports/ticket-goes-back", "A ticket never goes back.", *LISTS)
def _ticket_goes_back(context: Context, request: Any, reply: Any) -> object:
    back = context.exchange.clock.now() // 40 % 3 == 0
    return [{**row, "RequestStatus": "Submitted"} if back else row for row in reply]


@fault("reports/status-ignored", "Tickets listed stand at an asked status.", BY_STATUS)
def _status_ignored(context: Context, request: Any, run: Run) -> object:
    return _asked_for_all(request, run)


def _asked_for_all(request: Any, run: Run) -> object:
    request[:] = [status.value for status in Status]
    return run()


@rewrites("reports/completed-hidden", "All statuses together are all tickets.", BY_STATUS)
def _completed_hidden(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply if row["RequestStatus"] != Status.COMPLETED]


@rewrites("reports/operator-sees-own", "An operator sees all tickets.", BY_STATUS)
def _operator_sees_own(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply if row["RequestingUser"] == context.user.user_id]


@rewrites("reports/cancels-all", "A cancel stops one report.", CANCEL)
def _cancels_all(context: Context, request: Any, reply: Any) -> object:
    reports = context.exchange.reports
    for ticket in reports.of_user(context.user.user_id):
        if ticket.cancelled_ms is None and ticket.scheduled:
            reports.cancel(ticket)
    return reply


@fault("reports/ticket-stays", "A removed ticket leaves the lists.", REMOVE)
def _ticket_stays(context: Context, request: Any, run: Run) -> object:
    return ACKNOWLEDGED


@fault("reports/removes-again", "What is gone cannot be removed.", REMOVE)
def _removes_again(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        return ACKNOWLEDGED


@fault("reports/one-form-of-id", "An id is taken in both forms.", CANCEL, REMOVE)
def _one_form_of_id(context: Context, request: Any, run: Run) -> object:
    text = request if isinstance(request, str) else request.user_report_id
    if "-" not in (text or ""):
        raise InvalidRequest("not a GUID")
    return run()


@fault("reports/depth-ignored", "depth limits the records.", RECORDS)
def _depth_ignored(context: Context, request: Any, run: Run) -> object:
    request.depth = EVERYTHING
    return run()


@fault("reports/pages-overlap", "Neighbouring pages do not overlap.", RECORDS)
def _pages_overlap(context: Context, request: Any, run: Run) -> object:
    request.start_index = max(0, request.start_index - 1)
    return run()
