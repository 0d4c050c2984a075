"""AuthenticateUser, Authenticate2FA, LogOut and Ping."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain import authentication as login
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.refusals import InvalidRequest, Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import User
from conformance.reference.rendering.encoding import BareText
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure


class Credentials(Request):
    """One of three: name and password, a signed API key, or a token to resume."""

    user_name: str | None = None
    password: str | None = None
    api_key: str | None = None
    signature: str | None = None
    user_id: str | int | None = None
    nonce: str | int | None = None
    session_token: str | None = None


def login_failure(refusal: Refusal) -> object:
    """The page flags a failed login inside its own reply."""
    if not isinstance(refusal, LoginRefused):
        return standard_failure(refusal)
    return {"authenticated": False, "locked": refusal.locked, "errormsg": refusal.detail}


def log_in(context: Context, request: Credentials) -> tuple[User, Session]:
    """Open or resume a session with whichever credentials were sent."""
    exchange, address = context.exchange, context.peer.address
    if request.session_token is not None:
        return login.by_token(exchange, request.session_token)
    if request.user_name is not None and request.password is not None:
        return login.by_password(exchange, request.user_name, request.password, address)
    if request.api_key is not None and request.signature is not None:
        return login.by_signature(
            exchange, request.api_key, str(request.user_id), str(request.nonce),
            request.signature, address,
        )
    raise InvalidRequest("UserName and Password, or APIKey, Signature, UserId and Nonce, required")


@call("AuthenticateUser", permissions=(PUBLIC,), request=Credentials, refusal=login_failure)
def authenticate_user(context: Context, request: Credentials) -> object:
    """Log in on this connection; a user with 2FA stays half open until Authenticate2FA."""
    user, session = log_in(context, request)
    context.peer.session = session
    reply: dict[str, object] = {
        "user": {
            "userId": user.user_id,
            "userName": user.name,
            "email": user.email,
            "emailVerified": user.email_verified,
            "accountId": user.account_id,
            "omsId": user.oms_id,
            "use2FA": user.use_2fa,
        },
        "authenticated": True,
        "locked": user.locked,
        "requires2FA": session.pending_2fa,
        "twoFAType": "Google" if session.pending_2fa else "",
        "twoFAToken": "",
    }
    if not session.pending_2fa:
        reply["sessionToken"] = session.token
    return reply


@call("LogOut", permissions=(PUBLIC,), request=Empty)
def log_out(context: Context, request: Empty) -> object:
    """End this connection's session and its token."""
    session = context.peer.session
    if session is not None:
        context.exchange.sessions.end(session)
    context.peer.session = None
    if context.peer.subscriber is not None:
        context.exchange.events.drop(context.peer.subscriber)
    return ACKNOWLEDGED


@call("Ping", permissions=(PUBLIC,), request=Empty)
def ping(context: Context, request: Empty) -> object:
    """Answer, and keep the session alive."""
    return BareText("PONG")
