"""Positions as deployments print them: with their value in the notional product."""

from __future__ import annotations

from typing import Any

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.positions import PositionFigures
from conformance.reference.rendering.venues import pascal_keys


def full_position(row: PositionFigures) -> dict[str, Any]:
    """The page's keys and everything deployments add."""
    full: dict[str, Any] = pascal_keys(dict(row))
    return full | {
        "TotalDayDepositNotional": row.worth("totalDayDeposits"),
        "TotalMonthDepositNotional": row.worth("totalMonthDeposits"),
        "TotalDayWithdrawNotional": row.worth("totalDayWithdraws"),
        "TotalMonthWithdrawNotional": row.worth("totalMonthWithdraws"),
        "NotionalProductId": row.unit_id,
        "NotionalProductSymbol": row.unit_symbol,
        "NotionalValue": row.worth("amount"),
        "NotionalHoldAmount": row.worth("hold"),
        "NotionalRate": row.rate,
        "TotalDayTransferNotional": ZERO,
    }
