"""Control endpoint for tests: read mails, move the clock, audit the ledger, start afresh.

It is off unless asked for: whoever reaches it owns the exchange.
"""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conformance.reference.dispatch import Dispatcher
from conformance.reference.domain.clock import iso


def control_routes(dispatcher: Dispatcher) -> list[Route]:
    """Routes below ``/control``."""

    async def mailbox(request: HttpRequest) -> Response:
        address = request.query_params.get("to", "")
        return JSONResponse([asdict(mail) for mail in dispatcher.exchange.mailbox.to(address)])

    async def clock(request: HttpRequest) -> Response:
        if request.method == "POST":
            body = await request.json()
            dispatcher.exchange.clock.advance(int(body["advance_ms"]))
            dispatcher.exchange.events.flush()
        now = dispatcher.exchange.clock.now()
        return JSONResponse({"now_ms": now, "now": iso(now)})

    async def audit(request: HttpRequest) -> Response:
        try:
            dispatcher.exchange.ledger.audit()
        except AssertionError as error:
            return JSONResponse({"ok": False, "reason": str(error)})
        return JSONResponse({"ok": True, "reason": ""})

    return [
        Route("/control/mailbox", mailbox),
        Route("/control/clock", clock, methods=["GET", "POST"]),
        Route("/control/audit", audit),
    ]
