"""Withdrawals as scenarios make them: asked for, confirmed, reviewed, paid or given back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.contract.errors import PayloadError
from conformance.contract.payload import dump_json, parse_json
from conformance.generate.world import World
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import NOT_SUPPORTED, Row, Till, coin_till, done, revised, rows

NEW, ADMIN_PROCESSING, ACCEPTED, REJECTED, SYSTEM_PROCESSING, FULLY_PROCESSED = 0, 1, 2, 3, 4, 5
FAILED, PENDING, PENDING_2FA, AUTO_ACCEPTED, DELAYED = 6, 7, 8, 9, 10
USER_CANCELED, ADMIN_CANCELED = 11, 12
AML_PROCESSING, AML_ACCEPTED, AML_REJECTED, AML_FAILED = 13, 14, 15, 16
LIMITS_ACCEPTED, LIMITS_REJECTED, SUBMITTED = 17, 18, 19
CONFIRMED, MANUALLY_CONFIRMED, CONFIRMED_2FA = 20, 21, 22
STATUSES = (
    "New", "AdminProcessing", "Accepted", "Rejected", "SystemProcessing", "FullyProcessed",
    "Failed", "Pending", "Pending2Fa", "AutoAccepted", "Delayed", "UserCanceled",
    "AdminCanceled", "AmlProcessing", "AmlAccepted", "AmlRejected", "AmlFailed",
    "LimitsAccepted", "LimitsRejected", "Submitted", "Confirmed", "ManuallyConfirmed",
    "Confirmed2Fa",
)
CANCELED = frozenset({USER_CANCELED, ADMIN_CANCELED})
FILLED = "conformance"
"""What a scenario writes into the fields of a form."""


def template_names(till: Till) -> list[str]:
    """The withdraw templates of the product, plain or as objects; Unavailable without one."""
    turn = till.owner.send("GetWithdrawTemplateTypes", till.of_product)
    found = turn.get("TemplateTypes")
    if not isinstance(found, list) or not found:
        raise Unavailable(f"no withdraw template for product {till.product}: {turn.text[:200]}")
    return [str(lookup(name, "TemplateName", name)) for name in found]


def form(till: Till, name: str) -> dict[str, Any]:
    """The template with every empty field filled in."""
    turn = template(till, name)
    fields = fields_of(turn)
    if fields is None:
        raise Unavailable(f"the template {name} is no form: {turn.text[:200]}")
    return {key: value or FILLED for key, value in fields.items()}


def template(till: Till, name: str) -> Turn:
    """Send GetWithdrawTemplate."""
    return till.owner.send("GetWithdrawTemplate", {**till.of_product, "TemplateType": name})


def fields_of(turn: Turn) -> dict[str, Any] | None:
    """The fields of a template; None where it is no JSON object."""
    text = turn.get("Template")
    try:
        fields = parse_json(text) if isinstance(text, str) else text
    except PayloadError:
        return None
    return fields if isinstance(fields, dict) else None


def terms(till: Till, amount: Decimal | None = None, **more: Any) -> dict[str, Any]:
    """The payload that asks for a withdrawal."""
    name = template_names(till)[0]
    return {
        **till.of_account, "ProductId": till.product,
        "Amount": till.sum if amount is None else amount,
        "TemplateForm": form(till, name), "TemplateType": name, **more,
    }


def direct_terms(till: Till, amount: Decimal | None = None) -> dict[str, Any]:
    """The payload of the deprecated Withdraw."""
    name = template_names(till)[0]
    return {
        "omsId": till.oms, "accountId": till.account, "productId": till.product,
        "amount": till.sum if amount is None else amount, "templateForm": form(till, name),
        "templateFormType": name,
    }


def direct(till: Till, amount: Decimal | None = None) -> Turn:
    """Send the deprecated Withdraw."""
    return till.owner.send("Withdraw", direct_terms(till, amount))


def served(till: Till) -> Turn:
    """The answer of Withdraw; Unavailable where the call is no longer served."""
    turn = direct(till)
    if turn.get("errorcode") == NOT_SUPPORTED:
        raise Unavailable("the deprecated Withdraw is not served here")
    return turn


def ask(till: Till, amount: Decimal | None = None, by: Session | None = None) -> Turn:
    """Send CreateWithdrawTicket, in the owner's name unless somebody else is given."""
    return (by or till.owner).send("CreateWithdrawTicket", terms(till, amount))


