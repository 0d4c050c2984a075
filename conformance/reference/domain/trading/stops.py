"""Stop orders that wait: when they trigger, and how trailing ones follow the market."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import (
    TRAILING_TYPES,
    Inside,
    Order,
    OrderType,
    PegPriceType,
    Side,
)


def watched_price(inside: Inside, peg: PegPriceType) -> Decimal:
    """The price a stop is pegged to; zero when there is none at the moment."""
    if peg is PegPriceType.BID:
        return inside.bid
    if peg is PegPriceType.ASK:
        return inside.ask
    if peg is PegPriceType.MIDPOINT:
        return (inside.bid + inside.ask) / 2 if inside.bid and inside.ask else ZERO
    return inside.last


@dataclass
class StopOrders:
    """The waiting stops of one instrument, in the order of arrival."""

    waiting: dict[int, Order] = field(default_factory=dict)

    def add(self, order: Order) -> None:
        """Let a stop wait."""
        self.waiting[order.order_id] = order

    def remove(self, order: Order) -> bool:
        """Forget a stop; False when it did not wait here."""
        return self.waiting.pop(order.order_id, None) is not None

    def next_triggered(self, inside: Inside) -> Order | None:
        """Take out the first stop whose price is reached; moves trailing stops along."""
        for order in self.waiting.values():
            price = watched_price(inside, order.terms.peg)
            if price == ZERO:
                continue
            if order.order_type in TRAILING_TYPES:
                _trail(order, price)
            if _is_reached(order, price):
                del self.waiting[order.order_id]
                return order
        return None


def _is_reached(order: Order, price: Decimal) -> bool:
    return price >= order.stop_price if order.side is Side.BUY else price <= order.stop_price


def _trail(order: Order, price: Decimal) -> None:
    """Follow a favourable move at the agreed distance; never step back."""
    distance = order.terms.trailing_amount
    if order.side is Side.BUY:
        order.stop_price = min(order.stop_price or price + distance, price + distance)
    else:
        order.stop_price = max(order.stop_price, price - distance)
    if order.order_type is OrderType.TRAILING_STOP_LIMIT:
        offset = order.terms.limit_offset
        order.price = order.stop_price + (offset if order.side is Side.BUY else -offset)
