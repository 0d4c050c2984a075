"""Which user or account a request means, and whether the caller may address it.

Several calls take an id and a name without saying which is needed; the reading: an id above zero
counts, otherwise the name.
"""

from __future__ import annotations

from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, NotFound
from conformance.reference.domain.users import User


def select_user(context: Context, user_id: int | None, name: str | None) -> User:
    """The user meant; raises InvalidRequest when neither is given, NotFound when unknown."""
    if user_id:
        return context.exchange.users.get(user_id)
    if not name:
        raise InvalidRequest("UserId or UserName is Required")
    user = context.exchange.users.named(name)
    if user is None:
        raise NotFound(f"Invalid UserName: {name}")
    return user


def select_account(context: Context, account_id: int | None, handle: str | None) -> Account:
    """The account meant; raises InvalidRequest when neither is given, NotFound when unknown."""
    if account_id:
        return context.exchange.accounts.get(account_id)
    if not handle:
        raise InvalidRequest("AccountId or AccountHandle is Required")
    account = context.exchange.accounts.by_handle(handle)
    if account is None:
        raise NotFound(f"Invalid AccountHandle: {handle}")
    return account


def require_default_account_scope(context: Context, user: User) -> User:
    """Only an operator may address users who are not linked to the caller's default account."""
    caller = context.user
    if context.is_operator or user.user_id == caller.user_id:
        return user
    account = context.exchange.accounts.by_id.get(caller.account_id)
    if account is None or user.user_id not in account.user_ids:
        raise NotAuthorized
    return user


def require_shared_account(context: Context, user: User) -> User:
    """Only an operator may address users who share no account with the caller."""
    caller = context.user
    if context.is_operator or user.user_id == caller.user_id:
        return user
    if not any(
        user.user_id in account.user_ids
        for account in context.exchange.accounts.of_user(caller.user_id)
    ):
        raise NotAuthorized
    return user


def require_self(context: Context, user: User) -> User:
    """Only an operator may address anybody but the caller."""
    if user.user_id != context.user.user_id and not context.is_operator:
        raise NotAuthorized
    return user
