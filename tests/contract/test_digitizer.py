"""The Digitizer's schema is the one its page describes, and the page's own examples run against it.

Where page and schema differ, an erratum `digitizer/<operation>/…` says why.
"""

from __future__ import annotations

import json
import re

import pytest
from graphql import GraphQLError, build_schema, graphql_sync, parse, validate

from .pages import digitizer, errata, source

SDL = (source.SCHEMAS / "digitizer" / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)
DOCUMENTS = parse((source.SCHEMAS / "digitizer" / "operations.graphql").read_text("utf-8"))
FACTS = digitizer.facts()
OPERATIONS = sorted(FACTS["operations"])
SINGULAR = {"PendingTransfers": "PendingTransfer", "Protocols": "Protocol", "Templates": "Template"}


def explained(operation: str) -> bool:
    """Whether an erratum of the page is about the operation, or names it."""
    word = re.compile(rf"(?<!\w){operation}(?!\w)")
    return any(
        word.search(f"{entry['id']} {entry['defect']} {entry['reading']}")
        for entry in errata.of_page("digitizer/api_digitizer_doc")
    )


def root_fields() -> dict[str, str]:
    """Every operation of the schema as the page would sign it."""
    found = {}
    for root in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type):
        for name, field in root.fields.items():
            arguments = ", ".join(f"{key}: {one.type}" for key, one in field.args.items())
            found[name] = (
                f"{name}({arguments}): {field.type}" if arguments else (f"{name}: {field.type}")
            )
    return found


def test_digest_agrees_with_the_page():
    root = source.docs_root()
    if root is None:
        pytest.skip("missing-material: the documentation pages are not on this machine")
    committed = digitizer.DIGEST.read_text(encoding="utf-8")
    assert committed == digitizer.dump(digitizer.read(root)), (
        "run: python -m tests.contract.pages digest"
    )


def test_every_operation_is_there_and_no_other():
    assert sorted(root_fields()) == OPERATIONS
    assert [
        len(root.fields)
        for root in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    ] == [12, 12, 2]


@pytest.mark.parametrize("title", sorted(FACTS["objects"]))
def test_object_has_the_fields_of_its_table(title):
    """Names, types and the mark of what is always there; the Digitizer heeds letter case."""
    shape = SCHEMA.type_map[SINGULAR.get(title, title)]
    fields = {name: str(field.type) for name, field in shape.fields.items()}
    assert fields == FACTS["objects"][title]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_is_signed_as_printed(operation):
    printed = FACTS["operations"][operation]["signature"]
    assert root_fields()[operation] == printed or explained(operation), printed


@pytest.mark.parametrize("operation", OPERATIONS)
def test_example_document_is_valid(operation):
    """A client who copies the page's example gets an answer, not a syntax error."""
    for text in FACTS["operations"][operation]["documents"]:
        try:
            wrong = validate(SCHEMA, parse(text))
        except GraphQLError as error:
            wrong = [error]
        assert not wrong or explained(operation), wrong


@pytest.mark.parametrize("operation", OPERATIONS)
def test_example_reply_answers_its_document(operation):
    """Executing the example over the printed reply gives the printed reply back."""
    about = FACTS["operations"][operation]
    for text, reply in zip(about["documents"], about["replies"], strict=False):
        try:
            data = json.loads(reply)["data"]
            result = graphql_sync(SCHEMA, text, root_value=data)
        except ValueError as error:
            wrong = [error]
        else:
            wrong = result.errors or [] if result.data == data else [result.data]
        assert not wrong or explained(operation), wrong


def test_one_valid_document_for_each_operation():
    assert not validate(SCHEMA, DOCUMENTS)
    asked = [one.selection_set.selections[0].name.value for one in DOCUMENTS.definitions]
    assert sorted(asked) == OPERATIONS
