"""Transfers between accounts, at once or after a confirmation, and requests for them.

A transfer is carried out at once unless the sender's account asks for confirmation; then a hold
keeps the funds until the transfer is confirmed with the mailed code or cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.users import User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

CREATES_MONEY = defect("treasury/transfer-creates-money", "A transfer debits the sender.")
PAYS_TWICE = defect(
    "treasury/transfer-confirm-twice", "A transfer request can be confirmed only once."
)
CONFIRMATION_KEY = "ConfirmTransfers"
"""Account configuration: ``true`` makes transfers wait for a confirmation."""


class TransferState(IntEnum):
    PENDING = 0
    EXECUTED = 1
    CANCELLED = 2


class RequestState(IntEnum):
    PENDING = 0
    CONFIRMED = 1
    REJECTED = 2


@dataclass(slots=True)
class Transfer:
    """Funds from one account to another; ``verify_code`` confirms a pending one."""

    transfer_id: int
    sender: int
    sender_name: str
    receiver: int
    receiver_name: str
    product_id: int
    amount: Decimal
    notes: str
    time_ms: int
    state: TransferState = TransferState.PENDING
    hold_id: int = 0
    verify_code: str = ""


@dataclass(slots=True)
class TransferRequest:
    """Somebody asks a payer for funds."""

    request_id: int
    code: str
    payer: User
    requestor: User
    product_id: int
    amount: Decimal
    notes: str
    created_ms: int
    updated_ms: int
    state: RequestState = RequestState.PENDING


@dataclass
class Transfers:
    """All transfers by id and all requests by code."""

    by_id: dict[int, Transfer] = field(default_factory=dict)
    requests: dict[str, TransferRequest] = field(default_factory=dict)

    def get(self, transfer_id: int) -> Transfer:
        """The transfer; raises NotFound."""
        try:
            return self.by_id[transfer_id]
        except KeyError:
            raise NotFound(f"Invalid TransferId: {transfer_id}") from None

    def request(self, code: str) -> TransferRequest:
        """The request that still waits; raises NotFound."""
        found = self.requests.get(code.lower())
        if found is None:
            raise NotFound(f"Invalid RequestCode: {code}")
        return found

    def sent_by(self, account_id: int) -> list[Transfer]:
        """Pending and executed transfers from an account, oldest first."""
        return [t for t in self.by_id.values()
                if t.sender == account_id and t.state is not TransferState.CANCELLED]

    def received_by(self, account_id: int) -> list[Transfer]:
        """Executed transfers to an account, oldest first."""
        return [t for t in self.by_id.values()
                if t.receiver == account_id and t.state is TransferState.EXECUTED]


def user_named(exchange: Exchange, name: str) -> User:
    """The user at the other end; raises NotFound."""
    user = exchange.users.named(name)
    if user is None:
        raise NotFound(f"Invalid ReceiverUserName: {name}")
    return user


def transfer(
    exchange: Exchange, sender: Account, by: User, receiver: User, product_id: int,
    amount: Decimal, notes: str,
) -> Transfer:
    """Move funds to the receiver's default account, or hold them until confirmed."""
    target = exchange.accounts.get(receiver.account_id)
    exchange.catalogue.product(product_id)
    if amount <= ZERO:
        raise InvalidRequest("Amount must be positive")
    if target.account_id == sender.account_id:
        raise OperationFailed("Sender and receiver are the same account")
    if exchange.ledger.position(sender.account_id, product_id).available < amount:
        raise OperationFailed("Not_Enough_Funds")
    made = Transfer(
        exchange.ids.next("transfer"), sender.account_id, by.name, target.account_id,
        receiver.name, product_id, amount, notes, exchange.clock.now(),
    )
    if sender.config.get(CONFIRMATION_KEY, "").casefold() == "true":
        _await_confirmation(exchange, made, by)
    else:
        execute(exchange, made)
    exchange.transfers.by_id[made.transfer_id] = made
    return made


