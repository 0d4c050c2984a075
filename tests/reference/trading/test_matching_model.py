"""The matching engine against a second, naive model: plain lists that are sorted each time.

The two share no code. 100,000 random commands on few prices, so that queues are long and most
orders meet; after each command the trades agree, and now and then the whole book does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.book import Book
from conformance.reference.domain.trading.matching import match
from conformance.reference.domain.trading.orders import (
    Inside,
    Order,
    OrderTerms,
    OrderType,
    Side,
)

COMMANDS = 100_000
COMPARE_EVERY = 250

Print = tuple[int, int, int, int]
"""Resting order, incoming order, quantity, price; quantities and prices in whole units."""


@dataclass
class Resting:
    """An order in the naive model; ``hidden`` is what a reserve order does not show."""

    number: int
    side: Side
    price: int
    arrival: int
    shown: int
    hidden: int
    display: int
    account: int


@dataclass
class NaiveBook:
    """Everything in one list; whoever is best is found by sorting it."""

    prevents_self_trade: bool
    orders: list[Resting] = field(default_factory=list)
    arrivals: int = 0

    def enter(self, new: Resting, limit: int | None) -> list[Print]:
        prints: list[Print] = []
        wanted = new.shown
        while wanted:
            sign = 1 if new.side is Side.BUY else -1
            against = sorted(
                (o for o in self.orders if o.side is not new.side
                 and (limit is None or sign * o.price <= sign * limit)),
                key=lambda o: (sign * o.price, o.arrival),
            )
            if not against:
                break
            best = against[0]
            if self.prevents_self_trade and best.account == new.account:
                self.orders.remove(best)
                continue
            quantity = min(wanted, best.shown)
            prints.append((best.number, new.number, quantity, best.price))
            wanted -= quantity
            self.fill(best, quantity)
        if wanted and limit is not None:
            self.rest(new, limit, wanted)
        return prints

    def fill(self, order: Resting, quantity: int) -> None:
        order.shown -= quantity
        if order.shown:
            return
        order.shown = min(order.display, order.hidden)
        order.hidden -= order.shown
        self.arrivals += 1
        order.arrival = self.arrivals
        if not order.shown:
            self.orders.remove(order)

    def rest(self, new: Resting, limit: int, quantity: int) -> None:
        self.arrivals += 1
        new.price, new.arrival = limit, self.arrivals
        new.shown = min(new.display or quantity, quantity)
        new.hidden = quantity - new.shown
        self.orders.append(new)

    def cancel(self, number: int) -> None:
        self.orders = [o for o in self.orders if o.number != number]

    def reduce(self, number: int, remaining: int) -> None:
        for order in self.orders:
            if order.number == number:
                order.shown = min(order.shown, remaining)
                order.hidden = remaining - order.shown

    def levels(self) -> dict[tuple[Side, int], int]:
        sums: dict[tuple[Side, int], int] = {}
        for order in self.orders:
            key = (order.side, order.price)
            sums[key] = sums.get(key, 0) + order.shown
        return sums


class Engine:
    """The engine under test, spoken to in whole numbers."""

    def __init__(self, prevents_self_trade: bool) -> None:
        self.book = Book()
        self.orders: dict[int, Order] = {}
        self._prevents = prevents_self_trade

    def enter(self, new: Resting, limit: int | None) -> list[Print]:
        terms = OrderTerms(
            side=new.side, order_type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            quantity=Decimal(new.shown), display_quantity=Decimal(new.display),
        )
        price = ZERO if limit is None else Decimal(limit)
        order = Order(new.number, new.account, 0, 1, terms, new.side, price, terms.quantity, 0,
                      Inside(), new.number, 0)
        self.orders[new.number] = order
        own = self.book.remove if self._prevents else None
        prints = [
            (fill.maker.order_id, new.number, int(fill.quantity), int(fill.price))
            for fill in match(self.book, order, None if limit is None else price, own)
        ]
        if limit is not None and order.remaining:
            self.book.rest(order)
        return prints

    def resting(self) -> list[Order]:
        return [order for order in self.orders.values() if self.book.holds(order)]

    def levels(self) -> dict[tuple[Side, int], int]:
        return {
            (side, int(view.price)): int(view.quantity)
            for side in (Side.BUY, Side.SELL)
            for view in self.book.depth(side, 10_000)
        }


def play(seed: int, commands: int, *, prevents_self_trade: bool) -> int:
    """Give both the same commands; returns how many trades they agreed on."""
    choose = random.Random(seed)
    engine, naive, trades = Engine(prevents_self_trade), NaiveBook(prevents_self_trade), 0
    for number in range(1, commands + 1):
        kind = choose.random()
        if kind < 0.65 or not naive.orders:
            trades += enter(choose, engine, naive, number)
        else:
            change(choose, engine, naive, cancels=kind < 0.9)
        if number % COMPARE_EVERY == 0:
            assert engine.levels() == naive.levels()
    return trades


def enter(choose: random.Random, engine: Engine, naive: NaiveBook, number: int) -> int:
    """A new order, reserve or market now and then."""
    side = choose.choice((Side.BUY, Side.SELL))
    quantity = choose.randint(1, 30)
    limit = None if choose.random() < 0.1 else choose.randint(95, 105)
    display = choose.randint(1, quantity) if limit and choose.random() < 0.1 else 0
    new = Resting(number, side, 0, 0, quantity, 0, display, choose.randint(1, 4))
    prints = engine.enter(new, limit)
    assert prints == naive.enter(new, limit)
    return len(prints)


def change(choose: random.Random, engine: Engine, naive: NaiveBook, *, cancels: bool) -> None:
    """Cancel or reduce an order that rests."""
    resting = choose.choice(naive.orders)
    order = engine.orders[resting.number]
    remaining = resting.shown + resting.hidden
    assert order.remaining == remaining
    if cancels or remaining == 1:
        engine.book.remove(order)
        naive.cancel(resting.number)
        return
    smaller = choose.randint(1, remaining - 1)
    engine.book.reduce(order, Decimal(smaller))
    naive.reduce(resting.number, smaller)


def test_the_engine_agrees_with_the_naive_model() -> None:
    assert play(1, COMMANDS // 2, prevents_self_trade=False) > COMMANDS // 10
    assert play(2, COMMANDS // 2, prevents_self_trade=True) > COMMANDS // 10
