"""The ASGI application: HTTP gateway, digitizer and control endpoint, beside the WebSockets."""

from __future__ import annotations

from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from conformance.reference.dispatch import Dispatcher
from conformance.reference.gateway.control import control_routes
from conformance.reference.gateway.http import HttpGateway

DIGITIZER_PATH = "/digitizer/graphql"


def build_application(dispatcher: Dispatcher, *, control: bool) -> Starlette:
    """HTTP below ``/AP/``; the control endpoint is there only if asked for."""
    gateway = HttpGateway(dispatcher)

    async def http(request: HttpRequest) -> Response:
        return await gateway.answer(request)

    methods = ["GET", "POST", "OPTIONS"]
    routes = [
        *(control_routes(dispatcher) if control else []),
        *_digitizer_routes(dispatcher),
        Route("/AP/{call:path}", http, methods=methods),
        Route("/ap/{call:path}", http, methods=methods),
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
