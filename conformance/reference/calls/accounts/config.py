"""GetAccountConfig, SetAccountConfig, RemoveAccountConfig: free text pairs kept with an account."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.selection import select_account
from conformance.reference.calls.users.shapes import ConfigPair, config_of
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import NotFound
from conformance.reference.rendering.standard import ACKNOWLEDGED

DELETE_IDLE = defect(
    "accounts/config-delete-no-effect", "RemoveAccountConfig removes the pair it names."
)


class NamedAccount(Request, kw_only=True):
    """An account by id or by handle."""

    account_id: int | None = None
    account_handle: str | None = None


class ConfigQuery(NamedAccount, kw_only=True):
    """The configuration of an account."""

    oms_id: int


class ConfigChange(NamedAccount, kw_only=True):
    """One pair to set."""

    config: ConfigPair


class ConfigRemoval(NamedAccount, kw_only=True):
    """The key to remove."""

    key: str


def _account(context: Context, request: NamedAccount) -> Account:
    account = select_account(context, request.account_id, request.account_handle)
    return context.account(account.account_id)


@call("GetAccountConfig", permissions=(OPERATOR, "Trading"), request=ConfigQuery)
def get_account_config(context: Context, request: ConfigQuery) -> object:
    """All pairs of an account the caller is linked to."""
    context.require_oms(request.oms_id)
    account = _account(context, request)
    return [{"Key": key, "Value": value} for key, value in account.config.items()]


@call("SetAccountConfig", permissions=(OPERATOR, "Trading"), request=ConfigChange)
def set_account_config(context: Context, request: ConfigChange) -> object:
    """Set the pair given; other keys survive."""
    account = _account(context, request)
    account.config.update(config_of([request.config]))
    return ACKNOWLEDGED


@call("RemoveAccountConfig", permissions=(OPERATOR,), request=ConfigRemoval)
def remove_account_config(context: Context, request: ConfigRemoval) -> object:
    """Remove one pair; a key that is not there is not found."""
    account = _account(context, request)
    if request.key not in account.config:
        raise NotFound(f"Invalid Key: {request.key}")
    if not context.exchange.defects(DELETE_IDLE):
        del account.config[request.key]
    return ACKNOWLEDGED
