"""The user record and other shapes that several calls of this section share."""

from __future__ import annotations

from conformance.reference.calls.request import Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import iso
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.users import User

LEAKS_HASH = defect("users/leaks-password-hash", "A user record shows the password's hash.")


class ConfigPair(Request, kw_only=True):
    """One configuration entry; some clients say Name for Key."""

    key: str | None = None
    name: str | None = None
    value: str


def config_of(pairs: list[ConfigPair]) -> dict[str, str]:
    """Pairs as a mapping; the last of equal keys holds. Raises InvalidRequest without a key."""
    config: dict[str, str] = {}
    for pair in pairs:
        key = pair.key or pair.name
        if not key:
            raise InvalidRequest("a configuration entry needs a Key")
        config[key] = pair.value
    return config


def wire_date(ms: int | None) -> str:
    """Dates of user records carry no zone letter."""
    return iso(ms, suffix="")


def user_record(context: Context, user: User) -> dict[str, object]:
    """The 17 keys of a user; neither hash nor salt is ever shown."""
    leaked = user.password_digest.hex() if context.exchange.defects(LEAKS_HASH) else ""
    return {
        "userId": user.user_id,
        "userName": user.name,
        "email": user.email,
        "passwordHash": leaked,
        "pendingEmailCode": user.pending_email_code,
        "emailVerified": user.email_verified,
        "accountId": user.account_id,
        "dateTimeCreated": wire_date(user.created_ms),
        "affiliateId": user.affiliate_id,
        "refererId": user.referer_id,
        "omsId": user.oms_id,
        "use2FA": user.use_2fa,
        "salt": "",
        "pendingCodeTime": wire_date(user.pending_code_ms),
        "locked": user.locked,
        "lockedTime": wire_date(user.locked_ms),
        "numberOfFailedAttempt": user.failed_attempts,
    }
