"""Account events: positions, order states, executions, refusals, session changes."""

from __future__ import annotations

from collections.abc import Callable

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.catalogue import Instrument
from conformance.reference.domain.ledger import Position
from conformance.reference.domain.trading.orders import Order, OrderStatus
from conformance.reference.domain.trading.sessions import MarketAction
from conformance.reference.domain.trading.trades import Execution
from conformance.reference.events import EventBus
from conformance.reference.rendering import trading_rows as rows

MARKETS = ("markets",)
"""Topic of session changes, which concern every account."""

NO_POSITION_EVENT = defect(
    "trading/missing-position-event", "A change of balance or hold is told by AccountPositionEvent."
)
DOUBLE_TRADE_EVENT = defect(
    "trading/double-trade-event", "Each execution is told by exactly one OrderTradeEvent."
)
_ACTIONS = {
    MarketAction.PAUSE: "Pause",
    MarketAction.RESUME: "Resume",
    MarketAction.HALT: "Halt",
    MarketAction.REOPEN: "ReOpen",
    MarketAction.RESYNC: "ReSync",
}

PositionRow = Callable[[int, int], rows.Row]
"""The row GetAccountPositions prints, by account and product."""


class AccountFeed:
    """Publishes to the topics ``("account", id)``, ``("order_states", id)`` and MARKETS."""

    def __init__(
        self,
        events: EventBus,
        oms_id: int,
        defects: Defects,
        position_row: PositionRow,
    ) -> None:
        self._events = events
        self._oms_id = oms_id
        self._defects = defects
        self._position_row = position_row
        self._moved: set[tuple[int, int]] = set()

    def position_changed(self, position: Position) -> None:
        """Remember that a position moved; told once, at the end of the call."""
        self._moved.add((position.account_id, position.product_id))

    def tell_positions(self) -> None:
        """Publish the positions that moved, as they stand now."""
        moved, self._moved = self._moved, set()
        for account_id, product_id in sorted(moved):
            topic = ("account", account_id)
            if not self._events.wanted(topic) or self._defects(NO_POSITION_EVENT):
                continue
            row = rows.position_event(self._position_row(account_id, product_id))
            self._events.publish(topic, "AccountPositionEvent", row)

    def order_changed(self, order: Order, status: OrderStatus) -> None:
        """An order entered a new state."""
        for kind in ("account", "order_states"):
            topic = (kind, order.account_id)
            if self._events.wanted(topic):
                row = rows.order_state_event(order, status)
                self._events.publish(topic, "OrderStateEvent", row)

    def order_refused(self, order: Order) -> None:
        """A new order was refused."""
        payload: rows.Row = {
            "OMSId": self._oms_id,
            "AccountId": order.account_id,
            "ClientOrderId": order.terms.client_order_id,
            "Status": "Rejected",
            "RejectReason": order.note,
        }
        self._events.publish(("account", order.account_id), "NewOrderRejectEvent", payload)

    def executed(self, execution: Execution) -> None:
        """An account's order executed."""
        topic = ("account", execution.account_id)
        if self._events.wanted(topic):
            row = rows.order_trade_event(execution, self._oms_id, self._defects)
            for _ in range(2 if self._defects(DOUBLE_TRADE_EVENT) else 1):
                self._events.publish(topic, "OrderTradeEvent", row)

    def session_changed(self, instrument: Instrument, action: MarketAction) -> None:
        """An operator changed a market's session."""
        row = rows.market_state_event(instrument, _ACTIONS[action], instrument.venue_id)
        self._events.publish(MARKETS, "MarketStateUpdate", row)
