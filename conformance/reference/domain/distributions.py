"""Fee distributions: which part of an instrument's trading fees goes to another account."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from conformance.reference.domain.accounts import ADAPTER_ACCOUNT, DEPOSIT_ACCOUNT, FEE_ACCOUNT
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import NotFound, OperationFailed

HOUSE_ACCOUNTS = (FEE_ACCOUNT, DEPOSIT_ACCOUNT, ADAPTER_ACCOUNT)


class DistributionOrderType(IntEnum):
    """Order types as distributions number them: one more than everywhere else."""

    UNKNOWN = 0
    ALL = 1
    MARKET = 2
    LIMIT = 3
    STOP_MARKET = 4
    STOP_LIMIT = 5
    TRAILING_STOP_MARKET = 6
    TRAILING_STOP_LIMIT = 7
    BLOCK_TRADE = 8


@dataclass(slots=True)
class Distribution:
    """``share`` is a percentage of the fee, or units of the fee's product when ``absolute``."""

    distribution_id: int
    instrument_id: int
    order_type: DistributionOrderType
    account_id: int
    share: Decimal
    absolute: bool = False

    def part_of(self, fee: Decimal) -> Decimal:
        """What the account gets of this fee, never more than the fee."""
        return min(fee, self.share if self.absolute else fee * self.share / 100)


@dataclass
class Distributions:
    """All distributions by id; one per instrument and order type."""

    by_id: dict[int, Distribution] = field(default_factory=dict)

    def of_instrument(self, instrument_id: int) -> list[Distribution]:
        """Distributions of one instrument, by order type."""
        mine = [d for d in self.by_id.values() if d.instrument_id == instrument_id]
        return sorted(mine, key=lambda distribution: distribution.order_type)

    def parts(
        self, instrument_id: int, order_type: int, fee: Decimal
    ) -> list[tuple[int, Decimal]]:
        """Who gets what of a fee; the distribution of an order type goes before that of all."""
        if fee <= ZERO:
            return []
        wanted = (DistributionOrderType(order_type + 1), DistributionOrderType.ALL)
        mine = {d.order_type: d for d in self.of_instrument(instrument_id)}
        chosen = next((mine[kind] for kind in wanted if kind in mine), None)
        return [(chosen.account_id, chosen.part_of(fee))] if chosen else []

    def existing(self, instrument_id: int, order_type: DistributionOrderType) -> int:
        """Id of the distribution for this instrument and order type; 0 when there is none."""
        return next(
            (
                number
                for number, d in self.by_id.items()
                if (d.instrument_id, d.order_type) == (instrument_id, order_type)
            ),
            0,
        )

    def put(self, distribution: Distribution) -> None:
        """Add or replace. Raises OperationFailed for a house account."""
        if distribution.account_id in HOUSE_ACCOUNTS:
            raise OperationFailed("Fees cannot be distributed to a house account")
        self.by_id[distribution.distribution_id] = distribution

    def get(self, distribution_id: int) -> Distribution:
        """The distribution; raises NotFound."""
        try:
            return self.by_id[distribution_id]
        except KeyError:
            raise NotFound(f"Invalid DistributionId: {distribution_id}") from None
