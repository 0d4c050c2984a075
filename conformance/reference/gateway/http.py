"""HTTP gateway ``/AP/<Call>``: GET and POST, query and body merged, session in a header.

The documentation has nothing about it; this follows what real deployments do. Logical errors are
answered with status 200, an unknown call with 404.

A caller logs in with ``Authenticate`` (Basic authentication: flat reply; four signature headers:
the reply of AuthenticateUser), with ``AuthenticateUser`` and the four headers, or not at all and
signs every request. A login goes on in the header ``APToken``; one that waits for its one-time
code goes on in ``Pending2FaToken``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from conformance.reference.calls.request import parse_payload
from conformance.reference.dispatch import Answer, Dispatcher, Peer
from conformance.reference.domain import authentication as login
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, Refusal
from conformance.reference.domain.sessions import Session

_HEADERS = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}
_SIGNED = ("nonce", "apikey", "signature", "userid")
_LOGINS = ("authenticate", "authenticateuser", "webauthenticateuser")


class HttpGateway:
    """Answers one call per HTTP request."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def answer(self, request: HttpRequest) -> Response:
        """Serve ``/AP/<Call>``."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        dispatcher = self._dispatcher
        body = await request.body()
        peer = Peer(
            request.client.host if request.client else "",
            headers={key.lower(): value for key, value in request.headers.items()},
        )
        name = request.path_params["call"].strip("/")
        signed: Session | None = None
        try:
            if name.casefold() in _LOGINS:
                credentials = _credentials(peer)
                name = _login_call(name, credentials)
            else:
                credentials, signed = {}, self._identify(peer)
            payload = self._payload(name, request, body, credentials)
            answer = dispatcher.handle_value(peer, name, payload)
        except Refusal as refusal:
            return _json(dispatcher.dialect.encode(dispatcher.dialect.refusal(None, refusal)))
        finally:
            if signed is not None:
                dispatcher.exchange.sessions.end(signed)
        dispatcher.exchange.events.flush()
        return _response(answer)

    def _payload(
        self, name: str, request: HttpRequest, body: bytes, credentials: dict[str, str]
    ) -> Any:
        """Query and body merged, the body's keys winning whatever their letter case."""
        spec = self._dispatcher.calls.get(name.lower())
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise InvalidRequest("body is not UTF-8") from None
        value = parse_payload(text, bare_text=spec is not None and spec.bare_text)
        if not isinstance(value, dict):
            return value
        sent = {key.lower() for key in value} | {key.lower() for key in credentials}
        query = {k: v for k, v in request.query_params.items() if k.lower() not in sent}
        return {**query, **value, **credentials}

    def _identify(self, peer: Peer) -> Session | None:
        """Log the peer in by its headers; the session to end after this request, if any."""
        exchange, headers = self._dispatcher.exchange, peer.headers
        token = headers.get("aptoken") or headers.get("pending2fatoken")
        if token:
            session = exchange.sessions.by_token.get(token)
            if session is not None and session.peer == peer.address:
                peer.session = session
            return None
        if not all(header in headers for header in _SIGNED):
            return None
        try:
            _, peer.session = login.by_signature(
                exchange, headers["apikey"], headers["userid"], headers["nonce"],
                headers["signature"], peer.address,
            )
        except LoginRefused as refusal:
            raise NotAuthorized(refusal.detail) from None
        return peer.session


def _login_call(name: str, credentials: dict[str, str]) -> str:
    """``Authenticate`` answers flat to a password and in full to a signature."""
    if name.casefold() != "authenticate":
        return name
    return "AuthenticateUser" if "apikey" in credentials else "WebAuthenticateUser"


def _credentials(peer: Peer) -> dict[str, str]:
    """Credentials that HTTP clients carry in headers instead of the payload."""
    scheme, _, encoded = peer.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidRequest("Authorization header is not Basic base64") from None
        return {"username": name, "password": password}
    return {key: peer.headers[key] for key in _SIGNED if key in peer.headers}


def _response(answer: Answer | None) -> Response:
    if answer is None:
        return Response(status_code=204)
    if answer.unknown:
        return Response(answer.text, status_code=404, media_type="text/plain")
    return _json(answer.text)


def _json(text: str) -> Response:
    return Response(text, headers=_HEADERS)
