"""Price limits of an instrument: a trade that reaches one halts the market and mails the operator.

The check runs with the exchange's timers, that is before the next call is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.catalogue import SessionStatus
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.trading.sessions import MarketAction, change

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

IGNORES_LIMIT = defect(
    "exchange_admin/price-limit-ignored", "A trade that reaches a price limit halts the market."
)
HALTS_SILENTLY = defect("exchange_admin/halts-silently", "Operators are told of a price limit.")


class PriceGuard:
    """Looks once at every trade an instrument makes after it got its limits."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._seen: dict[int, int] = {}

    def look(self, now_ms: int) -> None:
        """Halt the markets whose trades since the last look reached a limit."""
        for instrument_id, band in self._exchange.engines.bands.items():
            market = self._exchange.desk.markets.get(instrument_id)
            if market is None or (band.floor is None and band.ceiling is None):
                continue
            trades = market.tape.trades
            first = min(self._seen.get(instrument_id, len(trades)), len(trades))
            self._seen[instrument_id] = len(trades)
            if any(band.is_reached(trade.price) for trade in trades[first:]):
                self._halt(instrument_id, now_ms)

    def _halt(self, instrument_id: int, now_ms: int) -> None:
        exchange = self._exchange
        instrument = exchange.catalogue.instrument(instrument_id)
        if instrument.session_status is not SessionStatus.RUNNING:
            return
        if exchange.defects(IGNORES_LIMIT):
            return
        change(exchange.desk, instrument, MarketAction.HALT)
        if exchange.defects(HALTS_SILENTLY):
            return
        for user in exchange.users.by_id.values():
            if not user.permissions.isdisjoint({OPERATOR, SUPERUSER}):
                exchange.mailbox.send(
                    Mail(user.email, f"{instrument.symbol} halted: price limit", "", user.user_id,
                         now_ms)
                )
