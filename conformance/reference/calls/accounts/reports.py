"""The six calls that ask for reports: three flavours, at once or as a series."""

from __future__ import annotations

from collections.abc import Callable

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.users.report_shapes import ticket_row
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import DAY_MS, iso, parse_iso
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.reports import Flavor, Frequency


class ReportRequest(Request):
    """A period to report on, for some accounts."""

    account_id_list: list[int]
    oms_id: int
    start_time: str
    end_time: str


class SeriesRequest(Request):
    """When the series begins, how often it runs, and how many days each run looks back."""

    frequency: Frequency
    account_id_list: list[int]
    oms_id: int
    begin_time: str
    interval_duration: Int32


def _validate_accounts(context: Context, request: ReportRequest | SeriesRequest) -> None:
    context.require_oms(request.oms_id)
    if not request.account_id_list:
        raise InvalidRequest("accountIdList is empty")
    for account_id in request.account_id_list:
        context.exchange.accounts.get(account_id)
        context.account(account_id)


def _moment(text: str) -> int:
    try:
        moment = parse_iso(text)
        iso(moment)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"not a date: {text[:64]}") from None
    return moment


def _generator(flavor: Flavor) -> Callable[[Context, ReportRequest], object]:
    def generate(context: Context, request: ReportRequest) -> object:
        """File a report that runs at once; it starts as Submitted."""
        start, end = _moment(request.start_time), _moment(request.end_time)
        _validate_accounts(context, request)
        ticket = context.exchange.reports.generate(
            context.user.user_id, flavor, request.account_id_list, start, end
        )
        return ticket_row(context, ticket)

    return generate


def _scheduler(flavor: Flavor) -> Callable[[Context, SeriesRequest], object]:
    def schedule(context: Context, request: SeriesRequest) -> object:
        """File a series that runs until it is cancelled."""
        begin, length = _moment(request.begin_time), request.interval_duration * DAY_MS
        if length <= 0:
            raise InvalidRequest("intervalDuration must be at least one day")
        try:
            iso(begin + length)
        except OverflowError:
            raise InvalidRequest("the reported period ends beyond the calendar") from None
        _validate_accounts(context, request)
        ticket = context.exchange.reports.schedule(
            context.user.user_id, flavor, request.account_id_list, request.frequency, begin, length
        )
        return ticket_row(context, ticket)

    return schedule


for _name, _flavor in (
    ("TradeActivity", Flavor.TRADE_ACTIVITY),
    ("TransactionActivity", Flavor.TRANSACTION),
    ("TreasuryActivity", Flavor.TREASURY),
):
    call(f"Generate{_name}Report", permissions=(OPERATOR, "Trading"), request=ReportRequest)(
        _generator(_flavor)
    )
    call(f"Schedule{_name}Report", permissions=(OPERATOR, "Trading"), request=SeriesRequest)(
        _scheduler(_flavor)
    )
