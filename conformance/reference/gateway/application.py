"""The ASGI application: every surface of the exchange on one port."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from conformance.reference.dispatch import Dispatcher
from conformance.reference.gateway.control import control_routes
from conformance.reference.gateway.http import HttpGateway
from conformance.reference.gateway.websocket import Connection


def build_application(dispatcher: Dispatcher, *, control: bool) -> Starlette:
    """WebSocket on any path, HTTP below ``/AP/``, control only if asked for."""

    async def websocket(socket: WebSocket) -> None:
        await Connection(socket, dispatcher).run()

    gateway = HttpGateway(dispatcher)

    async def http(request: HttpRequest) -> Response:
        return await gateway.answer(request)

    methods = ["GET", "POST", "OPTIONS"]
    routes = [
        *(control_routes(dispatcher) if control else []),
        Route("/AP/{call:path}", http, methods=methods),
        Route("/ap/{call:path}", http, methods=methods),
        WebSocketRoute("/{path:path}", websocket),
    ]
    return Starlette(routes=routes)
