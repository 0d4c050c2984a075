"""The forms of deposits and withdrawals."""

from __future__ import annotations

from conformance.reference.calls.registry import RefusalShape, call
from conformance.reference.calls.request import Request
from conformance.reference.calls.tickets.withdrawals import template_named
from conformance.reference.calls.treasury_shapes import AccountQuery, ProductQuery
from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import Product
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import NotAuthorized, NotFound, Refusal
from conformance.reference.domain.treasury import providers
from conformance.reference.domain.treasury.templates import (
    DepositTemplate,
    deposit_templates,
    withdraw_templates,
)
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.standard import standard_failure

NOT_AUTHORIZED_STATUS = 32


class TemplateQuery(Request, kw_only=True):
    """A withdraw form by its name."""

    oms_id: int
    product_id: int
    template_type: str
    account_id: int | None = None
    account_provider_id: int | None = None


class DepositTemplateQuery(AccountQuery, kw_only=True):
    """A deposit form by its name."""

    product_id: int
    template_type: str


def _envelope(key: str, empty: object) -> RefusalShape:
    """Template calls tell failure inside their envelope, with status codes of their own."""

    def shape(refusal: Refusal) -> object:
        status = NOT_AUTHORIZED_STATUS if isinstance(refusal, NotAuthorized) else None
        return {key: empty, **standard_failure(refusal), "statuscode": status}

    return shape


def _product(context: Context, oms_id: int | None, product_id: int) -> Product:
    context.require_oms(oms_id)
    providers.provider_for(context.exchange, product_id)
    return context.exchange.catalogue.product(product_id)


@call("GetWithdrawTemplateTypes", permissions=(OPERATOR, "Withdraw"), request=ProductQuery,
      refusal=_envelope("TemplateTypes", []))
def get_withdraw_template_types(context: Context, request: ProductQuery) -> object:
    """Names of the forms that withdraw a product."""
    product = _product(context, request.oms_id, request.product_id)
    names: list[object] = [template.name for template in withdraw_templates(product)]
    if context.venues:
        provider_id = providers.provider_for(context.exchange, product.product_id)
        title = providers.details(context.exchange, product.product_id)["Name"]
        names = [
            {"AccountProviderId": provider_id, "TemplateName": name, "AccountProviderName": title}
            for name in names
        ]
    return {"TemplateTypes": names, "result": True, "errormsg": None, "statuscode": 0}


@call("GetWithdrawTemplate", permissions=(OPERATOR, "Withdraw"), request=TemplateQuery,
      refusal=_envelope("Template", ""))
def get_withdraw_template(context: Context, request: TemplateQuery) -> object:
    """A form to fill in, as JSON text."""
    product = _product(context, request.oms_id, request.product_id)
    if request.account_id:
        context.account(request.account_id)
    if request.account_provider_id not in (
        None, 0, providers.provider_for(context.exchange, product.product_id)
    ):
        raise NotFound(f"Invalid AccountProviderId: {request.account_provider_id}")
    template = template_named(withdraw_templates(product), request.template_type)
    return {
        "Template": encode(template.fields), "result": True, "errormsg": None, "statuscode": 0,
    }


def _deposit_row(template: DepositTemplate) -> dict[str, object]:
    return {
        "Template": {
            "ProviderType": template.provider_type,
            "Template": encode(template.fields),
            "ProcessInfo": "",
            "UseGetDepositWorkflow": template.uses_deposit_info,
            "DepositWorkflow": template.workflow,
        },
        "result": True,
        "errormsg": None,
        "statuscode": 0,
    }


@call("GetAllDepositRequestInfoTemplates", permissions=(OPERATOR, "Trading"),
      request=ProductQuery)
def get_all_deposit_request_info_templates(context: Context, request: ProductQuery) -> object:
    """The forms that deposit a product."""
    product = _product(context, request.oms_id, request.product_id)
    return [_deposit_row(template) for template in deposit_templates(product)]


@call("GetDepositRequestInfoTemplate", permissions=(OPERATOR, "Trading"),
      request=DepositTemplateQuery, refusal=_envelope("Template", {}))
def get_deposit_request_info_template(context: Context, request: DepositTemplateQuery) -> object:
    """One form that deposits a product, by its name or its provider's type."""
    product = _product(context, request.oms_id, request.product_id)
    context.account(request.account_id)
    wanted = request.template_type.casefold()
    for template in deposit_templates(product):
        if wanted in (template.name.casefold(), template.provider_type.casefold()):
            return _deposit_row(template)
    raise NotFound(f"Invalid TemplateType: {request.template_type}")
