"""CreateAmlProviderConfig, GetAmlProviderConfig, DeleteAmlProviderConfig."""

from __future__ import annotations

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.treasury_shapes import ProductQuery
from conformance.reference.dispatch import Context
from conformance.reference.domain.aml import AmlConfig, AmlProviderType
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.standard import ACKNOWLEDGED


class NewConfig(ProductQuery, kw_only=True):
    """Who checks a product."""

    url: str
    aml_provider_type: AmlProviderType
    api_token: str
    enabled: bool


class ConfigQuery(ProductQuery, kw_only=True):
    """The pages ask for the whole configuration; OMS and product are what identifies it."""

    url: str | None = None
    aml_provider_type: AmlProviderType | None = None
    api_token: str | None = None
    enabled: bool | None = None


@call("CreateAmlProviderConfig", permissions=(OPERATOR,), request=NewConfig)
def create_aml_provider_config(context: Context, request: NewConfig) -> object:
    """Have a provider check the deposits and withdrawals of a product."""
    context.require_oms(request.oms_id)
    context.exchange.catalogue.product(request.product_id)
    context.exchange.aml.add(
        AmlConfig(request.product_id, request.url, request.aml_provider_type, request.api_token,
                  request.enabled)
    )
    return ACKNOWLEDGED


@call("GetAmlProviderConfig", permissions=(OPERATOR,), request=ConfigQuery)
def get_aml_provider_config(context: Context, request: ConfigQuery) -> object:
    """Who checks a product; the page insists on all keys, deployments on two."""
    if not context.venues and None in msgspec.structs.astuple(request):
        raise InvalidRequest("All keys are Required")
    context.require_oms(request.oms_id)
    config = context.exchange.aml.get(request.product_id)
    return {
        "omsId": context.exchange.oms_id,
        "productId": config.product_id,
        "url": config.url,
        "amlProviderType": int(config.provider_type),
        "apiToken": config.api_token,
        "enabled": config.enabled,
    }


@call("DeleteAmlProviderConfig", permissions=(OPERATOR,), request=ConfigQuery)
def delete_aml_provider_config(context: Context, request: ConfigQuery) -> object:
    """Have nobody check a product any more."""
    context.require_oms(request.oms_id)
    context.exchange.aml.delete(request.product_id)
    return ACKNOWLEDGED