def withdrawals(till: Till, reader: Session | None = None, **window: int) -> list[Row]:
    """The account's withdraw tickets."""
    return rows((reader or till.owner).send("GetWithdrawTickets", {**till.of_account, **window}))


def all_withdrawals(world: World, **window: int) -> list[Row]:
    """Withdraw tickets of all accounts, as an operator lists them."""
    operator = world.operator
    return rows(operator.send("GetAllWithdrawTickets", {
        "OMSId": world.oms_id, "OperatorId": operator.user_id or OPERATOR_ID, **window,
    }))


def listed(till: Till) -> list[Row]:
    """What GetWithdraws lists for the account."""
    return rows(till.owner.send("GetWithdraws", till.of_account))


def codes(tickets: list[Row]) -> set[str]:
    """The request codes of tickets."""
    return {str(lookup(row, "requestCode")) for row in tickets}


def asked(till: Till, amount: Decimal | None = None) -> Row:
    """A new withdraw ticket; Unavailable when it is refused or cannot be found."""
    known = codes(withdrawals(till))
    turn = done(ask(till, amount))
    found = [row for row in withdrawals(till) if str(lookup(row, "requestCode")) not in known]
    if len(found) != 1:
        raise Unavailable(f"the new ticket cannot be found after {turn.text[:100]}")
    return found[0]


def withdrawal(till: Till, code: str) -> Row:
    """The withdraw ticket with this code; Unavailable without it."""
    turn = till.owner.send("GetWithdrawTicket", {**till.of_account, "RequestCode": code})
    if turn.get("requestCode") is None:
        raise Unavailable(f"the withdraw ticket cannot be read: {turn.text[:200]}")
    return turn.value


def again(till: Till, ticket: Row) -> Row:
    """The ticket as it reads now."""
    return withdrawal(till, lookup(ticket, "requestCode"))


def status(ticket: Row, key: str = "Status") -> int:
    """The status by number, however it is spelled."""
    value = lookup(ticket, key)
    return value if isinstance(value, int) else STATUSES.index(str(value))


def status_now(till: Till, ticket: Row) -> int:
    """The status that the ticket reads now."""
    return status(again(till, ticket))


def decide(till: Till, call: str, ticket: Row) -> Turn:
    """Send one of the operator's decisions about a ticket."""
    return till.world.operator.call(
        call, OMSId=till.oms, TicketId=lookup(ticket, "ticketNumber"))


def changed(ticket: Row, *without: str, **changes: Any) -> dict[str, Any]:
    """The payload of UpdateWithdrawTicket: the ticket as it was read, with changes."""
    return revised(ticket, *without, **{"Status": status(ticket), **changes})


def change(till: Till, ticket: Row, *without: str, **changes: Any) -> Turn:
    """Send UpdateWithdrawTicket as the operator."""
    return till.world.operator.send("UpdateWithdrawTicket", changed(ticket, *without, **changes))


def moved_to(till: Till, ticket: Row, to: int) -> Row:
    """The ticket after the operator gave it a status; Unavailable when it does not take it."""
    done(change(till, ticket, Status=to))
    found = again(till, ticket)
    if status(found) != to:
        raise Unavailable(f"the ticket takes no status {to}: it reads {status(found)}")
    return found


def confirmed(till: Till, amount: Decimal | None = None) -> Row:
    """A withdraw ticket that waits for no click any more."""
    ticket = asked(till, amount)
    if status(ticket) != PENDING_2FA:
        return ticket
    done(decide(till, "MarkWithdrawTicketAsConfirmed", ticket))
    return again(till, ticket)


