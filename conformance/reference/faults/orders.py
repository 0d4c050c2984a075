"""Faults of orders: what is asked for is done to others, done differently, or not done at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ReferenceType
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.domain.trading.orders import (
    ChangeReason,
    OrderTerms,
    OrderType,
    Side,
    TimeInForce,
)
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import (
    Run,
    fault,
    forgets,
    incoming,
    retells,
    rewrites,
)
from conformance.reference.rendering.standard import ACKNOWLEDGED

ACTS = ("SendOrder", "CancelAllOrders", "CancelQuote", "ModifyOrder")
READS = (
    "GetOpenOrders", "GetOrderHistory", "GetOrdersHistory", "GetOrderHistoryByOrderId",
    "GetOrderStatus", "GetOrderFee", "GetAccountTrades", "GetTradesHistory",
    "GetOpenTradeReports",
)

fault("orders/acts-for-anybody", "Only own accounts can be traded for.", *ACTS)(without_bounds)
fault("orders/reads-of-anybody", "Only own accounts can be read.", *READS)(without_bounds)
fault(
    "orders/not-for-operators", "Operators act and read for any account.",
    "SendOrder", "CancelOrder", "CancelAllOrders", "CancelQuote", *READS,
)(not_for_operators)
forgets("orders/cancel-acknowledged-only", "A cancelled order ends.", "CancelOrder")
forgets("orders/modify-acknowledged-only", "A reduced order is smaller.", "ModifyOrder")
forgets(
    "orders/state-event-acknowledged-only", "SendExchangeOrderStateEvent changes an order.",
    "SendExchangeOrderStateEvent",
)


@fault("orders/cancel-all-misses-one", "CancelAllOrders leaves no order.", "CancelAllOrders")
def _misses_one(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    for order in desk.orders.open_of(context.account(request.account_id).account_id)[:-1]:
        desk.cancel(order)
    return ACKNOWLEDGED


@fault("orders/cancel-all-of-everybody", "Other accounts' orders stay.", "CancelAllOrders")
def _of_everybody(context: Context, request: Any, run: Run) -> object:
    for order in context.exchange.desk.orders.all_open():
        context.exchange.desk.cancel(order)
    return run()


@fault("orders/cancel-all-of-caller", "All users' orders of an account end.", "CancelAllOrders")
def _of_caller(context: Context, request: Any, run: Run) -> object:
    request.user_id = context.user.user_id
    return run()


@fault("orders/cancel-all-tells-again", "Repeated, it tells of no order.", "CancelAllOrders")
def _tells_again(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.desk.orders.by_account[context.account(request.account_id).account_id]
    reply = run()
    for order in known[-1:]:
        context.exchange.desk.listener.order_changed(order, order.status)
    return reply


@fault("orders/client-id-names-nothing", "A client order id names an order.", "CancelOrder")
def _client_id_names_nothing(context: Context, request: Any, run: Run) -> object:
    if not request.order_id:
        raise NotFound("Order Not Found")
    return run()


@fault("orders/client-id-needs-no-account", "A client order id needs an account.", "CancelOrder")
def _client_id_alone(context: Context, request: Any, run: Run) -> object:
    request.account_id = request.account_id or context.user.account_id
    return run()


@fault("orders/cancel-of-ended-acknowledged", "What has ended cannot be cancelled.", "CancelOrder")
def _cancel_of_ended(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    return run() if not request.order_id or (order and order.is_open) else ACKNOWLEDGED


@fault("orders/cancel-undoes-executions", "What was executed stays.", "CancelOrder")
def _undoes_executions(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    if order is not None:
        order.executed = order.value = Decimal(0)
    return run()


@rewrites("orders/replacement-ids-swapped", "The reply tells old from new.", "CancelReplaceOrder")
def _ids_swapped(context: Context, request: Any, reply: Any) -> object:
    old, new = reply["origClOrdId"], reply["replacementClOrdId"]
    return {**reply, "origClOrdId": new, "replacementClOrdId": old}


@rewrites("orders/replacement-keeps-id", "A replacement has an own id.", "CancelReplaceOrder")
def _keeps_id(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "replacementOrderId": reply["origOrderId"]}


@fault("orders/replacement-must-not-grow", "A replacement may be larger.", "CancelReplaceOrder")
def _must_not_grow(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id_to_replace)
    if order is not None and request.quantity > order.remaining:
        raise OperationFailed("Quantity can only be reduced")
    return run()


@fault("orders/replacement-forgets-original", "A replacement leads back.", "CancelReplaceOrder")
def _forgets_original(context: Context, request: Any, run: Run) -> object:
    reply = run()
    order = context.exchange.desk.orders.by_id[reply["replacementOrderId"]]
    order.original_order_id, order.original_client_order_id = order.order_id, 0
    return reply


@fault("orders/replaces-nothing-by-something", "Nothing replaces an unknown order.",
       "CancelReplaceOrder")
def _replaces_nothing(context: Context, request: Any, run: Run) -> object:
    if request.order_id_to_replace in context.exchange.desk.orders.by_id:
        return run()
    terms = OrderTerms(side=request.side, order_type=request.order_type,
                       quantity=request.quantity, limit_price=request.limit_price)
    order = context.exchange.desk.place(
        context.account(request.account_id), context.user.user_id, request.instrument_id, terms
    )
    return {"replacementOrderId": order.order_id, "replacementClOrdId": 0,
            "origOrderId": request.order_id_to_replace, "origClOrdId": 0}


@fault("orders/oco-both-ways", "A watched order does not watch back.",
       "SendOrder", "CancelReplaceOrder")
def _oco_both_ways(context: Context, request: Any, run: Run) -> object:
    reply, orders = run(), context.exchange.desk.orders
    if request.order_id_oco in orders.by_id:
        order = orders.by_id[reply.get("OrderId") or reply["replacementOrderId"]]
        watched = orders.by_id[request.order_id_oco]
        watched.terms = replace(watched.terms, oco_order_id=order.order_id)
        orders.watch(watched)
    return reply


@fault("orders/modify-enlarges", "ModifyOrder only reduces.", "ModifyOrder")
def _enlarges(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    order = desk.orders.get(request.order_id)
    if request.quantity <= order.remaining:
        return run()
    terms = replace(order.terms, quantity=request.quantity)
    desk.replace(order, context.account(order.account_id), order.entered_by, terms)
    return ACKNOWLEDGED


@fault("orders/modify-keeps-hold", "The hold shrinks with the order.", "ModifyOrder")
def _keeps_hold(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    order = exchange.desk.orders.get(request.order_id)
    before, reply = order.remaining, run()
    product, unit = exchange.desk.settlement.needed(order, exchange.catalogue.instrument(
        order.instrument_id))
    amount = unit / order.remaining * (before - order.remaining)
    exchange.ledger.place_hold(
        order.account_id, product, amount, ReferenceType.ORDER_HOLD, order.order_id
    )
    return reply


@fault("orders/stale-revision-taken", "A stale revision is refused.", "ModifyOrder")
def _stale_revision(context: Context, request: Any, run: Run) -> object:
    request.previous_order_revision = 0
    return run()


@fault("orders/link-types-swapped", "Link type 1 cancels.", "SendExchangeOrderStateEvent")
def _link_types_swapped(context: Context, request: Any, run: Run) -> object:
    request.link_type = type(request.link_type)((0, 2, 1)[request.link_type])
    return run()


@fault("orders/error-values-taken", "Error values never work.", "SendOrder")
def _error_values_taken(context: Context, request: Any, run: Run) -> object:
    request.side = Side.BUY if request.side is Side.UNKNOWN else request.side
    request.order_type = request.order_type or OrderType.LIMIT
    request.time_in_force = request.time_in_force or TimeInForce.GTC
    return run()


Change = Callable[[Any], None]


def _set(key: str, value: object, when: Callable[[Any], bool] = lambda request: True) -> Change:
    def change(request: Any) -> None:
        if when(request):
            setattr(request, key, value)

    return change


def _is(order_type: OrderType) -> Callable[[Any], bool]:
    return lambda request: request.order_type is order_type


def _market_order_rests(request: Any) -> None:
    if request.order_type is OrderType.MARKET:
        request.order_type, request.limit_price = OrderType.LIMIT, Decimal(1)


def _stop_at_once(request: Any) -> None:
    if request.order_type in (OrderType.STOP_LIMIT, OrderType.STOP_MARKET):
        request.order_type, request.stop_price = OrderType.LIMIT, None
        request.limit_price = max(request.limit_price or Decimal(0), Decimal(200))


def _limit_ignored(request: Any) -> None:
    if request.order_type is OrderType.LIMIT and request.side is Side.BUY:
        request.order_type, request.limit_price = OrderType.MARKET, None


def _hidden_part_lost(request: Any) -> None:
    if request.use_display_quantity and request.display_quantity:
        request.quantity = request.display_quantity


for _name, _breaks, _change in (
    ("reserve-without-flag", "A reserve needs its flag.",
     _set("use_display_quantity", True, lambda request: request.display_quantity)),
    ("reserve-shown-whole", "Only the display quantity is shown.",
     _set("use_display_quantity", False)),
    ("hidden-part-lost", "The hidden part executes too.", _hidden_part_lost),
    ("limit-ignored", "A limit order keeps to its limit.", _limit_ignored),
    ("cap-ignored", "A market buy keeps to its cap.",
     _set("limit_price", None, _is(OrderType.MARKET))),
    ("market-order-rests", "A market order never rests.", _market_order_rests),
    ("stop-executes-at-once", "A stop waits for its price.", _stop_at_once),
    ("never-expires", "A dated order expires.",
     _set("time_in_force", TimeInForce.GTC, lambda r: r.time_in_force is TimeInForce.GTD)),
    ("gtx-is-ioc", "A GTX order rests.",
     _set("time_in_force", TimeInForce.IOC, lambda r: r.time_in_force is TimeInForce.GTX)),
    ("short-buys", "Side 2 is no purchase.",
     _set("side", Side.BUY, lambda request: request.side is Side.SHORT)),
):
    def _changed(
        context: Context, request: Any, run: Run, change: Change = _change
    ) -> object:
        change(request)
        return run()

    fault(f"orders/{_name}", _breaks, "SendOrder", "CancelReplaceOrder")(_changed)


@rewrites("orders/refusal-reads-accepted", "A refused order says so.", "SendOrder")
def _reads_accepted(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "status": "Accepted", "errormsg": ""}


@rewrites("orders/order-id-of-another", "Every order has an own id.", "SendOrder")
def _id_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "OrderId": 1}


@rewrites("orders/ids-fall", "Ids rise with time.", "SendOrder", "GetAccountTrades")
def _ids_fall(context: Context, request: Any, reply: Any) -> object:
    if isinstance(reply, dict):
        return {**reply, "OrderId": 2_000_000_000 - reply["OrderId"]}
    return [{**row, "tradeId": 2_000_000_000 - row["tradeId"]} for row in reply]


def _completed(call: str, **missing: object) -> Callable[[str], str | None]:
    """Adds what a request of this call leaves out."""

    def complete(text: str) -> str | None:
        try:
            frame = json.loads(text)
            payload = json.loads(frame["o"])
            known = {key.lower() for key in payload}
        except (ValueError, KeyError, TypeError, AttributeError):
            return text
        if frame.get("n") != call:
            return text
        payload |= {key: value for key, value in missing.items() if key.lower() not in known}
        frame["o"] = json.dumps(payload)
        return json.dumps(frame)

    return complete


incoming("orders/default-is-ioc", "Without TimeInForce an order is GTC.")(
    _completed("SendOrder", TimeInForce=3))
incoming("orders/default-client-id-is-one", "Without ClientOrderId an order carries 0.")(
    _completed("SendOrder", ClientOrderId=1))
incoming("orders/oms-need-not-be-named", "GetOrdersHistory needs omsId.")(
    _completed("GetOrdersHistory", omsId=1))
incoming("orders/default-start-is-one", "Without startIndex it is 0.")(
    _completed("GetOrdersHistory", startIndex=1))
incoming("orders/part-of-an-order-completed", "The whole order must be sent.")(
    _completed(
        "SendExchangeOrderStateEvent", exchangeID=1, omsId=1, clientOrderId=0, tIF=1,
        pegPriceType=1, displayQuantity=0, limitPrice=0, stopPrice=0, referencePrice=0,
        orderExpirationDateTime=0, orderIdOCO=0, orderFlag=2, linkType=2, exchangeServiceId="",
        enteredBy=0, counterPartyId=0, isQuote=False, useMargin=False, bestSellPrice=0,
        bestSellQuantity=0, bestBuyPrice=0, bestBuyQuantity=0, lastTradePrice=0, quantity=1,
    ))


@retells("orders/ended-again", "An order ends once.", "OrderStateEvent")
def _ended_again(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    yield event
    if row["OrderState"] != "Working":
        yield replace(event, payload={**row, "OrderState": "Working"})


@retells("orders/reason-unknown", "The reason of a state is told.", "OrderStateEvent")
def _reason_unknown(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    reason = ChangeReason.UNKNOWN.name.title()
    return [replace(event, payload={**row, "ChangeReason": reason})]


@retells("orders/trigger-is-a-state", "Triggering is no state.", "OrderStateEvent")
def _trigger_is_a_state(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    if str(row["OrderType"]).startswith("Stop") and row["OrderState"] == "FullyExecuted":
        yield replace(event, payload={**row, "OrderState": "Unknown"})
    yield event
