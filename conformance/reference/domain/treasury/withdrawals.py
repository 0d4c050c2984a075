"""Withdrawals: reserved at once, confirmed, reviewed, sent, debited once.

A live ticket keeps amount and fee on hold. It ends paid (FullyProcessed, ManuallyConfirmed) or with
the hold given back. Crypto waits for the mailed confirmation first; fiat waits for an operator
unless the account's level lets the amount pass by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import FEE_ACCOUNT
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.positions import Totals, pending_withdraws, position_changed
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.treasury.tickets import Ticket
from conformance.reference.domain.users import User
from conformance.reference.domain.verification import IGNORES_LIMITS, exceeds

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

HOLD_LOST = defect("treasury/withdraw-hold-lost", "A withdraw ticket reserves its amount.")
KEEPS_HOLD = defect(
    "treasury/rejected-withdraw-keeps-hold", "A withdrawal that ends unpaid gives back its hold."
)
FEE_FREE = defect("treasury/withdraw-fee-not-charged", "A withdrawal is charged its fee.")
CANCELS_FINISHED = defect(
    "treasury/cancel-of-finished-ticket", "A finished withdrawal cannot be cancelled."
)
SKIPS_STATUS = defect(
    "treasury/accepted-ticket-skips-status", "An accepted withdrawal becomes Accepted."
)
ANY_CODE = defect(
    "treasury/withdraw-any-code-confirms", "A withdrawal is confirmed by its own code only."
)


class WithdrawStatus(IntEnum):
    NEW = 0
    ADMIN_PROCESSING = 1
    ACCEPTED = 2
    REJECTED = 3
    SYSTEM_PROCESSING = 4
    FULLY_PROCESSED = 5
    FAILED = 6
    PENDING = 7
    PENDING_2FA = 8
    AUTO_ACCEPTED = 9
    DELAYED = 10
    USER_CANCELED = 11
    ADMIN_CANCELED = 12
    AML_PROCESSING = 13
    AML_ACCEPTED = 14
    AML_REJECTED = 15
    AML_FAILED = 16
    LIMITS_ACCEPTED = 17
    LIMITS_REJECTED = 18
    SUBMITTED = 19
    CONFIRMED = 20
    MANUALLY_CONFIRMED = 21
    CONFIRMED_2FA = 22


S = WithdrawStatus
PAID = frozenset({S.FULLY_PROCESSED, S.MANUALLY_CONFIRMED})
UNPAID = frozenset(
    {S.REJECTED, S.USER_CANCELED, S.ADMIN_CANCELED, S.AML_REJECTED, S.LIMITS_REJECTED}
)
FINAL = PAID | UNPAID
LIVE = frozenset(S) - FINAL
SENT = frozenset({S.SYSTEM_PROCESSING, S.SUBMITTED, S.CONFIRMED})
"""The provider has it: the owner can no longer take it back."""
_REVIEW = frozenset({S.NEW, S.ADMIN_PROCESSING, S.PENDING})
_CLEARED = frozenset({S.CONFIRMED_2FA, S.AML_ACCEPTED, S.LIMITS_ACCEPTED})
_REACHED_FROM: dict[WithdrawStatus, frozenset[WithdrawStatus]] = {
    S.NEW: frozenset({S.FAILED}),
    S.ADMIN_PROCESSING: _REVIEW | _CLEARED | {S.AML_FAILED},
    S.PENDING: _REVIEW | _CLEARED,
    S.PENDING_2FA: _REVIEW,
    S.CONFIRMED_2FA: frozenset({S.PENDING_2FA}),
    S.ACCEPTED: _REVIEW | _CLEARED | {S.DELAYED, S.AML_FAILED, S.REJECTED},
    S.DELAYED: _REVIEW | _CLEARED | {S.ACCEPTED},
    S.AUTO_ACCEPTED: _REVIEW | _CLEARED,
    S.REJECTED: LIVE - SENT,
    S.SYSTEM_PROCESSING: frozenset({S.ACCEPTED, S.AUTO_ACCEPTED}),
    S.SUBMITTED: frozenset({S.ACCEPTED, S.AUTO_ACCEPTED, S.SYSTEM_PROCESSING}),
    S.CONFIRMED: frozenset({S.SUBMITTED}),
    S.FULLY_PROCESSED: SENT | _CLEARED | {S.ACCEPTED, S.AUTO_ACCEPTED, S.DELAYED},
    S.MANUALLY_CONFIRMED: LIVE,
    S.FAILED: SENT | {S.ACCEPTED, S.AUTO_ACCEPTED},
    S.USER_CANCELED: LIVE - SENT,
    S.ADMIN_CANCELED: LIVE,
    S.AML_PROCESSING: _REVIEW | {S.CONFIRMED_2FA, S.AML_FAILED},
    S.AML_ACCEPTED: frozenset({S.AML_PROCESSING}),
    S.AML_REJECTED: frozenset({S.AML_PROCESSING}),
    S.AML_FAILED: frozenset({S.AML_PROCESSING}),
    S.LIMITS_ACCEPTED: _REVIEW | {S.CONFIRMED_2FA, S.AML_ACCEPTED},
    S.LIMITS_REJECTED: _REVIEW | {S.CONFIRMED_2FA, S.AML_ACCEPTED},
}
"""From which statuses each one is reached; the meaning is the pages', the table is a reading."""


