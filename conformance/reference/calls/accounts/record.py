"""AddAccount, UpdateAccount, GetAccountInfo and GetAccounts."""

from __future__ import annotations

from typing import Any

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import AccountQuery, account_of, page_size
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import (
    Account,
    Accounts,
    AccountType,
    FeeProductType,
    RiskType,
)
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    OperationFailed,
    Refusal,
)
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import standard_failure

UPDATE_CLEARS = defect(
    "accounts/update-clears-the-rest", "UpdateAccount changes only the keys that were sent."
)
_LOYALTY = frozenset({"loyalty_product_id", "loyalty_enabled"})
_FILTERS = {"firmid": "firm_id", "firmname": "firm_name"}


class AccountTerms(Request, kw_only=True):
    """What an account can be given; absent keys stay as they are."""

    account_name: str | None = None
    account_handle: str | None = None
    firm_id: str | None = None
    firm_name: str | None = None
    account_type: AccountType | None = None
    fee_group_id: Int32 | None = None
    parent_id: Int32 | None = None
    risk_type: RiskType | None = None
    verification_level: Int32 | None = None
    fee_product_type: FeeProductType | None = None
    fee_product: Int32 | None = None
    referer_id: Int32 | None = None
    loyalty_product_id: Int32 | None = None
    loyalty_enabled: bool | None = None
    margin_enabled: bool | None = None
    liability_account_id: Int32 | None = None
    lending_account_id: Int32 | None = None
    profit_loss_account_id: Int32 | None = None

    def given(self) -> dict[str, Any]:
        """The terms that were sent, by attribute of the account."""
        terms = {
            name: getattr(self, name) for name in AccountTerms.__struct_fields__
        }
        found = {name: value for name, value in terms.items() if value is not None}
        if "account_name" in found:
            found["name"] = found.pop("account_name")
        if "account_handle" in found:
            found["handle"] = found.pop("account_handle")
        return found


class NewAccount(AccountTerms, kw_only=True):
    """A new account: ``accountId`` is given by the exchange."""

    oms_id: int
    account_id: Int32 = 0
    account_name: str
    account_handle: str


class AccountChange(AccountTerms, kw_only=True):
    """A change of an account."""

    oms_id: int
    account_id: int


class AccountsQuery(Request, kw_only=True):
    """A page of accounts from an account id upwards."""

    oms_id: int
    start_index: Int32
    limit: Int32
    requested_keys: list[str] = msgspec.field(default_factory=list)


def not_added(refusal: Refusal) -> object:
    """The page tells failure in the reply's own keys."""
    message = refusal.detail or refusal.code.message
    return {"Success": False, "Id": 0, "RejectMessage": message, **standard_failure(refusal)}


def not_updated(refusal: Refusal) -> object:
    """The page only knows Result; the reasons of the standard object come beside it."""
    reasons = {k: v for k, v in standard_failure(refusal).items() if k != "result"}
    return {"Result": False, **reasons}


@call("AddAccount", permissions=(OPERATOR,), request=NewAccount, refusal=not_added)
def add_account(context: Context, request: NewAccount) -> object:
    """Open an account that nobody is linked to yet."""
    exchange = context.exchange
    context.require_oms(request.oms_id)
    terms = request.given()
    _validate(context, None, terms)
    account = Account(
        exchange.ids.next("account"), exchange.oms_id, terms.pop("name"), terms.pop("handle")
    )
    for name, value in terms.items():
        setattr(account, name, value)
    exchange.accounts.add(account)
    return {"Success": True, "Id": account.account_id, "RejectMessage": ""}


@call("UpdateAccount", permissions=(OPERATOR, "Trading"), request=AccountChange,
      refusal=not_updated)
def update_account(context: Context, request: AccountChange) -> object:
    """Change what was sent. Below Operator: the loyalty settings of one's own account."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    terms = request.given()
    if not context.is_operator and not terms.keys() <= _LOYALTY:
        raise NotAuthorized
    for pair in (_LOYALTY, {"fee_product_type", "fee_product"}):
        if len(terms.keys() & pair) == 1:
            raise InvalidRequest(f"{' and '.join(sorted(pair))} go together")
    _validate(context, account, terms)
    for name, value in terms.items():
        setattr(account, name, value)
    if context.exchange.defects(UPDATE_CLEARS):
        account.firm_name = terms.get("firm_name", "")
    return {"Result": True}


def _validate(context: Context, account: Account | None, terms: dict[str, Any]) -> None:
    exchange = context.exchange
    if account is None and not terms["handle"]:
        raise InvalidRequest("accountHandle is Required")
    handle = terms.get("handle")
    if handle and _taken(exchange.accounts, handle, account):
        raise OperationFailed("AccountHandle already exists")
    if terms.get("verification_level", 0) < 0:
        raise InvalidRequest("verificationLevel must not be negative")
    for key in ("loyalty_product_id", "fee_product"):
        if terms.get(key):
            exchange.catalogue.product(terms[key])
    for key in ("liability_account_id", "lending_account_id", "profit_loss_account_id"):
        if terms.get(key):
            exchange.accounts.get(terms[key])


def _taken(accounts: Accounts, handle: str, account: Account | None) -> bool:
    owner = accounts.by_handle(handle)
    return owner is not None and owner is not account


@call(
    "GetAccountInfo", permissions=(OPERATOR, "Trading", "AccountReadOnly"), request=AccountQuery
)
def get_account_info(context: Context, request: AccountQuery) -> object:
    """One account the caller is linked to."""
    return account_record(account_of(context, request))


def account_record(account: Account) -> dict[str, object]:
    """An account as GetAccountInfo prints it."""
    return {
        "omsid": account.oms_id,
        "accountId": account.account_id,
        "accountName": account.name,
        "accountHandle": account.handle,
        "firmId": account.firm_id,
        "firmName": account.firm_name,
        "accountType": int(account.account_type),
        "feeGroupID": account.fee_group_id,
        "parentID": account.parent_id,
        "riskType": int(account.risk_type),
        "verificationLevel": account.verification_level,
        "feeProductType": name_of(account.fee_product_type),
        "feeProduct": account.fee_product,
        "refererId": account.referer_id,
        "loyaltyProductId": account.loyalty_product_id,
        "loyaltyEnabled": account.loyalty_enabled,
        "marginEnabled": account.margin_enabled,
        "liabilityAccountId": account.liability_account_id,
        "lendingAccountId": account.lending_account_id,
        "profitLossAccountId": account.profit_loss_account_id,
    }


@call("GetAccounts", permissions=(OPERATOR,), request=AccountsQuery)
def get_accounts(context: Context, request: AccountsQuery) -> object:
    """Accounts from an id upwards; with RequestedKeys only those that have all these keys."""
    context.require_oms(request.oms_id)
    limit = page_size(request.limit, "Limit")
    page_size(request.start_index, "StartIndex")
    try:
        wanted = [_FILTERS[key.casefold()] for key in request.requested_keys]
    except KeyError as error:
        raise InvalidRequest(f"Invalid RequestedKeys: {error.args[0]}") from None
    found = [
        account for number, account in sorted(context.exchange.accounts.by_id.items())
        if number >= request.start_index and all(getattr(account, key) for key in wanted)
    ]
    return [_listed(account) for account in found[:limit]]


def _listed(account: Account) -> dict[str, object]:
    renamed = {"omsid": "OMSID"}
    return {
        renamed.get(key) or key[:1].upper() + key[1:]: value
        for key, value in account_record(account).items()
    }
