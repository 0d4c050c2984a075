"""The Digitizer's GraphQL operations: one document each, read without a GraphQL library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from conformance.contract.errors import ContractError

_HEAD = re.compile(r"^(query|mutation|subscription)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Operation:
    """One GraphQL operation: ``kind`` is query, mutation or subscription; ``document`` its text."""

    name: str
    kind: str
    document: str


def load_operations(root: Path) -> tuple[Operation, ...]:
    """Read digitizer/operations.graphql; without the file there are none.

    Each operation starts at the beginning of a line. Raises ContractError for a repeated name.
    """
    path = root / "digitizer" / "operations.graphql"
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[str, Operation] = {}
    for head, end in zip(heads, ends, strict=True):
        kind, name = head.groups()
        if name in found:
            raise ContractError(f"schemas/digitizer/operations.graphql has {name} twice")
        found[name] = Operation(name, kind, text[head.start() : end].strip())
    return tuple(found.values())


def load_sdl(root: Path) -> str:
    """Return the Digitizer's schema definition; ContractError when it is not there."""
    path = root / "digitizer" / "schema.graphql"
    if not path.is_file():
        raise ContractError("schemas/digitizer/schema.graphql is missing")
    return path.read_text(encoding="utf-8")
