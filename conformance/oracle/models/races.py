"""What may come of requests that meet: every serial order of them, tried on the plain book.

An exchange may take requests that arrive together in any order, but only in one: what is left
afterwards must be what some order of them leaves. Orders are named by a key of the client's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations

from conformance.oracle.models.book import ZERO, BookModel, Order, Side, TimeInForce
from conformance.oracle.models.rules import decides

FILLED, ENDED, WORKING = "FullyExecuted", "Canceled", "Working"


@dataclass(frozen=True, slots=True)
class Enter:
    """A limit order under a key that no other order has."""

    key: int
    account: int
    side: Side
    price: Decimal
    quantity: Decimal
    time_in_force: TimeInForce = TimeInForce.GTC


@dataclass(frozen=True, slots=True)
class Cancel:
    """The end of an order; without effect on one that has ended."""

    key: int


@dataclass(frozen=True, slots=True)
class Reduce:
    """A smaller quantity for an order that nothing was executed of; otherwise without effect."""

    key: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Replace:
    """Another order in place of one that works; without effect when that has ended."""

    key: int
    by: Enter


Operation = Enter | Cancel | Reduce | Replace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can be read afterwards, of the orders by key and of the executions by order."""

    states: frozenset[tuple[int, str]] = frozenset()
    open: frozenset[tuple[int, Decimal, Decimal]] = frozenset()
    executions: tuple[tuple[int, Decimal, Decimal], ...] = ()


@dataclass
class Floor:
    """One book and what happened on it."""

    book: BookModel = field(default_factory=BookModel)
    executions: list[tuple[int, Decimal, Decimal]] = field(default_factory=list)
    wanted: dict[int, Decimal] = field(default_factory=dict)

    @decides(
        cancel_after_end="An order that ended is not cancelled.",
        reduce_untouched="Only an order that nothing was executed of is reduced.",
        replace_working="Only an order that works is replaced.",
    )
    def take(self, operation: Operation) -> None:
        """One operation, wholly."""
        match operation:
            case Enter():
                self._enter(operation)
            case Cancel(key):
                self.book.cancel(key)
            case Reduce(key, quantity):
                if _untouched(self.book.orders.get(key), quantity):
                    self.book.reduce(key, quantity)
                    self.wanted[key] = quantity
            case Replace(key, by) if key in self.book.orders:
                self.book.cancel(key)
                self._enter(by)

    def outcome(self) -> Outcome:
        """What can be read now."""
        open_orders = self.book.orders.values()
        return Outcome(
            frozenset((key, self._state(key)) for key in self.wanted),
            frozenset((o.order_id, o.price, o.remaining) for o in open_orders),
            tuple(sorted(self.executions)),
        )

    def _enter(self, order: Enter) -> None:
        self.wanted[order.key] = order.quantity
        for fill in self.book.send(
            order.key, order.account, order.side, order.price, order.quantity,
            order.time_in_force,
        ):
            for key in (fill.resting, fill.incoming):
                self.executions.append((key, fill.price, fill.quantity))

    def _state(self, key: int) -> str:
        if key in self.book.orders:
            return WORKING
        executed = sum((q for owner, _, q in self.executions if owner == key), ZERO)
        return FILLED if executed == self.wanted[key] else ENDED


@decides(
    one_after_another="What is left is what some order of the requests leaves.",
)
def serial_outcomes(before: Iterable[Operation], together: Sequence[Operation]) -> set[Outcome]:
    """What every order of operations leaves that meet on a floor with a history."""
    start = Floor()
    for operation in before:
        start.take(operation)
    found: set[Outcome] = set()
    for order in permutations(together):
        floor = deepcopy(start)
        for operation in order:
            floor.take(operation)
        found.add(floor.outcome())
    return found


def _untouched(order: Order | None, quantity: Decimal) -> bool:
    return order is not None and quantity < order.remaining == order.quantity


__all__ = [
    "Cancel", "Enter", "Floor", "Operation", "Outcome", "Reduce", "Replace", "Side",
    "TimeInForce", "serial_outcomes",
]
