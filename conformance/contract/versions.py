"""API versions: what differs from 3.1, as JSON Patches over the 3.1 documents.

A file ``schemas/versions/<v>.json`` is::

    {"version": "3.3.3", "base": "3.1", "withdrawn": ["users/X"],
     "patches": {"apex:calls/oms_orders/SendOrder": [{"op": "add", "path": "…", "value": …}]}}

``base`` may be another version with a file; ``patches`` maps a document's ``$id`` to an RFC 6902
patch; a document that is wholly new is added with path "" on an ``$id`` not yet there.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import msgspec

from conformance.contract.errors import ContractError, UnknownName

BASE_VERSION = "3.1"

Documents = dict[str, dict[str, Any]]


def known_versions(root: Path) -> tuple[str, ...]:
    """Return the versions that can be loaded, oldest name first."""
    names = {path.stem for path in (root / "versions").glob("*.json")}
    return tuple(sorted(names | {BASE_VERSION}))


def apply_version(version: str, documents: Documents, root: Path) -> Documents:
    """Return the documents as that version has them; those given are not changed.

    Raises UnknownName for a version without a file, ContractError for a patch that does not fit.
    """
    known = known_versions(root)
    if version not in known:
        raise UnknownName("API version", version, known)
    path = root / "versions" / f"{version}.json"
    if not path.is_file():
        return documents
    change = _read(path)
    base = change.get("base")
    if version != BASE_VERSION:
        documents = apply_version(str(base or BASE_VERSION), documents, root)
    return _patched(version, documents, change)


def _read(path: Path) -> dict[str, Any]:
    try:
        change = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as problem:
        raise ContractError(f"schemas/versions/{path.name} is not JSON: {problem}") from problem
    if not isinstance(change, dict):
        raise ContractError(f"schemas/versions/{path.name} must be an object")
    return change


def _patched(version: str, documents: Documents, change: dict[str, Any]) -> Documents:
    import jsonpatch  # only versions other than the base one need it

    result = dict(documents)
    for document_id, operations in change.get("patches", {}).items():
        before = copy.deepcopy(result.get(document_id, {}))
        try:
            result[document_id] = jsonpatch.apply_patch(before, operations, in_place=True)
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as problem:
            where = f"schemas/versions/{version}.json, patch of {document_id}"
            raise ContractError(f"{where}: {problem}") from problem
    for call_key in change.get("withdrawn", []):
        if result.pop(f"apex:calls/{call_key}", None) is None:
            raise ContractError(f"schemas/versions/{version}.json withdraws unknown {call_key}")
    return result


def version_matches(version: str, specification: str) -> bool:
    """Tell whether a version satisfies a list such as ``>=3.1,<3.4``; a bare version means equal.

    Versions compare step by step as numbers. Raises ContractError for anything else.
    """
    return all(_satisfies(version, part.strip()) for part in specification.split(","))


def _satisfies(version: str, condition: str) -> bool:
    operator = condition[: len(condition) - len(condition.lstrip("<>=!"))]
    left, right = _steps(version), _steps(condition[len(operator) :].strip())
    outcomes = {
        ">=": left >= right,
        "<=": left <= right,
        ">": left > right,
        "<": left < right,
        "!=": left != right,
        "==": left == right,
        "=": left == right,
        "": left == right,
    }
    if operator not in outcomes:
        raise ContractError(f"version condition {condition!r} is not understood")
    return outcomes[operator]


def _steps(version: str) -> tuple[int, ...]:
    try:
        return tuple(int(step) for step in version.split("."))
    except ValueError:
        raise ContractError(f"{version!r} is no version number") from None
