"""Which seeded fault breaks which rule of a model, and the clause whose machine must notice.

``scenarios/workflows/model_rules.yaml``, read and checked; the rules themselves are told by the
models, and by the machines that are their own.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conformance.contract.catalog import Contract
from conformance.contract.errors import ContractError, nearest_names
from conformance.oracle import models
from conformance.oracle.models.rules import RULES, Rule
from conformance.reference.defects import KNOWN
from conformance.reference.server import load_defects

FILE = Path("workflows", "model_rules.yaml")


class ModelRulesError(ContractError):
    """The file of model rules cannot be used; the message names the entry."""


@dataclass(frozen=True, slots=True)
class SeededRule:
    """A rule, the fault that breaks it, and the clause that must catch it."""

    rule: Rule
    clause: str
    fault: str


def load_rules(scenarios: Path) -> dict[str, Rule]:
    """Every rule that a model or a machine tells, by name."""
    for module in pkgutil.iter_modules(models.__path__, models.__name__ + "."):
        importlib.import_module(module.name)
    parent = str(scenarios.parent)
    if parent not in sys.path:
        sys.path.append(parent)
    for path in sorted(scenarios.glob("*/*_machine.py")):
        importlib.import_module(".".join(path.relative_to(scenarios.parent).with_suffix("").parts))
    return RULES


def rules_of(scenarios: Path, contract: Contract) -> tuple[SeededRule, ...]:
    """Every rule with its fault, none where nobody wrote them down; raises ModelRulesError."""
    path = scenarios / FILE
    return read_rules(path, load_rules(scenarios), contract) if path.exists() else ()


def read_rules(
    path: Path, rules: dict[str, Rule], contract: Contract
) -> tuple[SeededRule, ...]:
    """Every rule with its fault, in the order of the file; raises ModelRulesError."""
    load_defects()
    clauses = {clause.id for clause in contract.clauses}
    found: dict[str, SeededRule] = {}
    by_fault: dict[str, str] = {}
    for entry in _entries(path):
        clause = entry["clause"]
        _require(path, "clause", clause, clauses)
        for name, fault in entry["rules"].items():
            _require(path, "rule", name, rules)
            _require(path, "fault", fault, KNOWN)
            if name in found:
                raise ModelRulesError(f"{path}: {name} is listed twice")
            if fault in by_fault:
                raise ModelRulesError(f"{path}: {fault} breaks {by_fault[fault]} and {name}")
            found[name] = SeededRule(rules[name], clause, fault)
            by_fault[fault] = name
    missing = sorted(rules.keys() - found.keys())
    if missing:
        raise ModelRulesError(f"{path}: no fault is named for {', '.join(missing)}")
    return tuple(found.values())


def _require(path: Path, kind: str, name: object, known: Any) -> None:
    if name not in known:
        near = ", ".join(nearest_names(str(name), known)) or "none is near"
        raise ModelRulesError(f"{path}: no such {kind}: {name!r}; nearest: {near}")


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ModelRulesError(f"{path}: {error}") from None
    if not isinstance(entries, list):
        raise ModelRulesError(f"{path}: a list of entries is needed")
    for entry in entries:
        if not isinstance(entry, dict) or set(entry) != {"clause", "rules"}:
            raise ModelRulesError(f"{path}: each entry has the keys clause and rules: {entry}")
        if not isinstance(entry["rules"], dict):
            raise ModelRulesError(f"{path}: rules of {entry['clause']} name their faults")
    return entries