def _await_confirmation(exchange: Exchange, made: Transfer, by: User) -> None:
    hold = exchange.ledger.place_hold(
        made.sender, made.product_id, made.amount, ReferenceType.TRANSFER, made.transfer_id
    )
    made.hold_id, made.verify_code = hold.hold_id, exchange.ids.guid()
    exchange.mailbox.send(
        Mail(by.email, "Confirm your transfer", made.verify_code, by.user_id, made.time_ms)
    )


def execute(exchange: Exchange, made: Transfer) -> None:
    """Move the funds, whatever has become of the transfer so far."""
    payer = OUTSIDE if exchange.defects(CREATES_MONEY) else made.sender
    exchange.ledger.move(
        (
            Posting(payer, made.product_id, -made.amount, made.receiver),
            Posting(made.receiver, made.product_id, made.amount, made.sender),
        ),
        TransactionType.OTHER, ReferenceType.TRANSFER, made.transfer_id,
    )
    made.state = TransferState.EXECUTED


def confirm(exchange: Exchange, made: Transfer) -> None:
    """Carry out a pending transfer; raises OperationFailed for any other."""
    if made.state is not TransferState.PENDING:
        raise OperationFailed("The transfer is not pending")
    position = exchange.ledger.position(made.sender, made.product_id)
    held = exchange.ledger.holds.get(made.hold_id)
    if position.available + (held.amount if held else ZERO) < made.amount:
        raise OperationFailed("Not_Enough_Funds")
    exchange.ledger.release_hold(made.hold_id)
    execute(exchange, made)


def cancel(exchange: Exchange, made: Transfer) -> None:
    """Give up a pending transfer; raises OperationFailed for any other."""
    if made.state is not TransferState.PENDING:
        raise OperationFailed("The transfer is not pending")
    exchange.ledger.release_hold(made.hold_id)
    made.state = TransferState.CANCELLED


def request_transfer(
    exchange: Exchange, requestor: User, payer: User, product_id: int, amount: Decimal, notes: str
) -> TransferRequest:
    """Ask the payer for funds. Nothing moves."""
    exchange.catalogue.product(product_id)
    exchange.accounts.get(requestor.account_id)
    exchange.accounts.get(payer.account_id)
    if amount <= ZERO:
        raise InvalidRequest("Amount must be positive")
    if payer.account_id == requestor.account_id:
        raise OperationFailed("Sender and receiver are the same account")
    now = exchange.clock.now()
    made = TransferRequest(
        exchange.ids.next("transfer_request"), exchange.ids.guid(), payer, requestor, product_id,
        amount, notes, now, now,
    )
    exchange.transfers.requests[made.code] = made
    return made


def confirm_request(exchange: Exchange, asked: TransferRequest) -> Transfer:
    """Pay what was asked for; raises OperationFailed unless the request is pending."""
    if asked.state is not RequestState.PENDING and not exchange.defects(PAYS_TWICE):
        raise OperationFailed("The request is not pending")
    payer = exchange.accounts.get(asked.payer.account_id)
    if exchange.ledger.position(payer.account_id, asked.product_id).available < asked.amount:
        raise OperationFailed("Not_Enough_Funds")
    made = Transfer(
        exchange.ids.next("transfer"), payer.account_id, asked.payer.name,
        asked.requestor.account_id, asked.requestor.name, asked.product_id, asked.amount,
        asked.notes, exchange.clock.now(),
    )
    execute(exchange, made)
    exchange.transfers.by_id[made.transfer_id] = made
    asked.state, asked.updated_ms = RequestState.CONFIRMED, exchange.clock.now()
    return made


def reject_request(exchange: Exchange, asked: TransferRequest) -> None:
    """Refuse a pending request; raises OperationFailed for any other."""
    if asked.state is not RequestState.PENDING:
        raise OperationFailed("The request is not pending")
    asked.state, asked.updated_ms = RequestState.REJECTED, exchange.clock.now()
