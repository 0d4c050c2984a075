"""Matching: an incoming order against the book, best price first, then earliest arrival.

Executions happen at the resting order's price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.book import Book
from conformance.reference.domain.trading.orders import Order


@dataclass(frozen=True, slots=True)
class Fill:
    """A resting order met ``quantity`` of the incoming one at ``price``."""

    maker: Order
    quantity: Decimal
    price: Decimal


def match(
    book: Book,
    taker: Order,
    limit: Decimal | None,
    on_own_order: Callable[[Order], None] | None = None,
) -> Iterator[Fill]:
    """Execute an incoming order as far as its limit reaches (None: any price).

    With ``on_own_order`` an account never trades with itself: the callback gets the resting order
    and must take it off the book.
    """
    while taker.remaining > ZERO:
        maker = book.first_against(taker.side, limit)
        if maker is None:
            return
        if on_own_order is not None and maker.account_id == taker.account_id:
            on_own_order(maker)
            continue
        quantity = min(taker.remaining, maker.shown)
        taker.remaining -= quantity
        book.take(maker, quantity)
        yield Fill(maker, quantity, maker.price)
