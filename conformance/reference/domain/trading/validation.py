"""Which orders are refused before they reach the book, and with which words."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.accounts import Account, RiskType
from conformance.reference.domain.catalogue import Instrument, SessionStatus
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import (
    LIMITED_TYPES,
    STOP_TYPES,
    TRAILING_TYPES,
    OrderTerms,
    OrderType,
    Side,
    TimeInForce,
)

OFF_INCREMENT = defect(
    "trading/off-increment", "A price between two price increments is refused."
)
ALWAYS_OPEN = defect("trading/always-open", "Only a running market takes orders and trades.")
LARGEST = Decimal(10) ** 12
"""Quantities and prices beyond this are refused, so that amounts stay exact in 28 digits."""


def why_refused(
    terms: OrderTerms, instrument: Instrument, account: Account, now: int, defects: Defects
) -> str:
    """The reason to refuse an order, empty when its terms are acceptable."""
    if account.risk_type is RiskType.NO_TRADING:
        return "Account may not trade"
    running = instrument.session_status is SessionStatus.RUNNING or defects(ALWAYS_OPEN)
    if not running:
        return "Market is not running"
    return (
        _wrong_kind(terms, now)
        or wrong_quantity(terms.quantity, instrument)
        or _wrong_display(terms, instrument)
        or _wrong_prices(terms, instrument, defects)
    )


def wrong_quantity(quantity: Decimal, instrument: Instrument) -> str:
    """Why a quantity cannot be traded, if it cannot."""
    if not ZERO < quantity <= LARGEST:
        return "Invalid Quantity"
    if _is_off(quantity, instrument.quantity_increment):
        return "Quantity is not a multiple of the quantity increment"
    if quantity < instrument.minimum_quantity:
        return "Quantity is below the minimum"
    return ""


def wrong_price(price: Decimal, instrument: Instrument, defects: Defects) -> str:
    """Why a price cannot be quoted, if it cannot."""
    if not ZERO < price <= LARGEST:
        return "Invalid Price"
    if _is_off(price, instrument.price_increment) and not defects(OFF_INCREMENT):
        return "Price is not a multiple of the price increment"
    return ""


def _wrong_kind(terms: OrderTerms, now: int) -> str:
    if terms.side not in (Side.BUY, Side.SELL):
        return "Invalid Side"
    if terms.order_type in (OrderType.UNKNOWN, OrderType.BLOCK_TRADE):
        return "Invalid OrderType"
    if terms.time_in_force is TimeInForce.UNKNOWN:
        return "Invalid TimeInForce"
    if terms.expires_ms is not None and terms.expires_ms <= now:
        return "Order has expired"
    return ""


def _wrong_display(terms: OrderTerms, instrument: Instrument) -> str:
    if terms.display_quantity == ZERO:
        return ""
    if terms.order_type is not OrderType.LIMIT:
        return "Only a limit order can have a reserve"
    if terms.display_quantity > terms.quantity:
        return "Invalid DisplayQuantity"
    return wrong_quantity(terms.display_quantity, instrument)


def _wrong_prices(terms: OrderTerms, instrument: Instrument, defects: Defects) -> str:
    if terms.order_type in LIMITED_TYPES:
        reason = wrong_price(terms.limit_price, instrument, defects)
        if reason:
            return reason
    if terms.order_type in TRAILING_TYPES:
        return wrong_price(terms.trailing_amount, instrument, defects)
    if terms.order_type in STOP_TYPES:
        return wrong_price(terms.stop_price, instrument, defects)
    return ""


def _is_off(value: Decimal, increment: Decimal) -> bool:
    return increment > ZERO and value % increment != ZERO
