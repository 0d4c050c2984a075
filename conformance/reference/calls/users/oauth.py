"""CoinsOAuthAuthenticateUser and CoinsOAuthLogout: login on the word of an external system."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.calls.users.authentication import bind, leave
from conformance.reference.dispatch import Context
from conformance.reference.domain import authentication as login
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.refusals import Refusal
from conformance.reference.rendering.standard import standard_failure


class OAuthLogin(Request):
    """An access code of the identity provider and the address it vouches for."""

    access_code: str
    email: str


def oauth_failure(refusal: Refusal) -> object:
    """A refused login answers in the call's own shape."""
    if not isinstance(refusal, LoginRefused):
        return standard_failure(refusal)
    return {"CoinsOAuthAuthenticated": False, "User": "", "AccessToken": ""}


@call(
    "CoinsOAuthAuthenticateUser", permissions=(PUBLIC,), request=OAuthLogin, refusal=oauth_failure
)
def coins_oauth_authenticate_user(context: Context, request: OAuthLogin) -> object:
    """Log in on this connection; the access token resumes the session like any other."""
    user, session = login.by_provider(
        context.exchange, request.email, request.access_code, context.peer.address
    )
    bind(context, session)
    return {
        "CoinsOAuthAuthenticated": True, "User": user.name, "AccessToken": session.token,
    }


@call("CoinsOAuthLogout", permissions=(PUBLIC,), request=Empty)
def coins_oauth_logout(context: Context, request: Empty) -> object:
    """End a session that the identity provider opened; any other is left alone."""
    session = context.peer.session
    if session is None or not session.by_oauth:
        return {"CoinsOAuthLogout": False, "User": ""}
    user = context.exchange.users.get(session.user_id)
    leave(context)
    return {"CoinsOAuthLogout": True, "User": user.name}
