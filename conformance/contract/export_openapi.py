"""The HTTP gateway as an OpenAPI 3.1 document.

The pages describe no HTTP surface. Method, path and the ways to authenticate are what clients of
real deployments use; the shapes of bodies are those of the contract.
"""

from __future__ import annotations

from typing import Any

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.schemas import DIALECT

_REFERENCE = "#/components/schemas/{}"

_SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "User name and password, sent once to open a session.",
    },
    "session": {
        "type": "apiKey",
        "in": "header",
        "name": "APToken",
        "description": "The session token that the login returned.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "APIKey"},
    "apiUser": {"type": "apiKey", "in": "header", "name": "UserId"},
    "apiNonce": {"type": "apiKey", "in": "header", "name": "Nonce"},
    "apiSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "HMAC-SHA256 over nonce, user id and key with the secret, lower-case hex.",
    },
    "secondFactor": {
        "type": "apiKey",
        "in": "header",
        "name": "Pending2FaToken",
        "description": "Names the login that Authenticate2FA completes.",
    },
}
_SIGNED: dict[str, list[str]] = {"apiKey": [], "apiUser": [], "apiNonce": [], "apiSignature": []}
_BY_CALL: dict[str, list[dict[str, list[str]]]] = {
    "AuthenticateUser": [{"basic": []}, _SIGNED, {}],
    "Authenticate2FA": [{"secondFactor": []}, {"session": []}],
}


def openapi_document(contract: Contract) -> dict[str, Any]:
    """Return the OpenAPI document of every exchange call that HTTP carries."""
    definitions: dict[str, Any] = {}
    calls = [call for call in contract.calls if over_http(call)]
    paths = {f"/AP/{call.name}": {"post": _operation(call, definitions)} for call in calls}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AlphaPoint Exchange API, HTTP gateway",
            "version": contract.version,
            "description": "Generated from the contract of the conformance suite.",
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [
            {"url": "https://{host}", "variables": {"host": {"default": "localhost:8443"}}}
        ],
        "tags": [{"name": name} for name in dict.fromkeys(call.section for call in calls)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def over_http(call: Call) -> bool:
    """Tell whether the HTTP gateway carries a call: one of the exchange, not limited to frames."""
    return call.service == "exchange" and (not call.surfaces or "http" in call.surfaces)


def _operation(call: Call, definitions: dict[str, Any]) -> dict[str, Any]:
    bodies = {}
    for part in ("request", "response", "failure"):
        name = f"{call.section}.{call.name}.{part}"
        schema = call.store.collect(call.schema(part), call.document_id, definitions, _REFERENCE)
        definitions[name] = schema
        bodies[part] = {"$ref": _REFERENCE.format(name)}
    reply = {"anyOf": [bodies["response"], bodies["failure"]]}
    operation: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.section],
        "summary": call.name,
        "description": call.description,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": bodies["request"]}},
        },
        "responses": {
            "200": {
                "description": "Success or refusal: the gateway answers both with this status.",
                "content": {"application/json": {"schema": reply}},
            }
        },
        "security": _security(call),
        "x-permissions": list(call.permissions),
        "x-effect": call.effect,
    }
    if call.deprecated:
        operation["deprecated"] = True
    return operation


def _security(call: Call) -> list[dict[str, list[str]]]:
    if call.name in _BY_CALL:
        return _BY_CALL[call.name]
    return [{}] if call.public else [{"session": []}, _SIGNED]
