"""Deposits: announced, reviewed, credited once.

An operator moves a fiat ticket along; a crypto deposit is detected by the account provider. While
a ticket is open its amount counts as pending; only FullyProcessed credits the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import FEE_ACCOUNT
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.positions import Totals, pending_deposits, position_changed
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.domain.treasury.tickets import Ticket
from conformance.reference.domain.users import User
from conformance.reference.domain.verification import IGNORES_LIMITS, exceeds

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

CREDITED_TWICE = defect("treasury/deposit-credited-twice", "A deposit is credited once.")
PENDING_STAYS = defect(
    "treasury/pending-deposit-not-cleared",
    "A deposit that is credited or rejected no longer counts as pending.",
)
REOPENS = defect(
    "treasury/finished-deposit-reopens", "A finished deposit ticket keeps its status."
)


class DepositStatus(IntEnum):
    NEW = 0
    ADMIN_PROCESSING = 1
    ACCEPTED = 2
    REJECTED = 3
    SYSTEM_PROCESSING = 4
    FULLY_PROCESSED = 5
    FAILED = 6
    PENDING = 7
    CONFIRMED = 8
    AML_PROCESSING = 9
    AML_ACCEPTED = 10
    AML_REJECTED = 11
    AML_FAILED = 12
    LIMITS_ACCEPTED = 13
    LIMITS_REJECTED = 14


S = DepositStatus
FINAL = frozenset({S.REJECTED, S.FULLY_PROCESSED, S.FAILED, S.AML_REJECTED, S.LIMITS_REJECTED})
_REVIEW = frozenset({S.NEW, S.ADMIN_PROCESSING, S.PENDING})
_REACHED_FROM: dict[DepositStatus, frozenset[DepositStatus]] = {
    S.NEW: frozenset(),
    S.ADMIN_PROCESSING: _REVIEW | {S.AML_FAILED},
    S.PENDING: _REVIEW,
    S.CONFIRMED: _REVIEW,
    S.ACCEPTED: _REVIEW | {S.CONFIRMED, S.AML_ACCEPTED, S.LIMITS_ACCEPTED},
    S.REJECTED: _REVIEW | {S.CONFIRMED, S.AML_FAILED, S.LIMITS_ACCEPTED},
    S.SYSTEM_PROCESSING: frozenset({S.ACCEPTED, S.CONFIRMED, S.LIMITS_ACCEPTED}),
    S.FULLY_PROCESSED: frozenset(
        {S.ACCEPTED, S.SYSTEM_PROCESSING, S.CONFIRMED, S.LIMITS_ACCEPTED}
    ),
    S.FAILED: frozenset(S) - FINAL,
    S.AML_PROCESSING: _REVIEW | {S.CONFIRMED, S.AML_FAILED},
    S.AML_ACCEPTED: frozenset({S.AML_PROCESSING}),
    S.AML_REJECTED: frozenset({S.AML_PROCESSING}),
    S.AML_FAILED: frozenset({S.AML_PROCESSING}),
    S.LIMITS_ACCEPTED: _REVIEW | {S.CONFIRMED, S.AML_ACCEPTED},
    S.LIMITS_REJECTED: _REVIEW | {S.CONFIRMED, S.AML_ACCEPTED},
}
"""From which statuses each one is reached; the meaning is the pages', the table is a reading."""


@dataclass(slots=True, kw_only=True)
class DepositTicket(Ticket):
    """One deposit; ``deposit_id`` is given when it is credited."""

    status: DepositStatus = DepositStatus.NEW
    deposit_info: object = None
    deposit_id: int = 0
    never_clears: bool = False

    @property
    def is_pending(self) -> bool:
        """Does the amount count as announced?"""
        return self.status not in FINAL or self.never_clears


def over_limit(exchange: Exchange, account_id: int, product_id: int, amount: Decimal) -> bool:
    """Would this deposit pass a limit at which the account's level rejects?"""
    account = exchange.accounts.get(account_id)
    level = exchange.verification.product(account.verification_level, product_id)
    if level is None or not level.over_limit_rejected or exchange.defects(IGNORES_LIMITS):
        return False
    used = exchange.treasury.totals.deposits(account_id, product_id, exchange.clock.now())
    waiting = pending_deposits(exchange, account_id, product_id)
    return exceeds(level.deposit_limits, Totals(*(sum_ + waiting for sum_ in used)), amount)


