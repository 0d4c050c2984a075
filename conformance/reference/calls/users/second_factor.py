"""EnableGoogle2FA, EnableXP2FA, Activate2FA, Disable2FA: always for the caller's own login."""

from __future__ import annotations

import re

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain import two_factor
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    OperationFailed,
    Refusal,
)
from conformance.reference.domain.two_factor import Capability
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure

# Brazil's country code and eleven more digits.
_PHONE = re.compile(r"\+55[0-9]{11}")


class Activation(Request):
    """The code that proves that the enrolment works."""

    code: str


class PhoneEnrolment(Request):
    """Where and how the codes are to be sent."""

    phone: str
    capability: Capability


def activation_failure(refusal: Refusal) -> object:
    """A wrong code, or nothing to activate, answers in the call's own shape."""
    if not isinstance(refusal, (OperationFailed, NotAuthorized)):
        return standard_failure(refusal)
    return {"Activated": False, "Error": refusal.detail or refusal.code.message}


@call("EnableGoogle2FA", permissions=(OPERATOR, "Trading"), request=Empty)
def enable_google_2fa(context: Context, request: Empty) -> object:
    """Begin an enrolment; it counts only after Activate2FA."""
    secret = two_factor.begin_google(context.exchange, context.user)
    reply = {"GoogleQRCode": two_factor.qr_text(context.user, secret)}
    return reply | {"ManualCode": secret} if context.venues else reply


@call("EnableXP2FA", permissions=(OPERATOR, "Trading"), request=PhoneEnrolment)
def enable_xp_2fa(context: Context, request: PhoneEnrolment) -> object:
    """Begin an enrolment by phone; activation is still to come."""
    if not _PHONE.fullmatch(request.phone):
        raise InvalidRequest("Phone must be +55 and eleven digits")
    two_factor.begin_xp(context.exchange, context.user, request.phone, request.capability)
    return {"Enabled2FA": True, "Activate2FA": True}


@call("Activate2FA", permissions=(PUBLIC,), request=Activation, refusal=activation_failure)
def activate_2fa(context: Context, request: Activation) -> object:
    """Finish the enrolment that was begun on this login."""
    session = context.peer.session
    if session is None:
        raise NotAuthorized
    user = context.exchange.users.get(session.user_id)
    two_factor.activate(context.exchange, user, request.code)
    return {"Activated": True, "Error": ""}


@call("Disable2FA", permissions=(OPERATOR, "Trading"), request=Empty)
def disable_2fa(context: Context, request: Empty) -> object:
    """Give up every second factor; the next login needs none."""
    two_factor.disable(context.user)
    return ACKNOWLEDGED
