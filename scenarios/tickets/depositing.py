"""Deposits as scenarios make them: announced, reviewed, credited."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import World
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.templates import keys
from scenarios.tickets.vocabulary import (
    MANAGER,
    NOT_SUPPORTED,
    Row,
    Till,
    coin_till,
    done,
    revised,
    rows,
)

NEW, ADMIN_PROCESSING, ACCEPTED, REJECTED, SYSTEM_PROCESSING, FULLY_PROCESSED = 0, 1, 2, 3, 4, 5
FAILED, PENDING, CONFIRMED = 6, 7, 8
AML_PROCESSING, AML_ACCEPTED, AML_REJECTED, AML_FAILED = 9, 10, 11, 12
LIMITS_ACCEPTED, LIMITS_REJECTED = 13, 14
STATUSES = (
    "New", "AdminProcessing", "Accepted", "Rejected", "SystemProcessing", "FullyProcessed",
    "Failed", "Pending", "Confirmed", "AmlProcessing", "AmlAccepted", "AmlRejected", "AmlFailed",
    "LimitsAccepted", "LimitsRejected",
)


def terms(till: Till, amount: Decimal | None = None, **more: Any) -> dict[str, Any]:
    """The payload that announces a deposit, with every key of the page."""
    return {
        "assetManagerId": MANAGER, "accountId": till.account, "assetId": till.product,
        "assetName": None, "amount": till.sum if amount is None else amount, "omsId": till.oms,
        "requestCode": None, "requestIP": None, "requestUser": till.owner.user_id,
        "requestUserName": till.owner.username or None, "operatorId": OPERATOR_ID, "Status": NEW,
        "feeAmt": 0, "updatedByUser": 0, "updatedByUserName": None, "ticketNumber": 0,
        "depositInfo": "", "createdTimestamp": "0001-01-01T00:00:00", "lastUpdateTimeStamp": None,
        "comments": None, "attachments": None, **more,
    }


def announce(
    till: Till, amount: Decimal | None = None, by: Session | None = None, **more: Any
) -> Turn:
    """Send CreateDepositTicket, in the owner's name unless somebody else is given."""
    return (by or till.owner).send("CreateDepositTicket", terms(till, amount, **more))


def announced(till: Till, amount: Decimal | None = None, **more: Any) -> Row:
    """A new deposit ticket as the owner reads it; Unavailable when it is refused."""
    return deposit(till, str(done(announce(till, amount, **more))["requestcode"]))


def several(till: Till, count: int) -> list[Row]:
    """So many new deposit tickets, oldest first."""
    return [announced(till) for _ in range(count)]


def deposit(till: Till, code: str) -> Row:
    """The deposit ticket with this code; Unavailable without it."""
    turn = till.owner.send("GetDepositTicket", {**till.of_account, "RequestCode": code})
    if turn.get("requestCode") is None:
        raise Unavailable(f"the deposit ticket cannot be read: {turn.text[:200]}")
    return turn.value


def again(till: Till, ticket: Row) -> Row:
    """The ticket as it reads now."""
    return deposit(till, lookup(ticket, "requestCode"))


def deposits(till: Till, reader: Session | None = None) -> list[Row]:
    """All deposit tickets of the account."""
    return rows((reader or till.owner).send(
        "GetDepositTickets", {**till.of_account, "OperatorId": OPERATOR_ID}))


def all_deposits(world: World, **window: int) -> list[Row]:
    """Deposit tickets of all accounts, as an operator lists them."""
    operator = world.operator
    return rows(operator.send("GetAllDepositTickets", {
        "OMSId": world.oms_id, "OperatorId": operator.user_id or OPERATOR_ID, **window,
    }))


def changed(ticket: Row, **changes: Any) -> dict[str, Any]:
    """The payload of UpdateDepositTicket: the ticket as it was read, with changes."""
    return revised(ticket, **{"Status": status(ticket), **changes})


def change(till: Till, ticket: Row, **changes: Any) -> Turn:
    """Send UpdateDepositTicket as the operator."""
    return till.world.operator.send("UpdateDepositTicket", changed(ticket, **changes))


def status(ticket: Row) -> int:
    """The status by number, however it is spelled."""
    value = lookup(ticket, "Status")
    return value if isinstance(value, int) else STATUSES.index(str(value))


def status_now(till: Till, ticket: Row) -> int:
    """The status that the ticket reads now."""
    return status(again(till, ticket))


def moved_to(till: Till, ticket: Row, to: int) -> Row:
    """The ticket after the operator gave it a status; Unavailable when it does not take it."""
    done(change(till, ticket, Status=to))
    found = again(till, ticket)
    if status(found) != to:
        raise Unavailable(f"the ticket takes no status {to}: it reads {status(found)}")
    return found


def accepted(till: Till, amount: Decimal | None = None) -> Row:
    """A deposit ticket that the operator has accepted."""
    return moved_to(till, announced(till, amount), ACCEPTED)


def credit(till: Till, ticket: Row) -> Turn:
    """Send MarkDepositTicketAsFullyProcessed as the operator."""
    return till.world.operator.call(
        "MarkDepositTicketAsFullyProcessed", OMSId=till.oms,
        TicketId=lookup(ticket, "ticketNumber"),
    )


def credited(till: Till, amount: Decimal | None = None) -> Row:
    """A deposit ticket that went all the way."""
    ticket = accepted(till, amount)
    done(credit(till, ticket))
    return again(till, ticket)


def credits(till: Till) -> list[Row]:
    """What GetDeposits lists for the account."""
    return rows(till.owner.send("GetDeposits", till.of_account))


def direct(till: Till, amount: Decimal | None = None) -> Turn:
    """Send the deprecated Deposit, in which the product is called instrument."""
    return till.world.superuser.call(
        "Deposit", omsId=till.oms, accountId=till.account, instrumentId=till.product,
        amount=till.sum if amount is None else amount, depositInfo=None,
    )


def served(till: Till) -> Turn:
    """The answer of Deposit; Unavailable where the call is no longer served."""
    turn = direct(till)
    if turn.get("errorcode") == NOT_SUPPORTED:
        raise Unavailable("the deprecated Deposit is not served here")
    return turn


def arrived(world: World) -> tuple[Till, Row]:
    """A crypto deposit that the account provider has just seen; Unavailable without its hook."""
    till = coin_till(world)
    return till, coins_seen(till)


def coins_seen(till: Till) -> Row:
    """A deposit that the provider has just seen on the chain; Unavailable without its hook."""
    address = keys(till, fresh=True)[0]
    number = till.world.deployment.provider(
        "coins", address=address, amount=str(till.sum))["ticket"]
    turn = till.owner.send("GetDepositTicket", {**till.of_account, "TicketId": number})
    if turn.get("requestCode") is None:
        raise Unavailable(f"the deposit ticket cannot be read: {turn.text[:200]}")
    return turn.value


def step(till: Till, ticket: Row) -> int:
    """Let the services take a deposit one step on; its status then."""
    till.world.deployment.provider("deposit", ticket=lookup(ticket, "ticketNumber"))
    return status(again(till, ticket))


def led(till: Till, *statuses: int) -> Row:
    """A new deposit ticket that the operator took through these statuses, one after the other."""
    ticket = announced(till)
    for to in statuses:
        ticket = moved_to(till, ticket, to)
    return ticket
