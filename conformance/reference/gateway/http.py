"""HTTP gateway ``/AP/<Call>``: GET and POST, query and body merged, session in a header.

The documentation has nothing about it; this follows what real deployments do. Logical errors are
answered with status 200, an unknown call with 404.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from conformance.reference.calls.request import parse_payload
from conformance.reference.dispatch import Dispatcher, Peer
from conformance.reference.domain import authentication as login
from conformance.reference.domain.refusals import InvalidRequest, Refusal

_HEADERS = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
_SIGNED = ("nonce", "apikey", "signature", "userid")


class HttpGateway:
    """Answers one call per HTTP request."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def answer(self, request: HttpRequest) -> Response:
        """Serve ``/AP/<Call>``."""
        name = request.path_params["call"].strip("/")
        body = await request.body()
        dispatcher = self._dispatcher
        try:
            payload = self._payload(name, request, body)
            peer = self._peer(name, request)
        except Refusal as refusal:
            return _json(dispatcher.dialect.encode(dispatcher.dialect.refusal(None, refusal)))
        answer = dispatcher.handle_value(peer, name, payload)
        dispatcher.exchange.events.flush()
        if answer is None:
            return Response(status_code=204)
        if answer.unknown:
            return Response(answer.text, status_code=404, media_type="text/plain")
        return _json(answer.text)

    def _payload(self, name: str, request: HttpRequest, body: bytes) -> Any:
        try:
            value = parse_payload(body.decode())
        except UnicodeDecodeError:
            raise InvalidRequest("body is not UTF-8") from None
        if not isinstance(value, dict):
            return value
        merged: dict[str, Any] = {**dict(request.query_params), **value}
        if name.casefold() in ("authenticate", "authenticateuser"):
            merged.update(_credentials(request))
        return merged

    def _peer(self, name: str, request: HttpRequest) -> Peer:
        exchange = self._dispatcher.exchange
        headers = {key.lower(): value for key, value in request.headers.items()}
        peer = Peer(request.client.host if request.client else "", headers=headers)
        token = headers.get("aptoken")
        if token:
            peer.session = exchange.sessions.by_token.get(token)
        elif name.casefold() not in ("authenticate", "authenticateuser") and all(
            header in headers for header in _SIGNED
        ):
            _, peer.session = login.by_signature(
                exchange, headers["apikey"], headers["userid"], headers["nonce"],
                headers["signature"], peer.address,
            )
        return peer


def _credentials(request: HttpRequest) -> dict[str, str]:
    """Credentials that HTTP clients carry in headers instead of the payload."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidRequest("Authorization header is not Basic base64") from None
        return {"UserName": name, "Password": password}
    return {key: request.headers[key] for key in _SIGNED if key in request.headers}


def _json(text: str) -> Response:
    return Response(text, headers=_HEADERS)
