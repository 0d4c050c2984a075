"""Positions of a few accounts: what trades, fees and open orders make of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.oracle.models.book import BookModel, Fill, Side

ZERO = Decimal(0)


@dataclass
class FundsModel:
    """Amounts by (account, product): quantities count ``base``, prices count ``quote``."""

    base: int
    quote: int
    amounts: defaultdict[tuple[int, int], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )

    def start(self, account: int, product: int, amount: Decimal) -> None:
        """What an account has before anything happens."""
        self.amounts[account, product] = amount

    def trade(self, fill: Fill) -> None:
        """Base to the buyer, value to the seller."""
        self.amounts[fill.buyer, self.base] += fill.quantity
        self.amounts[fill.buyer, self.quote] -= fill.value
        self.amounts[fill.seller, self.base] -= fill.quantity
        self.amounts[fill.seller, self.quote] += fill.value

    def fee(self, account: int, product: int, amount: Decimal) -> None:
        """A fee leaves the account in its product."""
        self.amounts[account, product] -= amount

    def hold(self, account: int, product: int, book: BookModel) -> Decimal:
        """What the account's open orders must hold of a product."""
        held = ZERO
        for order in book.open_of(account).values():
            if order.side is Side.BUY and product == self.quote:
                held += order.price * order.remaining
            elif order.side is Side.SELL and product == self.base:
                held += order.remaining
        return held
