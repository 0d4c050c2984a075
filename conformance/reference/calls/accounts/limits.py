"""Verification levels (add, read, delete) and the two resets of used-up limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.calls.accounts.holds import AssetOfAccount
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.treasury_shapes import OmsQuery, account_of
from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.verification import ProductLevel
from conformance.reference.rendering.standard import ACKNOWLEDGED

_WORKFLOWS = {"": "Internal", "0": "Internal", "1": "External",
              "internal": "Internal", "external": "External"}


class Limits(Request, kw_only=True):
    """Limits of one product at one level, in units of the product."""

    verification_level: int | None = None
    oms_id: int | None = None
    product_id: int
    product_name: str | None = None
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


class NewLimits(Limits, kw_only=True):
    """The same with what only a new configuration says."""

    over_limit_rejected: bool = False
    withdraw_processing_delay_sec: Decimal = ZERO
    deposit_ticket_workflow: str | int = ""
    withdraw_ticket_workflow: str | int = ""


class NewLevel(Request, kw_only=True):
    """One level; level and OMS are repeated with each product."""

    level: int
    oms_id: int
    products: list[NewLimits]


class LevelQuery(OmsQuery, kw_only=True):
    """One level."""

    verification_level: int


AMOUNTS = tuple(name for name, kind in Limits.__annotations__.items() if kind == "Decimal")
"""Names of the limits that are amounts."""


def validate_limits(context: Context, values: dict[str, Any]) -> None:
    """Raises NotFound for unknown products and InvalidRequest for a negative amount."""
    context.exchange.catalogue.product(values["product_id"])
    if values.get("notional_product_id"):
        context.exchange.catalogue.product(values["notional_product_id"])
    negative = [name for name in AMOUNTS if (values.get(name) or ZERO) < ZERO]
    if negative:
        raise InvalidRequest(f"{negative[0]} must not be negative")


def _settings(context: Context, level: NewLevel, limits: NewLimits) -> ProductLevel:
    if limits.verification_level not in (None, level.level):
        raise InvalidRequest("products must repeat the level")
    if limits.oms_id not in (None, level.oms_id):
        raise InvalidRequest("products must repeat the OMS")
    if level.level < 0 or limits.withdraw_processing_delay_sec < 0:
        raise InvalidRequest("level and delay must not be negative")
    values: dict[str, Any] = {
        name: getattr(limits, name) for name in NewLimits.__struct_fields__
    }
    validate_limits(context, values)
    for key in ("deposit_ticket_workflow", "withdraw_ticket_workflow"):
        try:
            values[key] = _WORKFLOWS[str(values[key]).casefold()]
        except KeyError:
            raise InvalidRequest(f"Invalid {key}: {values[key]}") from None
    del values["verification_level"], values["oms_id"]
    product = context.exchange.catalogue.product(limits.product_id)
    values["product_name"] = limits.product_name or product.full_name
    return ProductLevel(level=level.level, **values)


@call(
    "AddVerificationLevelConfig", permissions=(OPERATOR,), request=list[NewLevel]
)
def add_verification_level_config(context: Context, request: list[NewLevel]) -> object:
    """Define levels; a product that the level knows already gets the new limits."""
    if not request:
        raise InvalidRequest("there is no level")
    settings = []
    for level in request:
        context.require_oms(level.oms_id)
        settings += [_settings(context, level, limits) for limits in level.products]
    for setting in settings:
        context.exchange.verification.put_product(setting)
    return ACKNOWLEDGED


@call("GetVerificationLevelConfigs", permissions=(OPERATOR,), request=OmsQuery)
def get_verification_level_configs(context: Context, request: OmsQuery) -> object:
    """All levels, ascending, with their products."""
    context.require_oms(request.oms_id)
    oms_id = context.exchange.oms_id
    return [
        {
            "level": level,
            "omsId": oms_id,
            "products": [_row(setting, oms_id) for setting in settings],
        }
        for level, settings in context.exchange.verification.levels().items()
    ]


def _row(setting: ProductLevel, oms_id: int) -> dict[str, object]:
    return {
        "verificationLevel": setting.level,
        "omsId": oms_id,
        "productId": setting.product_id,
        "productName": setting.product_name,
        "autoWithdrawThreshold": setting.auto_withdraw_threshold,
        "dailyDepositLimit": setting.daily_deposit_limit,
        "monthlyDepositLimit": setting.monthly_deposit_limit,
        "yearlyDepositLimit": setting.yearly_deposit_limit,
        "yearlyDepositNotionalLimit": setting.yearly_deposit_notional_limit,
        "dailyWithdrawLimit": setting.daily_withdraw_limit,
        "monthlyWithdrawLimit": setting.monthly_withdraw_limit,
        "yearlyWithdrawLimit": setting.yearly_withdraw_limit,
        "yearlyWithdrawNotionalLimit": setting.yearly_withdraw_notional_limit,
        "notionalProductId": setting.notional_product_id,
        "overLimitRejected": setting.over_limit_rejected,
        "withdrawProcessingDelaySec": setting.withdraw_processing_delay_sec,
        "depositTicketWorkflow": setting.deposit_ticket_workflow,
        "withdrawTicketWorkflow": setting.withdraw_ticket_workflow,
    }


@call("DeleteVerificationLevelConfig", permissions=(OPERATOR,), request=LevelQuery)
def delete_verification_level_config(context: Context, request: LevelQuery) -> object:
    """Drop a level; others stay."""
    context.require_oms(request.oms_id)
    context.exchange.verification.delete(request.verification_level)
    return ACKNOWLEDGED


@call("ResetTradingLimits", permissions=(SUPERUSER,), request=AssetOfAccount)
def reset_trading_limits(context: Context, request: AssetOfAccount) -> object:
    """Start an account's use of an instrument's limits anew; here AssetId is an instrument."""
    account = account_of(context, request)
    instrument = context.exchange.catalogue.instrument(request.asset_id)
    key = (account.account_id, instrument.instrument_id)
    context.exchange.verification.trading_reset_ms[key] = context.exchange.clock.now()
    return ACKNOWLEDGED


@call("ResetTreasuryLimits", permissions=(SUPERUSER,), request=AssetOfAccount)
def reset_treasury_limits(context: Context, request: AssetOfAccount) -> object:
    """Start an account's totals of a product anew."""
    account = account_of(context, request)
    context.exchange.catalogue.product(request.asset_id)
    context.exchange.treasury.totals.reset(account.account_id, request.asset_id)
    return ACKNOWLEDGED
