"""Requests made by schemathesis from the exported OpenAPI document: a second, foreign generator.

The only module that knows schemathesis, which is an optional extra. Of what it makes from OpenAPI
the systematic coverage cases are used, of what it makes from GraphQL the strategies. Its pytest
integration is not: with pytest 9.2 that gives every operation the same node id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis.strategies import SearchStrategy, one_of

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.digitizer import load_sdl
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


def documents(contract: Contract, call: Call) -> SearchStrategy[str]:
    """GraphQL documents that ask for one operation, rightly or with something broken."""
    from schemathesis import GenerationMode

    root = {"query": "Query", "mutation": "Mutation"}[call.category.lower()]
    operation = _graphql_of(contract)[root][call.name]
    right, broken = (
        operation.as_strategy(generation_mode=mode)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )
    # Without arguments there is nothing to break.
    made = one_of(right, broken) if call.bundled("request").get("properties") else right
    found: SearchStrategy[str] = made.map(lambda case: case.body)
    return found


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


def _graphql_of(contract: Contract) -> Any:
    key = ("schemathesis", "graphql")
    if key not in contract.store.cache:
        import schemathesis

        schema = schemathesis.graphql.from_file(load_sdl(contract.root))
        schema.config.update(base_url="http://127.0.0.1")  # we send the documents ourselves
        contract.store.cache[key] = schema
    return contract.store.cache[key]
