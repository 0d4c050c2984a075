"""The exported documents: accepted by the official validators, complete, and the same contract."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.contract import ContractError, load_contract
from conformance.contract.digitizer import load_operations, load_sdl
from conformance.contract.export_asyncapi import asyncapi_document
from conformance.contract.export_openapi import openapi_document

from .miniature import write_call, write_contract

ASYNCAPI_SCHEMA = Path(__file__).parents[1] / "data" / "asyncapi-3.0.0.schema.json"


@cache
def openapi() -> dict[str, Any]:
    return openapi_document(load_contract())


@cache
def asyncapi() -> dict[str, Any]:
    return asyncapi_document(load_contract())


def exchange_calls() -> set[str]:
    return {call.name for call in load_contract().calls if call.service == "exchange"}


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Follow one local reference."""
    node: Any = document
    for step in schema["$ref"].removeprefix("#/").split("/"):
        node = node[step]
    return node


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return {found for item in node for found in references(item)}
    if not isinstance(node, dict):
        return set()
    here = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return here | {found for item in node.values() for found in references(item)}


def test_openapi_passes_its_validator() -> None:
    assert list(OpenAPIV31SpecValidator(openapi()).iter_errors()) == []


def test_asyncapi_passes_its_schema() -> None:
    schema = jsonschema_rs.validator_for(json.loads(ASYNCAPI_SCHEMA.read_text()))
    assert [error.message for error in schema.iter_errors(asyncapi())] == []
    assert not schema.is_valid({**asyncapi(), "operations": {"X": {"action": "shout"}}})


@pytest.mark.parametrize("document", [openapi, asyncapi])
def test_every_reference_is_local_and_leads_somewhere(document: Any) -> None:
    for reference in references(document()):
        assert reference.startswith("#/")
        assert resolve(document(), {"$ref": reference})


def test_openapi_has_every_exchange_call_once() -> None:
    websocket_only = {c.name for c in load_contract().calls if c.surfaces == ("websocket",)}
    paths = {path.removeprefix("/AP/") for path in openapi()["paths"]}
    assert paths == exchange_calls() - websocket_only


def test_openapi_asks_no_login_for_public_calls_only() -> None:
    by_name = {call.name: call for call in load_contract().calls if call.service == "exchange"}
    for path, item in openapi()["paths"].items():
        call = by_name[path.removeprefix("/AP/")]
        if {} in item["post"]["security"]:
            assert call.public, call.key


def test_openapi_reply_takes_success_and_refusal() -> None:
    operation = openapi()["paths"]["/AP/CancelOrder"]["post"]
    reply = operation["responses"]["200"]["content"]["application/json"]["schema"]
    root = {"components": openapi()["components"], **reply}
    validator = jsonschema.Draft202012Validator(root)
    assert validator.is_valid({"result": True, "errormsg": None, "errorcode": 0})
    assert validator.is_valid({"result": False, "errormsg": "Not Authorized", "errorcode": 20})
    assert not validator.is_valid({"result": True})


def test_asyncapi_has_a_request_and_a_reply_for_every_call_and_every_event() -> None:
    events = {event.name for event in load_contract().events}
    messages = set(asyncapi()["channels"]["WSGateway"]["messages"])
    limited = {
        c.name for c in load_contract().calls if c.surfaces and "websocket" not in c.surfaces
    }
    names = exchange_calls() - limited
    assert messages == events | {f"{n}.request" for n in names} | {f"{n}.reply" for n in names}


def test_asyncapi_frame_carries_the_payload_as_text() -> None:
    message = asyncapi()["components"]["messages"]["SendOrder.request"]
    frame = message["payload"]["schema"]
    assert frame["properties"]["n"] == {"type": "string", "const": "SendOrder"}
    assert "InstrumentId" in json.dumps(frame["properties"]["o"]["contentSchema"])


def test_call_limited_to_a_surface_is_exported_only_there(tmp_path: Path) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/OverHttp", surfaces=["http"])
    write_call(tmp_path, "trades/OverFrames", surfaces=["websocket"])
    contract = load_contract(root=tmp_path)

    assert "/AP/OverHttp" in openapi_document(contract)["paths"]
    assert "/AP/OverFrames" not in openapi_document(contract)["paths"]
    assert "OverFrames" in asyncapi_document(contract)["operations"]
    assert "OverHttp" not in asyncapi_document(contract)["operations"]


def test_sdl_loads_and_has_every_operation() -> None:
    graphql = pytest.importorskip("graphql")
    contract = load_contract()
    schema = graphql.build_schema(load_sdl(contract.root))
    for operation in contract.operations:
        assert graphql.validate(schema, graphql.parse(operation.document)) == []


def test_every_digitizer_call_has_its_operation() -> None:
    contract = load_contract()
    documents = {operation.name for operation in contract.operations}
    assert {call.operation for call in contract.section("digitizer")} == documents


def test_operations_are_cut_at_their_heads(tmp_path: Path) -> None:
    (tmp_path / "digitizer").mkdir()
    path = tmp_path / "digitizer" / "operations.graphql"
    path.write_text("# head\nquery A {\n  a\n}\n\nmutation B($x: Int) { b(x: $x) }\n")
    first, second = load_operations(tmp_path)
    assert (first.name, first.kind, first.document) == ("A", "query", "query A {\n  a\n}")
    assert (second.name, second.kind) == ("B", "mutation")

    path.write_text("query A { a }\nquery A { b }\n")
    with pytest.raises(ContractError, match="A twice"):
        load_operations(tmp_path)
