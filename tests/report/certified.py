"""A record as large as that of a ``certify`` run of all calls, made in a second.

Counted at such a run against the reference: 3,285 clauses in 4,492 units, 41 of them with a
finding; conversations of up to 20 exchanges with 100 kB and more; capsules of 180 kB on average,
one of 2 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from conformance.contract.catalog import load_contract
from conformance.plugin.recorder import required_line
from conformance.verdict.capsule import FOLDER
from conformance.verdict.outcome import ExchangeText, Outcome
from tests.report import builder

UNITS = 4_492
FINDINGS = 41
EXCHANGES, EXCHANGE_ORDERS = 20, 25
CAPSULE_ORDERS, LARGEST_CAPSULE_ORDERS = 1_600, 17_000


def write(directory: Path, units: int = UNITS, findings: int = FINDINGS) -> Path:
    """A record of so many units, ``findings`` of them failing, with its capsules."""
    contract = load_contract("3.1")
    clauses = contract.required_clauses(tuple(contract.profiles))
    (directory / FOLDER).mkdir(parents=True)
    places = [
        (clause.id, surface) for surface in ("websocket", "http") for clause in clauses
    ][:units]
    every = max(1, len(places) // findings)
    outcomes = [
        _failing(directory, name, surface, number)
        if number % every == 0 and number < every * findings
        else builder.outcome(name, surface=surface, persona="")
        for number, (name, surface) in enumerate(places)
    ]
    return builder.write(
        directory, [required_line(contract, clause) for clause in clauses[:units]], outcomes,
        exit_code=1, effort="certify",
    )


def _failing(directory: Path, name: str, surface: str, number: int) -> Outcome:
    capsule = f"{FOLDER}/{number}.json"
    orders = LARGEST_CAPSULE_ORDERS if number == 0 else CAPSULE_ORDERS
    (directory / capsule).write_text(_orders(number, orders), encoding="utf-8")
    talk = tuple(
        ExchangeText(name.split("/")[1], "trader", surface, '{"OMSId":1}', text, 3.0)
        for text in (_orders(number + turn, EXCHANGE_ORDERS) for turn in range(EXCHANGES))
    )
    return builder.outcome(
        name, "fail", surface=surface, capsule=capsule, finding=builder.finding(exchanges=talk)
    )


def _orders(seed: int, count: int) -> str:
    return json.dumps(list(_each(seed, count)), indent=1)


def _each(seed: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        drawn = (seed * 7_919 + number * 104_729) % 999_983
        yield {"OrderId": drawn, "Price": f"{drawn % 977}.{drawn % 89:02}", "Quantity": drawn % 61,
               "Side": ("Buy", "Sell")[drawn % 2], "OrderState": "Working"}
