"""The documented keys of a payload, place by place.

One walk over a payload folds its keys and notes what is needed for evidence: which documented keys
occurred, how they were spelled, which expected ones are absent, which keys nobody documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.errors import PayloadError
from conformance.contract.folding import fold_data
from conformance.contract.payload import parse_json
from conformance.contract.schemas import Schema


@dataclass(slots=True)
class Sighting:
    """What one walk saw. Paths are documented ones: ``$[].Price``, array positions left out.

    ``misspelled`` holds (documented path, key as sent); ``collisions`` the paths of keys that
    stood twice in different case, with whether the two values were equal.
    """

    seen: set[str] = field(default_factory=set)
    undocumented: set[str] = field(default_factory=set)
    misspelled: set[tuple[str, str]] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    collisions: list[tuple[str, bool]] = field(default_factory=list)


class Entry:
    """One documented key at one place; ``spellings`` are the documented ones, usually one."""

    __slots__ = ("_child", "folded", "path", "root", "sources", "spellings")

    def __init__(self, folded: str, spelling: str, parent: str, root: Schema) -> None:
        self.folded = folded
        self.spellings = [spelling]
        self.path = f"{parent}.{spelling}"
        self.root = root
        self.sources: list[Any] = []
        self._child: Shape | None = None

    @property
    def child(self) -> Shape:
        """Return the shape of the value, built when first asked for: shapes may be recursive."""
        if self._child is None:
            self._child = Shape(self.sources, self.path, self.root)
        return self._child


class Shape:
    """Everything documented about one place, all alternatives taken together."""

    __slots__ = (
        "_items",
        "contents",
        "exact",
        "expectations",
        "folded",
        "identity",
        "is_map",
        "item_sources",
        "map_sources",
        "path",
        "prefix_sources",
        "root",
        "sources",
    )

    def __init__(self, sources: list[Any], path: str, root: Schema) -> None:
        self.path = path
        self.root = root
        self.sources = sources
        self.exact: dict[str, Entry] = {}
        self.folded: dict[str, Entry] = {}
        self.expectations: list[tuple[frozenset[str], list[tuple[str, str]]]] = []
        self.item_sources: list[Any] = []
        self.prefix_sources: dict[int, list[Any]] = {}
        self.map_sources: list[Any] = []
        self.is_map = False
        self.contents: list[Any] = []
        self._items: dict[int, Shape] = {}
        self.identity: frozenset[int] = frozenset()
        pending, met = list(sources), set[int]()
        while pending:
            node = pending.pop(0)
            if isinstance(node, dict) and id(node) not in met:
                met.add(id(node))
                pending.extend(self._absorb(node))
                if not node.keys().isdisjoint(("properties", "items", "prefixItems")):
                    self.identity |= {id(node)}

    def item(self, position: int) -> Shape:
        """Return the shape of the array item at a position."""
        key = position if position in self.prefix_sources else -1
        if key not in self._items:
            suffix = f"[{position}]" if key >= 0 else "[]"
            sources = self.prefix_sources.get(key, self.item_sources)
            self._items[key] = Shape(sources, self.path + suffix, self.root)
        return self._items[key]

    def walk(self, value: Any, sighting: Sighting) -> Any:
        """Return the value with folded keys, noting what is seen; the input is not changed."""
        kind = type(value)
        if kind is list:
            if not self.prefix_sources:
                child = self.item(0)
                return [child.walk(item, sighting) for item in value]
            return [self.item(i).walk(item, sighting) for i, item in enumerate(value)]
        if kind is dict:
            return self._walk_object(value, sighting)
        if kind is str and self.contents:
            self._walk_content(value, sighting)
        return value

    def _walk_object(self, value: dict[str, Any], sighting: Sighting) -> dict[str, Any]:
        folded: dict[str, Any] = {}
        exact, seen = self.exact, sighting.seen
        for key, item in value.items():
            entry = exact.get(key)
            if entry is None:
                entry = self.folded.get(key.lower())
                if entry is None:
                    self._unknown(key, item, folded, sighting)
                    continue
                sighting.misspelled.add((entry.path, key))
            name = entry.folded
            if name in folded:
                earlier = next(v for k, v in value.items() if k.lower() == name)
                sighting.collisions.append((entry.path, earlier == item))
            seen.add(entry.path)
            kind = type(item)
            if kind is dict or kind is list or kind is str:
                item = entry.child.walk(item, sighting)
            folded[name] = item
        for required, expected in self.expectations:
            if required <= folded.keys():
                sighting.missing.update(path for name, path in expected if name not in folded)
        return folded

    def _unknown(self, key: str, item: Any, folded: dict[str, Any], sighting: Sighting) -> None:
        if self.is_map:  # the keys of a map are data, so their case stays
            child = self._items.setdefault(-2, Shape(self.map_sources, f"{self.path}.*", self.root))
            folded[key] = child.walk(item, sighting)
            return
        sighting.undocumented.add(f"{self.path}.{key}")
        lower = key.lower()
        if lower in folded:
            sighting.collisions.append((f"{self.path}.{key}", folded[lower] == item))
        folded[lower] = fold_data(item)

    def _walk_content(self, text: str, sighting: Sighting) -> None:
        try:
            inner = parse_json(text)
        except PayloadError:
            return  # the validator says so
        child = self._items.setdefault(-3, Shape(self.contents, f"{self.path}(json)", self.root))
        child.walk(inner, sighting)

    def _absorb(self, node: Schema) -> Iterator[Any]:
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield self.root["$defs"].get(reference.removeprefix("#/$defs/"))
        for word in ("anyOf", "oneOf", "allOf"):
            yield from node.get(word, ())
        for word in ("if", "then", "else"):
            yield node.get(word)
        yield from node.get("dependentSchemas", {}).values()
        self._absorb_keys(node)
        self._absorb_items(node)
        if "contentSchema" in node:
            self.contents.append(node["contentSchema"])

    def _absorb_keys(self, node: Schema) -> None:
        for spelling, schema in node.get("properties", {}).items():
            lower = spelling.lower()
            entry = self.folded.get(lower)
            if entry is None:
                entry = self.folded[lower] = Entry(lower, spelling, self.path, self.root)
            elif spelling not in entry.spellings:
                entry.spellings.append(spelling)
            entry.sources.append(schema)
            self.exact[spelling] = entry
        expected = node.get("x-expected")
        if expected:
            required = frozenset(name.lower() for name in node.get("required", ()))
            listed = [(name.lower(), f"{self.path}.{name}") for name in expected]
            self.expectations.append((required, listed))
        for word in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(node.get(word), dict):
                self.is_map = True
                self.map_sources.append(node[word])
        if node.get("patternProperties"):
            self.is_map = True
            self.map_sources.extend(node["patternProperties"].values())

    def _absorb_items(self, node: Schema) -> None:
        if isinstance(node.get("items"), dict):
            self.item_sources.append(node["items"])
        for position, schema in enumerate(node.get("prefixItems", ())):
            self.prefix_sources.setdefault(position, []).append(schema)


def shape_of(bundled: Schema) -> Shape:
    """Return the shape of a bundled schema, rooted at ``$``."""
    return Shape([bundled], "$", bundled)


def documented_keys(shape: Shape) -> dict[str, tuple[str, ...]]:
    """Return every documented path with its documented spellings, outermost first.

    A shape that contains itself is followed once.
    """
    found: dict[str, tuple[str, ...]] = {}
    pending: list[tuple[Shape, frozenset[frozenset[int]]]] = [(shape, frozenset())]
    while pending:
        place, above = pending.pop(0)
        if place.identity in above:
            continue
        within = above | {place.identity} if place.identity else above
        for entry in place.folded.values():
            found.setdefault(entry.path, tuple(entry.spellings))
            pending.append((entry.child, within))
        if place.item_sources:
            pending.append((place.item(len(place.prefix_sources)), within))
        pending.extend((place.item(position), within) for position in place.prefix_sources)
        pending.extend(
            (Shape(sources, f"{place.path}{suffix}", place.root), within)
            for sources, suffix in ((place.map_sources, ".*"), (place.contents, "(json)"))
            if sources
        )
    return found
