"""AuthenticateUser, WebAuthenticateUser, Authenticate2FA, LogOut and Ping.

WebAuthenticateUser is named by the pages without a page of its own; its flat reply is what real
deployments send.
"""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain import authentication as login
from conformance.reference.domain import two_factor
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.refusals import InvalidRequest, Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import User
from conformance.reference.rendering.encoding import BareText
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure

KEEPS_TOKEN = defect("users/logout-keeps-token", "After LogOut the session token still resumes.")


class Credentials(Request):
    """One of three: name and password, a signed API key, or a token to resume."""

    user_name: str | None = None
    password: str | None = None
    api_key: str | None = None
    signature: str | None = None
    user_id: str | int | None = None
    nonce: str | int | None = None
    session_token: str | None = None


class SecondFactor(Request):
    """A one-time code, or the token of a session to resume."""

    code: str | None = None
    session_token: str | None = None


def login_failure(refusal: Refusal) -> object:
    """The page flags a failed login inside its own reply."""
    if not isinstance(refusal, LoginRefused):
        return standard_failure(refusal)
    return {"authenticated": False, "locked": refusal.locked, "errormsg": refusal.detail}


def web_login_failure(refusal: Refusal) -> object:
    """The flat form of a failed login."""
    if not isinstance(refusal, LoginRefused):
        return standard_failure(refusal)
    return {"Authenticated": False, "errormsg": refusal.detail}


def second_factor_failure(refusal: Refusal) -> object:
    """A wrong code answers in the call's own shape, without a token."""
    if not isinstance(refusal, LoginRefused):
        return standard_failure(refusal)
    return {"Authenticated": False, "SessionToken": ""}


def log_in(context: Context, request: Credentials) -> tuple[User, Session]:
    """Open or resume a session with whichever credentials were sent, on this connection."""
    exchange, address = context.exchange, context.peer.address
    if request.session_token is not None:
        user, session = login.by_token(exchange, request.session_token, address)
    elif request.user_name is not None and request.password is not None:
        user, session = login.by_password(exchange, request.user_name, request.password, address)
    elif request.api_key is not None and request.signature is not None:
        user, session = login.by_signature(
            exchange, request.api_key, str(request.user_id), str(request.nonce),
            request.signature, address,
        )
    else:
        raise InvalidRequest(
            "UserName and Password, or APIKey, Signature, UserId and Nonce, required"
        )
    bind(context, session)
    return user, session


def bind(context: Context, session: Session) -> None:
    """Give the connection to this session; another user's account events end with the change."""
    peer = context.peer
    changes_hands = peer.session is None or peer.session.user_id != session.user_id
    if peer.subscriber is not None and changes_hands:
        context.exchange.events.drop(peer.subscriber, "account")
    peer.bind(session)


def leave(context: Context) -> None:
    """End this connection's session with its token and its subscriptions."""
    peer = context.peer
    if peer.session is not None and not context.exchange.defects(KEEPS_TOKEN):
        context.exchange.sessions.end(peer.session)
    peer.unbind()
    if peer.subscriber is not None:
        context.exchange.events.drop(peer.subscriber)


@call("AuthenticateUser", permissions=(PUBLIC,), request=Credentials, refusal=login_failure)
def authenticate_user(context: Context, request: Credentials) -> object:
    """Log in on this connection; a user with 2FA stays half open until Authenticate2FA."""
    user, session = log_in(context, request)
    scheme, token = (
        two_factor.challenge(context.exchange, user) if session.pending_2fa else ("", "")
    )
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
        "twoFAType": scheme,
        "twoFAToken": token,
    }
    if not session.pending_2fa:
        reply["SessionToken"] = session.token
    elif context.peer.subscriber is None:
        reply["pending2FaToken"] = session.token
    return reply


@call("WebAuthenticateUser", permissions=(PUBLIC,), request=Credentials, refusal=web_login_failure)
def web_authenticate_user(context: Context, request: Credentials) -> object:
    """Log in with the flat reply. Over HTTP a pending login gets a token to carry on with."""
    user, session = log_in(context, request)
    if not session.pending_2fa:
        return {
            "Authenticated": True, "SessionToken": session.token, "UserId": user.user_id,
            "twoFaToken": "",
        }
    scheme, token = two_factor.challenge(context.exchange, user)
    reply: dict[str, object] = {"Authenticated": True, "Requires2FA": True, "AuthType": scheme}
    if context.peer.subscriber is None:
        reply |= {"AddtlInfo": token, "Pending2FaToken": session.token}
    elif token:
        reply["AddtlInfo"] = token
    return reply


@call(
    "Authenticate2FA", permissions=(PUBLIC,), request=SecondFactor, refusal=second_factor_failure
)
def authenticate_2fa(context: Context, request: SecondFactor) -> object:
    """Complete a half-open login with a code, or resume a session by its token."""
    if request.code is not None:
        session = context.peer.session
        if session is None:
            raise LoginRefused("No login is waiting for a code")
        user = login.complete(context.exchange, session, request.code)
    elif request.session_token is not None:
        user, session = log_in(context, Credentials(session_token=request.session_token))
    else:
        raise InvalidRequest("Code is Required")
    reply: dict[str, object] = {"Authenticated": True, "SessionToken": session.token}
    return reply | {"UserId": user.user_id} if context.venues else reply


@call("LogOut", permissions=(PUBLIC,), request=Empty)
def log_out(context: Context, request: Empty) -> object:
    """End this connection's session and its token."""
    leave(context)
    return ACKNOWLEDGED


@call("Ping", permissions=(PUBLIC,), request=Empty)
def ping(context: Context, request: Empty) -> object:
    """Answer, and keep the session alive."""
    return BareText("PONG")
