"""Reports: asking for them, watching their tickets, reading and cancelling them."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import pytest

from tests.reference.client import Venue, refused

SPAN = {"startTime": "2024-02-28T04:00:00Z", "endTime": "2024-03-01T04:00:00Z"}
DAY_TICKS = 864_000_000_000


def generate(venue: Venue, call: str = "GenerateTradeActivityReport", **change: Any) -> Any:
    """Ask for a report on the trader's account."""
    request = {"accountIdList": [venue.account("trader")], "omsId": 1} | SPAN | change
    return venue.trader.call(call, **request)


def schedule(venue: Venue, begin: str, **change: Any) -> Any:
    """Ask for an hourly series on the trader's account."""
    request = {"frequency": 1, "accountIdList": [venue.account("trader")], "omsId": 1,
               "beginTime": begin, "intervalDuration": 10} | change
    return venue.trader.call("ScheduleTransactionActivityReport", **request)


def hyphenated(request_id: str) -> str:
    """The GUID behind a request id."""
    return str(UUID(bytes_le=base64.b64decode(request_id)))


def tickets(venue: Venue) -> dict[str, Any]:
    """The trader's tickets by request id, read on a new login."""
    rows = venue.persona("trader").call("GetUserReportTickets", UserId=venue.user("trader"))
    return {row["RequestId"]: row for row in rows}


def records(venue: Venue, **page: int) -> list[Any]:
    """The trader's result records, read on a new login."""
    user_id, client = venue.user("trader"), venue.persona("trader")
    rows = client.call("GetUserReportWriterResultRecords", userId=user_id, **page)
    return list(rows)


@pytest.mark.parametrize(
    ("call", "flavor"),
    [("GenerateTradeActivityReport", "TradeActivity"),
     ("GenerateTransactionActivityReport", "Transaction"),
     ("GenerateTreasuryActivityReport", "Treasury")])
def test_generated_report_runs_to_its_end(venue: Venue, call: str, flavor: str) -> None:
    ticket = generate(venue, call)

    assert (ticket["reportFlavor"], ticket["RequestStatus"], ticket["ReportFrequency"]) == (
        flavor, "Submitted", "OnDemand")
    assert (ticket["intervalStartTime"], ticket["intervalEndTime"]) == tuple(SPAN.values())
    assert ticket["intervalDuration"] == 2 * DAY_TICKS
    venue.pass_time(1_000)
    assert tickets(venue)[ticket["RequestId"]] == ticket | {"RequestStatus": "Completed"}
    record = next(r for r in records(venue) if r["urtTicketId"] == ticket["RequestId"])
    assert record["resultStatus"] == "SuccessComplete"
    assert record["reportDescriptiveHeader"].startswith(f"{flavor}|onDemand|2024-02-28T04:00:00")


def test_output_lists_the_accounts_transactions(venue: Venue) -> None:
    ticket = generate(venue, "GenerateTransactionActivityReport", endTime="2100-01-01T00:00:00Z")
    venue.pass_time(1_000)
    exchange = venue.exchange
    record = next(r for r in records(venue) if r["urtTicketId"] == ticket["RequestId"])

    text = exchange.reports.output(
        record["reportOutputFilePathname"], exchange.ledger.transactions_of)

    booked = exchange.ledger.transactions_of(venue.account("trader"))
    assert len(text.splitlines()) == 1 + len(booked)
    assert f"{booked[0].transaction_id},{venue.account('trader')}," in text


@pytest.mark.parametrize(
    ("change", "code"),
    [({"accountIdList": []}, 100), ({"accountIdList": [999]}, 104), ({"startTime": "soon"}, 100),
     ({"endTime": "2023-01-01T00:00:00Z"}, 101), ({"omsId": 2}, 104)])
def test_refused_report_leaves_no_ticket(
    venue: Venue, change: dict[str, Any], code: int
) -> None:
    before = tickets(venue).keys()

    assert refused(generate(venue, **change), code)
    assert refused(generate(venue, accountIdList=[venue.account("second_trader")]), 20)

    assert tickets(venue).keys() == before


@pytest.mark.parametrize(
    ("flavor", "call"),
    [("TradeActivity", "ScheduleTradeActivityReport"),
     ("Transaction", "ScheduleTransactionActivityReport"),
     ("Treasury", "ScheduleTreasuryActivityReport")])
def test_series_is_filed_as_asked(venue: Venue, flavor: str, call: str) -> None:
    begin = "2090-01-31T04:00:00Z"

    ticket = venue.trader.call(call, frequency=4, accountIdList=[venue.account("trader")],
                               omsId=1, beginTime=begin, intervalDuration=10)

    assert (ticket["reportFlavor"], ticket["ReportFrequency"]) == (flavor, "Monthly")
    assert ticket["initialRunTime"] == begin
    assert ticket["intervalDuration"] == 10 * DAY_TICKS
    venue.pass_time(1_000)
    assert tickets(venue)[ticket["RequestId"]]["RequestStatus"] == "Scheduled"


