"""ResetPassword and ResetPassword2."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.selection import require_shared_account, select_user
from conformance.reference.dispatch import Context
from conformance.reference.domain import registration
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.standard import ACKNOWLEDGED


class UserNamed(Request):
    """A user by name only."""

    user_name: str


class NewPassword(Request):
    """What the link of the reset mail sends back; the id is text on the page."""

    user_id: str | int
    password: str
    pending_code: str


@call("ResetPassword", permissions=(OPERATOR, "Trading"), request=UserNamed)
def reset_password(context: Context, request: UserNamed) -> object:
    """Mail a reset code to a user who shares an account with the caller."""
    user = require_shared_account(context, select_user(context, None, request.user_name))
    registration.start_password_reset(context.exchange, user)
    return ACKNOWLEDGED


@call("ResetPassword2", permissions=(PUBLIC,), request=NewPassword)
def reset_password_2(context: Context, request: NewPassword) -> object:
    """Set the new password. The code is the proof: who clicks the link cannot be logged in."""
    text = str(request.user_id)
    if not text.isdecimal() or not request.password:
        raise InvalidRequest("UserId and Password are Required")
    user = context.exchange.users.get(int(text))
    registration.finish_password_reset(
        context.exchange, user, request.pending_code, request.password
    )
    return ACKNOWLEDGED
