"""Which cases run: the calls that owe an obligation, and what the user selected."""

from __future__ import annotations

import fnmatch
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import Contract, load_contract
from conformance.contract.errors import UnknownName
from conformance.contract.export_openapi import over_http
from conformance.generate.shares import SHARE
from conformance.plugin.options import RunOptions, run_options

SERVICES = ("exchange", "apad", "digitizer")
"""Services whose obligations the generic cases can drive."""
LOGINS = frozenset({"AuthenticateUser", "WebAuthenticateUser", "Authenticate2FA"})
"""Calls that open the session: over HTTP they take headers, not the documented payload."""
FRAMES, HTTP = "websocket", "http"
EARLY = ("accounts", "apad", "workflows")
LATE = ("gen_admin", "exchange_admin")
QUICKLY_OVER_HTTP = {"response": 1, "envelope": SHARE}
"""One call in so many owes this over HTTP in a quick run: replies are the call's, their envelope is
the gateway's. Of the other obligations the pages know frames only."""


def contract_of(config: pytest.Config) -> Contract:
    """The contract of the edition this session tests."""
    return load_contract(run_options(config).api_version)


def calls_owing(config: pytest.Config, obligation: str) -> list[Call]:
    """Calls that owe an obligation, in index order."""
    contract = contract_of(config)
    owed = {clause.id for clause in contract.clauses if clause.obligation == obligation}
    return [
        call for call in contract.calls
        if f"{call.key}/{obligation}" in owed and _driven(call)
    ]


def _driven(call: Call) -> bool:
    """A GraphQL subscription says nothing until something happens: it has cases of its own."""
    return call.service in SERVICES and call.category != "Subscription"


def cases_of(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Parametrise a case over the calls that owe its obligation, and over surfaces if it asks."""
    config, wanted = metafunc.config, marker.kwargs
    calls = calls_owing(config, marker.args[0])
    if not run_options(config).reaches(wanted.get("effort", "quick")):
        calls = []
    if wanted.get("reads_only"):
        calls = [call for call in calls if call.effect == "none"]
    if "surface" not in metafunc.fixturenames:
        metafunc.parametrize("call", calls, ids=[call.key for call in calls])
        return
    pairs = [
        (call, surface) for place, call in enumerate(calls)
        for surface in _surfaces(config, call, marker.args[0], place)
        if wanted.get("surface") in ("", None, surface)
    ]
    ids = [call.key if surface != HTTP else f"{call.key}-{surface}" for call, surface in pairs]
    metafunc.parametrize(("call", "surface"), pairs, ids=ids)


def _surfaces(config: pytest.Config, call: Call, obligation: str, place: int) -> Iterator[str]:
    if call.service != "exchange":
        yield call.service
        return
    framed = not call.surfaces or FRAMES in call.surfaces
    if framed:
        yield FRAMES
    carried = over_http(call) and call.effect != "subscribe" and call.name not in LOGINS
    share = QUICKLY_OVER_HTTP.get(obligation)
    asked = run_options(config).reaches("standard") or (share and place % share == 0)
    if carried and has_gateway(config) and (asked or not framed):
        yield HTTP


def has_gateway(config: pytest.Config) -> bool:
    """Does the target file name an HTTP gateway? Our own reference has one."""
    path = run_options(config).target
    return path is None or _names_gateway(path)


@cache
def _names_gateway(path: Path) -> bool:
    try:
        address: Any = tomllib.loads(path.read_text(encoding="utf-8")).get("target")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False  # reported where the file is read in earnest
    return isinstance(address, dict) and bool(address.get("http"))


def clause_of(item: pytest.Item) -> str | None:
    """The clause a case decides, if it is one of ours."""
    marker = item.get_closest_marker("clause")
    if marker is not None:
        return str(marker.args[0])
    obligation = item.get_closest_marker("obligation")
    call = _parameters(item).get("call")
    if obligation is None or not isinstance(call, Call):
        return None
    return f"{call.key}/{obligation.args[0]}"


def _section(item: pytest.Item) -> str | None:
    clause_id = clause_of(item)
    return clause_id.split("/")[0] if clause_id is not None else None


def _parameters(item: pytest.Item) -> dict[str, Any]:
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec is not None else {}


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


def section_in(node_id: str) -> str:
    """The section of a case: the folder of its file, or that of the call it is parametrised with.

    The process that only hands cases out knows no more of them than their ids.
    """
    path, _, rest = node_id.partition("::")
    folder, slash, _ = path.rpartition("/")
    return folder if slash else rest.partition("[")[2].partition("/")[0]


def order(items: list[pytest.Item]) -> None:
    """What lists everybody goes first, while there are few; within that, what every call owes.

    Then the longest sections: no worker should start one when the others are done. Last goes what
    touches everybody: a reset of all market data, the end of the day.
    """
    sizes = Counter(map(_section, items))
    early = {section: place for place, section in enumerate(EARLY)}

    def rank(item: pytest.Item) -> tuple[bool, int, int, bool]:
        section = _section(item) or ""
        place = early.get(section, len(early))
        return section in LATE, place, -sizes[section], "call" not in _parameters(item)

    items.sort(key=rank)


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect cases whose clause was not asked for, and order the others.

    Other people's tests are left alone.
    """
    options = run_options(config)
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        clause_id = clause_of(item)
        wanted = clause_id is None or selected(options, clause_id)
        if clause_id is None and item.get_closest_marker("obligation") is not None:
            wanted = False  # nothing to draw at this effort
        (kept if wanted else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = _known(config, kept)
    order(items)


def _known(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Cases of clauses that are listed; a case of any other is like one that cannot be imported."""
    contract, known = contract_of(config), list[pytest.Item]()
    for item in items:
        clause_id = clause_of(item)
        try:
            if clause_id is not None:
                contract.clause(clause_id)
        except UnknownName as error:
            config.hook.pytest_collectreport(
                report=pytest.CollectReport(item.nodeid, "failed", f"{item.nodeid}: {error}", [])
            )
        else:
            known.append(item)
    return known
