"""Words of the scenarios about reports: orders, series, tickets, and the records of their runs."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable

FLAVORS = {
    "TradeActivity": "TradeActivity", "TransactionActivity": "Transaction",
    "TreasuryActivity": "Treasury",
}
"""The flavour of a ticket, by the word in the middle of the call's name."""
FREQUENCIES = {
    0: "OnDemand", 1: "Hourly", 2: "Daily", 3: "Weekly", 4: "Monthly", 5: "Annually",
}
STATUSES = (
    "Submitted", "Validating", "Scheduled", "InProgress", "Completed", "Aborting", "Aborted",
    "UserCancelled", "SysRetired", "UserCancelPending",
)
CANCELLED = {"UserCancelPending", "UserCancelledPending", "UserCancelled"}
ENDED = {"Completed", "Aborted", "UserCancelled", "SysRetired"}
RANKS = {
    "Submitted": 0, "Validating": 1, "Scheduled": 2, "InProgress": 3, "Aborting": 4,
    "UserCancelPending": 4, "UserCancelledPending": 4, "Completed": 5, "Aborted": 5,
    "UserCancelled": 5, "SysRetired": 5,
}
"""How far a report ordered once has come; it never goes back."""
TICKS_PER_SECOND = 10_000_000
WHOLE_DAY_S = 86_400
AT_ONCE_S = 60
"""Seconds after its order within which an on-demand report must be due; our reading."""
SETTLED_MS = 1_000
"""By how much a movable clock is moved to let a report settle."""
STEP_MS = 40
"""The same for looking at every step on the way."""
LOOKS = 50
"""Times a ticket is looked at before we give up waiting for it to settle."""
HEADER_PARTS = 7
"""Flavour, frequency, start, end, creation, run, and how long it took, as the page prints them."""
NO_ID = base64.b64encode(bytes(16)).decode()


@dataclass(frozen=True, slots=True)
class Period:
    """A period to report on, as it is sent."""

    start: str
    end: str


