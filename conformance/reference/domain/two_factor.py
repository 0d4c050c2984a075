"""Second factors: enrolment, activation, and the challenge a login has to answer.

Google: a TOTP secret that the user reads from a QR text. XP: a code sent to a phone, by text
message or by voice, or (capability OTP) a TOTP secret sent to an app. What goes to the phone is
put into the mailbox under the phone's number.
"""

from __future__ import annotations

import hmac
from enum import StrEnum
from typing import TYPE_CHECKING

import pyotp

from conformance.reference.defects import defect
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.refusals import OperationFailed
from conformance.reference.domain.users import Enrolment, User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

ISSUER = "APEX"
CODE_DIGITS = 6
SKIPS_CODE = defect("users/skips-2fa-code", "Any one-time code completes a login under 2FA.")


class Scheme(StrEnum):
    GOOGLE = "Google"
    XP = "XP"


class Capability(StrEnum):
    """How an XP code reaches the user."""

    SMS = "SMS"
    PHONE = "Phone"
    OTP = "OTP"


def qr_text(user: User, secret: str) -> str:
    """What the QR code encodes: an ``otpauth://`` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=ISSUER)


def begin_google(exchange: Exchange, user: User) -> str:
    """Start an enrolment and return its secret; the login is unchanged until it is activated."""
    secret = exchange.ids.base32()
    user.pending_two_factor = Enrolment(Scheme.GOOGLE, secret=secret)
    return secret


def begin_xp(exchange: Exchange, user: User, phone: str, capability: Capability) -> None:
    """Start an enrolment by phone; the code or the secret goes to the phone."""
    if capability is Capability.OTP:
        secret = exchange.ids.base32()
        user.pending_two_factor = Enrolment(Scheme.XP, secret=secret, phone=phone)
        _tell(exchange, user, phone, secret)
        return
    user.pending_two_factor = Enrolment(Scheme.XP, phone=phone)
    _send_code(exchange, user, user.pending_two_factor)


def activate(exchange: Exchange, user: User, code: str) -> None:
    """Finish the enrolment that was begun; raises OperationFailed and leaves it pending."""
    pending = user.pending_two_factor
    if pending is None:
        raise OperationFailed("No two-factor authentication is waiting for activation")
    if not passes(exchange, pending, code):
        raise OperationFailed("Invalid code")
    user.two_factor, user.pending_two_factor = pending, None
    user.use_2fa = True


def disable(user: User) -> None:
    """Forget every scheme, finished or pending."""
    user.two_factor = user.pending_two_factor = None
    user.use_2fa = False


def challenge(exchange: Exchange, user: User) -> tuple[str, str]:
    """What a half-open login is told: the scheme, and a QR text if none was enrolled yet."""
    enrolment = user.two_factor
    if enrolment is None:
        pending = user.pending_two_factor
        if pending is None or pending.scheme != Scheme.GOOGLE:
            begin_google(exchange, user)
            pending = user.pending_two_factor
        assert pending is not None
        return Scheme.GOOGLE, qr_text(user, pending.secret)
    if not enrolment.secret:
        _send_code(exchange, user, enrolment)
    return enrolment.scheme, ""


def answers_challenge(exchange: Exchange, user: User, code: str) -> bool:
    """Does the code complete the login? An enrolment made by the challenge is finished by it."""
    if exchange.defects(SKIPS_CODE):
        return True
    if user.two_factor is not None:
        return passes(exchange, user.two_factor, code)
    if user.pending_two_factor is None or not passes(exchange, user.pending_two_factor, code):
        return False
    user.two_factor, user.pending_two_factor = user.pending_two_factor, None
    return True


def passes(exchange: Exchange, enrolment: Enrolment, code: str) -> bool:
    """Check a code: by the exchange's clock with one step of drift, or the code last sent."""
    if enrolment.secret:
        moment = exchange.clock.now() // 1000
        return pyotp.TOTP(enrolment.secret).verify(code, for_time=moment, valid_window=1)
    right = bool(enrolment.sent_code) and hmac.compare_digest(
        enrolment.sent_code.encode(), code.encode()
    )
    if right:
        enrolment.sent_code = ""
    return right


def _send_code(exchange: Exchange, user: User, enrolment: Enrolment) -> None:
    enrolment.sent_code = exchange.ids.digits(CODE_DIGITS)
    _tell(exchange, user, enrolment.phone, enrolment.sent_code)


def _tell(exchange: Exchange, user: User, phone: str, code: str) -> None:
    exchange.mailbox.send(
        Mail(phone, "Two-factor code", code, user.user_id, exchange.clock.now())
    )
