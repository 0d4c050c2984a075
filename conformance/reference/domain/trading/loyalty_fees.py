"""Fees at a discount, for accounts that pay them in the loyalty product of their OMS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.admin.loyalty import LoyaltyConfigs
from conformance.reference.domain.catalogue import Catalogue
from conformance.reference.domain.ledger import Ledger
from conformance.reference.domain.trading.fees import Fee

FULL_PRICE = defect("gen_admin/loyalty-full-price", "A loyalty fee is discounted.")
EVERYBODY = defect("gen_admin/loyalty-for-everybody", "Only who opted in pays the loyalty fee.")
ALWAYS_ON = defect("gen_admin/loyalty-while-off", "A configuration that is off changes no fee.")
OWN_PRICE = defect(
    "gen_admin/loyalty-ignores-market", "The price of the last trade goes before the configured."
)
NO_FALLBACK = defect(
    "gen_admin/loyalty-without-fallback", "Without a market the configured price counts."
)
USUAL_PRODUCT = defect(
    "gen_admin/loyalty-in-usual-product", "A loyalty fee is paid in the loyalty product."
)


@dataclass(frozen=True, slots=True)
class LoyaltyFees:
    """``price_of`` tells units of its second product for one of its first, zero if unknown."""

    configs: LoyaltyConfigs
    catalogue: Catalogue
    ledger: Ledger
    price_of: Callable[[int, int], Decimal]
    defects: Defects

    def discounted(self, account: Account, fee: Fee) -> Fee:
        """The fee this account really pays; the usual one where it lacks the loyalty product."""
        config = self.configs.of_oms(account.oms_id)
        if config is None or not fee.amount:
            return fee
        if not (config.enabled or self.defects(ALWAYS_ON)):
            return fee
        if not (account.loyalty_enabled or self.defects(EVERYBODY)):
            return fee
        rate = self.price_of(fee.product_id, config.reference_product_id)
        traded = self.price_of(config.product_id, config.reference_product_id)
        price = config.reference_price if self.defects(OWN_PRICE) or not traded else traded
        if not rate or not price or (self.defects(NO_FALLBACK) and not traded):
            return fee
        share = Decimal(1) if self.defects(FULL_PRICE) else 1 - config.discount
        if self.defects(USUAL_PRODUCT):
            return Fee(fee.amount * share, fee.product_id)
        places = self.catalogue.product(config.product_id).decimal_places
        amount = (fee.amount * share * rate / price).quantize(
            Decimal(1).scaleb(-places), ROUND_HALF_UP
        )
        position = self.ledger.position(account.account_id, config.product_id)
        return Fee(amount, config.product_id) if position.available >= amount else fee
