"""Words of the scenarios about positions: rows compared, added up, and their totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import number
from scenarios.oms_orders.vocabulary import Floor, sell
from scenarios.tickets.vocabulary import Till, figures

DAY_MS = 86_400_000
PERIODS = ("Day", "Month", "Year")


def distinct(found: Iterable[Any], *keys: str) -> set[tuple[Any, ...]]:
    """The values that these keys take together."""
    return {tuple(lookup(row, key) for key in keys) for row in found}


def accounts_in(found: Iterable[Any]) -> set[int]:
    """The accounts that rows are about."""
    return {int(lookup(row, "accountId")) for row in found}


def outside_bounds(found: Iterable[Any]) -> list[Any]:
    """The positions whose hold is negative or more than the amount."""
    return [row for row in found if not 0 <= number(row, "hold") <= number(row, "amount")]


def below_zero(found: Iterable[Any], key: str) -> list[Any]:
    """The positions in which a figure is negative."""
    return [row for row in found if number(row, key) < 0]


def open_sell(trader: Session, floor: Floor) -> int:
    """Rest a sell order, which holds what it offers."""
    return sell(trader, floor, 3)


def day_totals(till: Till) -> Decimal:
    """What was deposited of the till's product today."""
    return figures(till)["totalDayDeposits"]


def totals(row: Any, direction: str) -> list[Decimal]:
    """Day, month and year of one direction, ``Deposits`` or ``Withdraws``."""
    return [number(row, f"total{period}{direction}") for period in PERIODS]


def all_totals(row: Any) -> list[Decimal]:
    """Day, month and year of both directions."""
    return [*totals(row, "Deposits"), *totals(row, "Withdraws")]


def unordered(found: Iterable[Any]) -> list[Any]:
    """The positions in which a shorter period counts more than a longer one."""
    return [
        row for row in found for direction in ("Deposits", "Withdraws")
        if totals(row, direction) != sorted(totals(row, direction))
    ]


def sums(found: Iterable[Any]) -> dict[int, Decimal]:
    """What all rows have together, by product."""
    total: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in found:
        total[int(lookup(row, "productId"))] += number(row, "amount")
    return dict(total)


def by_product(found: Iterable[Any]) -> dict[int, Any]:
    """Rows by product."""
    return {int(lookup(row, "productId")): row for row in found}


def symbols(value: Any) -> set[str]:
    """The symbols of a list that may hold lists."""
    return {
        symbol for item in value
        for symbol in (item if isinstance(item, list) else [item])
    }
