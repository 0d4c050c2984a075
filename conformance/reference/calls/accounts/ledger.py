"""SubmitAccountLedgerEntry, GetAccountLedgerEntry, GetLedgerEntriesByAccount."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import time_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain import ledger_entries
from conformance.reference.domain.ledger import ReferenceType, TransactionType
from conformance.reference.domain.ledger_entries import Booking, LedgerEntry
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest

LAST_CHANGE_REASON = 12
"""AccountChangeReason runs from Unknown (0) to MarginQuotePlaced."""


class EntryRequest(Request, kw_only=True):
    """An entry to book. The lists of both types begin at 1: what is not used is left out."""

    oms_id: int
    account_id: int
    product_id: int
    credit: Decimal = msgspec.field(name="cr_amt")
    debit: Decimal = msgspec.field(name="dr_amt")
    comment: str | None = None
    comments: str | None = None
    one_sided_transaction: bool = False
    do_not_affect_balance: bool = False
    balance: Decimal | None = None
    transaction_time: str | None = None
    counter_party_id: Int32 = 0
    transaction_type: TransactionType = TransactionType.OTHER
    transaction_reference_type: ReferenceType = ReferenceType.MANUAL_ENTRY
    reference_id: int = 0
    account_change_reason: int = 0


class EntryQuery(Request, kw_only=True):
    """One entry."""

    account_ledger_entry_id: int


class EntriesQuery(Request, kw_only=True):
    """All entries of an account."""

    account_id: int


@call("SubmitAccountLedgerEntry", permissions=(OPERATOR,), request=EntryRequest)
def submit_account_ledger_entry(context: Context, request: EntryRequest) -> object:
    """Book an entry and confirm it."""
    context.require_oms(request.oms_id)
    when = time_ms(request.transaction_time, "transactionTime")
    entry = ledger_entries.submit(
        context.exchange, _booking(request), context.user.user_id, when
    )
    return entry_row(entry)


def _booking(request: EntryRequest) -> Booking:
    comment = request.comment if request.comment is not None else request.comments
    if comment is None:
        raise InvalidRequest("comment is Required")
    if not 0 <= request.account_change_reason <= LAST_CHANGE_REASON:
        raise InvalidRequest(f"Invalid accountChangeReason: {request.account_change_reason}")
    return Booking(
        request.account_id, request.product_id, request.credit, request.debit, comment,
        one_sided=bool(request.one_sided_transaction),
        affects_balance=not request.do_not_affect_balance,
        balance=request.balance,
        counterparty_id=request.counter_party_id,
        transaction_type=request.transaction_type,
        reference_type=request.transaction_reference_type,
        reference_id=request.reference_id,
    )


def entry_row(entry: LedgerEntry) -> dict[str, object]:
    """An entry as its confirmation and the account's list print it."""
    booking = entry.booking
    return {
        "accountId": booking.account_id,
        "productId": booking.product_id,
        "cR_Amt": booking.credit,
        "dR_Amt": booking.debit,
        "enteredBy": entry.entered_by,
        "comments": booking.comment,
        "oneSidedTransaction": int(booking.one_sided),
        "accountLedgerEntryId": entry.entry_id,
    }


@call("GetAccountLedgerEntry", permissions=(OPERATOR,), request=EntryQuery)
def get_account_ledger_entry(context: Context, request: EntryQuery) -> object:
    """One entry, with the keys in the page's other spelling."""
    entry = context.exchange.ledger_entries.get(request.account_ledger_entry_id)
    return {key[:1].upper() + key[1:]: value for key, value in entry_row(entry).items()}


@call("GetLedgerEntriesByAccount", permissions=(OPERATOR,), request=EntriesQuery)
def get_ledger_entries_by_account(context: Context, request: EntriesQuery) -> object:
    """All entries of an account, oldest first."""
    account = context.exchange.accounts.get(request.account_id)
    entries = context.exchange.ledger_entries.by_account[account.account_id]
    return [entry_row(entry) for entry in entries]
