"""SARIF 2.1.0: what does not hold, pointing at the schema or clause file that demands it."""

from __future__ import annotations

from typing import Any

import msgspec

from conformance.report.pages import page_address
from conformance.report.run import Run
from conformance.report.text import one_line
from conformance.report.units import Unit

LEVELS = {"fail": "error", "error": "error", "differs": "warning", "waived": "note"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(run: Run) -> str:
    """The file's text."""
    units = [unit for unit in run.units if unit.verdict in LEVELS]
    rules = {unit.clause.id: _rule(unit, run.version) for unit in units}
    index = {clause_id: number for number, clause_id in enumerate(rules)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "conformance",
                "semanticVersion": run.header.suite_version,
                "rules": list(rules.values()),
            }},
            "automationDetails": {"id": f"conformance/{one_line(run.target)}/{run.version}"},
            "columnKind": "unicodeCodePoints",
            "properties": {
                "verdict": run.word,
                "exitCode": run.exit_code,
                "contractDigest": run.header.contract_digest,
            },
            "results": [_result(run, unit, index[unit.clause.id]) for unit in units],
        }],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def demanded_by(unit: Unit) -> str:
    """The file of the contract a clause stands in, relative to the project."""
    oracle = unit.finding.oracle if unit.finding is not None else ""
    if oracle.startswith("schemas/"):
        return oracle.split("#")[0].split(" ")[0]
    clause = unit.clause
    if clause.obligation:
        return f"schemas/calls/{clause.section}/{clause.subject}.json"
    return f"schemas/clauses/{clause.section}.yaml"


def _rule(unit: Unit, version: str) -> dict[str, Any]:
    clause = unit.clause
    page = page_address(version, clause.source)
    return {
        "id": clause.id,
        "shortDescription": {"text": one_line(clause.text)},
        "help": {"text": f"{one_line(clause.text)} ({clause.basis}; page {clause.source})"},
        **({"helpUri": page} if page else {}),
        "properties": {"basis": clause.basis, "profile": clause.profile, "page": clause.source},
    }


def _result(run: Run, unit: Unit, rule: int) -> dict[str, Any]:
    waived = unit.verdict == "waived"
    result: dict[str, Any] = {
        "ruleId": unit.clause.id,
        "ruleIndex": rule,
        "level": LEVELS[unit.verdict],
        "message": {"text": f"{unit.verdict}: {one_line(unit.reason)}"},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": demanded_by(unit)}, "region": {"startLine": 1},
            },
            "logicalLocations": [{"fullyQualifiedName": unit.clause.id, "kind": "function"}],
        }],
        "partialFingerprints": {"conformance/v1": unit.digest(unit.signature)},
        "properties": {
            "verdict": unit.verdict, "surface": unit.surface, "persona": unit.persona,
            "signature": unit.signature, "replay": run.replay(unit),
        },
    }
    if waived:
        result["suppressions"] = [{"kind": "external", "justification": one_line(unit.reason)}]
    return result
