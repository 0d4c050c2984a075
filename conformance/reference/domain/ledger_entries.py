"""Manual ledger entries: an operator books funds into or out of an account.

Entries are append-only. A two-sided entry moves funds between the account and a counterparty; a
one-sided one, or one that names no counterparty, lets them enter or leave the exchange.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

ROUNDS = defect("accounts/ledger-entry-rounds", "A ledger entry books exactly the amounts given.")
NOT_LISTED = defect("accounts/ledger-entry-not-listed", "A ledger entry is listed afterwards.")


@dataclass(frozen=True, slots=True)
class Booking:
    """What an operator wants booked; ``counterparty_id`` 0 means nobody in particular."""

    account_id: int
    product_id: int
    credit: Decimal
    debit: Decimal
    comment: str
    one_sided: bool = False
    affects_balance: bool = True
    balance: Decimal | None = None
    counterparty_id: int = 0
    transaction_type: TransactionType = TransactionType.OTHER
    reference_type: ReferenceType = ReferenceType.MANUAL_ENTRY
    reference_id: int = 0


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One booked entry; ``time_ms`` is when the operator says it happened."""

    entry_id: int
    booking: Booking
    entered_by: int
    time_ms: int


@dataclass
class LedgerEntries:
    """All entries, by id and by account."""

    by_id: dict[int, LedgerEntry] = field(default_factory=dict)
    by_account: defaultdict[int, list[LedgerEntry]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def get(self, entry_id: int) -> LedgerEntry:
        """The entry; raises NotFound."""
        try:
            return self.by_id[entry_id]
        except KeyError:
            raise NotFound(f"Invalid AccountLedgerEntryId: {entry_id}") from None


def submit(
    exchange: Exchange, booking: Booking, entered_by: int, time_ms: int | None = None
) -> LedgerEntry:
    """Book an entry. Raises NotFound for unknown ids and OperationFailed when funds lack."""
    exchange.accounts.get(booking.account_id)
    exchange.catalogue.product(booking.product_id)
    _require_sense(booking)
    if booking.counterparty_id and not booking.one_sided:
        exchange.accounts.get(booking.counterparty_id)
    number = exchange.ids.next("ledger_entry")
    if booking.affects_balance:
        exchange.ledger.move(
            _postings(exchange, booking), booking.transaction_type, booking.reference_type,
            booking.reference_id or number,
        )
    entry = LedgerEntry(
        number, booking, entered_by, exchange.clock.now() if time_ms is None else time_ms
    )
    exchange.ledger_entries.by_id[number] = entry
    if not exchange.defects(NOT_LISTED):
        exchange.ledger_entries.by_account[booking.account_id].append(entry)
    return entry


def _require_sense(booking: Booking) -> None:
    if booking.credit < ZERO or booking.debit < ZERO:
        raise InvalidRequest("CR_Amt and DR_Amt must not be negative")
    if booking.credit == ZERO and booking.debit == ZERO:
        raise OperationFailed("CR_Amt or DR_Amt is Required")
    if booking.one_sided and booking.credit != ZERO and booking.debit != ZERO:
        raise OperationFailed("A one-sided entry has either CR_Amt or DR_Amt")
    if not booking.affects_balance and booking.balance is None:
        raise InvalidRequest("Balance is Required when the entry does not affect the balance")
    if booking.counterparty_id == booking.account_id:
        raise OperationFailed("An account cannot be its own counterparty")


def _postings(exchange: Exchange, booking: Booking) -> list[Posting]:
    contra = OUTSIDE if booking.one_sided else booking.counterparty_id or OUTSIDE
    account_id, product_id = booking.account_id, booking.product_id
    credit, debit = booking.credit, booking.debit
    if exchange.defects(ROUNDS):
        credit, debit = round(credit, 2), round(debit, 2)
    return [
        Posting(account_id, product_id, credit, contra),
        Posting(contra, product_id, -credit, account_id),
        Posting(account_id, product_id, -debit, contra),
        Posting(contra, product_id, debit, account_id),
    ]
