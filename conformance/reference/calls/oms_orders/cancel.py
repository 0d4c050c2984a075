"""CancelOrder, CancelAllOrders, and SendCancelList that clients of venues use."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.trading_scope import own_order
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    NotFound,
    OperationFailed,
    Refusal,
)
from conformance.reference.domain.trading.orders import Order
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure

FOREIGN_CANCEL = defect(
    "trading/foreign-cancel", "A trader cannot cancel an order of somebody else's account."
)


class CancelRequest(Request):
    """The order by its id, or by account and the client's id (which has a second name)."""

    oms_id: int
    order_id: int = 0
    account_id: int = 0
    client_order_id: int = 0
    cl_order_id: int = 0
    instrument_id: int = 0


class CancelAllRequest(Request):
    """Each selector given narrows what is cancelled; zero is the same as absent."""

    oms_id: int
    account_id: int = 0
    user_id: int = 0
    instrument_id: int = 0


@call("CancelOrder", permissions=("Operator", "Trading"), request=CancelRequest)
def cancel_order(context: Context, request: CancelRequest) -> object:
    """Cancel what remains of an open order."""
    context.require_oms(request.oms_id)
    try:
        order = _find(context, request)
        if not order.is_open:
            raise OperationFailed("Order is not open")
    except (NotFound, OperationFailed) as refusal:
        _tell_refused(context, request, str(refusal))
        raise
    context.exchange.desk.cancel(order)
    return ACKNOWLEDGED


@call("SendCancelList", permissions=("Operator", "Trading"), request=list[CancelRequest])
def send_cancel_list(context: Context, request: list[CancelRequest]) -> object:
    """Not in the pages: several cancellations in one frame, each on its own."""
    for item in request:
        try:
            cancel_order(context, item)
        except Refusal as refusal:
            return standard_failure(refusal)
    return ACKNOWLEDGED


@call("CancelAllOrders", permissions=("Operator", "Trading"), request=CancelAllRequest)
def cancel_all_orders(context: Context, request: CancelAllRequest) -> object:
    """Cancel the open orders that every given selector matches.

    Without an account an operator reaches all accounts, anybody else the default account.
    """
    context.require_oms(request.oms_id)
    account_id = request.account_id
    if account_id or not context.is_operator:
        account_id = context.account(account_id).account_id
    if request.user_id:
        context.exchange.users.get(request.user_id)
    if request.instrument_id:
        _require_instrument(context, account_id, request.instrument_id)
    desk = context.exchange.desk
    orders = desk.orders.open_of(account_id) if account_id else desk.orders.all_open()
    for order in orders:
        if (
            order.is_open
            and request.user_id in (0, order.entered_by)
            and request.instrument_id in (0, order.instrument_id)
        ):
            desk.cancel(order)
    return ACKNOWLEDGED


def _find(context: Context, request: CancelRequest) -> Order:
    orders = context.exchange.desk.orders
    client_id = request.client_order_id or request.cl_order_id
    if request.order_id:
        if context.exchange.defects(FOREIGN_CANCEL):
            return orders.get(request.order_id)
        order = own_order(context, request.order_id)
        if request.account_id not in (0, order.account_id):
            raise NotFound("Order Not Found")
        return order
    if not (request.account_id and client_id):
        raise InvalidRequest("OrderId, or AccountId and ClientOrderId, required")
    account = context.account(request.account_id)
    return orders.open_with_client_id(account.account_id, client_id)


def _require_instrument(context: Context, account_id: int, instrument_id: int) -> None:
    try:
        context.exchange.catalogue.instrument(instrument_id)
    except NotFound:
        payload = {
            "OMSId": context.exchange.oms_id,
            "AccountId": account_id,
            "InstrumentId": instrument_id,
            "Status": "Rejected",
            "RejectReason": "Instrument not found.",
        }
        topic = ("account", account_id or context.user.account_id)
        context.exchange.events.publish(topic, "CancelAllOrdersRejectEvent", payload)
        raise


def _tell_refused(context: Context, request: CancelRequest, reason: str) -> None:
    """Only the caller's own account hears of it."""
    try:
        account_id = context.account(request.account_id).account_id
    except (NotFound, NotAuthorized):
        account_id = context.user.account_id
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    payload = {
        "OMSId": request.oms_id,
        "AccountId": account_id,
        "OrderId": request.order_id,
        "OrderRevision": order.revision if order is not None else 0,
        "OrderType": name_of(order.order_type) if order is not None else "Unknown",
        "InstrumentId": order.instrument_id if order is not None else request.instrument_id,
        "Status": "Rejected",
        "RejectReason": reason,
    }
    context.exchange.events.publish(("account", account_id), "CancelOrderRejectEvent", payload)
