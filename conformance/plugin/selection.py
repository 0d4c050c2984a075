"""Which cases run: the calls that owe an obligation, and what the user selected."""

from __future__ import annotations

import fnmatch

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import Contract, load_contract
from conformance.plugin.options import RunOptions, run_options

SERVICES = ("exchange",)
"""Services whose obligations the generic cases can drive so far."""


def contract_of(config: pytest.Config) -> Contract:
    """The contract of the edition this session tests."""
    return load_contract(run_options(config).api_version)


def calls_owing(config: pytest.Config, obligation: str) -> list[Call]:
    """Calls that owe an obligation, in index order."""
    contract = contract_of(config)
    owed = {clause.id for clause in contract.clauses if clause.obligation == obligation}
    return [
        call for call in contract.calls
        if f"{call.key}/{obligation}" in owed and call.service in SERVICES
    ]


def clause_of(item: pytest.Item) -> str | None:
    """The clause a case decides, if it is one of ours."""
    marker = item.get_closest_marker("clause")
    if marker is not None:
        return str(marker.args[0])
    obligation = item.get_closest_marker("obligation")
    callspec = getattr(item, "callspec", None)
    if obligation is None or callspec is None:
        return None
    return f"{callspec.params['call'].key}/{obligation.args[0]}"


def selected(options: RunOptions, clause_id: str) -> bool:
    """Is this clause among what the user asked for?"""
    section, subject, _ = clause_id.split("/", 2)
    if options.sections and section not in {name.lower() for name in options.sections}:
        return False
    if options.calls and subject.lower() not in {name.lower() for name in options.calls}:
        return False
    return not options.clauses or any(
        fnmatch.fnmatchcase(clause_id, pattern) for pattern in options.clauses
    )


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect cases whose clause was not asked for; leave other people's tests alone."""
    options = run_options(config)
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        clause_id = clause_of(item)
        (kept if clause_id is None or selected(options, clause_id) else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
