"""Trading limits per verification level, and fee distributions."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32
from conformance.reference.calls.treasury_shapes import InstrumentQuery, OmsQuery
from conformance.reference.dispatch import Context
from conformance.reference.domain.distributions import Distribution, DistributionOrderType
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.verification import InstrumentLevel
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED

_ALL_TYPES = "All Order Types"


class TradingLimits(InstrumentQuery, kw_only=True):
    """Limits of one instrument at one level; absent ones stay as they are."""

    verification_level: Int32
    instrument_name: str | None = None
    daily_buy_limit: Decimal | None = None
    daily_sell_limit: Decimal | None = None
    monthly_buy_limit: Decimal | None = None
    monthly_sell_limit: Decimal | None = None


class DistributionTerms(InstrumentQuery, kw_only=True):
    """Who gets what; id 0 is a new one."""

    distribution_id: Int32 = 0
    distribution_prct: Decimal
    absolute: bool = False
    account: Int32
    order_type: DistributionOrderType


@call("EditInstrumentVerificationLevelConfig", permissions=(OPERATOR,), request=TradingLimits)
def edit_instrument_verification_level_config(context: Context, request: TradingLimits) -> object:
    """Set an instrument's limits at a level; there is no other call that would add them."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    instrument = exchange.catalogue.instrument(request.instrument_id)
    names = ("daily_buy_limit", "daily_sell_limit", "monthly_buy_limit", "monthly_sell_limit")
    given = {name: getattr(request, name) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    if request.verification_level < 0 or min(given.values(), default=ZERO) < ZERO:
        raise InvalidRequest("levels and limits must not be negative")
    level = exchange.verification.instrument(
        request.verification_level, instrument.instrument_id
    ) or InstrumentLevel(request.verification_level, instrument.instrument_id, instrument.symbol)
    for name, value in given.items():
        setattr(level, name, value)
    exchange.verification.put_instrument(level)
    return ACKNOWLEDGED


@call("GetInstrumentVerificationLevelConfigs", permissions=(OPERATOR,), request=OmsQuery)
def get_instrument_verification_level_configs(context: Context, request: OmsQuery) -> object:
    """All levels, ascending, with their instruments."""
    context.require_oms(request.oms_id)
    oms_id = context.exchange.oms_id
    return [
        {
            "Level": number,
            "OMSId": oms_id,
            "Instruments": [
                {
                    "verificationLevel": level.level,
                    "omsId": oms_id,
                    "instrumentId": level.instrument_id,
                    "instrumentName": level.instrument_name,
                    "dailyBuyLimit": level.daily_buy_limit,
                    "dailySellLimit": level.daily_sell_limit,
                    "monthlyBuyLimit": level.monthly_buy_limit,
                    "monthlySellLimit": level.monthly_sell_limit,
                }
                for level in levels
            ],
        }
        for number, levels in context.exchange.verification.instrument_levels().items()
    ]


@call("GetDistributions", permissions=(OPERATOR,), request=InstrumentQuery)
def get_distributions(context: Context, request: InstrumentQuery) -> object:
    """An instrument's distributions, one per order type; the type is a name here."""
    context.require_oms(request.oms_id)
    instrument = context.exchange.catalogue.instrument(request.instrument_id)
    return [
        {
            "DistributionId": distribution.distribution_id,
            "DistributionPrct": distribution.share,
            "Absolute": distribution.absolute,
            "Account": distribution.account_id,
            "OrderType": _type_name(distribution.order_type),
            "InstrumentId": instrument.instrument_id,
            "OMSId": instrument.oms_id,
        }
        for distribution in context.exchange.distributions.of_instrument(instrument.instrument_id)
    ]


def _type_name(order_type: DistributionOrderType) -> str:
    return _ALL_TYPES if order_type is DistributionOrderType.ALL else name_of(order_type)


@call("SetDistribution", permissions=(OPERATOR,), request=DistributionTerms)
def set_distribution(context: Context, request: DistributionTerms) -> object:
    """Set the distribution of an order type; a new one takes the place of the former."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    exchange.catalogue.instrument(request.instrument_id)
    exchange.accounts.get(request.account)
    if request.distribution_prct < ZERO:
        raise InvalidRequest("distributionPrct must not be negative")
    number = request.distribution_id
    if number:
        exchange.distributions.get(number)
    existing = exchange.distributions.existing(request.instrument_id, request.order_type)
    distribution = Distribution(
        number or existing or exchange.ids.next("distribution"), request.instrument_id,
        request.order_type, request.account, request.distribution_prct, request.absolute,
    )
    exchange.distributions.put(distribution)
    if existing not in (0, distribution.distribution_id):
        del exchange.distributions.by_id[existing]
    return ACKNOWLEDGED
