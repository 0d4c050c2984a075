"""Records of report runs: pages of them, their order, and whose they are."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.users.reporting import (
    finished_reports,
    ids,
    let_settle,
    many_reports,
    new_report,
    records,
    seconds_between,
    starts_of,
    tickets,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, person

DEFAULT_DEPTH = 50


@pytest.fixture
def who(world: World) -> Session:
    """A user without reports."""
    return person(world)


@pytest.mark.parametrize("depth", [0, 1, 2])
@clause("users/GetUserReportWriterResultRecords/depth")
def test_no_more_records_than_asked(
    world: World, who: Session, verify: Verifier, depth: int
) -> None:
    """Of three records as many come as were asked for."""
    finished_reports(world, who, 3)

    rows = records(who, who.user_id, depth=depth, startIndex=0)

    verify.equal("records", len(rows), depth, who.turns[-1])


@clause("users/GetUserReportWriterResultRecords/default-depth")
def test_fifty_records_unless_asked(world: World, who: Session, verify: Verifier) -> None:
    """Without depth 50 records come, though there are more."""
    many_reports(world, who, DEFAULT_DEPTH + 1)

    rows = records(who, who.user_id, startIndex=0)

    verify.equal("records", len(rows), DEFAULT_DEPTH, who.turns[-1])


@clause("users/GetUserReportWriterResultRecords/newest-first")
def test_newest_run_comes_first(world: World, who: Session, verify: Verifier) -> None:
    """Record 0 is the last report that ran, and the list runs back in time from there."""
    made = finished_reports(world, who, 3)

    rows = records(who, who.user_id, depth=10, startIndex=0)

    verify.equal("reports, newest first", ids(rows, "urtTicketId"), made[::-1], who.turns[-1])
    starts = starts_of(rows)
    verify.equal("their starts", starts, sorted(starts, reverse=True), who.turns[-1])


@clause("users/GetUserReportWriterResultRecords/complete-after-start")
def test_no_run_is_over_before_it_begins(
    world: World, who: Session, verify: Verifier
) -> None:
    """Completion does not lie before the start, neither of a finished nor of a running report."""
    finished_reports(world, who, 2)
    new_report(world, who)

    rows = records(who, who.user_id, depth=10, startIndex=0)

    lengths = [
        seconds_between(row, "reportExecutionStartTime", "reportExecutionCompleteTime")
        for row in rows
    ]
    verify.holds("there are runs to judge", len(rows) >= 2, rows)
    verify.holds("no run takes less than no time", min(lengths) >= 0, lengths, who.turns[-1])


@clause("users/GetUserReportWriterResultRecords/paging")
def test_two_pages_are_one_page_of_twice_the_size(
    world: World, who: Session, verify: Verifier
) -> None:
    """A client that reads page by page misses nothing and sees nothing twice."""
    finished_reports(world, who, 4)

    first = records(who, who.user_id, depth=2, startIndex=0)
    second = records(who, who.user_id, depth=2, startIndex=2)

    whole = records(who, who.user_id, depth=4, startIndex=0)
    verify.equal("both pages", first + second, whole, *who.turns[-3:])
    verify.equal("records", len(whole), 4)


@clause("users/GetUserReportWriterResultRecords/ticket-known")
def test_record_names_its_ticket(world: World, who: Session, verify: Verifier) -> None:
    """urtTicketId leads from a result back to the order it came from."""
    finished_reports(world, who, 2)

    rows = records(who, who.user_id, depth=10, startIndex=0)

    known = ids(tickets(who, who.user_id))
    verify.equal("tickets named", sorted(ids(rows, "urtTicketId")), sorted(known))


@clause("users/GetUserReportWriterResultRecords/scope")
def test_foreign_records_cannot_be_read(
    world: World, who: Session, verify: Verifier
) -> None:
    """A trader reads the results of his own reports only."""
    stranger = person(world)
    let_settle(world, who, new_report(world, who))

    turn = stranger.call(
        "GetUserReportWriterResultRecords", userId=who.user_id, depth=10, startIndex=0
    )

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("users/GetUserReportWriterResultRecords/operator-scope")
def test_operator_reads_records_of_anybody(
    world: World, who: Session, verify: Verifier
) -> None:
    """An operator reads what the user himself reads."""
    finished_reports(world, who, 2)

    turn = verify.succeeded(world.operator.call(
        "GetUserReportWriterResultRecords", userId=who.user_id, depth=10, startIndex=0
    ))

    own = records(who, who.user_id, depth=10, startIndex=0)
    verify.equal("records", (len(turn.value), turn.value), (2, own), turn)
