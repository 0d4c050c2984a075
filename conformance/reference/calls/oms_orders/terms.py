"""Requests that describe an order, and what they mean."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.request import Request
from conformance.reference.calls.trading_scope import posix_ms
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.trading.orders import (
    LIMITED_TYPES,
    OrderTerms,
    OrderType,
    PegPriceType,
    Side,
    TimeInForce,
)


class OrderRequest(Request):
    """An order as SendOrder and CancelReplaceOrder describe it.

    The 3.1 page of SendOrder leaves out what its stop, trailing, reserve and GTD orders need; those
    keys are read when they are sent.
    """

    oms_id: int
    account_id: int
    instrument_id: int
    side: Side
    order_type: OrderType
    quantity: Decimal
    limit_price: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    client_order_id: int = 0
    order_id_oco: int = 0
    use_display_quantity: bool = False
    display_quantity: Decimal | None = None
    peg_price_type: PegPriceType = PegPriceType.UNKNOWN
    stop_price: Decimal | None = None
    trailing_amount: Decimal | None = None
    limit_offset: Decimal | None = None
    reference_price: Decimal | None = None
    order_expiration_date_time: int | None = None


def order_terms(request: OrderRequest, *, zero_is_gtc: bool) -> OrderTerms:
    """What is asked for. ``zero_is_gtc``: some clients of deployments send TimeInForce 0.

    Raises InvalidRequest when a limit order names no price.
    """
    if request.order_type in LIMITED_TYPES and request.limit_price is None:
        raise InvalidRequest("LimitPrice is Required")
    lifetime = request.time_in_force
    if zero_is_gtc and lifetime is TimeInForce.UNKNOWN:
        lifetime = TimeInForce.GTC
    stop = request.stop_price or ZERO
    trailing = request.trailing_amount or ZERO
    if not trailing and request.reference_price and stop:
        trailing = abs(request.reference_price - stop)
    display = request.display_quantity or ZERO
    return OrderTerms(
        side=request.side,
        order_type=request.order_type,
        quantity=request.quantity,
        limit_price=request.limit_price or ZERO,
        time_in_force=lifetime,
        client_order_id=request.client_order_id,
        oco_order_id=request.order_id_oco,
        display_quantity=display if request.use_display_quantity else ZERO,
        stop_price=stop,
        peg=request.peg_price_type or PegPriceType.LAST,
        trailing_amount=trailing,
        limit_offset=request.limit_offset or ZERO,
        expires_ms=posix_ms(request.order_expiration_date_time),
    )
