"""Control endpoint for tests: what lies outside the API, and is needed to see all of its effects.

It reads the mails the exchange sent and the reports it wrote, moves its clock, audits its ledger,
and has the identity provider issue an access code. It is off unless asked for: whoever reaches it
owns the exchange.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conformance.reference.defects import KNOWN
from conformance.reference.demo import build_demo
from conformance.reference.dispatch import Dispatcher
from conformance.reference.domain.clock import iso
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.refusals import NotFound
from conformance.reference.gateway.provider_control import provider_routes

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


class BadControl(Exception):
    """The control request is malformed."""


def control_routes(dispatcher: Dispatcher) -> list[Route]:
    """Routes below ``/control``."""
    control = _Control(dispatcher)
    return [
        Route("/control/mailbox", control.mailbox),
        Route("/control/clock", _checked(control.clock), methods=["GET", "POST"]),
        Route("/control/audit", control.audit),
        Route("/control/reset", _checked(control.reset), methods=["POST"]),
        *provider_routes(dispatcher),
        Route("/control/reports", control.report),
        Route("/control/oauth", _checked(control.oauth), methods=["POST"]),
    ]


class _Control:
    """The endpoints; each looks the exchange up anew, since it may have been replaced."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def mailbox(self, request: HttpRequest) -> Response:
        """``?to=ADDRESS``: mails to it, oldest first; without it all mails."""
        box = self._dispatcher.exchange.mailbox
        address = request.query_params.get("to")
        mails = box.mails if address is None else box.to(address)
        return JSONResponse([asdict(mail) for mail in mails])

    async def clock(self, request: HttpRequest) -> Response:
        """GET the time; POST ``{"advance_ms": N}`` to move it forward."""
        exchange = self._dispatcher.exchange
        if request.method == "POST":
            step = await _field(request, "advance_ms", int)
            if step < 0:
                raise BadControl("the clock only moves forward")
            exchange.clock.advance(step)
            exchange.catch_up()
            exchange.events.flush()
        now = exchange.clock.now()
        return JSONResponse({"now_ms": now, "now": iso(now)})

    async def audit(self, request: HttpRequest) -> Response:
        """Does the ledger agree with itself?"""
        try:
            self._dispatcher.exchange.ledger.audit()
        except AssertionError as error:
            return JSONResponse({"ok": False, "reason": str(error)})
        return JSONResponse({"ok": True, "reason": ""})

    async def reset(self, request: HttpRequest) -> Response:
        """POST ``{"defects": [ID, …]}``: a new exchange with the same people, these faults on.

        Connections stay open and are logged out.
        """
        names = await _field(request, "defects", list)
        unknown = [name for name in names if name not in KNOWN]
        if unknown:
            raise BadControl(f"unknown defects: {', '.join(map(str, unknown))}")
        seed = self._dispatcher.exchange.seed
        if seed is None:
            raise BadControl("only an exchange with --seed comes back with the same people")
        self._dispatcher.exchange = build_demo(seed, tuple(names))[0]
        return JSONResponse({"ok": True})

    async def report(self, request: HttpRequest) -> Response:
        """``?path=PATH``: the CSV a completed report wrote there."""
        exchange = self._dispatcher.exchange
        try:
            text = exchange.reports.output(
                request.query_params.get("path", ""), exchange.ledger.transactions_of
            )
        except NotFound as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return Response(text, media_type="text/csv")

    async def oauth(self, request: HttpRequest) -> Response:
        """POST ``{"email": ADDRESS}``: a new access code, answered and mailed."""
        exchange = self._dispatcher.exchange
        email = await _field(request, "email", str)
        user = exchange.users.with_email(email)
        code = exchange.ids.token()
        exchange.identity_provider.issue(code, email)
        exchange.mailbox.send(
            Mail(email, "Access code", code, user.user_id if user else 0, exchange.clock.now())
        )
        return JSONResponse({"code": code})


async def _field(request: HttpRequest, key: str, kind: type[Any]) -> Any:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise BadControl("the body must be a JSON object") from None
    value = body.get(key) if isinstance(body, dict) else None
    if type(value) is not kind:
        raise BadControl(f"{key} must be given as {kind.__name__}")
    return value


def _checked(endpoint: Endpoint) -> Endpoint:
    async def answer(request: HttpRequest) -> Response:
        try:
            return await endpoint(request)
        except BadControl as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return answer
