"""Words of the scenarios about transfers, and about requests for them: a payer and a receiver."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import position, set_pair
from scenarios.tickets.vocabulary import FIAT, Row, Till, done, number, product_of, rows

NOT_AUTHORISED, NOT_FOUND = 20, 104
AMOUNT = Decimal("12.25")
"""What a scenario moves: a fraction, so that rounding would show."""
ABSENT_CODE = "1b2c3d4e-5f60-4718-8a9b-0c1d2e3f4a5b"
"""A request code that no exchange has handed out."""
TRANSFER = (4, "Transfer")
"""The reference type of a transfer, by number and by name."""
WAITS = "ConfirmTransfers"
"""With this pair in an account's configuration our reference lets its transfers wait."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Two customers and a product: who pays, and who receives."""

    world: World
    payer: Session
    receiver: Session
    product: int

    @property
    def of_payer(self) -> dict[str, Any]:
        """The keys that name the payer's account."""
        return {"OMSId": self.world.oms_id, "AccountId": self.payer.account_id}

    @property
    def of_receiver(self) -> dict[str, Any]:
        """The keys that name the receiver's account."""
        return {"OMSId": self.world.oms_id, "AccountId": self.receiver.account_id}

    @property
    def reads(self) -> tuple[Read, ...]:
        """The reads that show funds and transfers of both."""
        return (
            (self.payer, "GetAccountPositions", self.of_payer),
            (self.receiver, "GetAccountPositions", self.of_receiver),
            (self.payer, "GetTransfers", self.of_payer),
            (self.receiver, "GetTransfersReceived", self.of_receiver),
        )

    def tills(self) -> tuple[Till, Till]:
        """The product in the account of payer and receiver."""
        return (
            Till(self.world, self.payer, self.product, FIAT),
            Till(self.world, self.receiver, self.product, FIAT),
        )


Balances = tuple[Decimal, Decimal, Decimal, Decimal]


def purse(world: World) -> Purse:
    """Two customers with funds, fresh where the target allows it."""
    return Purse(
        world, world.customer(), world.customer("second_trader"), product_of(world, FIAT)
    )


def balances(purse: Purse) -> Balances:
    """(amount, hold) of the payer, then of the receiver."""
    payer = position(purse.payer, purse.payer.account_id, purse.product)
    return (*payer, *position(purse.receiver, purse.receiver.account_id, purse.product))


def after(before: Balances, amount: Decimal) -> Balances:
    """What the balances are after so much has gone from payer to receiver."""
    return (before[0] - amount, before[1], before[2] + amount, before[3])


def terms(purse: Purse, amount: Decimal = AMOUNT, **more: Any) -> dict[str, Any]:
    """The payload of TransferFunds."""
    return {
        "OMSId": purse.world.oms_id, "SenderAccountId": purse.payer.account_id,
        "ProductId": purse.product, "Amount": amount, "Notes": "conformance",
        "ReceiverUserName": purse.receiver.username, **more,
    }


def send(purse: Purse, amount: Decimal = AMOUNT, by: Session | None = None, **more: Any) -> Turn:
    """Send TransferFunds, in the payer's name unless somebody else is given."""
    return (by or purse.payer).send("TransferFunds", terms(purse, amount, **more))


def sent(purse: Purse) -> list[Row]:
    """What the payer has sent."""
    return rows(purse.payer.send("GetTransfers", purse.of_payer))


def received(purse: Purse) -> list[Row]:
    """What the receiver has received."""
    return rows(purse.receiver.send("GetTransfersReceived", purse.of_receiver))


def ids(found: list[Row]) -> list[int]:
    """The ids of transfers, in their order."""
    return [int(lookup(row, "transferId")) for row in found]


def listed(purse: Purse) -> tuple[list[Row], list[Row]]:
    """What the payer has sent, and what the receiver has received."""
    return sent(purse), received(purse)


def new(found: list[Row], known: list[Row]) -> list[Row]:
    """The transfers that are not among those known."""
    return [row for row in found if lookup(row, "transferId") not in ids(known)]


def transferred(purse: Purse, amount: Decimal = AMOUNT) -> Row:
    """A new transfer as the payer's list shows it; Unavailable when there is none."""
    known = sent(purse)
    turn = done(send(purse, amount))
    found = new(sent(purse), known)
    if len(found) != 1:
        raise Unavailable(f"the new transfer cannot be found after {turn.text[:200]}")
    return found[0]


def waiting(purse: Purse, amount: Decimal = AMOUNT) -> Row:
    """A transfer that waits for its confirmation; Unavailable where none does."""
    set_pair(purse.payer, purse.payer.account_id, WAITS, "true")
    before = balances(purse)
    found = transferred(purse, amount)
    if balances(purse)[0] != before[0]:
        raise Unavailable("transfers are carried out at once here, none waits")
    return found


def selector(purse: Purse, transfer: Row) -> dict[str, Any]:
    """The keys that name a transfer."""
    return {**purse.of_payer, "TransferId": lookup(transfer, "transferId")}


def asking(purse: Purse, amount: Decimal = AMOUNT, **more: Any) -> dict[str, Any]:
    """The payload of RequestTransferFunds: who receives asks, who pays is asked."""
    return {
        "OMSId": purse.world.oms_id, "ProductId": purse.product, "Amount": amount,
        "Notes": "conformance", "ReceiverUserName": purse.payer.username, **more,
    }


def ask(purse: Purse, amount: Decimal = AMOUNT) -> Turn:
    """Send RequestTransferFunds in the receiver's name."""
    return purse.receiver.send("RequestTransferFunds", asking(purse, amount))


def asked(purse: Purse, amount: Decimal = AMOUNT) -> str:
    """The code of a new request; Unavailable when it is refused."""
    return str(done(ask(purse, amount))["requestcode"])


def decision(world: World, code: str) -> dict[str, Any]:
    """The payload that confirms or rejects a request."""
    return {"OMSId": world.oms_id, "OperatorId": OPERATOR_ID, "RequestCode": code}


def confirm(purse: Purse, code: str, by: Session | None = None) -> Turn:
    """Send ConfirmRequestTransferFunds, in the payer's name unless somebody else is given."""
    payload = decision(purse.world, code)
    return (by or purse.payer).send("ConfirmRequestTransferFunds", payload)


def reject(purse: Purse, code: str, by: Session | None = None) -> Turn:
    """Send RejectRequestTransferFunds, in the payer's name unless somebody else is given."""
    payload = decision(purse.world, code)
    return (by or purse.payer).send("RejectRequestTransferFunds", payload)


def question(world: World, code: str) -> dict[str, Any]:
    """The payload that finds a request by its code."""
    return {"omsId": world.oms_id, "operatorId": OPERATOR_ID, "requestCode": code}


def find(purse: Purse, code: str, by: Session | None = None) -> Turn:
    """Send GetRequestTransfer, in the receiver's name unless somebody else is given."""
    return (by or purse.receiver).send("GetRequestTransfer", question(purse.world, code))


def transfer_entries(purse: Purse, who: Session) -> list[Row]:
    """The entries of a customer's statement that come from transfers of the product."""
    found = rows(who.call(
        "GetAccountTransactions", OMSId=purse.world.oms_id, AccountId=who.account_id, Depth=200
    ))
    return [
        row for row in found
        if lookup(row, "referenceType") in TRANSFER
        and lookup(row, "productId") == purse.product
    ]


def booked(found: list[Row]) -> list[tuple[Decimal, Decimal]]:
    """What entries brought in and took out."""
    return [(number(row, "cr"), number(row, "dr")) for row in found]
