"""Steps that tests of the treasury share: who does what to which account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.reference.client import Client, Venue

USD, BTC, ETH = 1, 2, 3
BANK = {"Full Name": "Ann", "BankAccountNumber": "1"}
ADDRESS = {"ExternalAddress": "abc123"}


def ok(reply: Any) -> bool:
    """Is this the standard acknowledgement?"""
    return bool(reply["result"] is True and reply["errorcode"] == 0)


def position(client: Client, account_id: int, product_id: int = USD) -> dict[str, Any]:
    """One position as GetAccountPositions shows it."""
    rows = client.call("GetAccountPositions", OMSId=1, AccountId=account_id)
    return next(row for row in rows if row["productId"] == product_id)


def amount(client: Client, account_id: int, product_id: int = USD) -> Decimal:
    """What the account has of a product; nothing of one that is not listed."""
    rows = client.call("GetAccountPositions", OMSId=1, AccountId=account_id)
    return sum((Decimal(r["amount"]) for r in rows if r["productId"] == product_id), Decimal(0))


def hold(client: Client, account_id: int, product_id: int = USD) -> Decimal:
    """What the account has on hold of a product."""
    return Decimal(position(client, account_id, product_id)["hold"])


def book(
    operator: Client, account_id: int, credit: str = "0", debit: str = "0", **more: Any
) -> Any:
    """An operator books a manual ledger entry."""
    terms: dict[str, Any] = {
        "omsId": 1, "accountId": account_id, "productId": USD, "cR_Amt": Decimal(credit),
        "dR_Amt": Decimal(debit), "comment": "by hand",
    }
    return operator.call("SubmitAccountLedgerEntry", **terms | more)


def announce(venue: Venue, amount: float = 100, account: str = "trader") -> str:
    """The trader announces a fiat deposit; returns its code."""
    reply = venue.persona(account).call(
        "CreateDepositTicket", omsId=1, accountId=venue.account(account), assetManagerId=1,
        assetId=USD, assetName="USD", amount=amount, status=0,
    )
    assert reply["success"] is True, reply
    return str(reply["requestcode"])


def deposit_key(client: Client, account_id: int) -> str:
    """An address at which coins arrive for the account."""
    keys = client.call(
        "GetDepositInfo", OMSId=1, AccountId=account_id, ProductId=BTC, GenerateNewKey=True
    )
    return str(keys[-1])


def attach(client: Client, call: str, ticket_number: int, text: str, **more: Any) -> Any:
    """Add a file to a ticket; number, submitter and date are the exchange's to give."""
    return client.call(
        call, base64Attachment=text, attachmentId=0, submittedByUserId=0,
        ticketNumber=ticket_number, **more,
    )


def remark(client: Client, call: str, ticket: dict[str, Any], text: str) -> Any:
    """Comment on a ticket, named by code and number."""
    return client.call(
        call, omsId=1, enteredBy=0, comment=text, ticketCode=ticket["requestCode"],
        ticketId=ticket["ticketNumber"],
    )


def deposit_ticket(venue: Venue, code: str) -> dict[str, Any]:
    """The ticket as the operator sees it."""
    tickets = venue.operator.call("GetAllDepositTickets", OMSId=1, OperatorId=1)
    return next(ticket for ticket in tickets if ticket["requestCode"] == code)


def set_deposit(venue: Venue, code: str, **changes: Any) -> Any:
    """The operator updates a deposit ticket: a request carries the whole of it."""
    ticket = deposit_ticket(venue, code)
    now = {key: ticket[key] for key in
           ("assetManagerId", "accountId", "assetId", "ticketNumber", "amount", "Status")}
    return venue.operator.call(
        "UpdateDepositTicket", **{"omsId": 1, "requestCode": code} | now | changes
    )


def withdraw(venue: Venue, amount: float = 100, product_id: int = USD) -> dict[str, Any]:
    """The trader asks for a withdrawal; returns its newest ticket."""
    fiat = product_id == USD
    reply = venue.trader.call(
        "CreateWithdrawTicket", OMSId=1, AccountId=venue.account("trader"), ProductId=product_id,
        Amount=amount, TemplateForm=BANK if fiat else ADDRESS,
        TemplateType="Standard" if fiat else "ToExternalBitCoinAddress",
    )
    assert ok(reply), reply
    return newest_withdrawal(venue)


def newest_withdrawal(venue: Venue) -> dict[str, Any]:
    """The trader's newest withdraw ticket."""
    tickets = venue.trader.call("GetWithdrawTickets", OMSId=1, AccountId=venue.account("trader"))
    return dict(tickets[0])


def decide(venue: Venue, call: str, ticket: dict[str, Any]) -> Any:
    """The operator decides about a ticket."""
    return venue.operator.call(call, OMSId=1, TicketId=ticket["ticketNumber"])


def status(venue: Venue, ticket: dict[str, Any]) -> int:
    """The status a withdraw ticket has now."""
    found = venue.operator.call(
        "GetWithdrawTicket", OMSId=1, AccountId=ticket["accountId"],
        RequestCode=ticket["requestCode"],
    )
    return int(found["Status"])
