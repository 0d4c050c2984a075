"""Requests made by schemathesis from the exported OpenAPI document: a second, foreign generator.

The only module that knows schemathesis, which is an optional extra. Its systematic coverage cases
are used, not its pytest integration: with pytest 9.2 that gives every operation the same node id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.errors import PayloadError
from conformance.contract.export_openapi import openapi_document
from conformance.generate.case import Case
from conformance.generate.edits import text_of
from conformance.generate.requests import generator_for


def coverage_cases(contract: Contract, call: Call) -> Iterator[Case]:
    """Its bodies for one call, each once; whether one is valid is for our own schema to say."""
    generator = generator_for(call)
    seen: set[str] = set()
    for made in _made(_schema_of(contract), call):
        if made.method != "POST" or not _is_about_the_body(made):
            continue
        body = made.body
        if isinstance(body, bytes) or type(body).__name__ == "NotSet":
            continue
        expect = generator.expectation(body)
        try:
            text = text_of(body)
        except PayloadError:
            continue
        if expect is None or body is None or text in seen:
            continue
        seen.add(text)
        basis = "stated" if expect == "answer" else generator.basis(body)
        name = f"schemathesis: {made.meta.phase.data.description}"
        yield Case(call.name, name, text, expect, basis=basis)


def _is_about_the_body(made: Any) -> bool:
    place = made.meta.phase.data.parameter_location if made.meta is not None else None
    return getattr(place, "name", "") == "BODY"


def _made(schema: Any, call: Call) -> Iterator[Any]:
    from schemathesis import GenerationMode

    operation = schema[f"/AP/{call.name}"]["POST"]
    yield from schema.iter_coverage_cases(
        operation,
        generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
        generation_config=schema.config.generation_for(operation=operation),
    )


def _schema_of(contract: Contract) -> Any:
    key = ("schemathesis",)
    if key not in contract.store.cache:
        import schemathesis

        schema = schemathesis.openapi.from_dict(openapi_document(contract))
        schema.config.update(base_url="http://127.0.0.1")  # we send the bodies ourselves
        contract.store.cache[key] = schema
    return contract.store.cache[key]
