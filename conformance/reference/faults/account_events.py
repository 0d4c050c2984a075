"""Faults of account events: told to the wrong ones, told wrongly, or not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from conformance.reference.calls.users.market_data import subscriber_of
from conformance.reference.dispatch import Context
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import without_bounds
from conformance.reference.faults.registry import Retelling, Run, fault, retells
from conformance.reference.rendering.trading_rows import order_state_event

SUBSCRIBE = "SubscribeAccountEvents"


fault("account_events/foreign-account", "Only own accounts can be followed.", SUBSCRIBE)(
    without_bounds
)


@fault("account_events/every-account", "Only the subscribed account is told.", SUBSCRIBE)
def _every_account(context: Context, request: Any, run: Run) -> object:
    reply, subscriber = run(), subscriber_of(context)
    for account_id in context.exchange.accounts.by_id:
        topic = ("account", account_id)
        context.exchange.events.subscribe(topic, subscriber, context.sequence)
    return reply


@fault("account_events/tells-the-past", "What was before a subscription is not told.", SUBSCRIBE)
def _tells_the_past(context: Context, request: Any, run: Run) -> object:
    reply = run()
    for order in context.exchange.desk.orders.open_of(request.account_id):
        row = order_state_event(order, order.status)
        context.exchange.events.publish(("account", request.account_id), "OrderStateEvent", row)
    return reply


@fault("access/line-remembers", "A connection's next user hears nothing of the last one's account.",
       "LogOut", "AuthenticateUser")
@fault("account_events/outlives-log-out", "A subscription ends with its session.", "LogOut")
def _outlives_log_out(context: Context, request: Any, run: Run) -> object:
    subscriber, events = subscriber_of(context), context.exchange.events
    kept = {
        topic: known[subscriber] for topic, known in events.subscriptions.items()
        if subscriber in known
    }
    reply = run()
    for topic, sequence in kept.items():
        events.subscribe(topic, subscriber, sequence)
    return reply


def _with(**changes: Any) -> Retelling:
    """Rewrite keys of an event to what is computed from its payload."""

    def rewrite(exchange: Exchange, event: Event) -> Iterable[Event]:
        row: Any = event.payload
        return [replace(event, payload={**row, **{key: of(row) for key, of in changes.items()}})]

    return rewrite


def _dropped(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


def _part_fill_dropped(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    return [] if row["QuantityExecuted"] and row["Quantity"] else [event]


for _name, _breaks, _event, _rewriter in (
    ("hold-left-out", "A position is told with its hold.", "AccountPositionEvent",
     _with(Hold=lambda row: row["Hold"] * 0)),
    ("quantity-of-the-whole", "Quantity is what remains of an order.", "OrderStateEvent",
     _with(Quantity=lambda row: row["OrigQuantity"])),
    ("value-is-price", "Value is quantity times price.", "OrderTradeEvent",
     _with(Value=lambda row: row["Price"])),
    ("trade-time-in-milliseconds", "TradeTime counts ticks since year 1.", "OrderTradeEvent",
     _with(TradeTime=lambda row: row["TradeTime"] // 10_000)),
    ("counterparty-shown", "ContraAcctId is the clearing account.", "OrderTradeEvent",
     _with(ContraAcctId=lambda row: row["AccountId"])),
    ("previous-status-lost", "PreviousStatus is the status told before.", "MarketStateUpdate",
     _with(PreviousStatus=lambda row: row["NewStatus"])),
    ("part-fill-not-told", "Each change of an order is told.", "OrderStateEvent",
     _part_fill_dropped),
    ("trade-not-told", "Each execution is told.", "OrderTradeEvent", _dropped),
    ("market-state-not-told", "A change of a market is told.", "MarketStateUpdate", _dropped),
    ("deposit-not-told", "A pending deposit is told.", "PendingDepositUpdate", _dropped),
    ("new-order-reject-not-told", "A refused order is told.", "NewOrderRejectEvent", _dropped),
    ("cancel-reject-not-told", "A refused cancel is told.", "CancelOrderRejectEvent", _dropped),
    ("cancel-all-reject-not-told", "A refused cancel of all orders is told.",
     "CancelAllOrdersRejectEvent", _dropped),
    ("cancel-replace-reject-not-told", "A refused replacement is told.",
     "CancelReplaceOrderRejectEvent", _dropped),
):
    retells(f"account_events/{_name}", _breaks, _event)(_rewriter)
