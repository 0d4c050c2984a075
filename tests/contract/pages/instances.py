"""Valid instances of a schema, and mutations of them that the schema must refuse.

Seeded by nothing but the schema: the same file gives the same instance. Knows no call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .schema_view import BRANCHES, Node

STRINGS = (
    "2019-03-01T12:30:00Z",
    "0001-01-01T00:00:00",
    "2019-03-01",
    "12:30:00Z",
    "5f2c1f0e-7a9b-4c0d-8e1f-2a3b4c5d6e7f",
    "jo@example.com",
    "https://example.com/a",
    "192.0.2.1",
    "96",
    "12.5",
    "-1",
    "abc",
    "Ab3",
    "5f2c1f0e7a9b4c0d8e1f2a3b4c5d6e7f",
    "mGzjUfylGEmqgJIxu651aQ==",
    "JBSWY3DPEHPK3PXP",
    "AB12CD34",
    "BTCUSD",
    "true",
    "2.5.1",
    "[]",
    "{}",
    "a=b",
    "637000000000000000",
    "+4412345678901",
    "0x" + "5f" * 20,
    "0x" + "5f" * 32,
    "12.5%",
    "",
)
FORMATS = {
    "uuid": 4,
    "email": 5,
    "uri": 6,
    "ipv4": 7,
    "date-time": 0,
    "date": 2,
    "time": 3,
    "hostname": 11,
}
KINDS: dict[str, Any] = {
    "string": "no such thing",
    "integer": 987654321,
    "real": 0.5,
    "boolean": True,
    "null": None,
    "array": [["mutation"]],
    "object": {"mutation": {"of": 1}},
}
ABSENT = object()


class Unbuildable(Exception):
    """No instance was found; the schema is likely contradictory."""


def build(node: Node, full: bool = True) -> Any:
    """A valid instance; with `full` every property, otherwise only the required ones."""
    return _Builder(full).value(node)


class _Builder:
    def __init__(self, full: bool) -> None:
        self.full = full
        self.depth = 0

    def value(self, node: Node) -> Any:
        self.depth += 1
        try:
            if self.depth > 40:
                raise Unbuildable("recursion")
            return self._value(merged(node, self.full))
        finally:
            self.depth -= 1

    def _value(self, node: Node) -> Any:
        schema = node.schema
        for word in ("const", "default"):
            if word in schema and (word == "const" or "enum" in schema):
                return schema[word]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = (
            next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        )
        return getattr(self, f"_{kind}")(node)

    def _null(self, _: Node) -> None:
        return None

    def _boolean(self, _: Node) -> bool:
        return True

    def _integer(self, node: Node) -> int:
        low, high = node.schema.get("minimum", 0), node.schema.get("maximum", 10)
        low = max(low, node.schema.get("exclusiveMinimum", low - 1) + 1)
        step = node.schema.get("multipleOf", 1)
        return int(min(max(low, step), high))

    def _number(self, node: Node) -> float | int:
        return self._integer(node) if "multipleOf" in node.schema else self._integer(node) or 1

    def _string(self, node: Node) -> str:
        schema = node.schema
        if "contentSchema" in schema:
            return json.dumps(self.value(node.at(schema["contentSchema"])))
        if schema.get("format") in FORMATS:
            return STRINGS[FORMATS[schema["format"]]]
        for text in (*schema.get("examples", ()), *STRINGS):
            if re.search(schema.get("pattern", ""), text) and (
                schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 999)
            ):
                return text
        if "pattern" not in schema:
            return "x" * schema.get("minLength", 0)
        raise Unbuildable(f"no string for {schema['pattern']}")

    def _array(self, node: Node) -> list[Any]:
        schema = node.schema
        columns = [self.value(node.at(one)) for one in schema.get("prefixItems", ())]
        items = schema.get("items")
        wanted = max(1 if not columns else 0, schema.get("minItems", 0) - len(columns))
        wanted = min(wanted, schema.get("maxItems", 99))
        if isinstance(items, dict):
            if not self.full and not schema.get("minItems"):
                return columns
            columns += [self.value(node.at(items)) for _ in range(wanted)]
        return columns

    def _object(self, node: Node) -> dict[str, Any]:
        schema = node.schema
        required = {key.lower() for key in schema.get("required", ())}
        found = {
            key: self.value(node.at(below))
            for key, below in schema.get("properties", {}).items()
            if self.full or key.lower() in required
        }
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and extra and (not found or self.full):
            found["Some name"] = self.value(node.at(extra))
        for pattern, below in schema.get("patternProperties", {}).items():
            name = next((text for text in STRINGS if re.search(pattern, text)), None)
            if name and (not found or self.full):
                found[name] = self.value(node.at(below))
        return found


def merged(node: Node, full: bool = True) -> Node:
    """The node with references, `allOf` and the first documented branch folded into one schema."""
    schema = node.schema
    if not isinstance(schema, dict):
        return Node({"type": "string"}, node.document, strict=node.strict)
    rest = {word: value for word, value in schema.items() if word not in (*BRANCHES, "$ref")}
    into = Node(rest, node.document, strict=node.strict)
    below = [node.follow()] if "$ref" in schema else []
    below += node.branches("allOf")
    for word in ("anyOf", "oneOf"):
        printed = [one for one in node.branches(word) if "x-basis" not in one.schema]
        below += printed[:1]
    for one in below:
        into = _join(merged(one, full), into)
    return into


def _join(under: Node, over: Node) -> Node:
    """Two schemas as one; a reference into another document keeps pointing there."""
    both = {**_anchored(under), **_anchored(over)}
    for word in ("properties",):
        both[word] = {**_anchored(under).get(word, {}), **_anchored(over).get(word, {})}
    both["required"] = [*under.schema.get("required", ()), *over.schema.get("required", ())]
    if not both["properties"]:
        del both["properties"]
    return Node(both, over.document, strict=over.strict)


def _anchored(node: Node) -> dict[str, Any]:
    """The schema with local references made absolute."""

    def anchor(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                word: node.document.get("$id", "") + item
                if word == "$ref" and isinstance(item, str) and item.startswith("#")
                else anchor(item)
                for word, item in value.items()
            }
        return [anchor(item) for item in value] if isinstance(value, list) else value

    return dict(anchor(node.schema))


@dataclass(frozen=True)
class Mutation:
    """A change that must make a valid instance invalid."""

    kind: str
    path: str
    value: Any


def mutations(value: Any, node: Node) -> Iterator[Mutation]:
    """Every mutation of an instance that the schema claims to exclude, one at a time."""
    if isinstance(value, list):
        if not any("array" in one.kinds() for one in node.items(0)):
            yield Mutation("wrong nesting", "", [value])
    elif must(node):
        yield Mutation("wrong nesting", "", {"payload": value})
    for kind, path, changed in _below(value, [node], ()):
        yield Mutation(kind, "/".join(map(str, path)), _put(value, path, changed))


def _below(value: Any, nodes: list[Node], path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield from ((word, path, new) for word, new in _here(value, nodes))
    if isinstance(value, dict):
        needed = set.intersection(*(must(node) for node in nodes)) if nodes else set()
        for key, item in value.items():
            if key.lower() in needed:
                yield "dropped key", (*path, key), ABSENT
            below = [one for node in nodes for one in node.child(key)]
            yield from _below(item, below, (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value[:12]):
            below = [one for node in nodes for one in node.items(index)]
            yield from _below(item, below, (*path, index))


def _here(value: Any, nodes: list[Node]) -> Iterator[tuple[str, Any]]:
    kinds = {kind for node in nodes for kind in node.kinds()}
    kinds |= {"integer"} if kinds & {"long", "real"} else set()
    for kind, other in KINDS.items():
        if kind not in kinds and not (kind == "integer" and "real" in kinds):
            yield "changed type", other
    opened = [one for node in nodes for one in node.opened]
    if any(_lists(one.schema) for one in opened):
        if isinstance(value, str) and not any(_open(one.schema, "string") for one in opened):
            yield "left enumeration", "no such thing"
        if isinstance(value, int) and not any(_open(one.schema, "integer") for one in opened):
            yield "left enumeration", 987654321
    if "array" not in kinds:
        yield "wrong nesting", [value]
    if "object" not in kinds:
        yield "wrong nesting", {"value": value}


def _lists(schema: dict[str, Any]) -> bool:
    return "enum" in schema or "const" in schema


def _open(schema: dict[str, Any], kind: str) -> bool:
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    takes = {"integer", "number"} if kind == "integer" else {kind}
    return bool(takes & set(types)) and not _lists(schema)


def must(node: Node) -> set[str]:
    """Keys without which no object conforms, whichever branch is taken."""
    schema = node.schema
    found = {key.lower() for key in schema.get("required", ())}
    if "$ref" in schema:
        found |= must(node.follow())
    for one in node.branches("allOf"):
        found |= must(one)
    for word in ("anyOf", "oneOf"):
        branches = [must(one) for one in node.branches(word) if _takes_objects(one)]
        found |= set.intersection(*branches) if branches else set()
    return found


def _takes_objects(node: Node) -> bool:
    kinds = node.kinds()
    return not kinds or "object" in kinds


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of the value with one place changed."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_put(item, rest, new) if at == step else item for at, item in enumerate(value)]
    changed = {}
    for key, item in value.items():
        if key != step:
            changed[key] = item
        elif rest or new is not ABSENT:
            changed[key] = _put(item, rest, new)
    return changed
