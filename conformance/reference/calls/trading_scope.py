"""Whose orders and which instruments a caller may touch, and how requests name moments."""

from __future__ import annotations

from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import Instrument
from conformance.reference.domain.clock import TICKS_AT_EPOCH, parse_iso
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized
from conformance.reference.domain.trading.orders import Order

# A POSIX number below this counts seconds: as milliseconds it would lie before March 1973.
_SECONDS_BELOW = 100_000_000_000
_TICKS_FROM = 10**17


def tradable(context: Context, instrument_id: int) -> Instrument:
    """The instrument, if the caller may trade it; raises NotFound or NotAuthorized."""
    instrument = context.exchange.catalogue.instrument(instrument_id)
    if context.is_operator:
        return instrument
    grants, user_id = context.exchange.grants, context.user.user_id
    if not (
        grants.may_trade_instrument(user_id, instrument_id)
        and grants.may_trade_product(user_id, instrument.product1)
        and grants.may_trade_product(user_id, instrument.product2)
    ):
        raise NotAuthorized
    return instrument


def own_order(context: Context, order_id: int) -> Order:
    """An order of an account the caller may act for; raises NotFound or NotAuthorized."""
    order = context.exchange.desk.orders.get(order_id)
    context.account(order.account_id)
    return order


def posix_ms(value: int | None, *, end: bool = False) -> int | None:
    """A POSIX moment in seconds or milliseconds as milliseconds; absent and zero are None.

    With ``end`` a moment in seconds includes that whole second.
    """
    if not value:
        return None
    if abs(value) < _SECONDS_BELOW:
        return value * 1000 + (999 if end else 0)
    return value


def date_ms(text: str) -> int:
    """An ISO date or date-time, or .NET ticks in text; raises InvalidRequest."""
    try:
        if text.isdecimal():
            number = int(text)
            return (number - TICKS_AT_EPOCH) // 10_000 if number >= _TICKS_FROM else number
        return parse_iso(text)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"not a date: {text[:40]}") from None


def count_of(value: int | None, name: str) -> int | None:
    """A count that must not be negative; raises InvalidRequest."""
    if value is not None and value < 0:
        raise InvalidRequest(f"{name} must not be negative")
    return value
