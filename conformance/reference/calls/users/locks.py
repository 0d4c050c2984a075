"""ForceUserLogoff, GetLockedUsers, UnLockUser, GetLoggedInUserBySessionToken."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.calls.users.passwords import UserNamed
from conformance.reference.calls.users.selection import require_self, select_user
from conformance.reference.calls.users.shapes import user_record, wire_date
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain import authentication as login
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.users import User
from conformance.reference.rendering.standard import ACKNOWLEDGED

KEEPS_SOCKET = defect(
    "users/forced-logoff-keeps-socket", "ForceUserLogoff leaves the user's connection logged in."
)
_LOCKSMITHS = (SUPERUSER, OPERATOR, "UserOperator")


class UserNumber(Request):
    """A user by id only."""

    user_id: int


class TokenQuery(Request):
    """A session token."""

    session_token: str


@call("ForceUserLogoff", permissions=(SUPERUSER,), request=UserNamed)
def force_user_logoff(context: Context, request: UserNamed) -> object:
    """End every session of a user and close the connections that carry them."""
    user = select_user(context, None, request.user_name)
    if context.exchange.defects(KEEPS_SOCKET):
        return ACKNOWLEDGED
    for session in context.exchange.sessions.end_all_of(user.user_id):
        for line in session.lines:
            line.disconnect()
    return ACKNOWLEDGED


@call("GetLockedUsers", permissions=_LOCKSMITHS, request=Empty)
def get_locked_users(context: Context, request: Empty) -> object:
    """Who is locked; below Operator only users of the caller's accounts."""
    return [
        {
            "userId": user.user_id,
            "userName": user.name,
            "email": user.email,
            "lockedDateTime": wire_date(user.locked_ms),
        }
        for user in context.exchange.users.by_id.values()
        if user.locked and _is_in_sight(context, user)
    ]


@call("UnLockUser", permissions=_LOCKSMITHS, request=UserNumber)
def unlock_user(context: Context, request: UserNumber) -> object:
    """Bare true when a locked user was unlocked, bare false when there was nothing to unlock."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    return login.unlock(user)


@call("GetLoggedInUserBySessionToken", permissions=(SUPERUSER,), request=TokenQuery)
def get_logged_in_user_by_session_token(context: Context, request: TokenQuery) -> object:
    """The user behind a live token; asking does not keep the session alive."""
    session = context.exchange.sessions.peek(request.session_token)
    if session is None:
        raise NotFound("Invalid session token")
    return user_record(context, context.exchange.users.get(session.user_id))


def _is_in_sight(context: Context, user: User) -> bool:
    accounts = context.exchange.accounts.of_user(context.user.user_id)
    return context.is_operator or any(user.user_id in account.user_ids for account in accounts)
