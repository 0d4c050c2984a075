"""Quotes: a bid and an offer that a market maker keeps in one instrument.

A quote is two ordinary resting orders, flagged as quotes; an account has one pair per instrument.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from conformance.reference.domain.accounts import Account
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import NotFound, OperationFailed, Refusal
from conformance.reference.domain.trading.desk import NO_FUNDS, TradingDesk
from conformance.reference.domain.trading.orders import Order, OrderTerms, OrderType, Side
from conformance.reference.domain.trading.validation import why_refused

Outcome = Refusal | None
"""How one side of a quote went: the reason it was refused, or None."""


@dataclass(frozen=True, slots=True)
class QuoteTerms:
    """What a market maker wants to quote; quantities count product 1."""

    bid: Decimal
    bid_quantity: Decimal
    ask: Decimal
    ask_quantity: Decimal

    def side(self, side: Side) -> OrderTerms:
        """One side as an order."""
        buys = side is Side.BUY
        return OrderTerms(
            side=side,
            order_type=OrderType.LIMIT,
            quantity=self.bid_quantity if buys else self.ask_quantity,
            limit_price=self.bid if buys else self.ask,
            is_quote=True,
        )


def open_quote(desk: TradingDesk, account_id: int, instrument_id: int, side: Side) -> Order | None:
    """The account's open quote on one side, if any."""
    for order in reversed(desk.orders.open_of(account_id)):
        if order.terms.is_quote and order.instrument_id == instrument_id and order.side is side:
            return order
    return None


def create(
    desk: TradingDesk, account: Account, user_id: int, instrument_id: int, quote: QuoteTerms
) -> tuple[Outcome, Outcome]:
    """Enter both sides in place of an earlier pair; neither when one of them is refused."""
    market = desk.market(instrument_id)
    earlier = [
        order
        for side in (Side.BUY, Side.SELL)
        if (order := open_quote(desk, account.account_id, instrument_id, side)) is not None
    ]
    outcomes = [
        _checked(desk, account, instrument_id, quote.side(side), earlier)
        for side in (Side.BUY, Side.SELL)
    ]
    if quote.bid >= quote.ask:
        outcomes = [OperationFailed("Bid must be below Ask") for _ in outcomes]
    if any(outcomes):
        other = OperationFailed("The other side of the quote was refused")
        return outcomes[0] or other, outcomes[1] or other
    for order in earlier:
        desk.cancel(order)
    for side in (Side.BUY, Side.SELL):
        desk.place(account, user_id, market.instrument.instrument_id, quote.side(side))
    return None, None


def update(
    desk: TradingDesk,
    account: Account,
    user_id: int,
    instrument_id: int,
    quote: QuoteTerms,
    ids: tuple[int, int],
) -> tuple[Outcome, Outcome]:
    """Replace each side by a new order at the back of the queue; sides succeed on their own."""
    if quote.bid >= quote.ask:
        refusal = OperationFailed("Bid must be below Ask")
        return refusal, refusal
    outcomes: list[Outcome] = []
    for side, order_id in zip((Side.BUY, Side.SELL), ids, strict=True):
        try:
            old = find(desk, account.account_id, instrument_id, side, order_id)
            desk.replace(old, account, user_id, quote.side(side))
            outcomes.append(None)
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes[0], outcomes[1]


def cancel(
    desk: TradingDesk, account_id: int, instrument_id: int | None, ids: tuple[int, int]
) -> tuple[Outcome, Outcome]:
    """Cancel each side; sides succeed on their own."""
    outcomes: list[Outcome] = []
    for side, order_id in zip((Side.BUY, Side.SELL), ids, strict=True):
        try:
            desk.cancel(find(desk, account_id, instrument_id, side, order_id))
            outcomes.append(None)
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes[0], outcomes[1]


def find(
    desk: TradingDesk, account_id: int, instrument_id: int | None, side: Side, order_id: int
) -> Order:
    """The account's open quote with this id; raises NotFound."""
    order = desk.orders.by_id.get(order_id)
    if (
        order is None
        or not (order.is_open and order.terms.is_quote)
        or (order.account_id, order.side) != (account_id, side)
        or instrument_id not in (None, 0, order.instrument_id)
    ):
        raise NotFound("Quote Not Found")
    return order


def _checked(
    desk: TradingDesk,
    account: Account,
    instrument_id: int,
    terms: OrderTerms,
    earlier: list[Order],
) -> Outcome:
    instrument = desk.market(instrument_id).instrument
    reason = why_refused(terms, instrument, account, desk.clock.now(), desk.defects)
    buys = terms.side is Side.BUY
    product_id = instrument.product2 if buys else instrument.product1
    needed = terms.limit_price * terms.quantity if buys else terms.quantity
    free = desk.settlement.ledger.position(account.account_id, product_id).available
    free += sum(
        (desk.settlement.needed(o, instrument)[1] for o in earlier if o.side is terms.side), ZERO
    )
    if not reason and needed > free:
        reason = NO_FUNDS
    return OperationFailed(reason) if reason else None
