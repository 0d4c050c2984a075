"""A small contract written to a directory, so that a loader can be tested with faults in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STANDARD = {
    "Success": {
        "type": "object",
        "properties": {"result": {"const": True}, "detail": {"type": ["string", "null"]}},
        "required": ["result"],
        "x-expected": ["detail"],
    },
    "Failure": {
        "type": "object",
        "properties": {"result": {"const": False}, "errorcode": {"type": "integer"}},
        "required": ["result", "errorcode"],
    },
}
FACTS = {
    "service": "exchange",
    "category": "User",
    "permissions": ["Trading"],
    "mode": "synchronous",
    "effect": "none",
    "scope": "account",
    "failure": "standard",
    "events": [],
    "page": "trades/page",
}
PROFILES = """
- {name: public, text: Anybody., when: {permissions: [Public]}}
- {name: trader, text: A customer., includes: [public], when: {permissions: [Trading]}}
- {name: operator, text: The operator., includes: [public], when: {permissions: [Operator]}}
- {name: full, text: All., includes: [trader, operator]}
"""


def write_document(root: Path, place: str, **content: Any) -> None:
    """Write schemas/<place>.json with the $id it must have."""
    path = root / f"{place}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"$schema": DIALECT, "$id": f"apex:{place}", **content}))


def write_call(
    root: Path, key: str, response: Any = None, request: Any = None, **facts: Any
) -> None:
    """Write a call file; by default with one request key, answered with the standard object."""
    section, name = key.split("/")
    parts = {
        "request": request or {"type": "object", "properties": {"Id": {"type": "integer"}}},
        "response": response or {"$ref": "apex:types/standard#/$defs/Success"},
    }
    if "own" in facts:
        parts["failure"] = facts.pop("own")
        facts["failure"] = "own"
    merged = {**FACTS, "section": section, **facts}
    write_document(root, f"calls/{key}", title=name, **{"x-call": merged, "$defs": parts})


def write_contract(root: Path) -> Path:
    """Write types, profiles and two calls; return the directory."""
    write_document(root, "types/standard", **{"$defs": STANDARD})
    write_document(
        root,
        "types/events",
        **{"$defs": {"TradeEvent": {"type": "object", "required": ["Price"]}, "Row": {}}},
    )
    (root / "profiles.yaml").write_text(PROFILES)
    write_call(root, "trades/GetTrades", permissions=["Trading"])
    write_call(root, "users/LogIn", permissions=["Public"], effect="session", aliases=["SignIn"])
    return root
