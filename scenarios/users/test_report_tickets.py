"""Tickets of reports: listed, cancelled, removed, and by whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn, lookup
from scenarios.users.recipes_reports import ticket_reads
from scenarios.users.reporting import (
    CANCELLED,
    NO_ID,
    STATUSES,
    by_status,
    hyphenated,
    ids,
    let_settle,
    new_report,
    new_series,
    order_payload,
    ordered_id,
    status_of,
    ticket,
    tickets,
    tickets_at,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, person

Act = Callable[[Session, str], Turn]


@pytest.fixture
def who(world: World) -> Session:
    """A user without reports."""
    return person(world)


@pytest.fixture
def stranger(world: World) -> Session:
    """Another user, with an account of its own."""
    return person(world)


def cancel(session: Session, report_id: str) -> Turn:
    """CancelUserReport, the id as it is given."""
    return session.call("CancelUserReport", UserReportId=report_id)


def remove(session: Session, report_id: str) -> Turn:
    """RemoveUserReportTicket, whose whole payload is the id."""
    return session.send("RemoveUserReportTicket", report_id)


@clause("users/GetUserReportTickets/echo")
def test_only_own_orders_are_listed(
    world: World, who: Session, stranger: Session, verify: Verifier
) -> None:
    """Each ticket was requested by the user asked for, though others ordered reports too."""
    new_report(world, stranger)
    made = [new_report(world, who), new_series(world, who)]

    rows = tickets(who, who.user_id)

    asked_by = {lookup(row, "RequestingUser") for row in rows}
    verify.equal("who requested them", asked_by, {who.user_id}, who.turns[-1])
    verify.equal("tickets", sorted(ids(rows)), sorted(made), who.turns[-1])


@clause("users/GetUserReportTickets/has-new-ticket")
def test_ordered_report_is_listed_under_its_id(
    world: World, who: Session, verify: Verifier
) -> None:
    """The id that the order returned finds the report again."""
    request_id = new_report(world, who)

    listed = ids(tickets(who, who.user_id))

    verify.equal("ids listed", listed, [request_id], who.turns[-1])


@clause("users/GetUserReportTickets/no-earlier-run")
def test_report_ordered_once_has_no_earlier_run(
    world: World, who: Session, verify: Verifier
) -> None:
    """lastInstanceId is null or all zero, also once the report has run."""
    request_id = new_report(world, who)
    let_settle(world, who, request_id)

    found = lookup(ticket(who, who.user_id, request_id), "lastInstanceId")

    verify.holds("lastInstanceId is null or all zero", found in (None, NO_ID), found)


@clause("users/GetUserReportTickets/scope")
def test_foreign_tickets_cannot_be_listed(
    world: World, who: Session, stranger: Session, verify: Verifier
) -> None:
    """Which reports somebody orders is nobody else's business."""
    new_report(world, who)

    turn = stranger.call("GetUserReportTickets", UserId=who.user_id)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("users/GetUserReportTicketsByStatus/only-asked-statuses")
def test_only_tickets_at_an_asked_status_are_listed(
    world: World, who: Session, verify: Verifier
) -> None:
    """Of a finished report and a scheduled series, each is found at its own status only."""
    series, report = new_series(world, who), new_report(world, who)
    let_settle(world, who, report)

    finished, waiting = tickets_at(who, "Completed"), tickets_at(who, "Scheduled", "Aborted")

    verify.equal("(completed, scheduled)", (ids(finished), ids(waiting)), ([report], [series]))
    found = [lookup(row, "RequestStatus") for row in finished + waiting]
    verify.equal("their statuses", found, ["Completed", "Scheduled"])


@clause("users/GetUserReportTicketsByStatus/all-of-them")
def test_all_statuses_together_are_all_tickets(
    world: World, who: Session, verify: Verifier
) -> None:
    """Asked for one status at a time or for all at once, every ticket is found once."""
    made = [new_report(world, who), new_series(world, who), new_series(world, who)]
    cancel(who, hyphenated(made[2]))
    let_settle(world, who, made[0])

    one_by_one = [found for row in by_status(who).values() for found in row]
    at_once = ids(tickets_at(who, *STATUSES))

    verify.equal("one by one", sorted(one_by_one), sorted(made))
    verify.equal("at once", sorted(at_once), sorted(made))


@clause("users/GetUserReportTicketsByStatus/scope")
def test_tickets_in_sight_are_those_of_the_default_account(
    world: World, who: Session, stranger: Session, verify: Verifier
) -> None:
    """A trader sees reports on his default account, whoever ordered them, and no others."""
    own = new_report(world, who)
    payload = order_payload(world, who.account_id)
    by_operator = ordered_id(world.operator.send("GenerateTradeActivityReport", payload))
    new_report(world, stranger)

    seen = ids(tickets_at(who, *STATUSES))

    verify.equal("tickets in sight", sorted(seen), sorted([own, by_operator]), who.turns[-1])


