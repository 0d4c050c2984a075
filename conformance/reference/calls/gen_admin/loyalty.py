"""The loyalty fee calls: create, delete, and three ways to read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Int32, IsoText, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.loyalty import LoyaltyConfig
from conformance.reference.domain.clock import iso
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized
from conformance.reference.rendering.standard import ACKNOWLEDGED

READERS = (OPERATOR, "Trading")


class LoyaltyKey(Request):
    """An OMS and its loyalty product."""

    oms_id: Int32
    loyalty_product_id: Int32


class LoyaltyRemoval(LoyaltyKey):
    """A configuration as it reads; two keys of it are enough."""

    loyalty_discount: Decimal | None = None
    reference_product_id: Int32 | None = None
    reference_product_price: Decimal | None = None
    is_enabled: bool | None = None
    last_updated: IsoText | None = None
    updated_by: Int32 | None = None


class LoyaltyTerms(LoyaltyKey, kw_only=True):
    """What is offered; when and by whom it was updated is the server's to say."""

    loyalty_discount: Decimal
    reference_product_id: Int32
    reference_product_price: Decimal | None = None
    is_enabled: bool = True
    last_updated: IsoText | None = None
    updated_by: Int32 | None = None


def loyalty_record(config: LoyaltyConfig) -> dict[str, object]:
    """The eight keys of a configuration."""
    return {
        "omsId": config.oms_id,
        "loyaltyProductId": config.product_id,
        "loyaltyDiscount": config.discount,
        "referenceProductId": config.reference_product_id,
        "referenceProductPrice": config.reference_price,
        "isEnabled": config.enabled,
        "lastUpdated": iso(config.updated_ms),
        "updatedBy": config.updated_by,
    }


def visible(context: Context, configs: Iterable[LoyaltyConfig]) -> list[LoyaltyConfig]:
    """Operators see all; others what concerns an account of theirs."""
    if context.is_operator:
        return list(configs)
    mine = context.exchange.accounts.of_user(context.user.user_id)
    served = {account.oms_id for account in mine}
    return [config for config in configs if config.oms_id in served]


@call("CreateOperatorLoyaltyFeeConfig", permissions=(OPERATOR,), request=LoyaltyTerms)
def create_operator_loyalty_fee_config(context: Context, request: LoyaltyTerms) -> object:
    """Offer a discount on fees paid in one product."""
    exchange = context.exchange
    exchange.operators.oms(request.oms_id)
    exchange.catalogue.product(request.loyalty_product_id)
    exchange.catalogue.product(request.reference_product_id)
    if not ZERO <= request.loyalty_discount <= 1:
        raise InvalidRequest("loyaltyDiscount is a share between 0 and 1")
    price = request.reference_product_price or ZERO
    if price < ZERO:
        raise InvalidRequest("referenceProductPrice is below zero")
    exchange.loyalty.create(
        LoyaltyConfig(
            request.oms_id, request.loyalty_product_id, request.loyalty_discount,
            request.reference_product_id, price, request.is_enabled,
            exchange.clock.now(), context.user.user_id,
        )
    )
    return ACKNOWLEDGED


@call("DeleteOperatorLoyaltyFeeConfig", permissions=(OPERATOR,), request=LoyaltyRemoval)
def delete_operator_loyalty_fee_config(context: Context, request: LoyaltyRemoval) -> object:
    """End a loyalty offer; the OMS may make another one."""
    context.exchange.loyalty.delete(request.oms_id, request.loyalty_product_id)
    return ACKNOWLEDGED


@call("GetOperatorLoyaltyFeeConfig", permissions=READERS, request=LoyaltyKey)
def get_operator_loyalty_fee_config(context: Context, request: LoyaltyKey) -> object:
    """One configuration."""
    config = context.exchange.loyalty.get(request.oms_id, request.loyalty_product_id)
    if not visible(context, [config]):
        raise NotAuthorized
    return loyalty_record(config)


@call("GetOperatorLoyaltyFeeConfigsForOms", permissions=READERS, request=list[LoyaltyKey])
def get_operator_loyalty_fee_configs_for_oms(
    context: Context, request: list[LoyaltyKey]
) -> object:
    """The configurations that exist among those asked for."""
    wanted = {(key.oms_id, key.loyalty_product_id) for key in request}
    return [
        loyalty_record(config)
        for config in visible(context, context.exchange.loyalty.configs)
        if (config.oms_id, config.product_id) in wanted
    ]


@call("GetAllOperatorLoyaltyFeeConfigs", permissions=READERS, request=Empty)
def get_all_operator_loyalty_fee_configs(context: Context, request: Empty) -> object:
    """All configurations the caller may see."""
    configs = context.exchange.loyalty.configs
    return [loyalty_record(config) for config in visible(context, configs)]
