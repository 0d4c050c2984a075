"""What the trading desk tells whoever wants to know; the base class listens to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.reference.domain.catalogue import Instrument
    from conformance.reference.domain.trading.orders import Order, OrderStatus
    from conformance.reference.domain.trading.sessions import MarketAction
    from conformance.reference.domain.trading.trades import Execution, Trade


class TradingListener:
    """Override what is of interest. Called in the order things happen, before the reply."""

    def order_changed(self, order: Order, status: OrderStatus) -> None:
        """An order entered a new state, or its figures changed."""

    def order_refused(self, order: Order) -> None:
        """A new order was refused; its note says why."""

    def executed(self, execution: Execution) -> None:
        """An account's order executed."""

    def traded(self, trade: Trade) -> None:
        """A public trade was printed."""

    def session_changed(self, instrument: Instrument, action: MarketAction) -> None:
        """An instrument's session status was changed by an operator."""
