"""Faults of sign-up, confirmation of the address, and new passwords."""

from __future__ import annotations

from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotAuthorized, OperationFailed
from conformance.reference.faults.registry import Run, fault, forgets, rewrites

SIGN_UPS = ("RegisterUser", "RegisterNewUser")


def _newest(context: Context) -> Any:
    return context.exchange.users.by_id[max(context.exchange.users.by_id)]


@rewrites("users/id-of-another", "A sign-up is answered with the id of the first user.", *SIGN_UPS)
def _(context: Context, request: Any, reply: Any) -> object:
    return {"UserId": next(iter(context.exchange.users.by_id))}


@fault("users/takes-taken-name", "A user name that is taken is accepted.", *SIGN_UPS, "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    owner = context.exchange.users.named(request.user_info.user_name)
    if owner is None:
        return run()
    request.user_info.user_name += "-2"
    reply = run()
    _newest(context).name = owner.name
    return reply


@fault("users/takes-taken-address", "An address that is taken is accepted.",
       *SIGN_UPS, "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    if context.exchange.users.with_email(request.user_info.email) is not None:
        request.user_info.email = f"2-{request.user_info.email}"
    return run()


@fault("users/duplicate-sets-password", "A refused sign-up changes the password of the owner.",
       *SIGN_UPS)
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except OperationFailed:
        owner = context.exchange.users.named(request.user_info.user_name)
        if owner is not None:
            owner.set_password(request.user_info.password_hash)
        raise


@fault("users/new-user-may-quote", "A new user holds MarketMaker.", *SIGN_UPS)
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    _newest(context).permissions.add("MarketMaker")
    return reply


@fault("users/sign-up-forgets-config", "The configuration of a sign-up is lost.",
       *SIGN_UPS, "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    request.user_config = []
    return run()


@fault("users/sign-up-without-code", "A new user has no code pending.", *SIGN_UPS)
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    _newest(context).pending_email_code = ""
    return reply


@fault("users/mails-get-lost", "No mail is sent.",
       *SIGN_UPS, "ResendVerificationEmail", "ResetPassword")
def _(context: Context, request: Any, run: Run) -> object:
    before, reply = list(context.exchange.mailbox.mails), run()
    context.exchange.mailbox.mails[:] = before
    return reply


@fault("users/register-new-user-verifies", "RegisterNewUser makes a verified user.",
       "RegisterNewUser")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    _newest(context).email_verified = True
    return reply


@fault("users/register-new-user-not-in-frames", "RegisterNewUser is refused in a frame.",
       "RegisterNewUser")
def _(context: Context, request: Any, run: Run) -> object:
    if context.peer.subscriber is not None:
        raise NotAuthorized
    return run()


@fault("users/creator-decides-everything", "CreateUser takes lock and counters of the request.",
       "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    reply, user = run(), _newest(context)
    user.locked = request.user_info.locked
    user.failed_attempts = request.user_info.number_of_failed_attempt
    return reply


@fault("users/created-without-details", "CreateUser drops account, factor and affiliation.",
       "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    info = request.user_info
    info.account_id, info.use2fa, info.affiliate_id, info.referer_id = 0, False, 0, 0
    return run()


@fault("users/created-under-no-tag", "CreateUser ignores the affiliate tag.", "CreateUser")
def _(context: Context, request: Any, run: Run) -> object:
    request.affiliate_tag = ""
    return run()


forgets("users/create-has-no-effect", "CreateUser is acknowledged and makes nobody.", "CreateUser")


@fault("users/confirms-any-code", "Any code confirms an address.", "ConfirmUserEmail")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.get(request.user_id)
    request.verify_email_code = user.pending_email_code or request.verify_email_code
    return run()


@fault("users/confirmation-keeps-code", "The pending code stays after the confirmation.",
       "ConfirmUserEmail")
def _(context: Context, request: Any, run: Run) -> object:
    reply, user = run(), context.exchange.users.get(request.user_id)
    user.pending_email_code = request.verify_email_code
    return reply


@fault("users/confirmation-locks", "A confirmed user is locked.", "ConfirmUserEmail")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.users.get(request.user_id).locked = True
    return reply


@fault("users/resend-unverifies", "Sending the code again makes a verified user unverified.",
       "ResendVerificationEmail")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.with_email(request.email)
    if user is not None:
        user.email_verified = False
    return run()


@fault("users/resend-keeps-time", "Sending the code again leaves its time.",
       "ResendVerificationEmail")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.with_email(request.email)
    before, reply = user.pending_code_ms if user else None, run()
    if user is not None:
        user.pending_code_ms = before
    return reply


@fault("users/reset-voids-password", "Asking for a reset voids the password.", "ResetPassword")
def _(context: Context, request: Any, run: Run) -> object:
    user, reply = context.exchange.users.named(request.user_name), run()
    if user is not None:
        user.set_password(context.exchange.ids.token(64))
    return reply


@fault("users/resets-with-any-code", "Any code sets a new password.", "ResetPassword2")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.get(int(request.user_id))
    user.reset_code = request.pending_code
    return run()


@fault("users/reset-code-works-twice", "A reset code that was used is good again.",
       "ResetPassword2")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.users.get(int(request.user_id)).reset_code = request.pending_code
    return reply


@fault("users/reset-needs-a-log-in", "A reset by code is refused without a log-in.",
       "ResetPassword2")
def _(context: Context, request: Any, run: Run) -> object:
    return run() if context.user else None
