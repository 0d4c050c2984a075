"""The pages' facts of a call held against its call file: a list of differences, best empty."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from . import errata, tolerant
from .facts import Call, Key, Part
from .schema_view import DanglingReference, Node, call_files, documents, kinds_of, parts, plain

FITS = {
    "integer": {"integer"},
    "long": {"long"},
    "real": {"real"},
    "string": {"string"},
    "boolean": {"boolean"},
    "object": {"object"},
    "json string": {"object", "string"},
    "byte": {"integer"},
}
SHOWN = {
    bool: {"boolean"},
    int: {"integer", "long", "real"},
    float: {"real"},
    str: {"string"},
    list: {"array"},
    dict: {"object"},
}
TYPES = {*FITS, "array", "array<integer>", "array<object>", "array<string>", "any"}
STANDARD = ("result", "errormsg", "errorcode", "detail")


@dataclass(frozen=True)
class Difference:
    """One thing a page has that the schema has not, or otherwise."""

    call: str
    part: str
    key: str
    where: str
    expected: str
    found: str
    erratum: str | None = None

    def __str__(self) -> str:
        known = f"   [{self.erratum}]" if self.erratum else ""
        return (
            f"{self.call} {self.part} {self.key} ({self.where}): "
            f"expected {self.expected}, found {self.found}{known}"
        )


def events() -> dict[str, Node]:
    """The event payloads by name."""
    document = documents().get("apex:types/events", {"$defs": {}})
    return {name: Node(schema, document) for name, schema in document["$defs"].items()}


def differences(call: Call) -> list[Difference]:
    """All differences of one call; that it has no file is one of them."""
    path = call_files().get(call.id)
    if path is None:
        return [Difference(call.id, "-", "-", "file", "schemas/calls", "no file")]
    try:
        return compare(call, json.loads(path.read_text(encoding="utf-8")), events())
    except ValueError as error:
        return [Difference(call.id, "-", "-", "file", "JSON", str(error))]
    except DanglingReference as error:
        return [Difference(call.id, "-", "-", "$ref", "a shape", f"nothing at {error}")]


def compare(call: Call, schema: dict[str, Any], events: dict[str, Node]) -> list[Difference]:
    """All differences of one call; those an erratum explains carry its id."""
    nodes = parts(schema)
    found: list[Difference] = []
    for name, part in call.parts.items():
        known = [nodes[name]] if name in nodes else [events[name]] if name in events else []
        if not known:
            found.append(Difference(call.id, name, "-", "part", "a schema", "none"))
            continue
        found += _Comparison(call, name, part, known + _failures(name, nodes, schema)).run()
    return found


def _failures(part: str, nodes: dict[str, Node], schema: dict[str, Any]) -> list[Node]:
    if part != "response":
        return []
    standard = documents()["apex:types/standard"]
    own = [nodes["failure"]] if "failure" in nodes else []
    wants = schema["x-call"]["failure"] == "standard"
    return own + ([Node(standard["$defs"]["Failure"], standard)] if wants else [])


class _Comparison:
    """One part of one call."""

    def __init__(self, call: Call, name: str, part: Part, nodes: list[Node]) -> None:
        self.call, self.name, self.part, self.nodes = call, name, part, nodes
        self.found: list[Difference] = []
        self.below: dict[str, list[Node]] = {}
        for node in nodes:
            for key, child in node.everything():
                self.below.setdefault(key, []).append(child)
        self.tabled = {row.key.lower() for row in part.keys}

    def run(self) -> list[Difference]:
        for row in self.part.keys:
            self.row(row)
        for text in self.part.samples:
            self.sample(text)
        for text in self.part.nested:
            self.piece(text)
        self.strangers()
        return list(dict.fromkeys(self.found))

    def add(self, key: str, where: str, expected: str, found: str) -> None:
        known = errata.explains(self.call.page, key, _sort(where, expected, found))
        self.found.append(Difference(self.call.id, self.name, key, where, expected, found, known))

    def row(self, row: Key) -> None:
        nodes = self.below.get(row.key.lower())
        if not nodes:
            self.add(row.key, "table", row.type or "the key", "no such key")
            return
        inner = [one for node in nodes for one in node.inner()]
        kinds = {kind for node in [*nodes, *inner] for kind in node.kinds()}
        if row.type and not _fits(row.type, kinds, [*nodes, *inner]):
            width = {row.type} | kinds <= {"integer", "long", "null", "string"}
            self.add(row.key, "table, width" if width else "table", row.type, _words(kinds))
        if row.type and not row.enum:
            loose = {kind for node in nodes if not node.observed for kind in _loose(row.type, node)}
            if loose:
                self.add(row.key, "table, loose", row.type, "also " + _words(loose))
        numbers = set().union(*(node.numbers() for node in nodes))
        missing = {number for number in row.enum if int(number) not in numbers}
        if missing:
            self.add(row.key, "enumeration", ", ".join(sorted(missing)), _words(numbers))
        self.names(row, nodes)
        stated = json.loads(row.default) if row.default and self.name == "request" else None
        defaults = [
            one.schema["default"]
            for node in nodes
            for one in node.opened
            if "default" in one.schema
        ]
        if stated is not None and stated not in defaults:
            self.add(row.key, "default", str(row.default), _words(set(map(str, defaults))))

    def names(self, row: Key, nodes: list[Node]) -> None:
        listed = set().union(*(node.names() for node in nodes))
        missing = {
            name
            for name in row.enum.values()
            if listed and not {plain(name), plain(name.split()[0])} & listed
        }
        if missing:
            self.add(row.key, "enumeration", ", ".join(sorted(missing)), _words(listed))

    def sample(self, text: str) -> None:
        repaired = errata.repair(self.call.page, text)
        try:
            value = json.loads(repaired)
        except ValueError:
            value = tolerant.read(repaired)
        self.walk(value, self.nodes, "")

    def piece(self, text: str) -> None:
        """A sample of a piece: a key with its value stands somewhere below; bare data is data."""
        if not re.match(r'"\w+" ?:', text):
            return
        for key, item in tolerant.read("{" + errata.repair(self.call.page, text) + "}").items():
            below = self.below.get(key.lower(), [])
            if not below:
                self.add(key, "piece", "the key", "no such key")
            self.walk(item, below, f"{key}.")

    def walk(self, value: Any, nodes: list[Node], path: str) -> None:
        if isinstance(value, dict):
            self.members(value, nodes, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                below = [one for node in nodes for one in node.items(index)]
                self.walk(item, below, path or "[].")
        elif isinstance(value, str) and any(node.inner() for node in nodes):
            self.walk(_inner(value), [one for node in nodes for one in node.inner()], path)

    def members(self, value: dict[str, Any], nodes: list[Node], path: str) -> None:
        judged = nodes if path else self.nodes[:1]
        required = set().union(*(node.required() for node in judged)) if judged else set()
        for key, item in value.items():
            below = [one for node in nodes for one in node.child(key)]
            where = f"sample {path}{key}" if path else "sample"
            if not below and any(node.free() for node in nodes):
                continue
            if not below:
                self.add(key, where, "the key", "no such key here")
                continue
            maps = any(list(node.maps()) for node in nodes)
            if self.name != "request" and key.lower() in self.tabled - required and not maps:
                self.add(key, where, "required or x-expected", "neither")
            self.member(key, item, below, where, path)

    def member(self, key: str, item: Any, below: list[Node], where: str, path: str) -> None:
        kinds = {kind for node in below for kind in node.kinds()}
        if isinstance(item, dict) and list(item) == ["Options"]:
            self.options(key, item["Options"], below, where)
            return
        if item is not None and kinds and not SHOWN[type(item)] & kinds:
            self.add(key, where, _words(SHOWN[type(item)]), _words(kinds))
            return
        self.walk(item, below, f"{path}{key}.")

    def options(self, key: str, listed: Any, below: list[Node], where: str) -> None:
        names = set().union(*(node.names() for node in below))
        missing = {str(name) for name in listed or () if plain(str(name)) not in names}
        if missing:
            self.add(key, where, ", ".join(sorted(missing)), _words(names))

    def strangers(self) -> None:
        """Keys a request may hold, or a reply must hold, of which the page knows nothing."""
        if not self.part.keys and not self.part.samples:
            return
        obliged = set(self.nodes[0].obliged())
        shown = " ".join([*self.part.samples, *self.part.nested]).lower()
        for key, node in self.nodes[0].everything():
            known = key == "*" or key in self.tabled or f'"{key}"' in shown
            if known or node.observed or "title" in node.schema or key in STANDARD:
                continue
            if self.name == "request" or key in obliged:
                self.add(key, "schema", "nothing on the page", _words(node.kinds()))


def _inner(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fits(type_: str, kinds: set[str], nodes: list[Node]) -> bool:
    if type_ == "any":
        return True
    if type_.startswith("array"):
        of = type_[6:-1]
        inner = {kind for node in nodes for one in node.items(0) for kind in one.kinds()}
        return "array" in kinds and (not of or not inner or of in inner)
    return bool(FITS[type_] & kinds)


def _loose(type_: str, node: Node) -> set[str]:
    """Kinds the schema lets through beside the page's own, marked alternatives left out."""
    if type_ == "any" or node.names():
        return set()
    own = set(kinds_of(node.schema)) or {
        kind
        for one in node.opened
        for kind in kinds_of(one.schema)
        if not one.observed and "contentMediaType" not in one.schema
    }
    allowed = {"array"} if type_.startswith("array") else FITS[type_]
    return own - allowed - {"null"} if allowed & own else set()


def _sort(where: str, expected: str, found: str) -> str:
    """The sort of a difference, by which an erratum must fit it."""
    if found.startswith("no such key"):
        return "key"
    if found == "neither":
        return "presence"
    if where in ("schema", "enumeration", "default"):
        return "stranger" if where == "schema" else where
    return "type" if set(expected.split(", ")) <= TYPES else "enumeration"


def _words(words: set[Any]) -> str:
    return ", ".join(sorted(str(word) for word in words)) or "none"
