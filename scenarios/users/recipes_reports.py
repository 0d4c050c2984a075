"""How to reach success for the report calls, the six that order reports among them."""

from __future__ import annotations

from conformance.generate.world import Prepared, Read, World, recipe
from conformance.target.session import Session
from scenarios.users.reporting import (
    FLAVORS,
    hyphenated,
    let_settle,
    new_report,
    new_series,
    order_payload,
    series_payload,
)
from scenarios.users.vocabulary import somebody


def ticket_reads(who: Session) -> tuple[Read, ...]:
    """All that shows a user's reports: tickets, and the records of their runs."""
    return (
        (who, "GetUserReportTickets", {"UserId": who.user_id}),
        (who, "GetUserReportWriterResultRecords", {"userId": who.user_id}),
    )


def _generate(world: World) -> Prepared:
    """Somebody without reports, so that a refused order cannot hide among others."""
    who = somebody(world)
    return Prepared(who, order_payload(world, who.account_id), ticket_reads(who))


def _schedule(world: World) -> Prepared:
    who = somebody(world)
    return Prepared(who, series_payload(world, who.account_id), ticket_reads(who))


for _kind in FLAVORS:
    recipe(f"accounts/Generate{_kind}Report")(_generate)
    recipe(f"accounts/Schedule{_kind}Report")(_schedule)


@recipe("users/GetUserReportTickets")
def get_user_report_tickets(world: World) -> Prepared:
    who = somebody(world)
    new_report(world, who)
    return Prepared(who, {"UserId": who.user_id})


@recipe("users/GetUserReportTicketsByStatus")
def get_user_report_tickets_by_status(world: World) -> Prepared:
    who = somebody(world)
    new_series(world, who)
    return Prepared(who, ["Submitted", "Validating", "Scheduled"])


@recipe("users/GetUserReportWriterResultRecords")
def get_user_report_writer_result_records(world: World) -> Prepared:
    who = somebody(world)
    let_settle(world, who, new_report(world, who))
    return Prepared(who, {"userId": who.user_id, "depth": 10, "startIndex": 0})


@recipe("users/CancelUserReport")
def cancel_user_report(world: World) -> Prepared:
    who = somebody(world)
    request_id = new_series(world, who)
    let_settle(world, who, request_id)
    return Prepared(who, {"UserReportId": hyphenated(request_id)}, ticket_reads(who))


@recipe("users/RemoveUserReportTicket")
def remove_user_report_ticket(world: World) -> Prepared:
    """The payload is the id itself, without quotes."""
    who = somebody(world)
    request_id = new_series(world, who)
    let_settle(world, who, request_id)
    return Prepared(who, hyphenated(request_id), ticket_reads(who))
