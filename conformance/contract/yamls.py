"""Reading the YAML files of the contract: a list of entries each, problems named by place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from conformance.contract.errors import ContractError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, root: Path) -> Any:
    """Return the content of a YAML file; ContractError names the file and the line."""
    where = f"schemas/{path.relative_to(root).as_posix()}"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as problem:
        raise ContractError(f"{where} is not YAML: {' '.join(str(problem).split())}") from problem


def read_entries(path: Path, root: Path) -> list[dict[str, Any]]:
    """Return a YAML file's list of objects; an absent or empty file has none."""
    if not path.is_file():
        return []
    entries = read_yaml(path, root)
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ContractError(
            f"schemas/{path.relative_to(root).as_posix()} must be a list of entries"
        )
    return entries


def text_of(entry: dict[str, Any], field: str, where: str) -> str:
    """Return a required text field; ContractError names file, entry and field."""
    value = entry.get(field)
    if not isinstance(value, str) or not value:
        raise ContractError(f"schemas/{where}: {entry.get('id', entry)!s:.80} lacks {field!r}")
    return value
