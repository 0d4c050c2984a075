"""The frames of the WebSocket gateway as an AsyncAPI 3.0 document.

It is written from the exchange's side: it receives requests, replies, and sends events.
"""

from __future__ import annotations

from typing import Any

from conformance.contract.call import EVENTS_ID, Call, Event
from conformance.contract.catalog import Contract
from conformance.contract.schemas import Schema

CHANNEL = "WSGateway"
_FORMAT = "application/schema+json;version=draft-2020-12"
_REFERENCE = "#/components/schemas/{}/schema"
_REQUEST, _REPLY, _EVENT, _ERROR = 0, 1, 3, 5


def asyncapi_document(contract: Contract) -> dict[str, Any]:
    """Return the AsyncAPI document of every exchange call and event that frames carry."""
    writer = _Writer(contract)
    for call in contract.calls:
        if call.service == "exchange" and (not call.surfaces or "websocket" in call.surfaces):
            writer.add_call(call)
    for event in contract.events:
        writer.add_event(event)
    return writer.document()


class _Writer:
    """Collects messages, operations and definitions."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.definitions: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}

    def add_call(self, call: Call) -> None:
        request, reply = f"{call.name}.request", f"{call.name}.reply"
        self._add(request, call.name, call.schema("request"), call.document_id, [_REQUEST])
        self._add(reply, call.name, call.schema("reply"), call.document_id, [_REPLY, _ERROR])
        self.operations[call.name] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "summary": call.description or call.name,
            "messages": [_in_channel(request)],
            "reply": {
                "channel": {"$ref": f"#/channels/{CHANNEL}"},
                "messages": [_in_channel(reply)],
            },
            "tags": [{"name": call.section}],
        }

    def add_event(self, event: Event) -> None:
        self._add(event.name, event.name, event.schema, EVENTS_ID, [_EVENT])
        self.operations[event.name] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "summary": event.description or event.name,
            "messages": [_in_channel(event.name)],
            "tags": [{"name": "events"}],
        }

    def document(self) -> dict[str, Any]:
        references = {name: {"$ref": f"#/components/messages/{name}"} for name in self.messages}
        return {
            "asyncapi": "3.0.0",
            "info": {
                "title": "AlphaPoint Exchange API, WebSocket gateway",
                "version": self.contract.version,
                "description": "Generated from the contract of the conformance suite.",
            },
            "defaultContentType": "application/json",
            "servers": {
                "gateway": {
                    "host": "{host}",
                    "protocol": "wss",
                    "variables": {"host": {"default": "localhost"}},
                }
            },
            "channels": {CHANNEL: {"address": f"/{CHANNEL}/", "messages": references}},
            "operations": self.operations,
            "components": {
                "messages": self.messages,
                "schemas": {
                    name: {"schemaFormat": _FORMAT, "schema": schema}
                    for name, schema in sorted(self.definitions.items())
                },
            },
        }

    def _add(self, key: str, name: str, schema: Schema, base: str, kinds: list[int]) -> None:
        payload = self.contract.store.collect(schema, base, self.definitions, _REFERENCE)
        self.messages[key] = {
            "name": key,
            "title": key,
            "payload": {"schemaFormat": _FORMAT, "schema": _frame(name, payload, kinds)},
        }


def _frame(name: str, payload: Schema, kinds: list[int]) -> Schema:
    """Return the schema of a frame: kind, number, function name, payload as a JSON text."""
    return {
        "type": "object",
        "properties": {
            "m": {"type": "integer", "enum": kinds},
            "i": {"type": "integer", "minimum": 0},
            "n": {"type": "string", "const": name},
            "o": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": payload,
            },
        },
        "required": ["m", "i", "n", "o"],
    }


def _in_channel(message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{CHANNEL}/messages/{message}"}
