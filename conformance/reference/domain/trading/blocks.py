"""Block trades: deals made off the book and reported afterwards.

A locked-in report books both sides at once. Otherwise the report stays open until the other party
reports the mirrored deal. Neither ever touches the public book or tape.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.reference.domain.accounts import Account
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.desk import NO_FUNDS, Market, TradingDesk
from conformance.reference.domain.trading.orders import (
    Direction,
    Order,
    OrderTerms,
    OrderType,
    Side,
)
from conformance.reference.domain.trading.settlement import Deal
from conformance.reference.domain.trading.validation import wrong_price, wrong_quantity


def open_reports(desk: TradingDesk, account_id: int) -> list[Order]:
    """The account's reports that wait for the other party, oldest first."""
    return [o for o in desk.orders.open_of(account_id) if o.order_type is OrderType.BLOCK_TRADE]


def report(
    desk: TradingDesk,
    account: Account,
    counterparty: Account | None,
    user_id: int,
    instrument_id: int,
    terms: OrderTerms,
    *,
    locked_in: bool,
) -> Order:
    """Report a block trade; the answer is Rejected, with the reason noted, when it is refused."""
    market = desk.market(instrument_id)
    order = _side(desk, market, account, user_id, terms, counterparty)
    order.locked_in = locked_in
    mirrored = None if locked_in else _mirrored(desk, order)
    if locked_in and counterparty is not None:
        opposite = OrderTerms(
            side=terms.side.opposite, order_type=OrderType.BLOCK_TRADE,
            quantity=terms.quantity, limit_price=terms.limit_price,
        )
        mirrored = _side(desk, market, counterparty, user_id, opposite, account)
        mirrored.locked_in = True
    reason = _why_refused(desk, market, order, mirrored if locked_in else None)
    if locked_in and counterparty is None:
        reason = "CounterPartyId required"
    if reason:
        desk.reject(order, market, reason)
        return order
    for new in (order, mirrored) if locked_in else (order,):
        if new is not None:
            desk.enter_off_book(new, market)
    if mirrored is not None:
        _book(desk, market, mirrored, order)
    return order


def _side(
    desk: TradingDesk,
    market: Market,
    account: Account,
    user_id: int,
    terms: OrderTerms,
    counterparty: Account | None,
) -> Order:
    order = desk.new_order(account, user_id, market, terms)
    order.price = order.hold_price = terms.limit_price
    order.counterparty_id = counterparty.account_id if counterparty is not None else 0
    return order


def _why_refused(desk: TradingDesk, market: Market, order: Order, other: Order | None) -> str:
    instrument, terms = market.instrument, order.terms
    if terms.side not in (Side.BUY, Side.SELL):
        return "Invalid Side"
    if order.counterparty_id == order.account_id:
        return "An account cannot be its own counterparty"
    reason = wrong_quantity(terms.quantity, instrument) or wrong_price(
        terms.limit_price, instrument, desk.defects
    )
    if reason:
        return reason
    for side in _both(order, other):
        product_id, amount = desk.settlement.needed(side, instrument)
        if desk.settlement.ledger.position(side.account_id, product_id).available < amount:
            return NO_FUNDS
    return ""


def _both(order: Order, other: Order | None) -> Iterator[Order]:
    yield order
    if other is not None:
        yield other


def _mirrored(desk: TradingDesk, order: Order) -> Order | None:
    """An open report of the other party with the same terms."""
    for other in desk.orders.all_open():
        if (
            other.order_type is OrderType.BLOCK_TRADE
            and other.instrument_id == order.instrument_id
            and other.side is order.side.opposite
            and (other.price, other.remaining) == (order.price, order.remaining)
            and other.account_id != order.account_id
            and other.counterparty_id in (0, order.account_id)
            and order.counterparty_id in (0, other.account_id)
        ):
            return other
    return None


def _book(desk: TradingDesk, market: Market, first: Order, second: Order) -> None:
    quantity = first.remaining
    first.counterparty_id, second.counterparty_id = second.account_id, first.account_id
    first.remaining = second.remaining = ZERO
    deal = Deal(
        market.instrument, quantity, first.price, desk.clock.now(), Direction.NO_CHANGE,
        market.inside(), is_block=True,
    )
    for execution, order in zip(
        desk.settlement.settle(first, second, deal), (first, second), strict=True
    ):
        desk.settlement.release_all(order)
        desk.record(execution, order, done=True)