def open_ticket(
    exchange: Exchange,
    user: User,
    account_id: int,
    product_id: int,
    amount: Decimal,
    *,
    info: object = None,
    fee: Decimal = ZERO,
    address: str = "",
    status: DepositStatus = DepositStatus.NEW,
) -> DepositTicket:
    """Announce a deposit; one beyond the limits is rejected on the spot."""
    exchange.accounts.get(account_id)
    exchange.catalogue.product(product_id)
    _require_amounts(amount, fee)
    now = exchange.clock.now()
    rejected = over_limit(exchange, account_id, product_id, amount)
    ticket = DepositTicket(
        ticket_number=exchange.ids.next("deposit_ticket"), request_code=exchange.ids.guid(),
        account_id=account_id, product_id=product_id, amount=amount, fee=fee,
        request_user=user.user_id, request_user_name=user.name, request_ip=address,
        created_ms=now, updated_ms=now, deposit_info=info,
        status=DepositStatus.LIMITS_REJECTED if rejected else status,
        never_clears=exchange.defects(PENDING_STAYS),
    )
    exchange.treasury.add_deposit(ticket)
    announce(exchange, ticket)
    return ticket


def announce(exchange: Exchange, ticket: DepositTicket, *, moved: bool = False) -> None:
    """Tell the account's subscribers what is pending now; ``moved``: the ledger told the rest."""
    account_id, product_id = ticket.account_id, ticket.product_id
    exchange.events.publish(
        ("account", account_id),
        "PendingDepositUpdate",
        {
            "AccountId": account_id,
            "AssetId": product_id,
            "TotalPendingDepositValue": pending_deposits(exchange, account_id, product_id),
        },
    )
    if not moved:
        position_changed(exchange, account_id, product_id)


def require_reachable(exchange: Exchange, ticket: DepositTicket, to: DepositStatus) -> None:
    """Raises OperationFailed when the ticket cannot go to this status from where it is."""
    if exchange.defects(REOPENS) and to is not DepositStatus.FULLY_PROCESSED:
        return
    if ticket.status not in _REACHED_FROM[to]:
        raise OperationFailed(f"A ticket that is {ticket.status.name} cannot become {to.name}")


def move_to(exchange: Exchange, ticket: DepositTicket, to: DepositStatus) -> None:
    """Change the status, with what that does to funds; raises OperationFailed if illegal."""
    require_reachable(exchange, ticket, to)
    was_pending = ticket.is_pending
    if to is DepositStatus.FULLY_PROCESSED:
        _credit(exchange, ticket)
    else:
        ticket.status = to
    if was_pending and to in FINAL:
        announce(exchange, ticket, moved=to is DepositStatus.FULLY_PROCESSED)


def _credit(exchange: Exchange, ticket: DepositTicket) -> None:
    _require_amounts(ticket.amount, ticket.fee)
    ticket.status = DepositStatus.FULLY_PROCESSED
    ticket.deposit_id = exchange.ids.next("deposit")
    exchange.treasury.totals.deposited(
        ticket.account_id, ticket.product_id, ticket.amount, exchange.clock.now()
    )
    contra = exchange.operators.oms(exchange.oms_id).deposit_contra_account_id
    for _ in range(2 if exchange.defects(CREDITED_TWICE) else 1):
        exchange.ledger.move(
            (
                Posting(ticket.account_id, ticket.product_id, ticket.amount, contra),
                Posting(OUTSIDE, ticket.product_id, -ticket.amount, ticket.account_id),
                Posting(ticket.account_id, ticket.product_id, -ticket.fee, FEE_ACCOUNT,
                        TransactionType.FEE),
                Posting(FEE_ACCOUNT, ticket.product_id, ticket.fee, ticket.account_id,
                        TransactionType.FEE),
            ),
            TransactionType.OTHER, ReferenceType.DEPOSIT, ticket.ticket_number,
        )


def _require_amounts(amount: Decimal, fee: Decimal) -> None:
    if amount <= ZERO:
        raise InvalidRequest("Amount must be positive")
    if not ZERO <= fee <= amount:
        raise InvalidRequest("FeeAmt must lie between zero and the amount")


def revise(
    exchange: Exchange, ticket: DepositTicket, *, amount: Decimal, fee: Decimal,
    status: DepositStatus,
) -> None:
    """Change amount, fee and status together, all or nothing."""
    if status is not ticket.status:
        require_reachable(exchange, ticket, status)
    if (amount, fee) != (ticket.amount, ticket.fee):
        if ticket.status in FINAL:
            raise OperationFailed("The ticket is finished")
        _require_amounts(amount, fee)
        ticket.amount, ticket.fee = amount, fee
        announce(exchange, ticket)
    if status is not ticket.status:
        move_to(exchange, ticket, status)
