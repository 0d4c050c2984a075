"""Faults of matching and of what it books: each breaks one rule of a plain book or of its funds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import (
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.trading.orders import Order, Side
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import Run, fault

SEND, REPLACE = "SendOrder", "CancelReplaceOrder"
HALF = Decimal("0.5")


def _resting_on(exchange: Exchange, instrument_id: int) -> list[tuple[Order, Decimal]]:
    """The orders on a book, with what remains of each."""
    return [
        (order, order.remaining) for order in exchange.desk.orders.all_open()
        if order.instrument_id == instrument_id
    ]


def _sent(context: Context, reply: Any) -> Order:
    return context.exchange.desk.orders.by_id[reply["OrderId"]]


@fault("matching/past-the-limit", "No order trades past its limit.", SEND)
def _past_the_limit(context: Context, request: Any, run: Run) -> object:
    market = context.exchange.desk.market(request.instrument_id)
    best = market.book.sides[Side(request.side).opposite].best()
    step, limit = market.instrument.price_increment, request.limit_price or ZERO
    beyond = {Side.BUY: limit + step, Side.SELL: limit - step}.get(Side(request.side))
    if best is not None and best.price == beyond and best.total >= request.quantity:
        request.limit_price = best.price
    return run()


@fault("matching/remainder-lost", "What is left of an order that traded rests.", SEND)
def _remainder_lost(context: Context, request: Any, run: Run) -> object:
    reply = run()
    order = _sent(context, reply)
    if order.is_open and order.executed:
        context.exchange.desk.cancel(order)
    return reply


@fault("matching/sold-and-offered-again", "What executed of an order is offered no more.", SEND)
def _offered_again(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    before = _resting_on(context.exchange, request.instrument_id)
    reply = run()
    for order, remained in before:
        if order.is_open and order.remaining < remained:
            level = desk.market(request.instrument_id).book.sides[order.side].levels[order.price]
            sold = remained - order.remaining
            order.remaining, order.shown = remained, order.shown + sold
            level.total, level.shown = level.total + sold, level.shown + sold
    return reply


@fault("matching/own-orders-never-meet", "Own orders meet where nothing prevents it.", SEND)
def _own_orders_never_meet(context: Context, request: Any, run: Run) -> object:
    instrument = context.exchange.desk.market(request.instrument_id).instrument
    was, instrument.self_trade_prevention = instrument.self_trade_prevention, True
    try:
        return run()
    finally:
        instrument.self_trade_prevention = was


@fault("matching/replaced-works-on", "A replaced order is gone.", REPLACE)
def _replaced_works_on(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    old = desk.orders.by_id.get(request.order_id_to_replace)
    was_open, reply = old is not None and old.is_open, run()
    if old is not None and was_open:
        account = context.exchange.accounts.get(old.account_id)
        desk.place(account, old.entered_by, old.instrument_id, old.terms)
    return reply


@fault("matching/replacement-never-trades", "A replacement may trade at once.", REPLACE)
def _replacement_never_trades(context: Context, request: Any, run: Run) -> object:
    market, side = context.exchange.desk.market(request.instrument_id), Side(request.side)
    against = market.book.first_against(side, request.limit_price)
    if against is not None:  # it is put right before the price at which it would
        step = market.instrument.price_increment
        request.limit_price = against.price - (step if side is Side.BUY else -step)
    return run()


# What trades and orders do to funds.


@fault("matching/value-booked-short", "What is paid is price times quantity.", SEND)
def _value_short(context: Context, request: Any, run: Run) -> object:
    reply = run()
    order = _sent(context, reply)
    _keep_back(context, order, "product2", order.value)
    return reply


@fault("matching/quantity-booked-short", "What is traded changes hands.", SEND)
def _quantity_short(context: Context, request: Any, run: Run) -> object:
    reply = run()
    order = _sent(context, reply)
    _keep_back(context, order, "product1", order.executed)
    return reply


def _keep_back(context: Context, order: Order, product: str, amount: Decimal) -> None:
    """A part of what an order got or gave goes to the house."""
    product_id = getattr(context.exchange.catalogue.instrument(order.instrument_id), product)
    house, part = context.exchange.desk.settlement.fee_account_id, amount * HALF
    context.exchange.ledger.move(
        (Posting(order.account_id, product_id, -part, house),
         Posting(house, product_id, part, order.account_id)),
        TransactionType.OTHER, ReferenceType.TRADE, order.order_id,
    )


@fault("matching/hold-of-a-purchase-halved", "A purchase holds all that it may cost.", SEND)
def _purchase_half_held(context: Context, request: Any, run: Run) -> object:
    return _half_held(context, run(), Side.BUY)


@fault("matching/hold-of-a-sale-halved", "A sale holds all that it may give.", SEND)
def _sale_half_held(context: Context, request: Any, run: Run) -> object:
    return _half_held(context, run(), Side.SELL)


def _half_held(context: Context, reply: Any, side: Side) -> object:
    order, ledger = _sent(context, reply), context.exchange.ledger
    if order.is_open and order.side is side and order.hold_id in ledger.holds:
        ledger.reduce_hold(order.hold_id, ledger.holds[order.hold_id].amount * HALF)
    return reply


@fault("matching/executed-is-held", "What executed is held no more.", SEND)
def _executed_is_held(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    before = _resting_on(exchange, request.instrument_id)
    reply = run()
    for order, remained in before:
        if order.executed and order.remaining < remained and order.side is Side.SELL:
            instrument = exchange.catalogue.instrument(order.instrument_id)
            exchange.ledger.place_hold(
                order.account_id, instrument.product1, remained - order.remaining,
                ReferenceType.ORDER_HOLD, order.order_id,
            )
    return reply
