"""Faults of log-ins, sessions, second factors and locks."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.users.authentication import bind
from conformance.reference.dispatch import Context
from conformance.reference.domain import two_factor
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.two_factor import Capability
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

LOG_IN, CODE = "AuthenticateUser", "Authenticate2FA"
USUAL = "+5511987654321"


@rewrites("users/log-in-names-another", "The reply to a log-in names another user.", LOG_IN)
def _(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "user": {**reply["user"], "userId": reply["user"]["userId"] + 1}}


@rewrites("users/log-in-names-newest-account", "The default account is the newest one.", LOG_IN)
def _(context: Context, request: Any, reply: Any) -> object:
    accounts = context.exchange.accounts.of_user(reply["user"]["userId"])
    newest = max(account.account_id for account in accounts)
    return {**reply, "user": {**reply["user"], "accountId": newest}}


@rewrites("users/log-in-without-token", "A log-in yields no session token.", LOG_IN, CODE)
def _(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "SessionToken": ""}


@rewrites("users/second-factor-unannounced", "No log-in says that a code is to follow.", LOG_IN)
def _(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "requires2FA": False, "twoFAType": ""}


@fault("users/unknown-name-logs-in", "A name nobody has logs in as the first user.", LOG_IN)
def _(context: Context, request: Any, run: Run) -> object:
    if request.user_name and context.exchange.users.named(request.user_name) is None:
        user = next(iter(context.exchange.users.by_id.values()))
        keep = user.password_digest
        user.set_password(request.password)
        request.user_name = user.name
        try:
            return run()
        finally:
            user.password_digest = keep
    return run()


@fault("users/refusal-without-text", "A refused log-in carries no text.", LOG_IN)
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused as refusal:
        refusal.detail = ""
        raise


@fault("users/lock-is-not-told", "The reply to a locked user has locked false.", LOG_IN)
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused as refusal:
        refusal.locked = False
        raise


@fault("users/failures-count-double", "A failed log-in counts twice.", LOG_IN)
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused:
        user = context.exchange.users.named(request.user_name or "")
        if user is not None:
            user.failed_attempts += 1
        raise


@fault("users/upper-case-signature-only", "Only a signature in capitals is taken.", LOG_IN)
def _(context: Context, request: Any, run: Run) -> object:
    if request.signature is not None and request.signature != request.signature.upper():
        raise LoginRefused("Invalid signature")
    return run()


@fault("users/token-does-not-resume", "A session token is refused.", LOG_IN, CODE)
def _(context: Context, request: Any, run: Run) -> object:
    if request.session_token is not None:
        raise LoginRefused("Invalid session token")
    return run()


@fault("users/token-good-anywhere", "A session token is taken from any address.", LOG_IN, CODE)
def _(context: Context, request: Any, run: Run) -> object:
    session = context.exchange.sessions.peek(request.session_token or "")
    if session is not None:
        session.peer = context.peer.address
    return run()


@fault("users/code-opens-anonymous", "A right code opens a connection without a password.", CODE)
def _(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    for user in exchange.users.by_id.values():
        factor = user.two_factor
        if context.peer.session is None and factor and two_factor.passes(
            exchange, factor, request.code or ""
        ):
            bind(context, exchange.sessions.open(
                exchange.ids.guid(), user.user_id, context.peer.address, pending_2fa=True
            ))
    return run()


@fault("users/wrong-code-ends-log-in", "After a wrong code the log-in starts over.", CODE)
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused:
        context.peer.unbind()
        raise


@fault("users/code-opens-nothing", "A right code is acknowledged and opens nothing.", CODE)
def _(context: Context, request: Any, run: Run) -> object:
    reply, session = run(), context.peer.session
    if session is not None and request.code is not None:
        session.pending_2fa = True
    return reply


forgets("users/log-out-has-no-effect", "LogOut is acknowledged and ends nothing.", "LogOut")


@fault("users/log-out-ends-all", "LogOut ends every session of the user.", "LogOut")
def _(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is not None:
        context.exchange.sessions.end_all_of(context.peer.session.user_id)
    return run()


@fault("users/external-log-in-of-anybody", "The provider's word opens for any address.",
       "CoinsOAuthAuthenticateUser")
def _(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    if exchange.users.with_email(request.email) is None:
        user = next(iter(exchange.users.by_id.values()))
        return {"CoinsOAuthAuthenticated": True, "User": user.name, "AccessToken": "token"}
    return run()


@fault("users/external-log-in-opens-nothing", "The provider's word opens no session.",
       "CoinsOAuthAuthenticateUser")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.peer.unbind()
    return reply


@fault("users/external-log-out-has-no-effect", "CoinsOAuthLogout ends nothing.",
       "CoinsOAuthLogout")
def _(context: Context, request: Any, run: Run) -> object:
    return {"CoinsOAuthLogout": True, "User": context.user.name}


@fault("users/forced-log-off-of-all", "ForceUserLogoff throws everybody else out too.",
       "ForceUserLogoff")
def _(context: Context, request: Any, run: Run) -> object:
    for session in list(context.exchange.sessions.by_token.values()):
        if session is not context.peer.session:
            context.exchange.sessions.end(session)
    return run()


@fault("users/token-leads-to-another", "A session token leads to the first user.",
       "GetLoggedInUserBySessionToken")
def _(context: Context, request: Any, run: Run) -> object:
    first = next(iter(context.exchange.users.by_id))
    session = context.exchange.sessions.peek(request.session_token)
    if session is not None:
        context.exchange.sessions.by_token[request.session_token] = Session(
            session.token, first, session.peer, session.last_activity_ms
        )
    return run()


@fault("users/activates-any-code", "Any code activates a second factor.", "Activate2FA")
def _(context: Context, request: Any, run: Run) -> object:
    user = context.user
    if user.pending_two_factor is not None:
        user.two_factor, user.pending_two_factor, user.use_2fa = user.pending_two_factor, None, True
        return {"Activated": True, "Error": ""}
    return run()


@fault("users/activates-nothing", "An activation is acknowledged and activates nothing.",
       "Activate2FA")
def _(context: Context, request: Any, run: Run) -> object:
    reply, user = run(), context.user
    user.two_factor, user.use_2fa = None, False
    return reply


@fault("users/activates-without-enrolment", "Without an enrolment a code is acknowledged.",
       "Activate2FA")
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except OperationFailed:
        return {"Activated": True, "Error": ""}


@fault("users/activation-unverifies", "An activation makes the address unverified.",
       "Activate2FA")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.user.email_verified = False
    return reply


@rewrites("users/qr-code-of-another-secret", "The QR code holds another secret.",
          "EnableGoogle2FA")
def _(context: Context, request: Any, reply: Any) -> object:
    return {"GoogleQRCode": two_factor.qr_text(context.user, context.exchange.ids.base32())}


@fault("users/enrolment-counts-at-once", "An enrolment counts before its activation.",
       "EnableGoogle2FA", "EnableXP2FA")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.user.use_2fa = True
    return reply


@fault("users/enrols-everybody", "An operator's enrolment is for everybody.", "EnableGoogle2FA")
def _(context: Context, request: Any, run: Run) -> object:
    if context.is_operator:
        for user in context.exchange.users.by_id.values():
            user.use_2fa = user.use_2fa or user.name.startswith("conformance-")
    return run()


@fault("users/any-phone", "Any text is taken for a phone number.", "EnableXP2FA")
def _(context: Context, request: Any, run: Run) -> object:
    request.phone = USUAL
    return run()


@rewrites("users/phone-needs-no-activation", "The reply says that no activation is needed.",
          "EnableXP2FA")
def _(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Activate2FA": False}


@fault("users/no-code-by-voice", "The capability Phone is refused.", "EnableXP2FA")
def _(context: Context, request: Any, run: Run) -> object:
    if request.capability is Capability.PHONE:
        raise InvalidRequest("Capability must be SMS or OTP")
    return run()


@fault("users/disable-keeps-phone", "Disable2FA leaves a factor of the scheme XP on.",
       "Disable2FA")
def _(context: Context, request: Any, run: Run) -> object:
    factor = context.user.two_factor
    return ACKNOWLEDGED if factor is not None and factor.phone else run()


forgets("users/disable-has-no-effect", "Disable2FA is acknowledged and disables nothing.",
        "Disable2FA")


@fault("users/disables-everybody", "An operator's Disable2FA is for everybody.", "Disable2FA")
def _(context: Context, request: Any, run: Run) -> object:
    if context.is_operator:
        for user in context.exchange.users.by_id.values():
            two_factor.disable(user)
    return run()


@rewrites("users/locked-list-of-all", "The list of locked users holds everybody.",
          "GetLockedUsers")
def _(context: Context, request: Any, reply: Any) -> object:
    rows = [
        {"userId": user.user_id, "userName": user.name, "email": user.email,
         "lockedDateTime": "0001-01-01T00:00:00"}
        for user in context.exchange.users.by_id.values()
    ]
    return rows if context.is_operator else reply


@rewrites("users/locked-strangers-listed", "UserOperator sees every locked user.",
          "GetLockedUsers")
def _(context: Context, request: Any, reply: Any) -> object:
    return [
        {"userId": user.user_id, "userName": user.name, "email": user.email,
         "lockedDateTime": "0001-01-01T00:00:00"}
        for user in context.exchange.users.by_id.values() if user.locked
    ]


@fault("users/unlock-has-no-effect", "UnLockUser answers true and unlocks nobody.", "UnLockUser")
def _(context: Context, request: Any, run: Run) -> object:
    return True


@fault("users/user-operator-unlocks-anybody", "UserOperator unlocks strangers.", "UnLockUser")
def _(context: Context, request: Any, run: Run) -> object:
    context.exchange.users.get(request.user_id).locked = False
    return run()


@fault("users/unlocks-nobody", "An unknown user is answered with true.", "UnLockUser")
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        return True


@fault("users/ping-does-not-count", "Ping does not keep a session alive.", "Ping")
def _(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is not None:
        context.peer.session.last_activity_ms = 0
    return run()


@fault("users/ping-logs-in", "Ping opens a session of the newest user.", "Ping")
def _(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    if context.peer.session is None:
        newest = max(exchange.users.by_id)
        bind(context, exchange.sessions.open(
            exchange.ids.guid(), newest, context.peer.address, pending_2fa=False
        ))
    return run()


@fault("users/ping-needs-a-log-in", "Ping is refused before a log-in.", "Ping")
def _(context: Context, request: Any, run: Run) -> object:
    return run() if context.user else None
