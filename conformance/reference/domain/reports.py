"""Reports: tickets that ask for them, the runs they cause, and the CSV each run produces.

Nothing happens in the background: what should have happened by now, by the exchange's clock, is
worked out whenever somebody looks. How long each step takes is ours; the pages give the states,
not their times. A period that a schedule reports is measured back from each run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from uuid import UUID

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.clock import DAY_MS, HOUR_MS, month_later
from conformance.reference.domain.ledger import ReferenceType, Transaction
from conformance.reference.domain.refusals import NotFound, OperationFailed

VALIDATING_AFTER_MS = 100
STARTING_AFTER_MS = 200
RUNNING_MS = 300
CANCELLING_MS = 100

IGNORES_CANCEL = defect(
    "reports/cancelled-report-completes", "A cancelled report runs on to its end."
)
OLDEST_FIRST = defect("reports/records-oldest-first", "Result records come oldest first.")


class Flavor(StrEnum):
    TRADE_ACTIVITY = "TradeActivity"
    TRANSACTION = "Transaction"
    TREASURY = "Treasury"


class Frequency(IntEnum):
    ON_DEMAND = 0
    HOURLY = 1
    DAILY = 2
    WEEKLY = 3
    MONTHLY = 4
    ANNUALLY = 5

    @property
    def label(self) -> str:
        """The name: ``OnDemand``, ``Hourly`` …"""
        return self.name.title().replace("_", "")


class Status(StrEnum):
    SUBMITTED = "Submitted"
    VALIDATING = "Validating"
    SCHEDULED = "Scheduled"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    ABORTING = "Aborting"
    ABORTED = "Aborted"
    USER_CANCELLED = "UserCancelled"
    SYS_RETIRED = "SysRetired"
    USER_CANCEL_PENDING = "UserCancelPending"


class Outcome(StrEnum):
    NOT_STARTED = "NotStarted"
    NOT_COMPLETE = "NotComplete"
    ERROR_COMPLETE = "ErrorComplete"
    SUCCESS_COMPLETE = "SuccessComplete"
    CANCELLED = "Cancelled"


_FIXED_STEP_MS = {
    Frequency.HOURLY: HOUR_MS,
    Frequency.DAILY: DAY_MS,
    Frequency.WEEKLY: 7 * DAY_MS,
}
_STEP_MONTHS = {Frequency.MONTHLY: 1, Frequency.ANNUALLY: 12}
_TREASURY = (ReferenceType.DEPOSIT, ReferenceType.WITHDRAW, ReferenceType.TRANSFER)


@dataclass(slots=True)
class Run:
    """One execution of a report over ``start_ms`` to ``end_ms``."""

    descriptor: UUID
    ticket: Ticket
    started_ms: int
    ends_ms: int
    start_ms: int
    end_ms: int
    cancelled: bool = False

    @property
    def path(self) -> str:
        """Where the output lies."""
        return f"/reports/{self.ticket.flavor}-{self.descriptor}.csv"

    def outcome(self, now: int) -> Outcome:
        """How far the run is."""
        if self.cancelled:
            return Outcome.CANCELLED
        return Outcome.NOT_COMPLETE if now < self.ends_ms else Outcome.SUCCESS_COMPLETE


@dataclass(slots=True)
class Ticket:
    """A request for one report or for a series; ``next_ms`` is the time of the next run."""

    request_id: UUID
    user_id: int
    flavor: Flavor
    frequency: Frequency
    account_ids: tuple[int, ...]
    created_ms: int
    first_run_ms: int
    start_ms: int
    end_ms: int
    scheduled: bool
    next_ms: int | None
    cancelled_ms: int | None = None
    runs: list[Run] = field(default_factory=list)

    def status(self, now: int) -> Status:
        """Where the ticket stands."""
        if self.cancelled_ms is not None:
            done = now >= self.cancelled_ms + CANCELLING_MS
            return Status.USER_CANCELLED if done else Status.USER_CANCEL_PENDING
        if now < self.created_ms + VALIDATING_AFTER_MS:
            return Status.SUBMITTED
        if now < self.created_ms + STARTING_AFTER_MS:
            return Status.VALIDATING
        if self.runs and now < self.runs[-1].ends_ms:
            return Status.IN_PROGRESS
        return Status.COMPLETED if self.next_ms is None else Status.SCHEDULED

    @property
    def last_instance(self) -> UUID:
        """The last run of a series; the zero GUID for an on-demand report."""
        return self.runs[-1].descriptor if self.scheduled and self.runs else UUID(int=0)


@dataclass
class Reports:
    """All tickets by request id, and every run, also of tickets that were removed."""

    now: Callable[[], int]
    guid: Callable[[], str]
    defects: Defects
    tickets: dict[UUID, Ticket] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    def generate(
        self, user_id: int, flavor: Flavor, account_ids: Iterable[int], start_ms: int, end_ms: int
    ) -> Ticket:
        """Ask for one report over a period, to run at once."""
        if start_ms > end_ms:
            raise OperationFailed("startTime is later than endTime")
        now = self.now()
        return self._file(
            Ticket(UUID(self.guid()), user_id, flavor, Frequency.ON_DEMAND, tuple(account_ids), now,
                   now, start_ms, end_ms, False, now + STARTING_AFTER_MS)
        )

    def schedule(
        self, user_id: int, flavor: Flavor, account_ids: Iterable[int], frequency: Frequency,
        begin_ms: int, duration_ms: int,
    ) -> Ticket:
        """Ask for a series. Runs that would lie in the past are left out."""
        now = self.now()
        ticket = Ticket(
            UUID(self.guid()), user_id, flavor, frequency, tuple(account_ids), now, begin_ms,
            begin_ms, begin_ms + duration_ms, True, None,
        )
        ticket.next_ms = _first_run(ticket, now + STARTING_AFTER_MS)
        return self._file(ticket)

    def of_user(self, user_id: int) -> list[Ticket]:
        """The user's tickets, oldest first."""
        return [ticket for ticket in self.all() if ticket.user_id == user_id]

    def all(self) -> list[Ticket]:
        """Every ticket, oldest first, brought up to now."""
        for ticket in self.tickets.values():
            self._catch_up(ticket)
        return list(self.tickets.values())

    def get(self, request_id: UUID) -> Ticket:
        """The ticket, brought up to now; raises NotFound."""
        ticket = self.tickets.get(request_id)
        if ticket is None:
            raise NotFound(f"no report ticket {request_id}")
        self._catch_up(ticket)
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Stop a report and its series; raises OperationFailed when it has come to its end."""
        now = self.now()
        if ticket.status(now) in (
            Status.COMPLETED, Status.USER_CANCELLED, Status.USER_CANCEL_PENDING
        ):
            raise OperationFailed("report is not running")
        if self.defects(IGNORES_CANCEL):
            return
        self._stop(ticket, now)
        ticket.cancelled_ms = now

    def remove(self, ticket: Ticket) -> None:
        """Stop a report and forget its ticket; what it has produced stays."""
        self._stop(ticket, self.now())
        del self.tickets[ticket.request_id]

    def records_of(self, user_id: int) -> list[Run]:
        """Runs of the user's reports, newest first."""
        self.all()
        mine = [run for run in self.runs if run.ticket.user_id == user_id]
        newest_first = not self.defects(OLDEST_FIRST)
        return sorted(mine, key=lambda run: run.started_ms, reverse=newest_first)

    def output(self, path: str, transactions_of: Callable[[int], list[Transaction]]) -> str:
        """The CSV of a completed run; raises NotFound."""
        run = next((run for run in self.runs if run.path == path), None)
        if run is None or run.outcome(self.now()) is not Outcome.SUCCESS_COMPLETE:
            raise NotFound(f"no report {path}")
        return _as_csv(
            transaction
            for account_id in run.ticket.account_ids
            for transaction in transactions_of(account_id)
            if run.start_ms <= transaction.time_ms <= run.end_ms and _belongs(run, transaction)
        )

    def _file(self, ticket: Ticket) -> Ticket:
        self.tickets[ticket.request_id] = ticket
        return ticket

    def _stop(self, ticket: Ticket, now: int) -> None:
        ticket.next_ms = None
        if ticket.runs and now < ticket.runs[-1].ends_ms:
            ticket.runs[-1].cancelled = True
            ticket.runs[-1].ends_ms = now

    def _catch_up(self, ticket: Ticket) -> None:
        now = self.now()
        while ticket.next_ms is not None and ticket.next_ms <= now:
            at, length = ticket.next_ms, ticket.end_ms - ticket.start_ms
            start, end = (at - length, at) if ticket.scheduled else (ticket.start_ms, ticket.end_ms)
            run = Run(UUID(self.guid()), ticket, at, at + RUNNING_MS, start, end)
            ticket.runs.append(run)
            self.runs.append(run)
            ticket.next_ms = _first_run(ticket, at + 1)