def iso(moment: datetime) -> str:
    """A time as reports print it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """A printed time; without a zone it is UTC."""
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def now(world: World) -> datetime:
    """The target's time, to the second."""
    return datetime.fromtimestamp(world.deployment.now_ms() // 1000, UTC)


def last_week(world: World) -> Period:
    """The seven days before now."""
    end = now(world)
    return Period(iso(end - timedelta(days=7)), iso(end))


def tomorrow(world: World) -> str:
    """A day from now."""
    return iso(now(world) + timedelta(days=1))


def order_payload(world: World, *accounts: int, **more: Any) -> dict[str, Any]:
    """The payload of a Generate call, over the last week."""
    period = last_week(world)
    return {
        "accountIdList": list(accounts), "omsId": world.oms_id,
        "startTime": period.start, "endTime": period.end, **more,
    }


def series_payload(world: World, *accounts: int, **more: Any) -> dict[str, Any]:
    """The payload of a Schedule call: daily from tomorrow on, over ten days each."""
    return {
        "frequency": 2, "accountIdList": list(accounts), "omsId": world.oms_id,
        "beginTime": tomorrow(world), "intervalDuration": 10, **more,
    }


def order_report(world: World, who: Session, kind: str = "TradeActivity", **more: Any) -> Turn:
    """Order a report on the user's own account."""
    payload = {**order_payload(world, who.account_id), **more}
    return who.send(f"Generate{kind}Report", payload)


def order_series(world: World, who: Session, kind: str = "TradeActivity", **more: Any) -> Turn:
    """Order a series of reports on the user's own account."""
    payload = {**series_payload(world, who.account_id), **more}
    return who.send(f"Schedule{kind}Report", payload)


def ordered_id(turn: Turn) -> str:
    """The id of a report that was ordered; Unavailable when it was not."""
    request_id = turn.get("RequestId")
    if not isinstance(request_id, str) or not request_id:
        raise Unavailable(f"no report can be ordered: {turn.text[:200]}")
    return request_id


def new_report(world: World, who: Session) -> str:
    """Order a report that runs once; its id."""
    return ordered_id(order_report(world, who))


def new_series(world: World, who: Session, **more: Any) -> str:
    """Order a series; its id."""
    return ordered_id(order_series(world, who, **more))


def id_bytes(request_id: str) -> bytes:
    """The bytes of an id in base 64; empty when it is not that."""
    try:
        return base64.b64decode(request_id, validate=True)
    except (ValueError, binascii.Error):
        return b""


def hyphenated(request_id: str) -> str:
    """An id with hyphens, as the calls that take one print it; .NET puts low bytes first."""
    if "-" in request_id:
        return request_id
    return str(UUID(bytes_le=id_bytes(request_id)))


def tickets(reader: Session, user_id: int) -> list[Any]:
    """A user's tickets."""
    return _rows(reader.call("GetUserReportTickets", UserId=user_id))


def tickets_at(reader: Session, *statuses: str) -> list[Any]:
    """Every ticket in sight that stands at one of these statuses."""
    return _rows(reader.send("GetUserReportTicketsByStatus", list(statuses)))


def records(reader: Session, user_id: int, **page: int) -> list[Any]:
    """Result records of a user, newest first."""
    return _rows(reader.call("GetUserReportWriterResultRecords", userId=user_id, **page))


def ids(rows: Iterable[Any], key: str = "RequestId") -> list[str]:
    """The ids of tickets, or of what else has one."""
    return [str(lookup(row, key)) for row in rows]


def ticket(reader: Session, user_id: int, request_id: str) -> Any:
    """One ticket of a user; empty when it is not listed."""
    rows = tickets(reader, user_id)
    return next((row for row in rows if lookup(row, "RequestId") == request_id), {})


def status_of(who: Session, request_id: str) -> str:
    """Where a ticket of the user's own stands; empty when it is not listed."""
    return str(lookup(ticket(who, who.user_id, request_id), "RequestStatus", ""))


def seconds_between(row: Any, start: str, end: str) -> int:
    """Whole seconds between two printed times of a ticket or record."""
    span = moment_of(str(lookup(row, end))) - moment_of(str(lookup(row, start)))
    return span // timedelta(seconds=1)


def starts_of(rows: Iterable[Any]) -> list[datetime]:
    """When the runs of these records began."""
    return [moment_of(str(lookup(row, "reportExecutionStartTime"))) for row in rows]


def let_settle(world: World, who: Session, request_id: str) -> str:
    """Wait until a ticket stands still; its status. Unavailable when it goes on moving."""
    with contextlib.suppress(Unavailable):
        world.deployment.advance_clock(SETTLED_MS)
    for _ in range(LOOKS):
        status = status_of(who, request_id)
        if status in ENDED or status == "Scheduled":
            return status
    raise Unavailable(f"report {request_id} goes on moving")


def promises_of_order(
    who: Session, kind: str, payload: dict[str, Any], turn: Turn
) -> dict[str, tuple[Any, Any]]:
    """What a ticket says and what it must say, by rule, for a report ordered once."""
    due = seconds_between(turn.value, "createTime", "initialRunTime")
    return {
        **_promises(who, kind, payload, turn),
        "submitted": (turn.get("RequestStatus"), "Submitted"),
        "on-demand": (str(turn.get("ReportFrequency")).casefold(), "ondemand"),
        "interval-echo": (
            (_moment(turn, "intervalStartTime"), _moment(turn, "intervalEndTime")),
            (moment_of(payload["startTime"]), moment_of(payload["endTime"])),
        ),
        "runs-at-once": (0 <= due <= AT_ONCE_S, True),
        "no-last-instance": (turn.get("lastInstanceId") in (None, NO_ID), True),
    }


def promises_of_series(
    who: Session, kind: str, payload: dict[str, Any], turn: Turn
) -> dict[str, tuple[Any, Any]]:
    """What a ticket says and what it must say, by rule, for a series."""
    return {
        **_promises(who, kind, payload, turn),
        "status": (turn.get("RequestStatus") in ("Submitted", "Scheduled"), True),
        "begin-time": (_moment(turn, "initialRunTime"), moment_of(payload["beginTime"])),
    }


def _promises(
    who: Session, kind: str, payload: dict[str, Any], turn: Turn
) -> dict[str, tuple[Any, Any]]:
    span = seconds_between(turn.value, "intervalStartTime", "intervalEndTime")
    return {
        "flavor": (turn.get("reportFlavor"), FLAVORS[kind]),
        "requesting-user": (turn.get("RequestingUser"), who.user_id),
        "accounts-echo": (turn.get("accountIds"), payload["accountIdList"]),
        "duration": (turn.get("intervalDuration"), span * TICKS_PER_SECOND),
    }


def _moment(turn: Turn, key: str) -> datetime:
    return moment_of(str(turn[key]))


@dataclass(frozen=True, slots=True)
class Header:
    """A record's descriptive header: what ran, when, and over which period."""

    flavor: str
    frequency: str
    start: datetime
    end: datetime
    run: datetime


def header(row: Any) -> Header:
    """The header of a record; Unavailable when it is put together otherwise."""
    text = str(lookup(row, "reportDescriptiveHeader"))
    parts = text.split("|")
    if len(parts) != HEADER_PARTS:
        raise Unavailable(f"the descriptive header has other parts: {text[:200]}")
    moments = [moment_of(part) for part in (parts[2], parts[3], parts[5])]
    return Header(parts[0], parts[1], *moments)


def statuses_until_settled(world: World, who: Session, request_id: str) -> list[str]:
    """Every status seen from now on until the ticket stands still, and some looks later."""
    seen = []
    for _ in range(LOOKS):
        seen.append(status_of(who, request_id))
        with suppress(Unavailable):
            world.deployment.advance_clock(STEP_MS)
    return seen


def finished_reports(world: World, who: Session, count: int) -> list[str]:
    """Reports that ran, one after the other; their ids, oldest first."""
    made = []
    for _ in range(count):
        made.append(new_report(world, who))
        let_settle(world, who, made[-1])
    return made


def many_reports(world: World, who: Session, count: int) -> None:
    """So many reports, of which the last has run."""
    made = [new_report(world, who) for _ in range(count)]
    let_settle(world, who, made[-1])


def by_status(reader: Session) -> dict[str, list[str]]:
    """The ids in sight at each status, asked for one status at a time."""
    return {status: ids(tickets_at(reader, status)) for status in STATUSES}


def _rows(turn: Turn) -> list[Any]:
    if not isinstance(turn.value, list):
        raise Unavailable(f"{turn.call} lists nothing: {turn.text[:200]}")
    return turn.value
