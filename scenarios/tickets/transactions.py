"""Deposits and withdrawals as the account's statement shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.contract.payload import dump_json
from conformance.target.session import Session, Turn, lookup
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.vocabulary import Row, Till, done, number, rows

DEPOSITED, WITHDRAWN = (2, "Deposit"), (3, "Withdraw")
"""Reference types, by number and by name."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What differs between the statements of deposits and of withdrawals."""

    call: str
    kind: tuple[int, str]
    into: str
    out_of: str
    make: Callable[[Till], Row]
    make_many: Callable[[Till, int], None]


def many_credited(till: Till, count: int) -> None:
    """So many deposits that went all the way; Unavailable when a step is refused."""
    known = len(depositing.deposits(till))
    _all_done(till.owner, "CreateDepositTicket", [depositing.terms(till)] * count)
    made = depositing.deposits(till)[known:]
    _all_done(till.world.operator, "UpdateDepositTicket", [
        depositing.changed(row, Status=depositing.ACCEPTED) for row in made])
    _decided(till, "MarkDepositTicketAsFullyProcessed", made)


def many_paid(till: Till, count: int) -> None:
    """So many withdrawals that went all the way; Unavailable when a step is refused."""
    withdrawing.many(till, count)
    made = withdrawing.withdrawals(till, Limit=count)
    _decided(till, "AcceptWithdrawTicket", made)
    _decided(till, "MarkWithdrawTicketAsFullyProcessed", made)


def _decided(till: Till, call: str, tickets: list[Row]) -> None:
    _all_done(till.world.operator, call, [
        {"OMSId": till.oms, "TicketId": lookup(row, "ticketNumber")} for row in tickets])


def _all_done(who: Session, call: str, payloads: list[dict[str, object]]) -> None:
    for turn in who.batch(call, [dump_json(payload) for payload in payloads]):
        done(turn)


DEPOSITS = Statement(
    "GetAccountDepositTransactions", DEPOSITED, "cr", "dr", depositing.credited, many_credited,
)
WITHDRAWALS = Statement(
    "GetAccountWithdrawTransactions", WITHDRAWN, "dr", "cr", withdrawing.paid, many_paid,
)


def ask(till: Till, statement: Statement, by: Session | None = None) -> Turn:
    """Ask for a statement, in the owner's name unless somebody else is given."""
    return (by or till.owner).send(statement.call, till.of_account)


def entries(till: Till, statement: Statement, **depth: int) -> list[Row]:
    """The entries of a statement."""
    return rows(till.owner.send(statement.call, {**till.of_account, **depth}))


def strange(found: list[Row], statement: Statement) -> list[Row]:
    """Entries that are of another kind, or do not move funds the way the statement is about."""
    return [
        row for row in found
        if lookup(row, "referenceType") not in statement.kind
        or number(row, statement.into) <= 0 or number(row, statement.out_of) != 0
    ]
