"""Letter case: schemas and data are brought to lower case before they are compared.

The pages say that the letter case of keys does not matter. So shape is judged on folded keys, and
spelling apart, against the spelling documented at that very place (conformance.contract.shapes).
"""

from __future__ import annotations

import copy
from typing import Any

from conformance.contract.schemas import DATA_KEYWORDS, NAMED_KEYWORDS, Schema

LENIENT_BASES = frozenset({"observed", "later"})
# What a compiled validator needs none of.
_SILENT = frozenset({"title", "description", "default", "examples", "$comment", "deprecated"})


def fold_data(value: Any, collisions: list[str] | None = None, path: str = "$") -> Any:
    """Return the value with every key in lower case, at any depth; the input is not changed.

    Of keys that differ only in case the last one stays; ``collisions`` receives their paths.
    """
    if isinstance(value, list):
        return [fold_data(item, collisions, f"{path}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    folded: dict[str, Any] = {}
    for key, item in value.items():
        lower = key.lower()
        if lower in folded and collisions is not None:
            collisions.append(f"{path}.{key}")
        folded[lower] = fold_data(item, collisions, f"{path}.{key}")
    return folded


class Folded:
    """A bundled schema made ready to compile.

    ``schema`` has lower-case keys. Marked alternatives are gone (``strict``) or carry
    ``x-lenient``, the erratum id or an empty text. ``contentSchema`` became ``x-content``, an
    index into ``contents``, whose entries are folded schemas. ``lenient`` tells whether any
    marked alternative was met.
    """

    def __init__(self, bundled: Schema, strict: bool) -> None:
        self.contents: list[Schema] = []
        self.lenient = False
        self._strict = strict
        self._definitions: dict[str, Any] = bundled.get("$defs", {})
        self.schema: Schema = self._fold(bundled)
        definitions = self.schema.get("$defs", {})
        self.contents = [{**content, "$defs": definitions} for content in self.contents]

    def _fold(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        result: Schema = {}
        for key, value in node.items():
            if key in _SILENT:
                continue
            folded = self._keyword(key, value)
            if folded is not None:
                result.update(folded)
        return result

    def _keyword(self, key: str, value: Any) -> Schema | None:
        if key == "contentSchema":
            folded = self._fold(value)  # may append contents of its own
            self.contents.append(folded)
            return {"x-content": len(self.contents) - 1}
        if key.startswith("x-"):
            return None
        if key in ("anyOf", "oneOf"):
            return self._alternatives(key, value)
        if key == "required":
            return {key: sorted({name.lower() for name in value})}
        if key == "dependentRequired":
            return {key: {k.lower(): [v.lower() for v in vs] for k, vs in value.items()}}
        if key in DATA_KEYWORDS:
            return {key: fold_data(copy.deepcopy(value))}
        if key in NAMED_KEYWORDS and isinstance(value, dict):
            return {key: self._named(key, value)}
        if isinstance(value, list):
            return {key: [self._fold(item) for item in value]}
        return {key: self._fold(value)}

    def _named(self, key: str, value: dict[str, Any]) -> dict[str, Any]:
        if key == "$defs":
            return {name: self._fold(sub) for name, sub in value.items()}
        if key == "patternProperties":
            return {f"(?i){pattern}": self._fold(sub) for pattern, sub in value.items()}
        folded: dict[str, Any] = {}
        for name, sub in value.items():
            lower, schema = name.lower(), self._fold(sub)
            if lower in folded and folded[lower] != schema:
                schema = {"anyOf": [folded[lower], schema]}
            folded[lower] = schema
        return folded

    def _alternatives(self, key: str, branches: list[Any]) -> Schema:
        kept = []
        for branch in branches:
            mark = self._mark(branch)
            if mark is None:
                kept.append(self._fold(branch))
                continue
            self.lenient = True
            if not self._strict:
                kept.append({**self._fold(branch), "x-lenient": mark})
        return {key: kept} if kept else {"not": {}}

    def _mark(self, branch: Any) -> str | None:
        """Return the erratum id of an alternative marked as a tolerance, "" without one."""
        for _ in range(16):  # references to references; a cycle of bare references is no shape
            if not isinstance(branch, dict):
                return None
            if branch.get("x-basis") in LENIENT_BASES:
                return str(branch.get("x-erratum", ""))
            reference = branch.get("$ref")
            if not isinstance(reference, str) or set(branch) - {"$ref", "description", "title"}:
                return None
            branch = self._definitions.get(reference.removeprefix("#/$defs/"))
        return None
