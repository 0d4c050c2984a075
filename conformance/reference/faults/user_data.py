"""Faults of user records, configuration and links to accounts."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.users.record import UserChange
from conformance.reference.calls.users.shapes import user_record
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

SCOPED = (
    "GetUserConfig", "GetUserAccounts", "GetUserAccountInfos", "GetUserPermissions",
    "GetUserMarketDataPermissions", "SetUserInfo", "SetUserConfig", "ResetPassword",
)
OPEN_TO_OPERATORS = (
    "GetUserInfo", "GetUserPermissions", "GetUserMarketDataPermissions", "SetUserInfo",
    "SetUserConfig", "ResetPassword",
)
UNSET = "0001-01-01T00:00:00"
HOUR_MS = 3_600_000

fault("users/no-account-scope", "A trader addresses any user.", *SCOPED)(without_bounds)
fault("users/not-for-operators", "An operator is refused what is beyond its own account.",
      *OPEN_TO_OPERATORS)(not_for_operators)


@fault("users/name-finds-first", "A user name finds the first user.", "GetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    if not request.user_id:
        request.user_id = next(iter(context.exchange.users.by_id))
    return run()


@rewrites("users/unset-time-is-1970", "A time that never was is the start of 1970.", "GetUserInfo")
def _(context: Context, request: Any, reply: Any) -> object:
    return {key: "1970-01-01T00:00:00" if value == UNSET else value
            for key, value in reply.items()}


@rewrites("users/times-with-blank", "Times have a blank between date and time.", "GetUserInfo")
def _(context: Context, request: Any, reply: Any) -> object:
    return {key: value.replace("T", " ") if "Time" in key and isinstance(value, str) else value
            for key, value in reply.items()}


@fault("users/times-of-another-zone", "Times are an hour ahead of UTC.", "GetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    users = context.exchange.users.by_id.values()
    for user in users:
        user.created_ms += HOUR_MS
    try:
        return run()
    finally:
        for user in users:
            user.created_ms -= HOUR_MS


@fault("users/reading-leaves-a-trace", "Reading a record counts as a failed log-in.",
       "GetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    if isinstance(reply, dict):
        context.exchange.users.get(reply["userId"]).failed_attempts += 1
    return reply


@fault("users/replies-with-old-record", "SetUserInfo answers with the record before the change.",
       "SetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.by_id.get(request.user_id or 0)
    before = user_record(context, user) if user is not None else None
    reply = run()
    return before or reply


@fault("users/renames", "SetUserInfo changes the user's name.", "SetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    if request.user_id and request.user_name:
        context.exchange.users.get(request.user_id).name = request.user_name
    return reply


@fault("users/left-out-is-reset", "SetUserInfo takes what is left out for false.", "SetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    request.email_verified = bool(request.email_verified)
    return run()


@fault("users/takes-over-address", "SetUserInfo takes over somebody else's address.",
       "SetUserInfo")
def _(context: Context, request: Any, run: Run) -> object:
    owner = context.exchange.users.with_email(request.email or "-")
    if owner is not None:
        context.exchange.users.change_email(owner, f"former-{owner.email}")
    return run()


def _without(request: UserChange, key: str) -> None:
    setattr(request, key, None)


for _key in ("password", "email", "email_verified", "use2fa"):

    @fault(f"users/set-info-ignores-{_key.replace('_', '-')}",
           f"SetUserInfo ignores {_key}.", "SetUserInfo")
    def _(context: Context, request: Any, run: Run, key: str = _key) -> object:
        _without(request, key)
        return run()


@rewrites("users/config-guesses-types", "A value that looks like a number is told as one.",
          "GetUserConfig")
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "Value": int(row["Value"])} if row["Value"].isdecimal() else row
            for row in reply]


@rewrites("users/config-trims", "Values of a configuration lose blanks at their ends.",
          "GetUserConfig")
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "Value": row["Value"].strip()} for row in reply]


@fault("users/config-replaces-all", "Setting a pair removes all others.", "SetUserConfig")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.by_id.get(request.user_id or 0)
    if user is not None:
        user.config.clear()
    return run()


@fault("users/config-keeps-first-value", "A key keeps the value it was given first.",
       "SetUserConfig")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.by_id.get(request.user_id or 0)
    before, reply = dict(user.config) if user else {}, run()
    if user is not None:
        user.config.update(before)
    return reply


@fault("users/config-of-one-pair", "Only the first of several pairs is stored.", "SetUserConfig")
def _(context: Context, request: Any, run: Run) -> object:
    request.config = request.config[:1]
    return run()


forgets("users/config-is-lost", "SetUserConfig is acknowledged and stores nothing.",
        "SetUserConfig")


@fault("users/removal-is-promised", "RemoveUserConfig answers true and removes nothing.",
       "RemoveUserConfig")
def _(context: Context, request: Any, run: Run) -> object:
    return {"result": True}


forgets("users/link-is-lost", "AddUserAccount is acknowledged and links nothing.",
        "AddUserAccount")


@fault("users/links-nobody", "A link to an unknown user or account is acknowledged.",
       "AddUserAccount")
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        return ACKNOWLEDGED


@fault("users/names-do-not-link", "Handle and user name are ignored.", "AddUserAccount")
def _(context: Context, request: Any, run: Run) -> object:
    if not request.account_id or not request.user_id:
        raise OperationFailed
    return run()


@fault("users/second-link-breaks", "Linking twice breaks the link.", "AddUserAccount")
def _(context: Context, request: Any, run: Run) -> object:
    account = context.exchange.accounts.by_id.get(request.account_id or 0)
    linked = account is not None and request.user_id in account.user_ids
    reply = run()
    if linked and account is not None:
        account.user_ids.discard(request.user_id)
    return reply


@rewrites("users/accounts-listed-twice", "Accounts are listed twice.", "GetUserAccounts")
def _(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("users/default-account-hidden", "The default account is not listed.",
          "GetUserAccounts")
def _(context: Context, request: Any, reply: Any) -> object:
    return reply[1:]


@rewrites("users/account-infos-shorter", "The last account has no details.",
          "GetUserAccountInfos")
def _(context: Context, request: Any, reply: Any) -> object:
    return reply[:1]


@rewrites("users/account-infos-differ", "Details of accounts are not those of the account.",
          "GetUserAccountInfos")
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "VerificationLevel": row["VerificationLevel"] + 1} for row in reply]


@rewrites("users/account-types-as-numbers", "Types of accounts are numbers.",
          "GetUserAccountInfos")
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "AccountType": 0} for row in reply]


forgets("users/unlink-has-no-effect", "RemoveUserAccount is acknowledged and unlinks nothing.",
        "RemoveUserAccount")


@fault("users/unlink-of-all", "RemoveUserAccount breaks every link of the account.",
       "RemoveUserAccount")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.accounts.get(request.account_id).user_ids.clear()
    return reply
