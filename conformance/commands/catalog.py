"""``conformance catalog``: every call of an API version."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from conformance.contract.call import Call
from conformance.contract.catalog import Contract, load_contract

_COLUMNS = ("section", "call", "category", "permissions", "mode", "effect", "events", "notes")


def print_catalog(api_version: str, form: str, section: str | None, call: str | None) -> None:
    """Print the calls as table, json or markdown; UnknownName for an unknown name."""
    contract = load_contract(api_version)
    calls = select_calls(contract, section, call)
    if form == "json":
        json.dump(catalog_document(contract, calls), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form == "markdown":
        sys.stdout.writelines(f"{line}\n" for line in _markdown(contract, calls))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _table(calls))


def select_calls(contract: Contract, section: str | None, call: str | None) -> tuple[Call, ...]:
    """Return the calls asked for: all, a section's, or one."""
    if call is not None:
        return (contract.call(call, section),)
    return contract.calls if section is None else contract.section(section)


def catalog_document(contract: Contract, calls: Iterable[Call]) -> dict[str, Any]:
    """Return the catalog as one object; the response schema takes success and refusal."""
    return {"api_version": contract.version, "calls": [_entry(contract, c) for c in calls]}


def _entry(contract: Contract, call: Call) -> dict[str, Any]:
    return {
        "service": call.service,
        "section": call.section,
        "name": call.name,
        "category": call.category,
        "permissions": list(call.permissions),
        "mode": call.mode,
        "effect": call.effect,
        "deprecated": call.deprecated,
        "listed": call.listed,
        "page": call.page,
        "request": call.bundled("request"),
        "response": call.bundled("reply"),
        "events": {name: contract.event(name).bundled() for name in call.events},
    }


def _row(call: Call) -> tuple[str, ...]:
    notes = [*(["deprecated"] if call.deprecated else []), *([] if call.listed else ["not listed"])]
    notes += [f"{surface} only" for surface in call.surfaces]
    return (
        call.section,
        call.name,
        call.category,
        ", ".join(call.permissions) or "-",
        call.mode,
        call.effect,
        str(len(call.events)),
        ", ".join(notes),
    )


def _table(calls: Iterable[Call]) -> list[str]:
    rows = [_COLUMNS, *(_row(call) for call in calls)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [*lines, f"{len(rows) - 1} calls"]


def _markdown(contract: Contract, calls: Iterable[Call]) -> list[str]:
    lines = [f"# Calls of API {contract.version}"]
    current = None
    for call in calls:
        if call.section != current:
            current = call.section
            lines += ["", f"## {current}", "", "| " + " | ".join(_COLUMNS[1:]) + " |"]
            lines.append("|" + "---|" * (len(_COLUMNS) - 1))
        lines.append("| " + " | ".join(_row(call)[1:]) + " |")
    return lines
