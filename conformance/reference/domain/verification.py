"""Verification levels: what an account of a level may deposit, withdraw and trade.

A limit of zero means that there is none: the pages' own sample is all zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.positions import Totals
from conformance.reference.domain.refusals import NotFound

EDITS_OTHER_LEVEL = defect(
    "products/verification-edit-hits-other-level",
    "Editing a verification level leaves the other levels alone.",
)
IGNORES_LIMITS = defect(
    "treasury/limits-ignored", "A deposit or withdrawal beyond the level's limits is rejected."
)


@dataclass(slots=True)
class ProductLevel:
    """Limits of one product at one level, in units of the product."""

    level: int
    product_id: int
    product_name: str
    auto_withdraw_threshold: Decimal = ZERO
    daily_deposit_limit: Decimal = ZERO
    monthly_deposit_limit: Decimal = ZERO
    yearly_deposit_limit: Decimal = ZERO
    yearly_deposit_notional_limit: Decimal = ZERO
    daily_withdraw_limit: Decimal = ZERO
    monthly_withdraw_limit: Decimal = ZERO
    yearly_withdraw_limit: Decimal = ZERO
    yearly_withdraw_notional_limit: Decimal = ZERO
    notional_product_id: int = 0
    over_limit_rejected: bool = False
    withdraw_processing_delay_sec: Decimal = ZERO
    deposit_ticket_workflow: str = "Internal"
    withdraw_ticket_workflow: str = "Internal"

    @property
    def deposit_limits(self) -> Totals:
        """Limits of a day, a month and a year."""
        return Totals(
            self.daily_deposit_limit, self.monthly_deposit_limit, self.yearly_deposit_limit
        )

    @property
    def withdraw_limits(self) -> Totals:
        """Limits of a day, a month and a year."""
        return Totals(
            self.daily_withdraw_limit, self.monthly_withdraw_limit, self.yearly_withdraw_limit
        )


@dataclass(slots=True)
class InstrumentLevel:
    """Trading limits of one instrument at one level, in units of its first product."""

    level: int
    instrument_id: int
    instrument_name: str | None
    daily_buy_limit: Decimal = ZERO
    daily_sell_limit: Decimal = ZERO
    monthly_buy_limit: Decimal = ZERO
    monthly_sell_limit: Decimal = ZERO


def exceeds(limits: Totals, used: Totals, amount: Decimal) -> bool:
    """Would this amount on top of what is used pass a limit?"""
    return any(
        limit != ZERO and spent + amount > limit
        for limit, spent in zip(limits, used, strict=True)
    )


@dataclass
class VerificationLevels:
    """Product and instrument settings by level."""

    defects: Defects
    products: dict[tuple[int, int], ProductLevel] = field(default_factory=dict)
    instruments: dict[tuple[int, int], InstrumentLevel] = field(default_factory=dict)
    trading_reset_ms: dict[tuple[int, int], int] = field(default_factory=dict)
    """When an operator last reset an account's use of an instrument's limits."""

    def product(self, level: int, product_id: int) -> ProductLevel | None:
        """Settings of a product at a level, if there are any."""
        return self.products.get((level, product_id))

    def instrument(self, level: int, instrument_id: int) -> InstrumentLevel | None:
        """Settings of an instrument at a level, if there are any."""
        return self.instruments.get((level, instrument_id))

    def put_product(self, setting: ProductLevel) -> None:
        """Set a product's limits at a level, in place of former ones."""
        self.products[setting.level, setting.product_id] = setting

    def put_instrument(self, setting: InstrumentLevel) -> None:
        """Set an instrument's limits at a level, in place of former ones."""
        self.instruments[setting.level, setting.instrument_id] = setting

    def edit_product(self, level: int, product_id: int, changes: dict[str, object]) -> None:
        """Change some settings; raises NotFound when the level has none for the product."""
        settings = self.product(level, product_id)
        if settings is None:
            raise NotFound(f"No configuration of product {product_id} at level {level}")
        hit = [settings]
        if self.defects(EDITS_OTHER_LEVEL):
            hit = [s for s in self.products.values() if s.product_id == product_id]
        for setting in hit:
            for name, value in changes.items():
                setattr(setting, name, value)

    def delete(self, level: int) -> None:
        """Drop a level's product settings; raises NotFound for a level without any."""
        keys = [key for key in self.products if key[0] == level]
        if not keys:
            raise NotFound(f"Invalid VerificationLevel: {level}")
        for key in keys:
            del self.products[key]

    def levels(self) -> dict[int, list[ProductLevel]]:
        """Product settings by level, both ascending."""
        grouped: dict[int, list[ProductLevel]] = {}
        for (level, _), setting in sorted(self.products.items()):
            grouped.setdefault(level, []).append(setting)
        return grouped

    def instrument_levels(self) -> dict[int, list[InstrumentLevel]]:
        """Instrument settings by level, both ascending."""
        grouped: dict[int, list[InstrumentLevel]] = {}
        for (level, _), setting in sorted(self.instruments.items()):
            grouped.setdefault(level, []).append(setting)
        return grouped
