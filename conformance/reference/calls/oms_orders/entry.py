"""SendOrder, CancelReplaceOrder, ModifyOrder, and SendOrderList that clients of venues use."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.oms_orders.terms import OrderRequest, order_terms
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.trading_scope import own_order, tradable
from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotFound,
    OperationFailed,
    Refusal,
)
from conformance.reference.domain.trading.orders import Order, OrderState
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED
from conformance.reference.rendering.trading_rows import CLIENT_ID_LOST

TRADERS = ("Operator", "Trading")


class ReplaceRequest(OrderRequest, kw_only=True):
    """The replacement and which order it replaces; the page spells the client's id two ways."""

    order_id_to_replace: int
    client_ord_id: int = 0


class ModifyRequest(Request):
    """``quantity`` is what shall remain; a revision of zero is not checked."""

    oms_id: int
    order_id: int
    quantity: Decimal
    instrument_id: int
    previous_order_revision: Int32 = 0


def order_receipt(order: Order) -> dict[str, object]:
    """The answer to SendOrder and SubmitBlockTrade."""
    rejected = order.state is OrderState.REJECTED
    return {
        "status": "Rejected" if rejected else "Accepted",
        "errormsg": order.note if rejected else "",
        "OrderId": order.order_id,
    }


@call("SendOrder", permissions=TRADERS, request=OrderRequest)
def send_order(context: Context, request: OrderRequest) -> object:
    """Enter an order. A refused one is answered, and kept in history, as Rejected."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    instrument = tradable(context, request.instrument_id)
    terms = order_terms(request, zero_is_gtc=context.venues)
    order = context.exchange.desk.place(
        account, context.user.user_id, instrument.instrument_id, terms
    )
    return order_receipt(order)


@call("SendOrderList", permissions=TRADERS, request=list[OrderRequest])
def send_order_list(context: Context, request: list[OrderRequest]) -> object:
    """Not in the pages: several orders in one frame, each answered on its own."""
    answers: list[object] = []
    for order in request:
        try:
            answers.append(send_order(context, order))
        except Refusal as refusal:
            answers.append({"status": "Rejected", "errormsg": str(refusal), "OrderId": 0})
    return answers


@call("CancelReplaceOrder", permissions=TRADERS, request=ReplaceRequest)
def cancel_replace_order(context: Context, request: ReplaceRequest) -> object:
    """Cancel an order and enter another at the back of the queue; refused, nothing changes."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    tradable(context, request.instrument_id)
    request.client_order_id = request.client_order_id or request.client_ord_id
    terms = order_terms(request, zero_is_gtc=context.venues)
    desk = context.exchange.desk
    try:
        old = own_order(context, request.order_id_to_replace)
        if old.account_id != account.account_id:
            raise NotFound("Order Not Found")
        if old.instrument_id != request.instrument_id:
            raise InvalidRequest("InstrumentId is not that of the order")
        if not old.is_open:
            raise OperationFailed("Order is not open")
        order = desk.replace(old, account, context.user.user_id, terms)
    except (NotFound, OperationFailed) as refusal:
        _tell_refused(context, request, str(refusal))
        raise
    lost = context.exchange.defects(CLIENT_ID_LOST)
    return {
        "replacementOrderId": order.order_id,
        "replacementClOrdId": 0 if lost else terms.client_order_id,
        "origOrderId": old.order_id,
        "origClOrdId": old.terms.client_order_id,
    }


@call("ModifyOrder", permissions=TRADERS, request=ModifyRequest)
def modify_order(context: Context, request: ModifyRequest) -> object:
    """Reduce what remains of an open order; it keeps its place in the queue."""
    context.require_oms(request.oms_id)
    order = own_order(context, request.order_id)
    if request.instrument_id != order.instrument_id:
        raise NotFound("Order Not Found")
    if request.previous_order_revision not in (0, order.revision):
        raise OperationFailed("Order has changed since that revision")
    context.exchange.desk.modify(order, request.quantity)
    return ACKNOWLEDGED


def _tell_refused(context: Context, request: ReplaceRequest, reason: str) -> None:
    payload = {
        "OMSId": request.oms_id,
        "AccountId": request.account_id,
        "OrderId": 0,
        "ClientOrderId": request.client_order_id,
        "LimitPrice": request.limit_price or ZERO,
        "OrderIdOCO": request.order_id_oco,
        "OrderType": name_of(request.order_type),
        "PegPriceType": name_of(request.peg_price_type),
        "OrderIdToReplace": request.order_id_to_replace,
        "InstrumentId": request.instrument_id,
        "ReferencePrice": request.reference_price or ZERO,
        "Quantity": request.quantity,
        "Side": name_of(request.side),
        "StopPrice": request.stop_price or ZERO,
        "TimeInForce": name_of(request.time_in_force),
        "Status": "Rejected",
        "RejectReason": reason,
    }
    topic = ("account", context.account(request.account_id).account_id)
    context.exchange.events.publish(topic, "CancelReplaceOrderRejectEvent", payload)
