"""Who asks: the session behind a GraphQL request.

The pages do not say how a login is remembered. Here it is a session of the exchange, carried by a
cookie that ``login`` sets, or by a header: ``Authorization: Bearer <token>`` or ``aptoken``. A
WebSocket may also name the token in the payload of its first message.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError
from starlette.requests import HTTPConnection

from conformance.reference.domain import authentication as login
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.chain.service import LOGOUT_KEEPS_TOKEN, Digitizer
from conformance.reference.domain.users import User
from conformance.reference.exchange import Exchange
from conformance.reference.faults.digitizer_access import NO_LOGIN

COOKIE = "digitizer_session"


class Asking:
    """One request: its exchange, its session, and the cookie its answer shall set."""

    def __init__(self, exchange: Exchange, connection: HTTPConnection) -> None:
        self.exchange = exchange
        self.peer = connection.client.host if connection.client else ""
        self.token = _token_of(connection)
        self.new_cookie: str | None = None

    @property
    def digitizer(self) -> Digitizer:
        """The service."""
        return self.exchange.digitizer

    @property
    def user(self) -> User | None:
        """The user logged in, if any."""
        session = self.exchange.sessions.resume(self.token) if self.token else None
        return self.exchange.users.get(session.user_id) if session is not None else None

    def require_user(self) -> User:
        """The user logged in; raises GraphQLError."""
        user = self.user
        if user is None and self.exchange.defects(NO_LOGIN):
            user = self.exchange.users.named("platform_admin")
        if user is None:
            raise GraphQLError("Not Authorized")
        return user

    def log_in(self, username: str, password: str) -> User:
        """Open a session; raises GraphQLError."""
        try:
            user, session = login.by_password(self.exchange, username, password, self.peer)
        except LoginRefused as refused:
            raise GraphQLError(refused.detail or "Not Authorized") from None
        if session.pending_2fa:
            self.exchange.sessions.end(session)
            raise GraphQLError("a second factor cannot be given here")
        self.token = self.new_cookie = session.token
        return user

    def log_out(self) -> None:
        """End the session; without one nothing happens."""
        session = self.exchange.sessions.by_token.get(self.token)
        if session is not None and not self.exchange.defects(LOGOUT_KEEPS_TOKEN):
            self.exchange.sessions.end(session)
            self.token = self.new_cookie = ""


def _token_of(connection: HTTPConnection) -> str:
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credential:
        return credential.strip()
    header = connection.headers.get("aptoken")
    first: Any = connection.scope.get("first_payload")
    if not header and isinstance(first, dict):
        named = {str(key).lower(): value for key, value in first.items()}
        header = named.get("aptoken") or named.get("sessiontoken") or named.get("authorization")
    if isinstance(header, str) and header:
        return header.removeprefix("Bearer ").strip()
    return connection.cookies.get(COOKIE, "")
