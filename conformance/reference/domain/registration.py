"""How a user comes to be, proves an e-mail address, and gets a new password by mail.

Registering creates a default account named like the user, linked to it, and grants the default
permissions; both are readings, since the pages only say that every user has a default account and
which permissions are the default ones.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.permissions import DEFAULT_BUNDLES
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.users import User, digest_password

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

CODE_WORKS_TWICE = defect(
    "users/confirmation-code-works-twice", "A confirmation code that was used is accepted again."
)
KEEPS_OLD_PASSWORD = defect(
    "users/reset-keeps-old-password", "After a password reset the old password still holds."
)


@dataclass(frozen=True, slots=True)
class Application:
    """Who wants to become a user. ``account_id`` 0 asks for a new default account."""

    name: str
    email: str
    password: str
    config: dict[str, str] = field(default_factory=dict)
    affiliate_tag: str = ""
    affiliate_id: int = 0
    referer_id: int = 0
    account_id: int = 0
    email_verified: bool = False
    use_2fa: bool = False


def register(exchange: Exchange, application: Application) -> User:
    """Create the user, its default account and its first mail; all or nothing."""
    _validate(exchange, application)
    spelling = application.affiliate_tag
    tag = exchange.affiliates.named(spelling) if spelling else None
    salt = exchange.ids.token(64)
    user = exchange.users.add(
        User(
            exchange.ids.next("user"), exchange.oms_id, application.name, application.email, salt,
            digest_password(application.password or exchange.ids.token(128), salt),
            email_verified=application.email_verified, created_ms=exchange.clock.now(),
            affiliate_id=tag.user_id if tag else application.affiliate_id,
            affiliate_tag_id=tag.tag_id if tag else 0,
            referer_id=application.referer_id, use_2fa=application.use_2fa,
            permissions=set(DEFAULT_BUNDLES), config=dict(application.config),
        )
    )
    account = _default_account(exchange, user, application.account_id)
    account.user_ids.add(user.user_id)
    user.account_id = account.account_id
    if not user.email_verified:
        send_verification(exchange, user)
    return user


def send_verification(exchange: Exchange, user: User) -> None:
    """Mail a new confirmation code; the one before it is void."""
    if user.email_verified:
        raise OperationFailed("email is already verified")
    user.pending_email_code = exchange.ids.guid()
    user.pending_code_ms = exchange.clock.now()
    _mail(exchange, user, "Verify your e-mail address", user.pending_email_code)


def confirm_email(exchange: Exchange, user: User, code: str) -> None:
    """The code came back: the address is verified; raises OperationFailed."""
    if exchange.defects(CODE_WORKS_TWICE) and user.email_verified:
        return
    if not _same(user.pending_email_code, code):
        raise OperationFailed("Invalid VerifyEmailCode")
    user.email_verified = True
    user.pending_email_code, user.pending_code_ms = "", None


def start_password_reset(exchange: Exchange, user: User) -> None:
    """Mail a reset code; the password holds until the code comes back."""
    user.reset_code = exchange.ids.guid()
    _mail(exchange, user, "Reset your password", user.reset_code)


def finish_password_reset(exchange: Exchange, user: User, code: str, password: str) -> None:
    """Replace the password and use up the code; raises OperationFailed."""
    if not _same(user.reset_code, code):
        raise OperationFailed("Invalid PendingCode")
    if user.password_is(password):
        raise OperationFailed("New password cannot be same as old password")
    user.reset_code = ""
    if not exchange.defects(KEEPS_OLD_PASSWORD):
        user.set_password(password)


def _validate(exchange: Exchange, application: Application) -> None:
    if not application.name.strip():
        raise InvalidRequest("UserName is Required")
    if "@" not in application.email.strip("@"):
        raise InvalidRequest("Email is not an e-mail address")
    exchange.users.require_new(application.name, application.email)
    for user_id in (application.affiliate_id, application.referer_id):
        if user_id:
            exchange.users.get(user_id)
    if application.account_id:
        exchange.accounts.get(application.account_id)
    if application.affiliate_tag:
        exchange.affiliates.named(application.affiliate_tag)


def _default_account(exchange: Exchange, user: User, account_id: int) -> Account:
    if account_id:
        return exchange.accounts.get(account_id)
    new_id = exchange.ids.next("account")
    taken = exchange.accounts.by_handle(user.name) is not None
    handle = f"{user.name}-{new_id}" if taken else user.name
    return exchange.accounts.add(Account(new_id, user.oms_id, user.name, handle))


def user_with_email(exchange: Exchange, email: str) -> User:
    """The user with this address; raises NotFound."""
    user = exchange.users.with_email(email)
    if user is None:
        raise NotFound(f"Invalid Email: {email}")
    return user


def _same(expected: str, given: str) -> bool:
    return bool(expected) and hmac.compare_digest(
        expected.encode(), given.strip().lower().encode("utf-8", "surrogatepass")
    )


def _mail(exchange: Exchange, user: User, subject: str, code: str) -> None:
    exchange.mailbox.send(Mail(user.email, subject, code, user.user_id, exchange.clock.now()))
