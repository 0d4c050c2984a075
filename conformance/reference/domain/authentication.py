"""Logging in: by password, by API-key signature, by session token; lock-out and one-time codes."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pyotp

from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import LOCK_AFTER_FAILURES, User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange


class LoginRefused(Refusal):
    """The login failed; ``locked`` tells whether the user is locked."""

    def __init__(self, detail: str, *, locked: bool = False) -> None:
        super().__init__(detail)
        self.locked = locked


def signature(secret: str, nonce: str, user_id: str, api_key: str) -> str:
    """HMAC-SHA256 over nonce, user id and key, keyed by the secret's text; lower-case hex."""
    message = f"{nonce}{user_id}{api_key}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def by_password(exchange: Exchange, name: str, password: str, peer: str) -> tuple[User, Session]:
    """Open a session, half open if the user needs a one-time code; raises LoginRefused."""
    user = exchange.users.named(name)
    if user is None:
        raise LoginRefused("Invalid username or password")
    if user.locked:
        raise LoginRefused("User is locked. Please contact administrator", locked=True)
    if not user.password_is(password):
        _count_failure(exchange, user)
        raise LoginRefused("Invalid username or password", locked=user.locked)
    if not user.email_verified:
        raise LoginRefused("Email is not verified")
    user.failed_attempts = 0
    return user, exchange.sessions.open(
        exchange.ids.guid(), user.user_id, peer, pending_2fa=user.use_2fa
    )


def by_signature(
    exchange: Exchange, api_key: str, user_id: str, nonce: str, signed: str, peer: str
) -> tuple[User, Session]:
    """Open a session for the owner of an API key; raises LoginRefused."""
    key = exchange.users.api_keys.get(api_key)
    if key is None or str(key.user_id) != user_id:
        raise LoginRefused("Invalid API key")
    expected = signature(key.secret, nonce, user_id, api_key)
    if not hmac.compare_digest(expected, signed.lower()):
        raise LoginRefused("Invalid signature")
    user = exchange.users.get(key.user_id)
    if user.locked:
        raise LoginRefused("User is locked. Please contact administrator", locked=True)
    session = exchange.sessions.open(exchange.ids.guid(), user.user_id, peer, pending_2fa=False)
    return user, session


def by_token(exchange: Exchange, token: str) -> tuple[User, Session]:
    """Resume the session behind a token; raises LoginRefused."""
    session = exchange.sessions.resume(token)
    if session is None:
        raise LoginRefused("Invalid session token")
    return exchange.users.get(session.user_id), session


def code_is_right(exchange: Exchange, secret: str, code: str) -> bool:
    """Check a one-time code against the exchange's clock, one step of drift allowed."""
    if not secret:
        return False
    moment = exchange.clock.now() // 1000
    return pyotp.TOTP(secret).verify(code, for_time=moment, valid_window=1)


def _count_failure(exchange: Exchange, user: User) -> None:
    user.failed_attempts += 1
    if user.failed_attempts >= LOCK_AFTER_FAILURES:
        user.locked = True
        user.locked_ms = exchange.clock.now()
