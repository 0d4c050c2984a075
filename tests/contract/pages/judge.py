"""Does a value conform to a part of a call file: a judge of the tests' own.

Compiles the files directly with jsonschema-rs, so that a fault of the library's judge cannot hide a
fault of the schemas. Keys of schemas and data are folded first; JSON inside a string is judged by
its `contentSchema`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from .schema_view import Node, documents

LISTS = ("required", "x-expected")
MAPS = ("properties", "dependentSchemas", "dependentRequired")
DATA = ("const", "enum", "default", "examples")


def fold(value: Any) -> Any:
    """Data with the keys of every object in lower case."""
    if isinstance(value, dict):
        return {key.lower(): fold(item) for key, item in value.items()}
    if isinstance(value, list):
        return [fold(item) for item in value]
    return value


def fold_schema(schema: Any) -> Any:
    """A schema whose property names are in lower case, to judge folded data with."""
    if isinstance(schema, list):
        return [fold_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {word: _folded(word, value) for word, value in schema.items()}


def _folded(word: str, value: Any) -> Any:
    if word in LISTS:
        return [key.lower() for key in value]
    if word in MAPS and isinstance(value, dict):
        return {
            key.lower(): [one.lower() for one in item]
            if word == "dependentRequired"
            else fold_schema(item)
            for key, item in value.items()
        }
    if word in DATA:
        return fold(value)
    if word == "$defs":
        return {name: fold_schema(item) for name, item in value.items()}
    return fold_schema(value)


def documented(schema: Any) -> Any:
    """The schema without the alternatives that no page prints."""
    if isinstance(schema, list):
        return [documented(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for word, value in schema.items():
        if word in ("anyOf", "oneOf"):
            kept = [item for item in value if "x-basis" not in item]
            found[word] = documented(kept or value)
        else:
            found[word] = value if word in DATA else documented(value)
    return found


@cache
def _registry(documented_only: bool) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry(
        [
            (name, fold_schema(documented(document) if documented_only else document))
            for name, document in documents().items()
        ]
    )


class Judge:
    """One compiled part."""

    def __init__(self, node: Node, documented_only: bool = False) -> None:
        if documented_only:
            node = Node(
                documented(node.schema),
                {**node.document, "$defs": documented(node.document.get("$defs", {}))},
            )
        self.node = node
        schema = fold_schema(node.schema)
        local = {"$defs": fold_schema(node.document.get("$defs", {}))}
        self.validator = jsonschema_rs.Draft202012Validator(
            {**local, **schema, "$schema": "https://json-schema.org/draft/2020-12/schema"},
            registry=_registry(documented_only),
            validate_formats=True,
        )
        self.nested = has_content(node)

    def accepts(self, value: Any) -> bool:
        """Whether the value, in any letter case, conforms."""
        folded = fold(value)
        if not self.validator.is_valid(folded):
            return False
        return not self.nested or not list(inner_errors(folded, [self.node]))

    def errors(self, value: Any) -> list[tuple[str, str, Any]]:
        """Path, message and instance of each error."""
        found = [
            ("/".join(map(str, error.instance_path)), error.message, error.instance)
            for error in self.validator.iter_errors(fold(value))
        ]
        return found + [
            ("(string)", message, None) for message in inner_errors(fold(value), [self.node])
        ]


def has_content(node: Node) -> bool:
    """Whether any place below holds JSON in a string."""
    return bool(node.inner()) or any(below.inner() for _, below in node.everything())


def inner_errors(value: Any, nodes: list[Node]) -> list[str]:
    """What is wrong inside the JSON strings of a value."""
    if isinstance(value, dict):
        return [
            error
            for key, item in value.items()
            for error in inner_errors(item, [one for node in nodes for one in node.child(key)])
        ]
    if isinstance(value, list):
        return [
            error
            for index, item in enumerate(value)
            for error in inner_errors(item, [one for node in nodes for one in node.items(index)])
        ]
    inner = [one for node in nodes for one in node.inner()]
    if not isinstance(value, str) or not inner or _plain(nodes):
        return []
    try:
        parsed = json.loads(value)
    except ValueError as error:
        return [f"not JSON: {error}"]
    if any(_compiled(one).accepts(parsed) for one in inner):
        return []
    return [message for one in inner for _, message, _ in _compiled(one).errors(parsed)]


def _plain(nodes: list[Node]) -> bool:
    """Whether a bare string would do as well."""
    return any(
        one.schema.get("type") == "string" and "contentSchema" not in one.schema
        for node in nodes
        for one in node.opened
    )


_inner_judges: dict[int, tuple[Any, Judge]] = {}


def _compiled(node: Node) -> Judge:
    """A judge per schema object; the object is kept, so that its identity stays its own."""
    known = _inner_judges.get(id(node.schema))
    if known is None:
        known = _inner_judges[id(node.schema)] = (node.schema, Judge(node))
    return known[1]
