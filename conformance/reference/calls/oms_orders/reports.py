"""SubmitBlockTrade, SendExchangeOrderStateEvent and GetOrderFee."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

from conformance.reference.calls.oms_orders.entry import order_receipt
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.trading import blocks
from conformance.reference.domain.trading.orders import (
    MakerTaker,
    OrderTerms,
    OrderType,
    PegPriceType,
    Side,
    TimeInForce,
)
from conformance.reference.rendering.standard import ACKNOWLEDGED


class OrderFlag(IntEnum):
    NO_ACCOUNT_RISK_CHECK = 1
    ADDED_TO_BOOK = 2
    REMOVED_FROM_BOOK = 3
    POST_ONLY = 8


class LinkType(IntEnum):
    UNKNOWN = 0
    CANCEL = 1
    UPDATE = 2


class BlockTradeRequest(Request):
    """A deal made off the book; ``side`` is that of ``account_id``."""

    oms_id: int
    account_id: int
    instrument_id: int
    side: Side
    quantity: Decimal
    limit_price: Decimal
    counter_party_id: Int32 | None
    locked_in: bool
    client_order_id: int = 0
    timestamp: int = 0


class OrderStateRequest(Request):
    """A whole order object; the page requires every key."""

    exchange_id: Int32
    oms_id: int
    client_order_id: int
    account_id: int
    product_pair_id: int
    order_type: OrderType
    side: Side
    tif: TimeInForce
    peg_price_type: PegPriceType
    quantity: Decimal
    display_quantity: Decimal
    limit_price: Decimal
    stop_price: Decimal
    reference_price: Decimal
    order_expiration_date_time: int
    order_id_oco: int
    order_flag: OrderFlag
    link_type: LinkType
    exchange_service_id: str
    order_id: int
    entered_by: Int32
    counter_party_id: Int32
    is_quote: bool
    use_margin: bool
    best_sell_price: Decimal
    best_sell_quantity: Decimal
    best_buy_price: Decimal
    best_buy_quantity: Decimal
    last_trade_price: Decimal


class OrderFeeRequest(Request):
    """The trade to estimate the fee of."""

    oms_id: int
    account_id: int
    instrument_id: int
    amount: Decimal
    price: Decimal
    side: Side
    product_id: int
    order_type: OrderType
    maker_taker: MakerTaker | str


@call("SubmitBlockTrade", permissions=("Operator",), request=BlockTradeRequest)
def submit_block_trade(context: Context, request: BlockTradeRequest) -> object:
    """Report a deal; locked in it is booked at once, otherwise when the other side reports it."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    account = context.account(request.account_id)
    other = request.counter_party_id
    terms = OrderTerms(
        side=request.side, order_type=OrderType.BLOCK_TRADE, quantity=request.quantity,
        limit_price=request.limit_price, client_order_id=request.client_order_id,
    )
    order = blocks.report(
        exchange.desk, account, exchange.accounts.get(other) if other else None,
        context.user.user_id, exchange.catalogue.instrument(request.instrument_id).instrument_id,
        terms, locked_in=request.locked_in,
    )
    return order_receipt(order)


@call("SendExchangeOrderStateEvent", permissions=("Operator",), request=OrderStateRequest)
def send_exchange_order_state_event(context: Context, request: OrderStateRequest) -> object:
    """Cancel (link type 1) or reduce (2) an order on the engine's behalf, or tell its state (0)."""
    context.require_oms(request.oms_id)
    desk = context.exchange.desk
    order = desk.orders.get(request.order_id)
    if order.account_id != context.exchange.accounts.get(request.account_id).account_id:
        raise NotFound("Order Not Found")
    if order.instrument_id != request.product_pair_id:
        raise NotFound("Order Not Found")
    if request.link_type is not LinkType.UNKNOWN and not order.is_open:
        raise OperationFailed("Order is not open")
    if request.link_type is LinkType.CANCEL:
        desk.cancel(order)
    elif request.link_type is LinkType.UPDATE and request.quantity != order.remaining:
        desk.modify(order, request.quantity)
    else:
        desk.listener.order_changed(order, order.status)
    return ACKNOWLEDGED


@call("GetOrderFee", permissions=("Operator", "Trading"), request=OrderFeeRequest)
def get_order_fee(context: Context, request: OrderFeeRequest) -> object:
    """What a trade like this would be charged; an unknown role is estimated as a taker."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    exchange = context.exchange
    instrument = exchange.catalogue.instrument(request.instrument_id)
    if request.product_id:
        exchange.catalogue.product(request.product_id)
    if request.amount < 0 or request.price < 0:
        raise InvalidRequest("Amount and Price must not be negative")
    fee = exchange.fees.fee(
        account, instrument, request.side, request.amount, request.price,
        order_type=request.order_type, role=_role(request.maker_taker),
    )
    return {"OrderFee": fee.amount, "ProductId": fee.product_id}


def _role(value: MakerTaker | str) -> MakerTaker:
    """Clients of deployments send the role as text."""
    if isinstance(value, str):
        named = {member.name.casefold(): member for member in MakerTaker}
        found = named.get(value.casefold())
        if found is None and value.isdecimal() and int(value) in set(MakerTaker):
            found = MakerTaker(int(value))
        if found is None:
            raise InvalidRequest(f"MakerTaker: {value[:20]}")
        value = found
    return value if value is MakerTaker.MAKER else MakerTaker.TAKER
