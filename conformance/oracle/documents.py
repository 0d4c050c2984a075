"""GraphQL documents that a foreign generator wrote: right ones are answered in the shape they ask
for or refused, broken ones are refused. What is right the contract's schema decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    Visitor,
    build_schema,
    execute_sync,
    parse,
    parse_value,
    print_ast,
    validate,
    visit,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, booleans

from conformance.contract.call import Call
from conformance.contract.digitizer import load_sdl
from conformance.contract.payload import parse_json
from conformance.oracle.envelope import require_graphql_body
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.oracle.replies import require_answer
from conformance.target.session import Session, Turn
from conformance.wire.graphql import GraphqlSurface

SERVER_ERRORS = 500


def explore_documents(
    call: Call, session: Session, documents: SearchStrategy[str], live: Mapping[str, Any], *,
    run_seed: int, examples: int,
) -> None:
    """Draw documents; each is answered as the schema says, or the Finding is shrunk.

    ``live`` are arguments that name what exists: half of the documents get those.
    """
    schema = _schema(session.contract.root)

    @settings(
        max_examples=examples, database=None, deadline=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @seed(run_seed)
    @given(documents, booleans())
    def one(text: str, about_live: bool) -> None:
        sent = with_arguments(text, live) if about_live else text
        require_answered(schema, ask(call, session, sent))

    one()


def with_arguments(text: str, live: Mapping[str, Any]) -> str:
    """A document with these values for its arguments of these names."""

    class Live(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
            value = live.get(node.name.value)
            if not isinstance(value, str | int):
                return None
            return ArgumentNode(name=node.name, value=parse_value(json.dumps(value)))

    return print_ast(visit(parse(text), Live()))


def ask(call: Call, session: Session, text: str) -> Turn:
    """Send one document."""
    assert isinstance(session.surface, GraphqlSurface)
    with session.aside():
        reply, elapsed_ms = session.run(session.surface.document(text))
    return Turn(call.name, session.persona, session.surface.kind, text, reply, elapsed_ms)


def require_answered(schema: GraphQLSchema, turn: Turn) -> None:
    """Finding unless a document was answered, or refused, as the schema says."""
    require_answer(turn)
    require_graphql_body(turn)
    evidence().judged += 1
    assert turn.reply is not None
    if (turn.reply.status or 0) >= SERVER_ERRORS:
        raise _finding("status", "a status below 500", f"status {turn.reply.status}", turn)
    body = parse_json(turn.reply.raw)
    if "errors" in body:
        evidence().refusals += 1
        return
    document, broken = _read(schema, turn.sent)
    if document is None or broken:
        raise _finding("accepted", f"a refusal: {broken[:200]}", turn.text[:300], turn)
    evidence().successes += 1
    _require_shape(schema, document, body["data"], turn)


def _read(schema: GraphQLSchema, text: str) -> tuple[DocumentNode | None, str]:
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        return None, str(error)
    return document, "; ".join(error.message for error in validate(schema, document))


def _require_shape(
    schema: GraphQLSchema, document: DocumentNode, data: object, turn: Turn
) -> None:
    """The data, run through the document once more, stays as it is: no key and no type is off."""
    again = execute_sync(schema, document, root_value=data)
    if again.errors or again.data != data:
        wrong = "; ".join(error.message for error in again.errors or ()) or "keys beside those"
        raise _finding("shape", f"what the document asks for: {wrong}"[:300],
                       turn.text[:300], turn)


@cache
def _schema(root: Path) -> GraphQLSchema:
    return build_schema(load_sdl(root))


def _finding(kind: str, required: str, received: str, turn: Turn) -> Finding:
    return Finding(
        f"document:{kind}", required=required, received=received,
        oracle="schemas/digitizer/schema.graphql", turns=[turn],
    )
