"""Users: who logs in. Passwords are kept as scrypt digests; user and name never change."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

from conformance.reference.domain.refusals import NotFound, OperationFailed

# scrypt cost: some microseconds for each new password, since a run registers thousands of users and
# none of them has anything to lose; a production venue would take 2**15 blocks of 8 or more.
_SCRYPT_N, _SCRYPT_R = 2**4, 1
LOCK_AFTER_FAILURES = 5
"""Failed logins in a row before a user is locked; the pages leave the number open."""


@lru_cache(maxsize=256)
def digest_password(password: str, salt: str) -> bytes:
    """The scrypt digest of a password; remembered, so that a fresh demo exchange costs little."""
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt.encode(), n=_SCRYPT_N, r=_SCRYPT_R, p=1)


@dataclass(slots=True)
class ApiKey:
    """A key pair for login by signature; the secret is shown once, when it is made."""

    key: str
    secret: str
    user_id: int
    permissions: frozenset[str] = frozenset()


@dataclass(slots=True)
class Enrolment:
    """One second factor: a TOTP ``secret``, or a ``phone`` to which codes are sent."""

    scheme: str
    secret: str = ""
    phone: str = ""
    sent_code: str = ""


@dataclass(slots=True)
class User:
    """One person who logs in; ``account_id`` is the default account."""

    user_id: int
    oms_id: int
    name: str
    email: str
    salt: str
    password_digest: bytes
    account_id: int = 0
    email_verified: bool = False
    pending_email_code: str = ""
    pending_code_ms: int | None = None
    created_ms: int = 0
    affiliate_id: int = 0
    affiliate_tag_id: int = 0
    referer_id: int = 0
    use_2fa: bool = False
    two_factor: Enrolment | None = None
    pending_two_factor: Enrolment | None = None
    locked: bool = False
    locked_ms: int | None = None
    failed_attempts: int = 0
    reset_code: str = ""
    permissions: set[str] = field(default_factory=set)
    config: dict[str, str] = field(default_factory=dict)

    def password_is(self, password: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.password_digest, digest_password(password, self.salt))

    def set_password(self, password: str) -> None:
        """Replace the password."""
        self.password_digest = digest_password(password, self.salt)


@dataclass
class Users:
    """All users, by id, by name and by e-mail; and their API keys."""

    by_id: dict[int, User] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    _by_name: dict[str, User] = field(default_factory=dict)
    _by_email: dict[str, User] = field(default_factory=dict)

    def add(self, user: User) -> User:
        """Register a user; name and e-mail must be new, letter case aside."""
        self.require_new(user.name, user.email)
        self.by_id[user.user_id] = user
        self._by_name[user.name.casefold()] = user
        self.change_email(user, user.email)
        return user

    def change_email(self, user: User, email: str) -> None:
        """Give a user another address; who may have it is for the caller to ask."""
        if self.with_email(user.email) is user:
            del self._by_email[user.email.casefold()]
        user.email = email
        if email:
            self._by_email[email.casefold()] = user

    def require_new(self, name: str, email: str) -> None:
        """Raises OperationFailed when the name or the e-mail address is taken."""
        if self.named(name) is not None:
            raise OperationFailed("Username already exists.")
        if email and self.with_email(email) is not None:
            raise OperationFailed("user email already exists")

    def get(self, user_id: int) -> User:
        """The user; raises NotFound."""
        try:
            return self.by_id[user_id]
        except KeyError:
            raise NotFound(f"Invalid UserId: {user_id}") from None

    def named(self, name: str) -> User | None:
        """The user with this name, if any."""
        return self._by_name.get(name.casefold())

    def with_email(self, email: str) -> User | None:
        """The user with this e-mail address, if any."""
        return self._by_email.get(email.casefold())
