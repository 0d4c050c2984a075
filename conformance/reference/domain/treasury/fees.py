"""Withdraw fees: set per product for the whole exchange, charged in what is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from conformance.reference.domain.catalogue import Product
from conformance.reference.domain.ledger import ZERO


class FeeCalcType(Enum):
    FLAT_RATE = "FlatRate"
    PERCENTAGE = "Percentage"


@dataclass(frozen=True, slots=True)
class WithdrawFee:
    """``amount`` is in units of the product, or in percent."""

    fee_id: int
    product_id: int
    amount: Decimal
    calculation: FeeCalcType
    is_active: bool = True


@dataclass
class WithdrawFees:
    """The schedule; active lines of a product add up."""

    lines: list[WithdrawFee] = field(default_factory=list)

    def of_product(self, product_id: int) -> list[WithdrawFee]:
        """All lines of a product, inactive ones too."""
        return [line for line in self.lines if line.product_id == product_id]

    def fee(self, product: Product, amount: Decimal) -> Decimal:
        """The fee of a withdrawal, rounded to the product's decimal places."""
        if product.no_fees:
            return ZERO
        total = ZERO
        for line in self.of_product(product.product_id):
            if line.is_active:
                percentage = line.calculation is FeeCalcType.PERCENTAGE
                total += amount * line.amount / 100 if percentage else line.amount
        return total.quantize(Decimal(1).scaleb(-product.decimal_places), ROUND_HALF_UP)
