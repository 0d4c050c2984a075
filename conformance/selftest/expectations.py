"""Which clauses must catch which fault: ``scenarios/<section>/defects.yaml``, read and checked.

The rules of the models name their faults in a file of their own, which counts here too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from conformance.contract.catalog import Contract
from conformance.contract.errors import ContractError
from conformance.reference.defects import KNOWN
from conformance.reference.server import load_defects
from conformance.selftest.rules import rules_of

FILE = "defects.yaml"


class DefectsFileError(ContractError):
    """A defects file cannot be used; the message names the file and the entry."""


def read_expectations(scenarios: Path, contract: Contract) -> dict[str, tuple[str, ...]]:
    """The clauses named for each seeded fault, over all sections; raises DefectsFileError."""
    load_defects()
    clauses = {clause.id for clause in contract.clauses}
    found: dict[str, list[str]] = {name: [] for name in KNOWN}
    for path in sorted(scenarios.glob(f"*/{FILE}")):
        for entry in _entries(path):
            name, named = entry["defect"], entry["clauses"]
            if name not in KNOWN:
                raise DefectsFileError(f"{path}: no such defect: {name!r}")
            for clause in named:
                if clause not in clauses:
                    raise DefectsFileError(f"{path}: {name} names no clause: {clause!r}")
            found[name] += [clause for clause in named if clause not in found[name]]
    for each in rules_of(scenarios, contract):
        found[each.fault] += [each.clause] if each.clause not in found[each.fault] else []
    return {name: tuple(named) for name, named in found.items()}


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise DefectsFileError(f"{path}: {error}") from None
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or set(entry) != {"defect", "clauses"}:
            raise DefectsFileError(f"{path}: each entry has the keys defect and clauses: {entry}")
        if not isinstance(entry["clauses"], list) or not entry["clauses"]:
            raise DefectsFileError(f"{path}: {entry['defect']} names no clauses")
    return list(entries)
