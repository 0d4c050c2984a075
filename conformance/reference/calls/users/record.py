"""GetUserInfo and SetUserInfo."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.selection import (
    require_default_account_scope,
    require_shared_account,
    select_user,
)
from conformance.reference.calls.users.shapes import user_record
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.domain.users import User

SHOWS_STRANGERS = defect(
    "users/stranger-is-readable", "GetUserInfo shows users who share no account with the caller."
)


class UserQuery(Request):
    """A user by id or by name."""

    oms_id: int
    user_id: int | None = None
    user_name: str | None = None


class UserChange(Request):
    """Id and name select; what is absent, or empty text, or account 0, stays as it is."""

    user_id: int | None = None
    user_name: str | None = None
    password: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    account_id: int | None = None
    use2fa: bool | None = None


@call("GetUserInfo", permissions=(OPERATOR, "Trading", "AccountReadOnly"), request=UserQuery)
def get_user_info(context: Context, request: UserQuery) -> object:
    """One user; below Operator only one who shares an account with the caller."""
    context.require_oms(request.oms_id)
    user = select_user(context, request.user_id, request.user_name)
    if not context.exchange.defects(SHOWS_STRANGERS):
        require_shared_account(context, user)
    return user_record(context, user)


@call("SetUserInfo", permissions=(OPERATOR, "Trading"), request=UserChange)
def set_user_info(context: Context, request: UserChange) -> object:
    """Change a user, all or nothing, and answer with the record as it is then."""
    user = select_user(context, request.user_id, request.user_name)
    require_default_account_scope(context, user)
    _validate(context, user, request)
    if request.email:
        context.exchange.users.change_email(user, request.email)
    if request.password:
        user.set_password(request.password)
    if request.email_verified is not None:
        _set_verified(user, request.email_verified)
    if request.account_id:
        user.account_id = request.account_id
    if request.use2fa is not None:
        user.use_2fa = request.use2fa
    return user_record(context, user)


def _validate(context: Context, user: User, request: UserChange) -> None:
    if request.email:
        if "@" not in request.email.strip("@"):
            raise InvalidRequest("email is not an e-mail address")
        owner = context.exchange.users.with_email(request.email)
        if owner is not None and owner is not user:
            raise OperationFailed("user email already exists")
    if request.account_id:
        account = context.exchange.accounts.get(request.account_id)
        if user.user_id not in account.user_ids:
            raise OperationFailed("the user is not linked to this account")


def _set_verified(user: User, verified: bool) -> None:
    user.email_verified = verified
    if verified:
        user.pending_email_code, user.pending_code_ms = "", None
