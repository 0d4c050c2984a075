"""What a schema says of a key: the kinds of value, the enumerations and the keys below it.

A small reading of JSON Schema of our own, so that the comparison with the pages does not rest on
the code it is to check. Keys are folded to lower case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from . import source

INT_MAX = 2**31 - 1
BRANCHES = ("anyOf", "oneOf", "allOf")


class DanglingReference(LookupError):
    """A `$ref` that points to nothing."""


@cache
def documents() -> dict[str, Any]:
    """Every shared document by its $id."""
    found = {}
    for path in sorted((source.SCHEMAS / "types").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        found[document["$id"]] = document
    return found


def call_files(digitizer: bool = False) -> dict[str, Path]:
    """Every call file by section and name; the Digitizer's operations are no calls of the index."""
    paths = sorted((source.SCHEMAS / "calls").glob("*/*.json"))
    return {
        f"{path.parent.name}/{path.stem}": path
        for path in paths
        if digitizer or path.parent.name != "digitizer"
    }


def plain(name: str) -> str:
    """A name without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name).lower()


@dataclass(frozen=True, eq=False)
class Node:
    """A schema and the document its local references point into.

    `observed`: it stands in an alternative no page prints; `strict`: such alternatives are left
    out below it.
    """

    schema: Any
    document: Any
    observed: bool = False
    strict: bool = False

    def at(self, schema: Any) -> Node:
        observed = self.observed or (isinstance(schema, dict) and "x-basis" in schema)
        return Node(schema, self.document, observed, self.strict)

    def branches(self, word: str) -> list[Node]:
        """The alternatives of `anyOf`, `oneOf` or `allOf`."""
        every = self.schema.get(word, [])
        printed = [one for one in every if not (self.strict and "x-basis" in one)]
        return [self.at(one) for one in printed or every]

    def follow(self) -> Node:
        """The target of this node's reference."""
        base, _, pointer = self.schema["$ref"].partition("#")
        try:
            document = target = documents()[base] if base else self.document
            for step in pointer.strip("/").split("/") if pointer.strip("/") else []:
                target = target[step.replace("~1", "/").replace("~0", "~")]
        except KeyError:
            raise DanglingReference(self.schema["$ref"]) from None
        return Node(target, document, self.observed or "x-basis" in target, self.strict)

    def alternatives(self) -> list[Node]:
        """This schema with references and branches opened; the result has no `$ref`."""
        if not isinstance(self.schema, dict):
            return []
        found = [self]
        if "$ref" in self.schema:
            found += self.follow().alternatives()
        for word in BRANCHES:
            for branch in self.branches(word):
                found += branch.alternatives()
        for word in ("then", "else"):
            if word in self.schema:
                found += self.at(self.schema[word]).alternatives()
        return found

    @cached_property
    def opened(self) -> list[Node]:
        return self.alternatives()

    def kinds(self) -> set[str]:
        """Integer, long, real, string, boolean, object, array and null, as far as let through."""
        every = {kind for node in self.opened for kind in kinds_of(node.schema)}
        own = set(kinds_of(self.schema)) if isinstance(self.schema, dict) else set()
        if own == {"integer"} and "long" in every:
            return {"integer", "long"}
        return own or every

    def children(self) -> Iterator[tuple[str, Node]]:
        """The keys one level down; array items are looked through by `items`."""
        for node in self.opened:
            for key, schema in node.schema.get("properties", {}).items():
                yield key.lower(), node.at(schema)

    def child(self, key: str) -> list[Node]:
        """What stands below a key, a map's values included."""
        found = [node for name, node in self.children() if name == key.lower()]
        return found or [node for _, node in self.maps()]

    def maps(self) -> Iterator[tuple[str, Node]]:
        """Values of objects whose keys are data."""
        for node in self.opened:
            extra = node.schema.get("additionalProperties")
            if isinstance(extra, dict) and extra:
                yield "*", node.at(extra)
            for name, schema in node.schema.get("patternProperties", {}).items():
                yield name, node.at(schema)

    def items(self, index: int) -> list[Node]:
        """What stands at a place of an array."""
        found = []
        for node in self.opened:
            columns = node.schema.get("prefixItems", [])
            if index < len(columns):
                found.append(node.at(columns[index]))
            elif isinstance(node.schema.get("items"), dict):
                found.append(node.at(node.schema["items"]))
        return found

    def inner(self) -> list[Node]:
        """What JSON inside a string must be."""
        return [
            node.at(node.schema["contentSchema"])
            for node in self.opened
            if "contentSchema" in node.schema
        ]

    def required(self) -> set[str]:
        """Keys required or expected by any alternative."""
        words = ("required", "x-expected")
        return {
            key.lower()
            for node in self.opened
            for word in words
            for key in node.schema.get(word, ())
        }

    def numbers(self) -> set[int]:
        """Enumeration numbers any alternative lists."""
        return {value for value in self._enum() if isinstance(value, int)}

    def names(self) -> set[str]:
        """Enumeration names any alternative lists, folded."""
        found = {plain(value) for value in self._enum() if isinstance(value, str)}
        for node in self.opened:
            listed = node.schema.get("x-names", ())
            values = listed.values() if isinstance(listed, dict) else listed
            for value in values:
                found |= {plain(name) for name in ([value] if isinstance(value, str) else value)}
        return found

    def _enum(self) -> Iterator[Any]:
        for node in self.opened:
            yield from node.schema.get("enum", ())
            if "const" in node.schema:
                yield node.schema["const"]

    def everything(self, depth: int = 0) -> Iterator[tuple[str, Node]]:
        """Every key at any depth, columns of arrays by their title."""
        if depth > 12:
            return
        for key, node in [*self.children(), *self.maps()]:
            yield key, node
            yield from node.everything(depth + 1)
        for node in [*self._elements(), *self.inner()]:
            titles = node.schema.get("title", "").lower().split(" or ")
            yield from ((title, node) for title in titles if title)
            yield from node.everything(depth + 1)

    def obliged(self, depth: int = 0) -> Iterator[str]:
        """Every key required at any depth, whatever the branch."""
        if depth > 12 or self.observed:
            return
        for node in self.opened:
            yield from (key.lower() for key in node.schema.get("required", ()))
        for _, node in [*self.children(), *self.maps()]:
            yield from node.obliged(depth + 1)
        for node in [*self._elements(), *self.inner()]:
            yield from node.obliged(depth + 1)

    def free(self) -> bool:
        """Whether some object whose keys are unknown would do."""
        return any(
            "object" in kinds_of(node.schema) and not node.schema.get("properties")
            for node in self.opened
        )

    def _elements(self) -> Iterator[Node]:
        for node in self.opened:
            for schema in node.schema.get("prefixItems", ()):
                yield node.at(schema)
            if isinstance(node.schema.get("items"), dict):
                yield node.at(node.schema["items"])


def kinds_of(schema: dict[str, Any]) -> Iterator[str]:
    """The kinds one schema lets through by its own words."""
    types = schema.get("type", [])
    for kind in [types] if isinstance(types, str) else types:
        if kind == "number":
            yield "real"
        elif kind == "integer":
            yield "long" if schema.get("maximum", 0) > INT_MAX else "integer"
        else:
            yield kind
    for value in [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]:
        yield _kind_of(value)


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    kinds = ((bool, "boolean"), (int, "integer"), (float, "real"), (str, "string"), (list, "array"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "object")


def parts(call: dict[str, Any]) -> dict[str, Node]:
    """Request, response and failure of a call file, as far as it has them."""
    return {name: Node(schema, call) for name, schema in call["$defs"].items()}
