"""Reading a bundled request schema piece by piece: references, alternatives, weaker readings.

Nothing here makes values; it only says what a piece of schema is.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TYPE_ONLY = ("type", "title", "x-entity")
_DATA = frozenset({"const", "enum", "default", "examples"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})


def resolve(schema: Any, root: Schema) -> Schema:
    """The schema with a reference followed; keywords beside the reference win."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target = resolve(root["$defs"][reference.removeprefix("#/$defs/")], root)
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def alternatives(schema: Any, root: Schema) -> list[Schema]:
    """The alternatives of a schema, itself if it has none; marked tolerances left out."""
    resolved = resolve(schema, root)
    branches = resolved.get("anyOf") or resolved.get("oneOf")
    if not branches or "properties" in resolved:
        return [resolved]
    flat = [option for branch in branches for option in alternatives(branch, root)]
    return [option for option in flat if "x-basis" not in option]


def kinds(option: Schema) -> tuple[str, ...]:
    """The JSON types an alternative names."""
    found = option.get("type")
    if isinstance(found, list):
        return tuple(found)
    if isinstance(found, str):
        return (found,)
    return ("object",) if "properties" in option else ()


def lowered(option: Schema, keyword: str) -> dict[str, str]:
    """A keyword that maps keys to a basis, its keys in lower case."""
    found = option.get(keyword)
    return {k.lower(): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def stated_only(node: Any) -> Any:
    """The schema without what was only inferred: what the page itself refuses stays refused."""
    if isinstance(node, list):
        return [stated_only(item) for item in node]
    if not isinstance(node, dict):
        return node
    weaker: Schema = {}
    for key, value in node.items():
        if key in _DATA or key.startswith("x-"):
            weaker[key] = value
        elif key in _NAMED and isinstance(value, dict):
            weaker[key] = {name: stated_only(sub) for name, sub in value.items()}
        elif key == "allOf":
            weaker[key] = [stated_only(sub) for sub in value if sub.get("x-basis") != "inferred"]
        else:
            weaker[key] = stated_only(value)
    _drop_inferred_keys(weaker)
    return weaker


def _drop_inferred_keys(node: Schema) -> None:
    if not node.get("allOf", True):
        del node["allOf"]
    bases = lowered(node, "x-required-basis")
    inferred = {key for key, basis in bases.items() if basis == "inferred"}
    if isinstance(node.get("required"), list):
        node["required"] = [key for key in node["required"] if key.lower() not in inferred]
    if "properties" not in node:
        return
    selectors = {
        key.lower() for branch in node.get("anyOf", ()) for key in branch.get("required", ())
    }
    if selectors and selectors <= inferred:
        del node["anyOf"]
    loose = {key for key, basis in lowered(node, "x-value-basis").items() if basis == "inferred"}
    for key, piece in node["properties"].items():
        if key.lower() in loose:
            node["properties"][key] = {k: v for k, v in piece.items() if k in _TYPE_ONLY}
