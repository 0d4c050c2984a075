"""The HTTP gateway and the Digitizer, driven by requests that another generator made.

Optional: needs the extra ``schemathesis``, and runs with ``--effort certify``.
"""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from conformance.contract.call import Call
from conformance.generate.schemathesis_cases import coverage_cases, documents
from conformance.generate.world import World
from conformance.oracle.documents import explore_documents
from conformance.oracle.sweep import require_documented_replies, require_refusals
from conformance.plugin.marks import obligation

pytestmark = pytest.mark.skipif(find_spec("schemathesis") is None, reason="extra not installed")


@obligation("response", effort="certify", surface="http", reads_only=True)
def test_foreign_requests_are_answered_as_documented(
    call: Call, surface: str, world: World
) -> None:
    """What another reading of the same document takes for valid is answered as documented.

    Our own generator shares its author with our schemas; this one does not.
    """
    prepared = world.prepare(call, surface)

    cases = (c for c in coverage_cases(world.contract, call) if c.expect == "answer")

    require_documented_replies(call, prepared.session, cases, prepared.payload)


@obligation("rejection", effort="certify", surface="http", reads_only=True)
def test_foreign_violations_are_refused(call: Call, surface: str, world: World) -> None:
    """What another reading takes for broken, and the schema confirms, is refused."""
    prepared = world.prepare(call, surface)

    cases = (c for c in coverage_cases(world.contract, call) if c.expect == "refusal")

    require_refusals(call, prepared, cases)


@obligation("response", effort="certify", surface="digitizer")
def test_foreign_documents_are_answered_as_the_schema_says(
    call: Call, surface: str, world: World
) -> None:
    """Any choice of fields and arguments gets what it asks for, or an error that says why not.

    Clients choose their own fields; our operations always choose all of them.
    """
    prepared = world.prepare(call, surface)

    explore_documents(
        call, prepared.session, documents(world.contract, call), prepared.payload,
        run_seed=world.seed, examples=world.examples_per_call,
    )