def _first_run(ticket: Ticket, earliest: int) -> int | None:
    """The first time of the series at or after ``earliest``; None when it is over."""
    begin = ticket.first_run_ms
    if ticket.frequency is Frequency.ON_DEMAND:
        return None if ticket.runs else max(begin, earliest)
    if begin >= earliest:
        return begin
    step = _FIXED_STEP_MS.get(ticket.frequency)
    if step is not None:
        return begin - (begin - earliest) // step * step
    count, months = 0, _STEP_MONTHS[ticket.frequency]
    while month_later(begin, count * months) < earliest:
        count += 1
    return month_later(begin, count * months)


def _belongs(run: Run, transaction: Transaction) -> bool:
    match run.ticket.flavor:
        case Flavor.TRADE_ACTIVITY:
            return transaction.reference_type is ReferenceType.TRADE
        case Flavor.TREASURY:
            return transaction.reference_type in _TREASURY
    return True


def _as_csv(transactions: Iterable[Transaction]) -> str:
    lines = ["Transaction,Account,Product,Credit,Debit,Type,Reference,ReferenceId,Balance,Time"]
    lines += [
        f"{t.transaction_id},{t.account_id},{t.product_id},{t.credit:f},{t.debit:f},"
        f"{t.transaction_type.name},{t.reference_type.name},{t.reference_id},{t.balance:f},"
        f"{t.time_ms}"
        for t in transactions
    ]
    return "\r\n".join(lines) + "\r\n"