@clause("users/GetUserReportTicketsByStatus/operator-scope")
def test_operator_sees_tickets_of_everybody(
    world: World, who: Session, stranger: Session, verify: Verifier
) -> None:
    """An operator sees reports on accounts it is not linked to."""
    made = {new_report(world, who), new_report(world, stranger)}

    turn = world.operator.send("GetUserReportTicketsByStatus", list(STATUSES))

    seen = set(ids(verify.succeeded(turn).value))
    verify.equal("tickets that are missing", made - seen, set(), turn)


@clause("users/GetUserReportTicketsByStatus/unknown-status")
def test_status_that_does_not_exist_finds_nothing(
    world: World, who: Session, verify: Verifier
) -> None:
    """A status outside the list is refused or matches nothing; it never means all."""
    new_report(world, who)

    turn = who.send("GetUserReportTicketsByStatus", ["Forgotten"])

    verify.holds(
        "nothing is found", turn.value == [] or turn.get("result") is False, turn.text, turn
    )


@clause("users/CancelUserReport/effect")
def test_cancel_changes_one_ticket(world: World, who: Session, verify: Verifier) -> None:
    """The cancelled series is cancelled; the other one goes on as before."""
    first, second = new_series(world, who), new_series(world, who)
    let_settle(world, who, second)

    verify.succeeded(cancel(who, hyphenated(first)))

    let_settle(world, who, first)
    found = (status_of(who, first) in CANCELLED, status_of(who, second))
    verify.equal("(first cancelled, second)", found, (True, "Scheduled"))


@clause("users/CancelUserReport/cancels")
def test_cancelled_report_does_not_run(world: World, who: Session, verify: Verifier) -> None:
    """A report cancelled at once is cancelled, unless it was complete already."""
    request_id = new_report(world, who)

    verify.succeeded(cancel(who, hyphenated(request_id)))

    at_once, later = status_of(who, request_id), let_settle(world, who, request_id)
    allowed = CANCELLED | {"Completed"}
    verify.holds("cancelled, or complete before", at_once in allowed, at_once)
    verify.equal("complete later", later == "Completed", at_once == "Completed")


@clause("users/RemoveUserReportTicket/effect")
def test_removal_removes_one_ticket(world: World, who: Session, verify: Verifier) -> None:
    """The removed ticket is gone; the other one stays as it was."""
    first, second = new_series(world, who), new_series(world, who)
    let_settle(world, who, second)
    kept = ticket(who, who.user_id, second)

    verify.succeeded(remove(who, hyphenated(first)))

    verify.equal("tickets", tickets(who, who.user_id), [kept], who.turns[-1])


@clause("users/RemoveUserReportTicket/removes")
def test_removed_ticket_leaves_both_lists(
    world: World, who: Session, verify: Verifier
) -> None:
    """A removed ticket is found by user no more, and at no status."""
    request_id = new_series(world, who)

    verify.succeeded(remove(who, hyphenated(request_id)))

    verify.equal("by user", ids(tickets(who, who.user_id)), [])
    verify.equal("by status", ids(tickets_at(who, *STATUSES)), [])


@clause("users/RemoveUserReportTicket/twice")
def test_removed_ticket_cannot_be_removed_again(
    world: World, who: Session, verify: Verifier
) -> None:
    """What is gone is gone: a second removal is refused."""
    request_id = new_series(world, who)
    remove(who, hyphenated(request_id))

    turn = remove(who, hyphenated(request_id))

    verify.refused(turn)


@pytest.mark.parametrize("act", [
    clause_case("users/CancelUserReport/scope", cancel),
    clause_case("users/RemoveUserReportTicket/scope", remove),
])
def test_foreign_report_cannot_be_stopped(
    world: World, who: Session, stranger: Session, verify: Verifier, act: Act
) -> None:
    """Nobody stops or removes a report that somebody else ordered."""
    request_id = new_series(world, who)
    let_settle(world, who, request_id)

    with verify.unchanged(*ticket_reads(who)):
        turn = act(stranger, hyphenated(request_id))

        verify.refused(turn, code=NOT_AUTHORISED)


@pytest.mark.parametrize("act", [
    clause_case("users/CancelUserReport/id-forms", cancel),
    clause_case("users/RemoveUserReportTicket/id-forms", remove),
])
def test_id_is_taken_in_both_forms(
    world: World, who: Session, verify: Verifier, act: Act
) -> None:
    """The id as a ticket prints it and the same with hyphens name the same report."""
    first, second = new_series(world, who), new_series(world, who)

    verify.succeeded(act(who, hyphenated(first)))
    verify.succeeded(act(who, second))

    left = [status_of(who, made) for made in (first, second)]
    verify.holds("neither goes on", not set(left) - CANCELLED - {""}, left)
