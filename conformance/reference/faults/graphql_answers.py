"""Faults of the Digitizer's documents and answers, which its library gets right by itself."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLSchema

from conformance.reference.defects import Defects, defect

ANY_CASE = defect("digitizer/names-in-any-case", "The letter case of names matters.")
SILENT = defect("digitizer/errors-swallowed", "A refusal carries errors.")
NO_DATA = defect("digitizer/data-under-another-key", "An answer carries data.")
ONLY_NULLS = defect("digitizer/null-for-every-leaf", "A field has its documented type.")
HIDES_BURN = defect("digitizer/burn-not-offered", "Introspection lists every operation.")
UNLIMITED = defect("digitizer/documents-of-any-size", "Large and deep documents are refused.")
BATCHES = defect("digitizer/batches-answered", "A request holds one document.")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ON_THE_WAY = frozenset(
    ("login", "networks", "deploy", "mint", "transfer", "pause", "pendingTransfers")
)
"""What nearly every case needs first: with these broken there would be no case to try."""


def respelled(defects: Defects, schema: GraphQLSchema, data: Any) -> Any:
    """The request, its names put into their right case when that fault is on."""
    if not defects(ANY_CASE) or not isinstance(data, dict):
        return data
    known = {name.lower(): name for name in _names(schema)}

    def right(text: Any) -> str:
        return _NAME.sub(lambda m: known.get(m[0].lower(), m[0]), str(text or ""))

    named = {"operationName": right(data["operationName"])} if data.get("operationName") else {}
    return data | {"query": right(data.get("query"))} | named


def _names(schema: GraphQLSchema) -> set[str]:
    kinds = [kind for kind in schema.type_map.values() if hasattr(kind, "fields")]
    fields = [(name, field) for kind in kinds for name, field in kind.fields.items()]
    arguments = {name for _, field in fields for name in getattr(field, "args", ())}
    return arguments | {name for name, _ in fields}


def spoiled(defects: Defects, result: dict[str, Any]) -> dict[str, Any]:
    """The answer with the faults that are on."""
    if not defects.any:
        return result
    if defects(SILENT):
        result = {"data": result.get("data") or {}}
    if defects(HIDES_BURN) and "__schema" in (result.get("data") or {}):
        for kind in result["data"]["__schema"]["types"]:
            if kind["name"] == "Mutation":
                kind["fields"] = [f for f in kind["fields"] if f["name"] != "burn"]
    if not result.get("data") or not _ON_THE_WAY.isdisjoint(result["data"]):
        return result
    if defects(ONLY_NULLS):
        result = result | {"data": _emptied(result["data"])}
    return {"result": result["data"]} if defects(NO_DATA) else result


def _emptied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _emptied(item) for key, item in value.items()}
    return [_emptied(item) for item in value] if isinstance(value, list) else None
