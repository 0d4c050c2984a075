"""The order book of one instrument: price levels, first come first served within a level.

It knows prices, quantities and arrival, nothing of funds or accounts' rights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import Order, Side

PRICE_PRIORITY = defect(
    "trading/price-priority", "An incoming order meets the best price on the other side first."
)
TIME_PRIORITY = defect(
    "trading/time-priority", "At one price, the order that came first executes first."
)
MODIFY_LOSES_PRIORITY = defect(
    "trading/modify-loses-priority", "An order reduced with ModifyOrder keeps its place."
)


@dataclass(slots=True, eq=False)
class Level:
    """All orders at one price in the order of arrival; ``shown`` is what the public sees."""

    price: Decimal
    orders: dict[int, Order] = field(default_factory=dict)
    shown: Decimal = ZERO
    total: Decimal = ZERO


class LevelView(NamedTuple):
    """A level as the public sees it."""

    side: Side
    price: Decimal
    quantity: Decimal
    order_count: int
    account_count: int


class BookSide:
    """The levels of one side."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.prices: list[Decimal] = []
        self.levels: dict[Decimal, Level] = {}

    def best(self) -> Level | None:
        """Highest bid or lowest offer."""
        if not self.prices:
            return None
        return self.levels[self.prices[-1] if self.side is Side.BUY else self.prices[0]]

    def worst(self) -> Level | None:
        """The other end."""
        if not self.prices:
            return None
        return self.levels[self.prices[0] if self.side is Side.BUY else self.prices[-1]]

    def from_best(self) -> Iterator[Level]:
        """Levels, best price first."""
        prices = reversed(self.prices) if self.side is Side.BUY else iter(self.prices)
        return (self.levels[price] for price in prices)

    def level(self, price: Decimal) -> Level:
        """The level at a price, made when there is none."""
        found = self.levels.get(price)
        if found is None:
            found = self.levels[price] = Level(price)
            self.prices.insert(bisect_left(self.prices, price), price)
        return found

    def drop(self, price: Decimal) -> None:
        """Forget an empty level."""
        del self.levels[price]
        del self.prices[bisect_left(self.prices, price)]


Touched = dict[tuple[Side, Decimal], tuple[Decimal, int]]


