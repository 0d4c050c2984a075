"""Whether the contract data hangs together; for authors and for our own tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.contract.call import EVENTS_ID, event_names
from conformance.contract.catalog import Contract
from conformance.contract.errors import ContractError
from conformance.contract.folding import LENIENT_BASES


def problems(contract: Contract) -> list[str]:
    """Return what does not fit together, one sentence each; an empty list is the aim."""
    return [
        *_broken_parts(contract),
        *_unknown_events(contract),
        *_marks(contract),
        *_presupposed(contract),
        *_cycles(contract),
    ]


def _broken_parts(contract: Contract) -> Iterator[str]:
    for call in contract.calls:
        for part in ("request", "response", "failure"):
            try:
                call.bundled(part)
            except ContractError as problem:
                yield f"{call.key} {part}: {problem}"
        misplaced = call.document_id not in contract.store.documents
        if misplaced:
            yield f"{call.key}: the file lies elsewhere than section and title say"


def _unknown_events(contract: Contract) -> Iterator[str]:
    known = set(event_names(contract.store))
    for call in contract.calls:
        for name in call.events:
            if name not in known:
                yield f"{call.key} names the event {name}, which {EVENTS_ID} lacks"


def _marks(contract: Contract) -> Iterator[str]:
    """Tolerances without an erratum, and errata that are not there."""
    known = {erratum.id for erratum in contract.errata}
    for document_id, document in contract.store.documents.items():
        for branch in _alternatives(document):
            erratum = branch.get("x-erratum")
            if erratum is None:
                yield f"{document_id} has a marked alternative without x-erratum"
            elif erratum not in known:
                yield f"{document_id} refers to the erratum {erratum}, which is not there"


def _alternatives(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _alternatives(item)
    elif isinstance(node, dict):
        for word in ("anyOf", "oneOf"):
            for branch in node.get(word, ()) if isinstance(node.get(word), list) else ():
                if isinstance(branch, dict) and branch.get("x-basis") in LENIENT_BASES:
                    yield branch
        for value in node.values():
            yield from _alternatives(value)


def _presupposed(contract: Contract) -> Iterator[str]:
    known = {clause.id for clause in contract.clauses}
    for clause in contract.clauses:
        for need in clause.presupposes:
            if need not in known:
                yield f"clause {clause.id} presupposes {need}, which is not there"


def _cycles(contract: Contract) -> Iterator[str]:
    needs = {clause.id: clause.presupposes for clause in contract.clauses}
    settled: set[str] = set()
    for start in needs:
        trail: list[str] = [start]
        pending = [iter(needs.get(start, ()))]
        while pending:
            step = next(pending[-1], None)
            if step is None:
                settled.add(trail.pop())
                pending.pop()
            elif step in trail:
                yield f"clauses presuppose each other: {' -> '.join([*trail, step])}"
            elif step not in settled:
                trail.append(step)
                pending.append(iter(needs.get(step, ())))
