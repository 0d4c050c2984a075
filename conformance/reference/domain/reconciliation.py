"""Reconciliation records: what the asset manager's books and the outside balances say."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison of balances; ``diff_percent`` as it was reported."""

    info_id: int
    current_cold_balance: Decimal
    current_hot_balance: Decimal
    total_external_balance: Decimal
    total_am_balance: Decimal
    diff_percent: Decimal
    created_time: str
    asset_manager_id: int
    account_provider_id: int


@dataclass
class Reconciliations:
    """All records, oldest first."""

    records: list[Reconciliation] = field(default_factory=list)

    def of(self, asset_manager_id: int, account_provider_id: int) -> list[Reconciliation]:
        """Records of one provider, newest first."""
        return [
            record
            for record in reversed(self.records)
            if (record.asset_manager_id, record.account_provider_id)
            == (asset_manager_id, account_provider_id)
        ]
