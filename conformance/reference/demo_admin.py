"""Demo data of the administration: one operator with its OMS, providers, the matching engine."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.domain.accounts import DEPOSIT_ACCOUNT, FEE_ACCOUNT
from conformance.reference.domain.admin.asset_manager import (
    ASSET_MANAGER_ID,
    AssetInfo,
    AssetType,
    BalanceProfile,
    Measure,
    ProviderInfo,
    ProviderMode,
)
from conformance.reference.domain.admin.engines import ENGINE
from conformance.reference.domain.admin.operators import Oms, Operator
from conformance.reference.exchange import OMS_ID, OPERATOR_ID, Exchange

# One provider more than there are products: installed, handling nothing yet.
_SPARE_PROVIDERS = 1
_PROFILE = BalanceProfile(
    minimum_hot=Decimal(10), maximum_hot=Decimal(40), reserve_over_minimum=Decimal(5),
    mismatch_threshold=Decimal(25), mismatch_type=Measure.PERCENTAGE, enabled=True,
)


def add_admin_demo(exchange: Exchange) -> None:
    """The installation as its operator would have set it up."""
    exchange.operators.add_oms(
        Oms(OMS_ID, OPERATOR_ID, "Reference", asset_manager_id=ASSET_MANAGER_ID,
            fee_account_id=FEE_ACCOUNT, deposit_contra_account_id=DEPOSIT_ACCOUNT)
    )
    exchange.operators.add(
        Operator(OPERATOR_ID, "", "Reference Operator", OMS_ID, "https://example.com",
                 "https://example.com/verify", use_email_verify=True)
    )
    exchange.engines.add_or_edit(ENGINE, 1)
    manager = exchange.asset_manager
    products = sorted(exchange.catalogue.products.values(), key=lambda p: p.product_id)
    manager.installed = {p.product_id for p in products}
    manager.installed.add(len(products) + _SPARE_PROVIDERS)
    for product in products:
        manager.put_provider(
            ProviderInfo(
                product.product_id, product.product_id, f"{product.symbol}Provider",
                f"{product.symbol} provider", True, None, True, True, ProviderMode.ACCOUNT,
                _PROFILE, sequence=manager.next_sequence(),
            )
        )
        manager.assets[product.product_id] = AssetInfo(
            product.product_id, product.symbol, product.full_name, "", product.product_id,
            product.product_id, AssetType(product.product_type),
        )
