"""Trading limits of verification levels, checked when an order is entered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.positions import period_starts
from conformance.reference.domain.trading.orders import Order, Side

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

IGNORES_LIMITS = defect(
    "instrs/trading-limits-ignored", "An order beyond the level's trading limits is refused."
)
OVER_LIMIT = "Trading limit exceeded"


def over_trading_limit(
    exchange: Exchange, order: Order, account: Account, replaced: Order | None
) -> str:
    """Why the level's limits refuse an order, if they do; ``replaced`` no longer counts."""
    level = exchange.verification.instrument(account.verification_level, order.instrument_id)
    if level is None or exchange.defects(IGNORES_LIMITS):
        return ""
    if order.side is Side.BUY:
        limits = level.daily_buy_limit, level.monthly_buy_limit
    else:
        limits = level.daily_sell_limit, level.monthly_sell_limit
    if not any(limits):
        return ""
    waiting = sum(
        (
            other.remaining
            for other in exchange.desk.orders.open_of(account.account_id)
            if other.instrument_id == order.instrument_id
            and other.side is order.side and other is not replaced
        ),
        order.terms.quantity,
    )
    day, month, _ = period_starts(exchange.clock.now())
    for limit, start in zip(limits, (day, month), strict=True):
        if limit != ZERO and _executed(exchange, order, account, start) + waiting > limit:
            return OVER_LIMIT
    return ""


def _executed(exchange: Exchange, order: Order, account: Account, start_ms: int) -> Decimal:
    key = (account.account_id, order.instrument_id)
    since = max(start_ms, exchange.verification.trading_reset_ms.get(key, 0))
    return sum(
        (
            execution.quantity
            for execution in exchange.desk.trades.newest_first(account.account_id)
            if execution.instrument_id == order.instrument_id
            and execution.side is order.side and execution.time_ms >= since
        ),
        ZERO,
    )
