"""AddUserAccount, RemoveUserAccount, GetUserAccounts, GetUserAccountInfos."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.record import UserQuery
from conformance.reference.calls.users.selection import (
    require_default_account_scope,
    select_account,
    select_user,
)
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import OperationFailed
from conformance.reference.rendering.standard import ACKNOWLEDGED

_READERS = (OPERATOR, "Trading", "AccountReadOnly")
_ACCOUNT_TYPES = ("Asset", "Liability", "ProfitLoss")
_RISK_TYPES = ("Unknown", "Normal", "NoRiskCheck", "NoTrading")
_FEE_PRODUCT_TYPES = ("BaseProduct", "SingleProduct")


class Link(Request):
    """An account and a user, each by id or by name."""

    account_id: int | None = None
    account_handle: str | None = None
    user_id: int | None = None
    user_name: str | None = None


@call("AddUserAccount", permissions=(OPERATOR,), request=Link)
def add_user_account(context: Context, request: Link) -> object:
    """Link a user to an account; a second time changes nothing."""
    account = select_account(context, request.account_id, request.account_handle)
    user = select_user(context, request.user_id, request.user_name)
    account.user_ids.add(user.user_id)
    return ACKNOWLEDGED


@call("RemoveUserAccount", permissions=(OPERATOR,), request=Link)
def remove_user_account(context: Context, request: Link) -> object:
    """Break a link; user and account stay. A user's default account cannot be taken away."""
    account = select_account(context, request.account_id, request.account_handle)
    user = select_user(context, request.user_id, request.user_name)
    if user.user_id not in account.user_ids:
        raise OperationFailed("the user is not linked to this account")
    if user.account_id == account.account_id:
        raise OperationFailed("the account is the user's default account")
    account.user_ids.discard(user.user_id)
    return ACKNOWLEDGED


@call("GetUserAccounts", permissions=_READERS, request=UserQuery)
def get_user_accounts(context: Context, request: UserQuery) -> object:
    """Ids of the accounts a user is linked to."""
    return [account.account_id for account in _accounts(context, request)]


@call("GetUserAccountInfos", permissions=_READERS, request=UserQuery)
def get_user_account_infos(context: Context, request: UserQuery) -> object:
    """The same accounts in full, enumerations by name."""
    return [_info(account) for account in _accounts(context, request)]


def _accounts(context: Context, request: UserQuery) -> list[Account]:
    context.require_oms(request.oms_id)
    user = select_user(context, request.user_id, request.user_name)
    require_default_account_scope(context, user)
    return context.exchange.accounts.of_user(user.user_id)


def _info(account: Account) -> dict[str, object]:
    return {
        "OMSID": account.oms_id,
        "AccountId": account.account_id,
        "AccountName": account.name,
        "AccountHandle": account.handle,
        "FirmId": account.firm_id,
        "FirmName": account.firm_name,
        "AccountType": _ACCOUNT_TYPES[account.account_type],
        "FeeGroupID": account.fee_group_id,
        "ParentID": account.parent_id,
        "RiskType": _RISK_TYPES[account.risk_type],
        "VerificationLevel": account.verification_level,
        "FeeProductType": _FEE_PRODUCT_TYPES[account.fee_product_type],
        "FeeProduct": account.fee_product,
        "RefererId": account.referer_id,
        "SupportedVenueIds": [0],
    }
