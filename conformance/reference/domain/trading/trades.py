"""Trades and their two executions: what happened, as readers of history see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.trading.orders import (
    Direction,
    Inside,
    MakerTaker,
    OrderType,
    Side,
)

MISSING_IN_HISTORY = defect(
    "trading/trade-not-in-history", "Every execution appears in the account's trade history."
)


@dataclass(slots=True, eq=False)
class Execution:
    """One account's side of a trade; ``remaining`` is what its order has left afterwards.

    ``counterparty_id`` is told for block trades only, otherwise zero.
    """

    execution_id: int
    trade_id: int
    order_id: int
    account_id: int
    client_order_id: int
    instrument_id: int
    side: Side
    order_type: OrderType
    role: MakerTaker
    quantity: Decimal
    remaining: Decimal
    price: Decimal
    value: Decimal
    time_ms: int
    direction: Direction
    fee: Decimal
    fee_product_id: int
    originator: int
    inside: Inside
    is_quote: bool = False
    is_block: bool = False
    counterparty_id: int = 0


@dataclass(slots=True, eq=False)
class Trade:
    """A public trade. ``first_order_id`` rested, ``second_order_id`` came in."""

    trade_id: int
    instrument_id: int
    quantity: Decimal
    price: Decimal
    time_ms: int
    direction: Direction
    taker_side: Side
    first_order_id: int
    second_order_id: int
    client_order_id: int


@dataclass
class TradeLog:
    """All executions per account, oldest first."""

    defects: Defects
    by_account: defaultdict[int, list[Execution]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, execution: Execution) -> None:
        """Remember an execution."""
        if not self.defects(MISSING_IN_HISTORY):
            self.by_account[execution.account_id].append(execution)

    def newest_first(self, account_id: int) -> list[Execution]:
        """The account's executions, newest first."""
        return self.by_account[account_id][::-1] if account_id in self.by_account else []

    def page(self, account_id: int, start: int, count: int) -> list[Execution]:
        """``count`` executions from the ``start``-th newest backwards."""
        mine = self.by_account.get(account_id, [])
        end = max(len(mine) - start, 0)
        return mine[max(end - count, 0) : end][::-1]
