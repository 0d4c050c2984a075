"""RegisterUser, RegisterNewUser, CreateUser, ConfirmUserEmail, ResendVerificationEmail."""

from __future__ import annotations

from typing import Annotated

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.users.shapes import ConfigPair, config_of
from conformance.reference.dispatch import Context
from conformance.reference.domain import registration
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.domain.registration import Application
from conformance.reference.exchange import OPERATOR_ID
from conformance.reference.rendering.standard import ACKNOWLEDGED

Moment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")]
"""A date and time as the pages print it."""


class SignUp(Request):
    """``password_hash`` carries the password in clear."""

    user_name: str
    password_hash: str
    email: str


class Registration(Request, kw_only=True):
    """A public sign-up."""

    user_info: SignUp
    user_config: list[ConfigPair] = msgspec.field(default_factory=list)
    affiliate_tag: str
    operator_id: int


class NewUser(Request, kw_only=True):
    """A user record as its creator proposes it; what is not a detail of it is the server's."""

    user_id: Int32 = 0
    user_name: str
    email: str
    password_hash: str | None = None
    email_verified: bool = False
    account_id: Int32 = 0
    affiliate_id: Int32 = 0
    referer_id: Int32 = 0
    oms_id: Int32 = 0
    use2fa: bool = False
    pending_email_code: str = ""
    date_time_created: Moment = ""
    salt: str = ""
    pending_code_time: Moment = ""
    locked: bool = False
    locked_time: Moment = ""
    number_of_failed_attempt: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0


class Creation(Request, kw_only=True):
    """A user made by an operator."""

    user_info: NewUser
    operator_id: int
    affiliate_tag: str | None = ""
    user_config: list[ConfigPair] = msgspec.field(default_factory=list)


class Confirmation(Request):
    """What the link of the confirmation mail carries."""

    user_id: int
    verify_email_code: str


class Address(Request):
    """An e-mail address."""

    email: str


def require_operator(operator_id: int) -> None:
    """The request names our operator; raises NotFound."""
    if operator_id != OPERATOR_ID:
        raise NotFound(f"Invalid OperatorId: {operator_id}")


@call("RegisterUser", permissions=(PUBLIC,), request=Registration)
@call("RegisterNewUser", permissions=(PUBLIC,), request=Registration)
def register_user(context: Context, request: Registration) -> object:
    """Sign up; the user exists at once but cannot log in before its address is confirmed."""
    if not request.user_info.password_hash:
        raise InvalidRequest("passwordHash is Required")
    require_operator(request.operator_id)
    user = registration.register(
        context.exchange,
        Application(
            request.user_info.user_name, request.user_info.email, request.user_info.password_hash,
            config_of(request.user_config), request.affiliate_tag,
        ),
    )
    return {"UserId": user.user_id}


@call("CreateUser", permissions=(OPERATOR,), request=Creation)
def create_user(context: Context, request: Creation) -> object:
    """Create a user with the given details; without a password only SetUserInfo opens it."""
    info = request.user_info
    context.require_oms(info.oms_id or None)
    require_operator(request.operator_id)
    registration.register(
        context.exchange,
        Application(
            info.user_name, info.email, info.password_hash or "", config_of(request.user_config),
            request.affiliate_tag or "", info.affiliate_id, info.referer_id, info.account_id,
            info.email_verified, info.use2fa,
        ),
    )
    return ACKNOWLEDGED


@call("ConfirmUserEmail", permissions=(PUBLIC,), request=Confirmation)
def confirm_user_email(context: Context, request: Confirmation) -> object:
    """The mailed code verifies the address, once."""
    user = context.exchange.users.get(request.user_id)
    registration.confirm_email(context.exchange, user, request.verify_email_code)
    return ACKNOWLEDGED


@call("ResendVerificationEmail", permissions=(PUBLIC,), request=Address)
def resend_verification_email(context: Context, request: Address) -> object:
    """Mail a new code to a user who is not verified yet."""
    user = registration.user_with_email(context.exchange, request.email)
    registration.send_verification(context.exchange, user)
    return ACKNOWLEDGED
