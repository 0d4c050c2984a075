"""Anti-money-laundering checks: which provider looks at a product's deposits and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.refusals import NotFound, OperationFailed

DELETE_IDLE = defect(
    "products/aml-delete-no-effect", "A deleted AML configuration is gone."
)


class AmlProviderType(IntEnum):
    PASS_THROUGH = 0
    CHAIN_ANALYSIS = 1
    MANUAL = 2


@dataclass(frozen=True, slots=True)
class AmlConfig:
    """The provider of one product."""

    product_id: int
    url: str
    provider_type: AmlProviderType
    api_token: str
    enabled: bool


@dataclass
class AmlConfigs:
    """At most one provider per product."""

    defects: Defects
    by_product: dict[int, AmlConfig] = field(default_factory=dict)

    def add(self, config: AmlConfig) -> None:
        """Configure a product that has no provider yet; raises OperationFailed otherwise."""
        if config.product_id in self.by_product:
            raise OperationFailed("The product has an AML provider already")
        self.by_product[config.product_id] = config

    def get(self, product_id: int) -> AmlConfig:
        """The configuration; raises NotFound."""
        try:
            return self.by_product[product_id]
        except KeyError:
            raise NotFound(f"No AML provider for product {product_id}") from None

    def delete(self, product_id: int) -> None:
        """Drop the configuration; raises NotFound."""
        self.get(product_id)
        if not self.defects(DELETE_IDLE):
            del self.by_product[product_id]

    def active(self, product_id: int) -> AmlConfig | None:
        """The configuration if it is switched on."""
        config = self.by_product.get(product_id)
        return config if config is not None and config.enabled else None
