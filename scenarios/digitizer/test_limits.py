"""What the Digitizer does with documents that cost more than they are worth.

No page says, so whatever is found is reported and fails nobody.
"""

from __future__ import annotations

import json

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session, Turn
from conformance.wire.graphql import GraphqlSurface
from scenarios.digitizer.vocabulary import at_digitizer

DEEP = f"{{ {'... on Query { ' * 60} version {'} ' * 60} }}"
WIDE = f"{{ {' '.join(f'a{number}: version' for number in range(10_000))} }}"
ONE = {"query": "{ version }"}


def posted(session: Session, body: object) -> Turn:
    """The answer to a body as it is."""
    assert isinstance(session.surface, GraphqlSurface)
    text = json.dumps(body)
    reply, elapsed_ms = session.run(session.surface.post(text))
    return Turn("version", session.persona, "digitizer", text[:300], reply, elapsed_ms)


@pytest.mark.parametrize("body", [
    clause_case("digitizer/version/nesting-limited", {"query": DEEP}),
    clause_case("digitizer/version/aliases-limited", {"query": WIDE}),
    clause_case("digitizer/version/no-batches", [ONE] * 50),
])
def test_costly_document_is_refused(body: object, world: World, verify: Verifier) -> None:
    """One request that makes a server work for a thousand is how services are brought down."""
    session = at_digitizer(world)

    turn = posted(session, body)

    verify.refused(turn)
    raw = turn.reply.raw if turn.reply is not None else ""
    verify.holds("there is no list of answers", not raw.startswith("["), raw, turn)
    verify.succeeded(session.call("version"))
