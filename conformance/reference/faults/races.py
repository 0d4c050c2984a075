"""Faults of requests that meet: each works on what was, not on what the other has made of it.

And faults of connections that break: what was sent over them is done again, or forgotten.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from conformance.reference.calls.registry import load_calls
from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import ChangeReason, Order, OrderState
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import Run, fault
from conformance.reference.rendering.standard import ACKNOWLEDGED

MEETING_MS = 100
"""How near in time requests must come to meet here."""

_executed: WeakKeyDictionary[Exchange, tuple[int, Order]] = WeakKeyDictionary()
_sent: WeakKeyDictionary[Exchange, dict[int, Any]] = WeakKeyDictionary()


@fault("races/ends-again", "An order ends once, whoever meets.", "CancelOrder")
def _ends_again(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    if order is None or order.is_open:
        return run()
    order.enter(OrderState.CANCELED, ChangeReason.USER_MODIFIED, context.exchange.clock.now())
    return ACKNOWLEDGED


@fault("races/cancel-follows-replacement", "A cancel ends the order it names.", "CancelOrder")
def _follows_replacement(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    named = desk.orders.by_id.get(request.order_id)
    if named is None or named.is_open:
        return run()
    for order in desk.orders.open_of(named.account_id):
        if order.original_order_id == named.order_id:
            desk.cancel(order)
    return ACKNOWLEDGED


@fault("races/sold-twice", "What one buyer got no other gets.", "SendOrder")
def _sold_twice(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    now, desk = exchange.clock.now(), exchange.desk
    at, sold = _executed.pop(exchange, (0, None))
    if sold is not None and now - at < MEETING_MS:
        _back_on_book(exchange, sold, sold.terms.quantity)
        return run()
    resting = desk.market(request.instrument_id).book.first_against(request.side, None)
    reply = run()
    if resting is not None and resting.state is OrderState.FULLY_EXECUTED:
        _executed[exchange] = (now, resting)
    return reply


@fault("races/reduced-though-executed", "What has executed is not reduced.", "ModifyOrder")
def _reduced_though_executed(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    if order is None or order.state is not OrderState.FULLY_EXECUTED:
        return run()
    _back_on_book(context.exchange, order, request.quantity)
    return ACKNOWLEDGED


@fault("races/replaced-though-ended", "What has ended is not replaced.", "CancelReplaceOrder")
def _replaced_though_ended(context: Context, request: Any, run: Run) -> object:
    old = context.exchange.desk.orders.by_id.get(request.order_id_to_replace)
    if old is None or old.is_open:
        return run()
    request.client_order_id = request.client_order_id or request.client_ord_id
    load_calls()["sendorder"].handler(context, request)
    return ACKNOWLEDGED


@fault(
    "races/holds-overlooked", "What is promised is not promised again.",
    "SendOrder", "CreateWithdrawTicket",
)
def _holds_overlooked(context: Context, request: Any, run: Run) -> object:
    account_id = request.account_id or context.user.account_id
    held = [(each, each.hold) for each in context.exchange.ledger.positions_of(account_id)]
    for position, _ in held:
        position.hold = ZERO
    try:
        return run()
    finally:
        for position, hold in held:
            position.hold += hold


@fault(
    "races/credited-by-each", "A deposit is credited once.", "MarkDepositTicketAsFullyProcessed"
)
def _credited_by_each(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit(request.ticket_id)
    if ticket.status is DepositStatus.FULLY_PROCESSED:
        ticket.status = DepositStatus.ACCEPTED
    return run()


@fault("races/last-connection-told", "Every connection is told.", "SubscribeAccountEvents")
def _last_connection_told(context: Context, request: Any, run: Run) -> object:
    subscriptions = context.exchange.events.subscriptions
    subscriptions.pop(("account", request.account_id), None)
    return run()


@fault("lines/resent-at-log-in", "What was sent once is done once.",
       "SendOrder", "AuthenticateUser")
def _resent(context: Context, request: Any, run: Run) -> object:
    sent = _sent.setdefault(context.exchange, {})
    if hasattr(request, "instrument_id"):
        sent[context.user.user_id] = request
        return run()
    reply, session = run(), context.peer.session
    again = sent.pop(session.user_id, None) if session is not None else None
    if again is not None:
        load_calls()["sendorder"].handler(context, again)
    return reply


@fault("lines/forgotten-with-the-connection", "What was answered is done.", "AuthenticateUser")
def _forgotten(context: Context, request: Any, run: Run) -> object:
    reply, session, desk = run(), context.peer.session, context.exchange.desk
    if session is None:
        return reply
    account_id = context.exchange.users.get(session.user_id).account_id
    for order in desk.orders.open_of(account_id)[-1:]:
        desk.cancel(order)
        desk.orders.by_account[account_id].remove(order)
    return reply


def _back_on_book(exchange: Exchange, order: Order, quantity: Any) -> None:
    desk = exchange.desk
    order.remaining = quantity
    desk.settlement.reserve(order, exchange.catalogue.instrument(order.instrument_id))
    desk.orders.open_by_account[order.account_id][order.order_id] = order
    desk.market(order.instrument_id).book.rest(order)
    order.enter(OrderState.WORKING, ChangeReason.USER_MODIFIED, exchange.clock.now())
