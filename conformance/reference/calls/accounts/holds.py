"""AddAccountHold, GetOpenHolds, GetOpenWithdrawHolds, ReverseAccountHold, ReverseWithdrawHold,
ResetHolds."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.treasury_shapes import AccountQuery, account_of
from conformance.reference.dispatch import Context
from conformance.reference.domain import holds
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Hold,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED

_WITHDRAW_KINDS = (ReferenceType.WITHDRAW, ReferenceType.WITHDRAW_HOLD)


class AssetOfAccount(AccountQuery, kw_only=True):
    """A product of an account; holds call products assets."""

    asset_id: int


class NewHold(AssetOfAccount, kw_only=True):
    """A manual hold."""

    amount: Decimal


class HoldsQuery(AccountQuery, kw_only=True):
    """Holds of one kind."""

    transaction_reference_type: ReferenceType


class WithdrawHoldsQuery(AccountQuery, kw_only=True):
    """Holds of withdrawals; the page does not describe the type."""

    transaction_reference_type: ReferenceType = ReferenceType.WITHDRAW_HOLD


class HoldReversal(AssetOfAccount, kw_only=True):
    """The hold to give back, as a row of the open holds names it."""

    transaction_id: int
    reference_id: int
    transaction_reference_type: ReferenceType | None = None


def _account(context: Context, request: AssetOfAccount) -> Account:
    account = account_of(context, request)
    context.exchange.catalogue.product(request.asset_id)
    return account


@call("AddAccountHold", permissions=(OPERATOR,), request=NewHold)
def add_account_hold(context: Context, request: NewHold) -> object:
    """Reserve part of a position by hand."""
    account = _account(context, request)
    holds.add_manual_hold(
        context.exchange, account.account_id, request.asset_id, request.amount
    )
    return ACKNOWLEDGED


def hold_row(context: Context, hold: Hold) -> dict[str, object]:
    """An open hold as a transaction; what is held stands as a debit."""
    position = context.exchange.ledger.position(hold.account_id, hold.product_id)
    return {
        "transactionId": hold.transaction_id,
        "omsId": context.exchange.oms_id,
        "accountId": hold.account_id,
        "cr": ZERO,
        "dr": hold.amount,
        "counterparty": OUTSIDE,
        "TransactionType": name_of(TransactionType.HOLD),
        "ReferenceType": name_of(hold.reference_type),
        "referenceId": hold.reference_id,
        "productId": hold.product_id,
        "balance": position.amount,
        "timeStamp": hold.time_ms,
    }


def _rows(context: Context, account: Account, kind: ReferenceType) -> list[dict[str, object]]:
    mine = context.exchange.ledger.holds_of(account.account_id)
    return [hold_row(context, hold) for hold in mine if hold.reference_type is kind]


@call("GetOpenHolds", permissions=(OPERATOR,), request=HoldsQuery)
def get_open_holds(context: Context, request: HoldsQuery) -> object:
    """An account's open holds of one kind."""
    account = account_of(context, request)
    return _rows(context, account, request.transaction_reference_type)


@call("GetOpenWithdrawHolds", permissions=(OPERATOR,), request=WithdrawHoldsQuery)
def get_open_withdraw_holds(context: Context, request: WithdrawHoldsQuery) -> object:
    """An account's open holds for withdrawals; none when another kind is asked for."""
    account = account_of(context, request)
    if request.transaction_reference_type not in _WITHDRAW_KINDS:
        return []
    return _rows(context, account, ReferenceType.WITHDRAW_HOLD)


def _reverse(context: Context, request: HoldReversal) -> None:
    account = _account(context, request)
    holds.reverse_hold(
        context.exchange, account.account_id, request.asset_id,
        transaction_id=request.transaction_id, reference_id=request.reference_id,
        reference_type=request.transaction_reference_type,
    )


@call("ReverseAccountHold", permissions=(OPERATOR,), request=HoldReversal)
def reverse_account_hold(context: Context, request: HoldReversal) -> object:
    """Give back one hold; the second time there is nothing to give back."""
    _reverse(context, request)
    return ACKNOWLEDGED


@call("ReverseWithdrawHold", permissions=(OPERATOR,), request=HoldReversal)
def reverse_withdraw_hold(context: Context, request: HoldReversal) -> object:
    """Give back the hold of a withdrawal; its ticket stays as it is."""
    if request.transaction_reference_type not in (None, *_WITHDRAW_KINDS):
        raise InvalidRequest("TransactionReferenceType must be that of a withdrawal")
    request.transaction_reference_type = ReferenceType.WITHDRAW_HOLD
    _reverse(context, request)
    return ACKNOWLEDGED


@call("ResetHolds", permissions=(SUPERUSER,), request=AssetOfAccount)
def reset_holds(context: Context, request: AssetOfAccount) -> object:
    """Release every hold of one product of an account, whatever it was for."""
    account = _account(context, request)
    holds.reset_holds(context.exchange, account.account_id, request.asset_id)
    return ACKNOWLEDGED