class Book:
    """Both sides. ``touched`` remembers how each level stood before it first changed."""

    def __init__(self, defects: Defects | None = None) -> None:
        self.sides = {Side.BUY: BookSide(Side.BUY), Side.SELL: BookSide(Side.SELL)}
        self.touched: Touched = {}
        self._defects = defects or Defects()

    def first_against(self, side: Side, limit: Decimal | None) -> Order | None:
        """The resting order that an incoming one on ``side`` meets next; ``limit`` None: any."""
        resting = self.sides[side.opposite]
        level = resting.worst() if self._defects(PRICE_PRIORITY) else resting.best()
        if level is None or not _reaches(side, limit, level.price):
            return None
        if self._defects(TIME_PRIORITY):
            return next(reversed(level.orders.values()))
        return next(iter(level.orders.values()))

    def reachable(
        self, side: Side, limit: Decimal | None, wanted: Decimal, skip_account: int | None = None
    ) -> tuple[Decimal, Decimal]:
        """How much of ``wanted`` could execute now and what it would be worth in product 2."""
        quantity = value = ZERO
        for level in self.sides[side.opposite].from_best():
            if quantity >= wanted or not _reaches(side, limit, level.price):
                break
            there = level.total
            if skip_account is not None:
                there -= sum(
                    (o.remaining for o in level.orders.values() if o.account_id == skip_account),
                    ZERO,
                )
            taken = min(there, wanted - quantity)
            quantity += taken
            value += taken * level.price
        return quantity, value

    def rest(self, order: Order) -> None:
        """Put an order at the back of the queue at its price."""
        level = self.sides[order.side].level(order.price)
        self._touch(order.side, level)
        display = order.terms.display_quantity
        order.shown = min(display, order.remaining) if display else order.remaining
        level.orders[order.order_id] = order
        level.shown += order.shown
        level.total += order.remaining

    def take(self, order: Order, quantity: Decimal) -> None:
        """Execute part of what a resting order shows; a used-up slice goes to the back."""
        level = self._level_of(order)
        order.remaining -= quantity
        order.shown -= quantity
        level.shown -= quantity
        level.total -= quantity
        if order.shown == ZERO:
            del level.orders[order.order_id]
            if order.remaining > ZERO:
                self.rest_slice(level, order)
            elif not level.orders:
                self.sides[order.side].drop(level.price)

    def rest_slice(self, level: Level, order: Order) -> None:
        """Show the next slice of a reserve order, behind everybody at its price."""
        order.shown = min(order.terms.display_quantity, order.remaining)
        level.orders[order.order_id] = order
        level.shown += order.shown

    def remove(self, order: Order) -> None:
        """Take an order off the book; does nothing when it is not on it."""
        level = self.sides[order.side].levels.get(order.price)
        if level is None or order.order_id not in level.orders:
            return
        self._touch(order.side, level)
        del level.orders[order.order_id]
        level.shown -= order.shown
        level.total -= order.remaining
        order.shown = ZERO
        if not level.orders:
            self.sides[order.side].drop(order.price)

    def reduce(self, order: Order, remaining: Decimal) -> None:
        """Shrink a resting order in its place."""
        if self._defects(MODIFY_LOSES_PRIORITY):
            self.remove(order)
            order.remaining = remaining
            self.rest(order)
            return
        level = self._level_of(order)
        shown = min(order.shown, remaining)
        level.shown += shown - order.shown
        level.total += remaining - order.remaining
        order.shown, order.remaining = shown, remaining

    def queue_before(self, order: Order) -> list[int]:
        """Ids of the orders that execute before this one at its price."""
        level = self.sides[order.side].levels.get(order.price)
        ids = list(level.orders) if level is not None else []
        return ids[: ids.index(order.order_id)] if order.order_id in ids else []

    def jump_queue(self, order: Order, ahead: list[int]) -> None:
        """Put an order right behind those named; only a defect asks for this."""
        if not self.holds(order):
            return
        orders = self.sides[order.side].levels[order.price].orders
        for other in [o for o in orders if o not in ahead and o != order.order_id]:
            orders[other] = orders.pop(other)

    def holds(self, order: Order) -> bool:
        """Is the order on the book?"""
        level = self.sides[order.side].levels.get(order.price)
        return level is not None and order.order_id in level.orders

    def depth(self, side: Side, levels: int) -> list[LevelView]:
        """The best levels of a side, best first."""
        return [view(side, level) for _, level in zip(
            range(levels), self.sides[side].from_best(), strict=False
        )]

    def top(self, side: Side) -> LevelView:
        """The best level of a side, of zero price and quantity when the side is empty."""
        level = self.sides[side].best()
        return view(side, level) if level is not None else LevelView(side, ZERO, ZERO, 0, 0)

    def at(self, side: Side, price: Decimal) -> LevelView:
        """One level, of zero quantity when nobody is there."""
        level = self.sides[side].levels.get(price)
        return view(side, level) if level is not None else LevelView(side, price, ZERO, 0, 0)

    def _level_of(self, order: Order) -> Level:
        level = self.sides[order.side].levels[order.price]
        self._touch(order.side, level)
        return level

    def _touch(self, side: Side, level: Level) -> None:
        key = (side, level.price)
        if key not in self.touched:
            self.touched[key] = (level.shown, len(level.orders))


def view(side: Side, level: Level) -> LevelView:
    """A level as the public sees it."""
    count = len(level.orders)
    accounts = count if count == 1 else len({o.account_id for o in level.orders.values()})
    return LevelView(side, level.price, level.shown, count, accounts)


def _reaches(side: Side, limit: Decimal | None, price: Decimal) -> bool:
    if limit is None:
        return True
    return price <= limit if side is Side.BUY else price >= limit
