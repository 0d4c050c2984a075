"""The schema documents: reading, resolving references, bundling one part into one schema.

Knows files and JSON Schema, not what a call is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from conformance.contract.errors import ContractError

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Keywords whose value is data, never a schema: a "$ref" or "properties" inside means nothing.
DATA_KEYWORDS = frozenset({"const", "enum", "default", "examples"})
# Keywords whose value maps free names to schemas.
NAMED_KEYWORDS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})


class SchemaStore:
    """Every schema document of one API version, by ``$id``.

    ``documents`` maps ``apex:types/ids`` and ``apex:calls/users/LogOut`` to the parsed file.
    ``cache`` is where later layers keep what they derive from these documents.
    """

    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        self.documents = documents
        self.cache: dict[tuple[Any, ...], Any] = {}

    def resolve(self, reference: str) -> Any:
        """Return what an absolute reference points to; ContractError when it points nowhere."""
        document_id, _, pointer = reference.partition("#")
        node: Any = self.documents.get(document_id)
        if node is None:
            raise ContractError(f"reference {reference!r}: there is no document {document_id!r}")
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                raise ContractError(f"reference {reference!r} points to nothing")
        return node

    def bundle(self, schema: Schema, base: str, title: str) -> Schema:
        """Return ``schema`` with everything it refers to pulled into its own ``$defs``.

        ``base`` is the ``$id`` of the document the schema stands in. The result has only local
        references and validates alone. The input is not changed.
        """
        definitions: dict[str, Any] = {}
        body = self.collect(schema, base, definitions, "#/$defs/{}")
        bundled: Schema = {"$schema": DIALECT, "title": title}
        bundled.update((k, v) for k, v in body.items() if k not in ("$schema", "$id"))
        if definitions:
            bundled["$defs"] = {**body.get("$defs", {}), **definitions}
        return bundled

    def collect(
        self, schema: Schema, base: str, definitions: dict[str, Any], reference: str
    ) -> Schema:
        """Return ``schema`` with its references renamed, and add what they mean to ``definitions``.

        ``reference`` is the form of the new references, ``{}`` standing for the definition's name.
        """
        rewritten: Schema = _Bundler(self, definitions, reference).rewrite(schema, base)
        return rewritten


class _Bundler:
    """One walk over one schema that collects the definitions it needs."""

    def __init__(self, store: SchemaStore, definitions: dict[str, Any], reference: str) -> None:
        self.store = store
        self.definitions = definitions
        self.reference = reference

    def rewrite(self, node: Any, base: str) -> Any:
        if isinstance(node, list):
            return [self.rewrite(item, base) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: self._keyword(key, value, base) for key, value in node.items()}

    def _keyword(self, key: str, value: Any, base: str) -> Any:
        if key == "$ref" and isinstance(value, str):
            return self._reference(value, base)
        if key in DATA_KEYWORDS or (key.startswith("x-") and not isinstance(value, list | dict)):
            return value
        if key in NAMED_KEYWORDS and isinstance(value, dict):
            return {name: self.rewrite(sub, base) for name, sub in value.items()}
        return self.rewrite(value, base)

    def _reference(self, value: str, base: str) -> str:
        absolute = base + value if value.startswith("#") else value
        name = definition_name(absolute)
        if name not in self.definitions:
            self.definitions[name] = None  # a recursive shape meets itself here
            target_base = absolute.partition("#")[0]
            self.definitions[name] = self.rewrite(self.store.resolve(absolute), target_base)
        return self.reference.format(name)


def definition_name(reference: str) -> str:
    """Return the local name of an absolute reference: ``apex:types/ids#/$defs/X`` is ``ids.X``."""
    document_id, _, pointer = reference.partition("#")
    place = document_id.removeprefix("apex:").removeprefix("types/").removeprefix("calls/")
    steps = [step for step in pointer.split("/") if step and step != "$defs"]
    return ".".join([*place.split("/"), *steps])


def load_documents(root: Path) -> dict[str, dict[str, Any]]:
    """Read every types/*.json and calls/*/*.json below ``root``; keys are their ``$id``.

    Raises ContractError, with the file named, for a file that is no JSON object, has no ``$id``
    or one that does not say where the file lies.
    """
    documents: dict[str, dict[str, Any]] = {}
    decoder = msgspec.json.Decoder()
    for path in _schema_files(root):
        where = path.relative_to(root).with_suffix("").as_posix()
        try:
            document = decoder.decode(path.read_bytes())
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise ContractError(f"schemas/{where}.json is not JSON: {problem}") from problem
        if not isinstance(document, dict) or document.get("$id") != f"apex:{where}":
            raise ContractError(f"schemas/{where}.json must have the $id 'apex:{where}'")
        documents[f"apex:{where}"] = document
    return documents


def _schema_files(root: Path) -> Iterator[Path]:
    yield from sorted((root / "types").glob("*.json"))
    yield from sorted((root / "calls").glob("*/*.json"))