def accepted(till: Till, amount: Decimal | None = None) -> Row:
    """A withdraw ticket of national currency that the operator has accepted."""
    ticket = confirmed(till, amount)
    done(decide(till, "AcceptWithdrawTicket", ticket))
    return again(till, ticket)


def paid(till: Till, amount: Decimal | None = None) -> Row:
    """A withdraw ticket that went all the way."""
    ticket = accepted(till, amount)
    done(decide(till, "MarkWithdrawTicketAsFullyProcessed", ticket))
    return again(till, ticket)


def failed(till: Till, amount: Decimal | None = None) -> Row:
    """A withdraw ticket that failed on its way out."""
    return moved_to(till, accepted(till, amount), FAILED)


def rejected(till: Till, amount: Decimal | None = None) -> Row:
    """A withdraw ticket that the operator has rejected."""
    return moved_to(till, confirmed(till, amount), REJECTED)


def cancel(till: Till, code: str, by: Session | None = None) -> Turn:
    """Send CancelWithdraw for the owner's account."""
    who = by or till.owner
    return who.call(
        "CancelWithdraw", OMSId=till.oms, UserId=who.user_id, AccountId=till.account,
        RequestCode=code,
    )


def click(till: Till, code: str) -> Turn:
    """Send ConfirmWithdraw, as the link in the mail does."""
    return till.world.anonymous.call(
        "ConfirmWithdraw", UserId=till.owner.user_id, VerifyCode=code)


def total(ticket: Row) -> Decimal:
    """What leaves the account: amount and fee."""
    return Decimal(str(lookup(ticket, "amount"))) + Decimal(str(lookup(ticket, "feeAmt")))


def unconfirmed(world: World) -> tuple[Till, Row]:
    """A crypto withdrawal that waits for its confirmation."""
    till = coin_till(world)
    ticket = asked(till)
    if status(ticket) != PENDING_2FA:
        raise Unavailable(f"withdrawals ask for no confirmation here: status {status(ticket)}")
    return till, ticket


def awaiting_click(world: World) -> tuple[Till, Row, str]:
    """A crypto withdrawal that waits for its confirmation, and the mailed code."""
    till, ticket = unconfirmed(world)
    return till, ticket, world.deployment.mail_code(mail_address(till))


def mail_address(till: Till) -> str:
    """Where the owner's mail goes."""
    return str(till.owner.call("GetUserInfo", OMSId=till.oms, UserId=till.owner.user_id)["email"])


def fee(till: Till, amount: Decimal) -> Decimal:
    """The estimate of the fee of a withdrawal."""
    turn = till.owner.send("GetWithdrawFee", {
        **till.of_account, "ProductId": till.product, "Amount": amount})
    if turn.get("FeeAmount") is None:
        raise Unavailable(f"no fee can be estimated: {turn.text[:200]}")
    return Decimal(str(turn["FeeAmount"]))


def several(till: Till, count: int) -> list[Row]:
    """So many new withdraw tickets, oldest first."""
    return [asked(till) for _ in range(count)]


def many(till: Till, count: int) -> None:
    """So many small withdrawals at once; Unavailable when one is refused."""
    text = dump_json(terms(till))
    for turn in till.owner.batch("CreateWithdrawTicket", [text] * count):
        done(turn)


def code_of(ticket: Row) -> str:
    """The request code of a ticket."""
    return str(lookup(ticket, "requestCode"))


def form_of(ticket: Row) -> dict[str, Any]:
    """The filled-in form of a ticket."""
    value = lookup(ticket, "templateForm")
    found = parse_json(value) if isinstance(value, str) and value else value
    if not isinstance(found, dict):
        raise Unavailable(f"the ticket shows no form: {str(value)[:200]}")
    return found


def led(till: Till, *statuses: int) -> Row:
    """A new withdraw ticket that the operator took through these statuses, one after the other."""
    ticket = confirmed(till)
    for to in statuses:
        ticket = moved_to(till, ticket, to)
    return ticket
