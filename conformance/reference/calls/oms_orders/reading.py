"""Open orders, order status and the order histories."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.trading_scope import count_of, own_order, posix_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.trading.history import Window
from conformance.reference.domain.trading.orders import Order
from conformance.reference.rendering.trading_rows import OrderRow, order_row


class AccountRequest(Request):
    """An account."""

    oms_id: int
    account_id: int


class OrderIdRequest(Request):
    """An order."""

    oms_id: int
    order_id: int


class OrderStatusRequest(OrderIdRequest):
    """An order and the account it belongs to."""

    account_id: int


class OrdersHistoryRequest(Request):
    """Filters, all optional but the OMS; zero is the same as absent."""

    oms_id: int
    account_id: int = 0
    client_order_id: int = 0
    original_order_id: int = 0
    original_client_order_id: int = 0
    user_id: Int32 = 0
    instrument_id: Int32 = 0
    start_timestamp: int = 0
    end_timestamp: int = 0
    depth: Int32 | None = None
    limit: Int32 | None = None
    start_index: Int32 = 0


def _rows(context: Context, orders: list[Order]) -> list[OrderRow]:
    return [order_row(order, context.exchange.oms_id) for order in orders]


@call(
    "GetOpenOrders", permissions=("Operator", "Trading", "AccountReadOnly"), request=AccountRequest
)
def get_open_orders(context: Context, request: AccountRequest) -> object:
    """The account's open orders, oldest first."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    return _rows(context, context.exchange.desk.orders.open_of(account.account_id))


@call("GetOrderHistory", permissions=("Trading", "AccountReadOnly"), request=AccountRequest)
def get_order_history(context: Context, request: AccountRequest) -> object:
    """All orders the account ever sent, newest first."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    return _rows(context, context.exchange.desk.orders.by_account[account.account_id][::-1])


@call("GetOrderHistoryByOrderId", permissions=("Operator", "Trading"), request=OrderIdRequest)
def get_order_history_by_order_id(context: Context, request: OrderIdRequest) -> object:
    """Every state one order was in, oldest first."""
    context.require_oms(request.oms_id)
    order = own_order(context, request.order_id)
    return [order_row(order, context.exchange.oms_id, status) for status in order.statuses]


@call("GetOrderStatus", permissions=("Operator", "Trading"), request=OrderStatusRequest)
def get_order_status(context: Context, request: OrderStatusRequest) -> object:
    """One order as it stands, in an array."""
    context.require_oms(request.oms_id)
    order = own_order(context, request.order_id)
    if request.account_id != order.account_id:
        context.account(request.account_id)
        raise NotFound("Order Not Found")
    return _rows(context, [order])


@call(
    "GetOrdersHistory", permissions=("Operator", "Trading"), request=OrdersHistoryRequest,
    aliases=("GetOrders",),
)
def get_orders_history(context: Context, request: OrdersHistoryRequest) -> object:
    """The account's orders that all given filters match, newest first."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    window = Window(
        count_of(request.start_index, "StartIndex") or 0,
        count_of(request.depth if request.depth is not None else request.limit, "Depth"),
        posix_ms(request.start_timestamp),
        posix_ms(request.end_timestamp, end=True),
    )
    newest_first = reversed(context.exchange.desk.orders.by_account[account.account_id])
    matching = (order for order in newest_first if _matches(order, request))
    return _rows(context, window.cut(matching, lambda order: order.received_ms))


def _matches(order: Order, request: OrdersHistoryRequest) -> bool:
    return all(
        wanted in (0, real)
        for wanted, real in (
            (request.client_order_id, order.terms.client_order_id),
            (request.original_order_id, order.original_order_id),
            (request.original_client_order_id, order.original_client_order_id),
            (request.user_id, order.entered_by),
            (request.instrument_id, order.instrument_id),
        )
    )
