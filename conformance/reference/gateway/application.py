"""The ASGI application: every surface of the exchange on one port."""

from __future__ import annotations

from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from conformance.reference.dispatch import Dispatcher
from conformance.reference.gateway.control import control_routes
from conformance.reference.gateway.http import HttpGateway
from conformance.reference.gateway.rpc import RpcConnection
from conformance.reference.gateway.websocket import Connection

DIGITIZER_PATH = "/digitizer/graphql"


def build_application(dispatcher: Dispatcher, *, control: bool) -> Starlette:
    """Frames on any WebSocket path that is not another service's, HTTP below ``/AP/``.

    The private shares service is at ``/apad/``; the control endpoint is there only if asked for.
    """

    async def websocket(socket: WebSocket) -> None:
        await Connection(socket, dispatcher).run()

    async def rpc(socket: WebSocket) -> None:
        await RpcConnection(socket, dispatcher).run()

    gateway = HttpGateway(dispatcher)

    async def http(request: HttpRequest) -> Response:
        return await gateway.answer(request)

    methods = ["GET", "POST", "OPTIONS"]
    routes = [
        *(control_routes(dispatcher) if control else []),
        *_digitizer_routes(dispatcher),
        Route("/AP/{call:path}", http, methods=methods),
        Route("/ap/{call:path}", http, methods=methods),
        WebSocketRoute("/apad", rpc),
        WebSocketRoute("/apad/", rpc),
        WebSocketRoute("/{path:path}", websocket),
    ]
    return Starlette(routes=routes)


def has_digitizer() -> bool:
    """Is the GraphQL library there? It is an extra of the package."""
    return find_spec("ariadne") is not None


def _digitizer_routes(dispatcher: Dispatcher) -> list[Route | WebSocketRoute]:
    if not has_digitizer():
        return []
    from conformance.reference.gateway.digitizer.application import digitizer_routes

    return digitizer_routes(dispatcher)
