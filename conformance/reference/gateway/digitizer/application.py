"""The digitizer's routes: one path for queries, mutations and subscriptions."""

from __future__ import annotations

import contextlib
import logging
from functools import lru_cache
from importlib import resources
from typing import Any

from ariadne import make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLHTTPHandler, GraphQLTransportWSHandler
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    parse,
    validate,
    visit,
)
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from conformance.reference.dispatch import Dispatcher
from conformance.reference.faults.graphql_answers import BATCHES, UNLIMITED, respelled, spoiled
from conformance.reference.gateway.digitizer.resolvers import mutation, query
from conformance.reference.gateway.digitizer.session import COOKIE, Asking
from conformance.reference.gateway.digitizer.socket import CheckedSocket
from conformance.reference.gateway.digitizer.subscriptions import subscription

PATHS = ("/digitizer/graphql", "/digitizer/graphql/")
# Nesting of one document; deeper ones would exhaust the parser's stack.
MOST_NESTED = 50
_MOST_TOKENS = 4_000
_REMEMBERED = 256
_LOG = "conformance.reference.digitizer"


def digitizer_routes(dispatcher: Dispatcher) -> list[Route | WebSocketRoute]:
    """HTTP and WebSocket routes of the digitizer, for whichever exchange is dispatched to."""
    text = (resources.files(__package__) / "schema.graphql").read_text()
    schema = make_executable_schema(text, query, mutation, subscription)

    def context(connection: Any, data: dict[str, Any]) -> dict[str, Any]:
        exchange = dispatcher.exchange
        exchange.catch_up()
        return {"request": connection, "asking": Asking(exchange, connection)}

    logging.getLogger(_LOG).addFilter(_is_unexpected)
    http = _HttpHandler(dispatcher)
    application = GraphQL(
        schema, context_value=context, query_parser=read_document,
        query_validator=_Validator(), http_handler=http,
        websocket_handler=GraphQLTransportWSHandler(on_connect=_remember),
        execute_get_queries=True, logger=_LOG,
    )

    async def answer(request: HttpRequest) -> Response:
        response: Response = await application.handle_request(request)
        return response

    return [
        *(Route(path, answer, methods=["GET", "POST", "OPTIONS"]) for path in PATHS),
        *(WebSocketRoute(path, _Listening(application)) for path in PATHS),
    ]


def _is_unexpected(record: logging.LogRecord) -> bool:
    """A refusal is an answer, not something to log."""
    error = record.msg
    cause = error.original_error if isinstance(error, GraphQLError) else error
    return cause is not None and not isinstance(cause, (GraphQLError, WebSocketDisconnect))


def _remember(websocket: WebSocket, payload: object) -> None:
    """Keep what the first message says, which may name a session."""
    websocket.scope["first_payload"] = payload


class _Listening:
    """The WebSocket side as an ASGI application."""

    def __init__(self, application: GraphQL) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; a client that leaves in the middle is no error."""
        with contextlib.suppress(WebSocketDisconnect):
            await self._application.handle_websocket(CheckedSocket(scope, receive, send))


class _HttpHandler(GraphQLHTTPHandler):
    """Sends events after a mutation and the session's cookie with the answer."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._dispatcher = dispatcher

    async def execute_graphql_query(
        self, request: Any, data: Any, *, context_value: Any = None, query_document: Any = None
    ) -> Any:
        """Run one document, then deliver what it caused."""
        exchange = self._dispatcher.exchange
        if isinstance(data, list) and exchange.defects(BATCHES):
            results = [await self.execute_graphql_query(request, one) for one in data]
            return True, [result for _, result in results]
        if context_value is None:
            context_value = await self.get_context_for_request(request, data)
        if exchange.defects.any and self.schema is not None:
            data = respelled(exchange.defects, self.schema, data)
        succeeded, result = await super().execute_graphql_query(
            request, data, context_value=context_value, query_document=query_document
        )
        exchange.events.flush()
        if isinstance(request, HttpRequest):
            request.state.cookie = context_value["asking"].new_cookie
        return succeeded, spoiled(exchange.defects, result)

    async def create_json_response(
        self, request: HttpRequest, result: Any, success: bool
    ) -> Response:
        """The answer, with a new or an emptied cookie after login and logout."""
        response: Response = await super().create_json_response(request, result, success)
        cookie = getattr(request.state, "cookie", None)
        if cookie is not None:
            response.set_cookie(
                COOKIE, cookie, max_age=None if cookie else 0, httponly=True, samesite="strict"
            )
        return response


def read_document(context: Any, data: dict[str, Any]) -> DocumentNode:
    """Parse a document; raises GraphQLError for one nested too deeply.

    ``supply`` is text in the schema and a number in the printed sample; both are taken.
    """
    text = data.get("query") or ""
    if context["asking"].exchange.defects(UNLIMITED):
        return parse(text)
    if _nesting(text) > MOST_NESTED:
        raise GraphQLError(f"the document is nested deeper than {MOST_NESTED} levels")
    variables = data.get("variables")
    if isinstance(variables, dict):
        for value in variables.values():
            if isinstance(value, dict) and type(value.get("supply")) is int:
                value["supply"] = str(value["supply"])
    return _parsed(text)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> DocumentNode:
    document = visit(parse(text, max_tokens=_MOST_TOKENS), _SupplyAsText())
    assert isinstance(document, DocumentNode)
    return document


class _Validator:
    """Validates each document once: it takes ten times as long as answering it."""

    def __init__(self) -> None:
        self._known: dict[str, list[GraphQLError]] = {}

    def __call__(
        self, schema: GraphQLSchema, document_ast: DocumentNode, rules: Any = None,
        max_errors: int | None = None, type_info: Any = None,
    ) -> list[GraphQLError]:
        """The errors of a document; graphql-core takes no ``type_info`` any more."""
        assert document_ast.loc is not None
        text = document_ast.loc.source.body
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = validate(schema, document_ast, rules, max_errors)
        return list(self._known[text])


class _SupplyAsText(Visitor):
    """Turns ``supply: 5`` into ``supply: "5"``."""

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> ObjectFieldNode | None:
        """Replace the field if it is the one; None leaves it as it is."""
        if node.name.value != "supply" or not isinstance(node.value, IntValueNode):
            return None
        return ObjectFieldNode(name=node.name, value=StringValueNode(value=node.value.value))


def _nesting(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}])":
            depth -= 1
    return deepest