@dataclass(slots=True, kw_only=True)
class WithdrawTicket(Ticket):
    """One withdrawal; ``hold_id`` is 0 while nothing is reserved for it."""

    withdraw_id: int
    status: WithdrawStatus
    template_type: str
    template_form: str
    hold_id: int = 0
    verify_code: str = ""
    reaccepted: bool = False
    due_ms: int = 0
    details: dict[str, object] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What leaves the account: amount and fee."""
        return self.amount + self.fee

    @property
    def is_live(self) -> bool:
        """Is it still on its way?"""
        return self.status in LIVE


def create(
    exchange: Exchange, user: User, account_id: int, product_id: int, amount: Decimal, *,
    template_type: str, template_form: str, address: str = "",
) -> WithdrawTicket:
    """Reserve amount and fee and open a ticket; one beyond the limits is rejected on the spot.

    Raises InvalidRequest("Insufficient Balance") when amount and fee are not free.
    """
    account, product = exchange.accounts.get(account_id), exchange.catalogue.product(product_id)
    if amount <= ZERO:
        raise InvalidRequest("Amount must be positive")
    fee = exchange.treasury.fees.fee(product, amount)
    if exchange.ledger.position(account_id, product_id).available < amount + fee:
        raise InvalidRequest("Insufficient Balance")
    now = exchange.clock.now()
    ticket = WithdrawTicket(
        ticket_number=exchange.ids.next("withdraw_ticket", start=1001),
        withdraw_id=exchange.ids.next("withdraw"), request_code=exchange.ids.guid(),
        account_id=account.account_id, product_id=product_id, amount=amount, fee=fee,
        request_user=user.user_id, request_user_name=user.name, request_ip=address,
        created_ms=now, updated_ms=now, template_type=template_type, template_form=template_form,
        status=_first_status(exchange, account_id, product_id, amount),
    )
    exchange.treasury.add_withdrawal(ticket)
    if ticket.is_live:
        reserve(exchange, ticket)
    if ticket.status is WithdrawStatus.PENDING_2FA:
        ticket.verify_code = exchange.ids.guid()
        exchange.mailbox.send(
            Mail(user.email, "Confirm your withdrawal", ticket.verify_code, user.user_id, now)
        )
    return ticket


def _first_status(
    exchange: Exchange, account_id: int, product_id: int, amount: Decimal
) -> WithdrawStatus:
    level = exchange.verification.product(
        exchange.accounts.get(account_id).verification_level, product_id
    )
    over = over_limit(exchange, account_id, product_id, amount)
    if level is not None and over and level.over_limit_rejected:
        return WithdrawStatus.LIMITS_REJECTED
    kind = exchange.catalogue.product(product_id).product_type
    if kind is ProductType.CRYPTO_CURRENCY and exchange.operators.verify_by_email(exchange.oms_id):
        return WithdrawStatus.PENDING_2FA
    if level is not None and not over and amount <= level.auto_withdraw_threshold:
        return WithdrawStatus.AUTO_ACCEPTED
    return WithdrawStatus.NEW


def over_limit(exchange: Exchange, account_id: int, product_id: int, amount: Decimal) -> bool:
    """Would this withdrawal pass a limit of the account's level?"""
    level = exchange.verification.product(
        exchange.accounts.get(account_id).verification_level, product_id
    )
    if level is None or exchange.defects(IGNORES_LIMITS):
        return False
    used = exchange.treasury.totals.withdrawals(account_id, product_id, exchange.clock.now())
    waiting = pending_withdraws(exchange, account_id, product_id)
    return exceeds(level.withdraw_limits, Totals(*(sum_ + waiting for sum_ in used)), amount)


def reserve(exchange: Exchange, ticket: WithdrawTicket) -> None:
    """Put amount and fee on hold."""
    if exchange.defects(HOLD_LOST):
        return
    hold = exchange.ledger.place_hold(
        ticket.account_id, ticket.product_id, ticket.total, ReferenceType.WITHDRAW_HOLD,
        ticket.ticket_number,
    )
    ticket.hold_id = hold.hold_id


def require_reachable(exchange: Exchange, ticket: WithdrawTicket, to: WithdrawStatus) -> None:
    """Raises OperationFailed when the ticket cannot go to this status from where it is."""
    cancels = to in (WithdrawStatus.USER_CANCELED, WithdrawStatus.ADMIN_CANCELED)
    if cancels and exchange.defects(CANCELS_FINISHED):
        return
    if ticket.status not in _REACHED_FROM[to]:
        raise OperationFailed(f"A ticket that is {ticket.status.name} cannot become {to.name}")


