"""Words of the scenarios about balance reconciliation: records of what a provider should hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import number, rows

MANAGER = 1
"""The asset manager; the pages print 1."""
PROVIDER = 1
"""An account provider of it; the pages print 1."""
FIGURES = (
    "currentColdBalance", "currentHotBalance", "totalExternalBalance", "totalAMbalance",
    "diffPercent",
)
OF_PROVIDER = {"assetManagerId": MANAGER, "accountProviderId": PROVIDER}


def reconciliation(world: World) -> dict[str, Any]:
    """The payload of a record whose figures no other record has."""
    cold = world.deployment.unique_number() + Decimal("0.01")
    return {
        "infoId": 0, "currentColdBalance": cold, "currentHotBalance": Decimal(40),
        "totalExternalBalance": cold + 40, "totalAMbalance": cold + 40, "diffPercent": Decimal(1),
        "createdTime": "2026-01-02T03:04:05Z", **OF_PROVIDER,
    }


def add(world: World, record: dict[str, Any]) -> Turn:
    """Send AddBalanceReconciliationInfo as the operator."""
    return world.operator.send("AddBalanceReconciliationInfo", record)


def added(world: World) -> dict[str, Any]:
    """A record that has been added; Unavailable when it is refused."""
    record = reconciliation(world)
    turn = add(world, record)
    if turn.get("result") is not True:
        raise Unavailable(f"no record can be added: {turn.text[:200]}")
    return record


def records(world: World, **limit: int) -> list[Any]:
    """The records of the provider; Unavailable when they cannot be listed."""
    return rows(world.operator.send(
        "GetAllBalanceReconciliationInfo", {**OF_PROVIDER, **limit}
    ))


def figures(row: Any) -> list[Decimal]:
    """The figures of a record."""
    return [number(row, key) for key in FIGURES]


def info_ids(found: list[Any]) -> list[int]:
    """The ids of records, in their order."""
    return [int(lookup(row, "infoId")) for row in found]


def record_reads(world: World) -> tuple[Read, ...]:
    """The reads that show the records."""
    return (
        (world.operator, "GetAllBalanceReconciliationInfo", dict(OF_PROVIDER)),
        (world.operator, "GetBalanceReconciliationInfo", dict(OF_PROVIDER)),
    )
