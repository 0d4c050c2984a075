"""Control of the simulated account providers: coins arrive, tickets go one step on.

The outside world of deposits and withdrawals: no call of the API can do this.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conformance.reference.dispatch import Dispatcher
from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.treasury import providers
from conformance.reference.exchange import Exchange

Work = Callable[[Exchange, dict[str, Any]], dict[str, Any]]


def provider_routes(dispatcher: Dispatcher) -> list[Route]:
    """Routes below ``/control/provider``; each takes a JSON object and answers the ticket."""
    return [
        Route(f"/control/provider/{name}", _endpoint(dispatcher, work), methods=["POST"])
        for name, work in (
            ("coins", _coins), ("deposit", _deposit), ("withdrawal", _withdrawal),
        )
    ]


def _endpoint(
    dispatcher: Dispatcher, work: Work
) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answer(request: HttpRequest) -> Response:
        try:
            reply = work(dispatcher.exchange, await request.json())
        except Refusal as refusal:
            return JSONResponse({"error": refusal.detail or str(refusal)}, status_code=404)
        except (KeyError, TypeError, ValueError, InvalidOperation, json.JSONDecodeError) as error:
            return JSONResponse({"error": f"malformed: {error!r}"}, status_code=400)
        dispatcher.exchange.events.flush()
        return JSONResponse(reply)

    return answer


def _coins(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """``{"address": KEY, "amount": "1.5"}``: coins were seen at a deposit key."""
    ticket = providers.coins_arrive(exchange, body["address"], Decimal(str(body["amount"])))
    return {"ticket": ticket.ticket_number, "status": int(ticket.status)}


def _deposit(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """``{"ticket": N}``: one step towards the credit."""
    ticket = exchange.treasury.deposit(int(body["ticket"]))
    return {"ticket": ticket.ticket_number, "status": int(
        providers.advance_deposit(exchange, ticket)
    )}


def _withdrawal(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """``{"ticket": N, "fail": false}``: one step on the way out; ``fail`` breaks the sending."""
    ticket = exchange.treasury.withdrawal(int(body["ticket"]))
    if body.get("fail") is True:
        exchange.treasury.providers.unreachable.add(ticket.product_id)
    status = providers.advance_withdrawal(exchange, ticket)
    return {"ticket": ticket.ticket_number, "status": int(status)}