def move_to(exchange: Exchange, ticket: WithdrawTicket, to: WithdrawStatus) -> None:
    """Change the status, with what that does to funds; raises OperationFailed if illegal."""
    require_reachable(exchange, ticket, to)
    if to in PAID:
        _pay(exchange, ticket, to)
    elif to in UNPAID:
        ticket.status = to
        _give_back(exchange, ticket)
    elif ticket.status is WithdrawStatus.REJECTED:
        _require_free(exchange, ticket, ticket.total)
        ticket.status, ticket.reaccepted = to, True
        reserve(exchange, ticket)
    else:
        ticket.status = to


def accept(exchange: Exchange, ticket: WithdrawTicket) -> None:
    """An operator accepts a fiat withdrawal; a level's processing delay comes first."""
    product = exchange.catalogue.product(ticket.product_id)
    if product.product_type is ProductType.CRYPTO_CURRENCY:
        raise OperationFailed("Crypto withdrawals are accepted automatically")
    if ticket.status in FINAL:
        raise OperationFailed("The ticket is finished")
    account = exchange.accounts.get(ticket.account_id)
    level = exchange.verification.product(account.verification_level, ticket.product_id)
    delay = level.withdraw_processing_delay_sec if level else ZERO
    if delay:
        move_to(exchange, ticket, WithdrawStatus.DELAYED)
        ticket.due_ms = exchange.clock.now() + int(delay * 1000)
        return
    move_to(exchange, ticket, WithdrawStatus.ACCEPTED)
    if exchange.defects(SKIPS_STATUS):
        move_to(exchange, ticket, WithdrawStatus.FULLY_PROCESSED)


def confirm_by_code(exchange: Exchange, user_id: int, code: str) -> WithdrawTicket:
    """The mailed link was clicked; a second click changes nothing. Raises NotFound."""
    wanted = code.casefold()
    for ticket in exchange.treasury.withdrawals.values():
        mine = ticket.request_user == user_id and ticket.verify_code
        if mine and (ticket.verify_code == wanted or exchange.defects(ANY_CODE)):
            if ticket.status is WithdrawStatus.PENDING_2FA:
                move_to(exchange, ticket, WithdrawStatus.CONFIRMED_2FA)
            return ticket
    raise NotFound("Invalid VerifyCode")


def revise(
    exchange: Exchange, ticket: WithdrawTicket, *, amount: Decimal, fee: Decimal,
    status: WithdrawStatus,
) -> None:
    """Change amount, fee and status together, all or nothing."""
    if status is not ticket.status:
        require_reachable(exchange, ticket, status)
    if (amount, fee) != (ticket.amount, ticket.fee):
        if ticket.status in FINAL:
            raise OperationFailed("The ticket is finished")
        if amount <= ZERO or fee < ZERO:
            raise InvalidRequest("Amount must be positive and FeeAmt must not be negative")
        _require_free(exchange, ticket, amount + fee)
        exchange.ledger.release_hold(ticket.hold_id)
        ticket.amount, ticket.fee = amount, fee
        reserve(exchange, ticket)
    if status is not ticket.status:
        move_to(exchange, ticket, status)


def _require_free(exchange: Exchange, ticket: WithdrawTicket, total: Decimal) -> None:
    held = exchange.ledger.holds.get(ticket.hold_id)
    free = exchange.ledger.position(ticket.account_id, ticket.product_id).available
    if free + (held.amount if held else ZERO) < total:
        raise OperationFailed("Not_Enough_Funds")


def _give_back(exchange: Exchange, ticket: WithdrawTicket) -> None:
    if exchange.defects(KEEPS_HOLD):
        return
    if ticket.hold_id in exchange.ledger.holds:
        exchange.ledger.release_hold(ticket.hold_id)
    else:
        position_changed(exchange, ticket.account_id, ticket.product_id)
    ticket.hold_id = 0


def _pay(exchange: Exchange, ticket: WithdrawTicket, status: WithdrawStatus) -> None:
    _require_free(exchange, ticket, ticket.total)
    account_id, product_id = ticket.account_id, ticket.product_id
    ticket.status = status
    exchange.treasury.totals.withdrawn(
        account_id, product_id, ticket.amount, exchange.clock.now()
    )
    exchange.ledger.release_hold(ticket.hold_id)
    ticket.hold_id = 0
    fee = ZERO if exchange.defects(FEE_FREE) else ticket.fee
    exchange.ledger.move(
        (
            Posting(account_id, product_id, -ticket.amount),
            Posting(OUTSIDE, product_id, ticket.amount, account_id),
            Posting(account_id, product_id, -fee, FEE_ACCOUNT, TransactionType.FEE),
            Posting(FEE_ACCOUNT, product_id, fee, account_id, TransactionType.FEE),
        ),
        TransactionType.OTHER, ReferenceType.WITHDRAW, ticket.ticket_number,
    )
