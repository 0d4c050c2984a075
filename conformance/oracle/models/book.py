"""The order book by price and time, as plain as it can be: sorted lists, no cleverness.

Better price first, then earlier arrival; a trade happens at the resting order's price. Reducing an
order keeps its place, replacing it goes to the back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from conformance.oracle.models.rules import decides

ZERO = Decimal(0)


class Side(IntEnum):
    """The documented sides that trade."""

    BUY = 0
    SELL = 1

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class TimeInForce(IntEnum):
    """The documented times in force that a model can decide at once."""

    GTC = 1
    IOC = 3
    FOK = 4


@dataclass(slots=True)
class Order:
    """A working order; ``arrival`` decides among equal prices."""

    order_id: int
    account: int
    side: Side
    price: Decimal
    quantity: Decimal
    remaining: Decimal
    arrival: int


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution: the resting order gives the price."""

    resting: int
    incoming: int
    buyer: int
    seller: int
    price: Decimal
    quantity: Decimal

    @property
    def value(self) -> Decimal:
        """What the buyer pays, before fees."""
        return self.price * self.quantity


@dataclass
class BookModel:
    """One instrument's book."""

    orders: dict[int, Order] = field(default_factory=dict)
    _arrivals: int = 0

    def open_of(self, account: int) -> dict[int, Order]:
        """The account's working orders."""
        return {o.order_id: o for o in self.orders.values() if o.account == account}

    def levels(self, side: Side) -> list[tuple[Decimal, Decimal]]:
        """(price, quantity) of one side, best first."""
        sums: dict[Decimal, Decimal] = {}
        for order in self._queue(side):
            sums[order.price] = sums.get(order.price, ZERO) + order.remaining
        return list(sums.items())

    @decides(
        resting_price="A trade happens at the price of the order that rested.",
        trade_by_limit="Orders trade as long as their prices cross, and no further.",
        executed_is_gone="What executed of a resting order is offered no more.",
        remainder_rests="What is left of an order good till cancelled rests.",
        immediate_ends="What is left of an immediate-or-cancel order ends.",
        fill_or_kill="A fill-or-kill order trades wholly or not at all.",
        own_orders_meet="Where nothing prevents it, orders of one account trade.",
        replacement_goes_back="A replacement queues behind all at its price.",
        replacement_trades="A replacement may trade at once, like any order.",
    )
    def send(
        self, order_id: int, account: int, side: Side, price: Decimal, quantity: Decimal,
        time_in_force: TimeInForce = TimeInForce.GTC,
    ) -> list[Fill]:
        """A limit order arrives; what rests of it stays only if it is good till cancelled."""
        if time_in_force is TimeInForce.FOK and self._reachable(side, price) < quantity:
            return []
        fills: list[Fill] = []
        left = quantity
        for resting in self._queue(side.other):
            if left == ZERO or not _crosses(side, price, resting.price):
                break
            traded = min(left, resting.remaining)
            left -= traded
            resting.remaining -= traded
            buyer, seller = (
                (account, resting.account) if side is Side.BUY else (resting.account, account)
            )
            fills.append(
                Fill(resting.order_id, order_id, buyer, seller, resting.price, traded)
            )
            if resting.remaining == ZERO:
                del self.orders[resting.order_id]
        if left > ZERO and time_in_force is TimeInForce.GTC:
            self._arrivals += 1
            self.orders[order_id] = Order(
                order_id, account, side, price, quantity, left, self._arrivals
            )
        return fills

    @decides(
        cancelled_is_gone="A cancelled order works no more.",
        replaced_is_gone="A replaced order works no more.",
    )
    def cancel(self, order_id: int) -> None:
        """An order leaves the book."""
        self.orders.pop(order_id, None)

    @decides(
        reduced_is_smaller="A reduced order is for the new quantity.",
        reduced_keeps_place="A reduced order keeps its place in the queue.",
    )
    def reduce(self, order_id: int, quantity: Decimal) -> None:
        """An order that nothing was executed of becomes smaller and keeps its place."""
        order = self.orders[order_id]
        order.quantity = order.remaining = quantity

    @decides(
        price_priority="The better price trades first.",
        time_priority="Of equal prices the earlier order trades first.",
    )
    def _queue(self, side: Side) -> list[Order]:
        sign = -1 if side is Side.BUY else 1
        mine = [order for order in self.orders.values() if order.side is side]
        return sorted(mine, key=lambda order: (sign * order.price, order.arrival))

    def _reachable(self, side: Side, price: Decimal) -> Decimal:
        return sum(
            (o.remaining for o in self._queue(side.other) if _crosses(side, price, o.price)), ZERO
        )


def _crosses(side: Side, price: Decimal, resting: Decimal) -> bool:
    return price >= resting if side is Side.BUY else price <= resting