def test_series_runs_every_hour_until_it_is_cancelled(venue: Venue) -> None:
    ticket = schedule(venue, "2020-01-01T00:00:00Z")
    venue.pass_time(3 * 3_600_000 + 1_000)
    mine = [r for r in records(venue) if r["urtTicketId"] == ticket["RequestId"]]
    assert len(mine) in (3, 4)
    row = tickets(venue)[ticket["RequestId"]]
    assert row["lastInstanceId"] == mine[0]["descriptorId"]
    guid = hyphenated(ticket["RequestId"])

    client = venue.persona("trader")
    assert client.call("CancelUserReport", UserReportId=guid)["result"] is True

    assert tickets(venue)[ticket["RequestId"]]["RequestStatus"] == "UserCancelPending"
    venue.pass_time(7_200_000)
    assert tickets(venue)[ticket["RequestId"]]["RequestStatus"] == "UserCancelled"
    after = [r for r in records(venue) if r["urtTicketId"] == ticket["RequestId"]]
    assert len(after) == len(mine)


def test_cancelled_report_never_completes(venue: Venue) -> None:
    ticket = generate(venue)

    venue.trader.call("CancelUserReport", UserReportId=ticket["RequestId"])
    venue.pass_time(5_000)

    row = tickets(venue)[ticket["RequestId"]]
    assert row["RequestStatus"] == "UserCancelled"
    assert all(r["urtTicketId"] != ticket["RequestId"] for r in records(venue))
    again = venue.trader.call("CancelUserReport", UserReportId=ticket["RequestId"])
    assert refused(again, 101)


@pytest.mark.parametrize("form", ["{}", '"{}"'])
def test_removed_ticket_is_gone(venue: Venue, form: str) -> None:
    request_id = generate(venue)["RequestId"]
    payload = form.format(hyphenated(request_id))

    assert venue.trader.send("RemoveUserReportTicket", payload)["result"] is True

    assert request_id not in tickets(venue)
    assert refused(venue.trader.send("RemoveUserReportTicket", payload), 104)


def test_tickets_of_others_are_out_of_reach(venue: Venue) -> None:
    request_id = generate(venue)["RequestId"]
    other, user_id = venue.second_trader, venue.user("trader")

    assert refused(other.call("GetUserReportTickets", UserId=user_id), 20)
    assert refused(other.call("GetUserReportWriterResultRecords", userId=user_id), 20)
    assert refused(other.call("CancelUserReport", UserReportId=request_id), 20)
    assert refused(other.send("RemoveUserReportTicket", hyphenated(request_id)), 20)
    assert refused(other.call("CancelUserReport", UserReportId="nonsense"), 100)
    assert refused(other.call("CancelUserReport"), 100)

    assert tickets(venue)[request_id]["RequestStatus"] in ("Submitted", "Validating")


def test_tickets_by_status(venue: Venue) -> None:
    waiting = schedule(venue, "2090-01-01T00:00:00Z")["RequestId"]
    done = generate(venue)["RequestId"]
    venue.pass_time(1_000)

    def found(*statuses: str) -> set[str]:
        rows = venue.trader.send("GetUserReportTicketsByStatus", list(statuses))
        return {row["RequestId"] for row in rows}

    assert found("Scheduled") == {waiting}
    assert found("Scheduled", "Completed") == tickets(venue).keys() >= {waiting, done}
    assert found("UserCancelledPending") == set()
    assert refused(venue.trader.send("GetUserReportTicketsByStatus", ["Lost"]), 100)
    assert venue.second_trader.send("GetUserReportTicketsByStatus", ["Scheduled"]) == []
    assert venue.operator.send("GetUserReportTicketsByStatus", ["Scheduled"])


def test_record_pages_join_up_newest_first(venue: Venue) -> None:
    schedule(venue, "2020-01-01T00:00:00Z")
    venue.pass_time(3_500_000)
    venue.trader.call("Ping")
    venue.pass_time(3_500_000)

    everything = records(venue, depth=50, startIndex=0)

    assert len(everything) >= 2
    times = [row["reportExecutionStartTime"] for row in everything]
    assert times == sorted(times, reverse=True)
    assert records(venue, depth=1) + records(venue, depth=1, startIndex=1) == everything[:2]
    assert records(venue, depth=0) == []
    user_id = venue.user("trader")
    bad = venue.trader.call("GetUserReportWriterResultRecords", userId=user_id, depth=-1)
    assert refused(bad, 100)
