"""Logging in: by password, by API-key signature, by session token; lock-out and second factor."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain import two_factor
from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import LOCK_AFTER_FAILURES, User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

ACCEPTS_WRONG_PASSWORD = defect("users/accepts-wrong-password", "A wrong password logs in.")
NEVER_LOCKS = defect("users/never-locks", "No number of failed logins locks a user.")
LOCKED_LOGS_IN = defect("users/locked-user-logs-in", "A locked user logs in.")
UNVERIFIED_LOGS_IN = defect(
    "users/unverified-logs-in", "A user whose e-mail address is not verified logs in."
)
IGNORES_SIGNATURE = defect(
    "users/ignores-signature", "An API key logs in whatever its signature is."
)
_NO_MATCH = "Invalid username or password"
_LOCKED = "User is locked. Please contact administrator"


class LoginRefused(Refusal):
    """The login failed; ``locked`` tells whether the user is locked."""

    def __init__(self, detail: str, *, locked: bool = False) -> None:
        super().__init__(detail)
        self.locked = locked


def signature(secret: str, nonce: str, user_id: str, api_key: str) -> str:
    """HMAC-SHA256 over nonce, user id and key, keyed by the secret's text; lower-case hex."""
    message = f"{nonce}{user_id}{api_key}".encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def by_password(exchange: Exchange, name: str, password: str, peer: str) -> tuple[User, Session]:
    """Open a session, half open if the user needs a one-time code; raises LoginRefused."""
    user = exchange.users.named(name)
    if user is None:
        raise LoginRefused(_NO_MATCH)
    _require_unlocked(exchange, user)
    if not user.password_is(password) and not exchange.defects(ACCEPTS_WRONG_PASSWORD):
        _count_failure(exchange, user)
        raise LoginRefused(_NO_MATCH, locked=user.locked)
    _require_verified(exchange, user)
    user.failed_attempts = 0
    return user, exchange.sessions.open(
        exchange.ids.guid(), user.user_id, peer, pending_2fa=user.use_2fa
    )


def by_signature(
    exchange: Exchange, api_key: str, user_id: str, nonce: str, signed: str, peer: str
) -> tuple[User, Session]:
    """Open a session for the owner of an API key; raises LoginRefused.

    No second factor is asked for: holding the secret is one.
    """
    key = exchange.users.api_keys.get(api_key)
    if key is None or str(key.user_id) != user_id:
        raise LoginRefused("Invalid API key")
    expected = signature(key.secret, nonce, user_id, api_key).encode()
    sent = signed.lower().encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(expected, sent) and not exchange.defects(IGNORES_SIGNATURE):
        raise LoginRefused("Invalid signature")
    user = exchange.users.get(key.user_id)
    _require_unlocked(exchange, user)
    _require_verified(exchange, user)
    session = exchange.sessions.open(exchange.ids.guid(), user.user_id, peer, pending_2fa=False)
    session.limited_to = key.permissions or None
    return user, session


def by_token(exchange: Exchange, token: str, peer: str) -> tuple[User, Session]:
    """Resume the session behind a token from the address that opened it; raises LoginRefused."""
    known = exchange.sessions.peek(token)
    if known is None or known.peer != peer:
        raise LoginRefused("Invalid session token")
    session = exchange.sessions.resume(token)
    assert session is not None
    return exchange.users.get(session.user_id), session


def by_provider(
    exchange: Exchange, email: str, access_code: str, peer: str
) -> tuple[User, Session]:
    """Open a session on the word of the identity provider; raises LoginRefused."""
    user = exchange.users.with_email(email)
    if user is None or not exchange.identity_provider.vouches(email, access_code):
        raise LoginRefused("Invalid access code")
    _require_unlocked(exchange, user)
    _require_verified(exchange, user)
    exchange.identity_provider.redeem(access_code)
    session = exchange.sessions.open(exchange.ids.guid(), user.user_id, peer, pending_2fa=False)
    session.by_oauth = True
    return user, session


def complete(exchange: Exchange, session: Session, code: str) -> User:
    """Answer the second factor of a half-open session, which gets a new token.

    On a session that is open already the code finishes an enrolment instead. Raises LoginRefused.
    """
    user = exchange.users.get(session.user_id)
    if session.pending_2fa:
        if not two_factor.answers_challenge(exchange, user, code):
            raise LoginRefused("Invalid code")
        exchange.sessions.promote(session, exchange.ids.guid())
        return user
    try:
        two_factor.activate(exchange, user, code)
    except Refusal as refusal:
        raise LoginRefused(refusal.detail or "Invalid code") from None
    return user


def unlock(user: User) -> bool:
    """Let a locked user try again from zero; False when it was not locked."""
    was_locked = user.locked
    user.locked, user.locked_ms, user.failed_attempts = False, None, 0
    return was_locked


def _require_unlocked(exchange: Exchange, user: User) -> None:
    if user.locked and not exchange.defects(LOCKED_LOGS_IN):
        raise LoginRefused(_LOCKED, locked=True)


def _require_verified(exchange: Exchange, user: User) -> None:
    if not user.email_verified and not exchange.defects(UNVERIFIED_LOGS_IN):
        raise LoginRefused("Email is not verified")


def _count_failure(exchange: Exchange, user: User) -> None:
    user.failed_attempts += 1
    if user.failed_attempts >= LOCK_AFTER_FAILURES and not exchange.defects(NEVER_LOCKS):
        user.locked = True
        user.locked_ms = exchange.clock.now()
