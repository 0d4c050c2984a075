"""Positions of a few accounts: what trades, fees and open orders make of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.oracle.models.book import BookModel, Fill, Side
from conformance.oracle.models.rules import decides

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

    @decides(
        quantity_moves="The quantity goes from the seller to the buyer.",
        value_moves="Price times quantity goes from the buyer to the seller.",
    )
    def trade(self, fill: Fill) -> None:
        """Base to the buyer, value to the seller."""
        self.amounts[fill.buyer, self.base] += fill.quantity
        self.amounts[fill.buyer, self.quote] -= fill.value
        self.amounts[fill.seller, self.base] -= fill.quantity
        self.amounts[fill.seller, self.quote] += fill.value

    @decides(
        fee_charged="The fee that a trade reports leaves the account.",
    )
    def fee(self, account: int, product: int, amount: Decimal) -> None:
        """A fee leaves the account in its product."""
        self.amounts[account, product] -= amount

    @decides(
        purchase_held="A working purchase holds price times remaining quantity.",
        sale_held="A working sale holds its remaining quantity.",
        executed_is_free="What executed is held no more.",
        ended_is_free="An order that ended holds nothing.",
        reduced_is_free="A reduced order holds as much less.",
    )
    def hold(self, account: int, product: int, book: BookModel) -> Decimal:
        """What the account's open orders must hold of a product."""
        held = ZERO
        for order in book.open_of(account).values():
            if order.side is Side.BUY and product == self.quote:
                held += order.price * order.remaining
            elif order.side is Side.SELL and product == self.base:
                held += order.remaining
        return held
