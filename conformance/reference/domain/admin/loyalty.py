"""Loyalty fees: an OMS may offer its fees at a discount to whoever pays them in one product.

At most one such product per OMS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.refusals import NotFound, OperationFailed

WRONG_OMS = defect(
    "gen_admin/loyalty-deleted-for-wrong-oms",
    "A loyalty fee configuration is deleted only for the OMS that is named.",
)
SECOND_PRODUCT = defect(
    "gen_admin/second-loyalty-product", "An OMS has at most one loyalty product."
)


@dataclass(frozen=True, slots=True)
class LoyaltyConfig:
    """What one OMS offers. ``discount`` 0.5 halves the fee; ``reference_price`` is the price of
    the loyalty product in the reference product while no market has made one.
    """

    oms_id: int
    product_id: int
    discount: Decimal
    reference_product_id: int
    reference_price: Decimal
    enabled: bool
    updated_ms: int
    updated_by: int


@dataclass
class LoyaltyConfigs:
    """All loyalty configurations, in the order they were made."""

    defects: Defects
    configs: list[LoyaltyConfig] = field(default_factory=list)

    def create(self, config: LoyaltyConfig) -> None:
        """Add a configuration; raises OperationFailed when the OMS has one."""
        if self.of_oms(config.oms_id) is not None and not self.defects(SECOND_PRODUCT):
            raise OperationFailed("the OMS already has a loyalty product")
        self.configs.append(config)

    def of_oms(self, oms_id: int) -> LoyaltyConfig | None:
        """The configuration of an OMS, if any."""
        return next((c for c in self.configs if c.oms_id == oms_id), None)

    def get(self, oms_id: int, product_id: int) -> LoyaltyConfig:
        """The configuration of an OMS for a product; raises NotFound."""
        for config in self.configs:
            if (config.oms_id, config.product_id) == (oms_id, product_id):
                return config
        raise NotFound("there is no such loyalty fee configuration")

    def delete(self, oms_id: int, product_id: int) -> None:
        """Remove a configuration; raises NotFound."""
        if self.defects(WRONG_OMS):
            self.configs = [c for c in self.configs if c.product_id != product_id]
            return
        self.configs.remove(self.get(oms_id, product_id))
