"""How to reach success for the calls about instruments."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import Prepared, World, recipe
from scenarios.instrs.vocabulary import (
    distribution_reads,
    instrument_reads,
    instrument_terms,
    limit_reads,
    limit_terms,
    limited,
    new_instrument,
    share,
    share_terms,
)
from scenarios.products.attributes import KEY, VALUE, Described


def described(world: World) -> Described:
    """A new instrument with one pair."""
    return Described(world, "Instrument", new_instrument(world)).with_pairs(**{KEY: VALUE})


@recipe("instrs/AddInstrument")
def add_instrument(world: World) -> Prepared:
    return Prepared(world.operator, instrument_terms(world), instrument_reads(world))


@recipe("instrs/UpdateInstrument")
def update_instrument(world: World) -> Prepared:
    payload = {
        "omsId": world.oms_id, "instrumentId": new_instrument(world),
        "priceIncrement": Decimal("0.25"),
    }
    return Prepared(world.operator, payload, instrument_reads(world))


@recipe("instrs/GetInstrumentAttributes")
def get_instrument_attributes(world: World) -> Prepared:
    return described(world).prepared({})


@recipe("instrs/AddInstrumentAttributes")
def add_instrument_attributes(world: World) -> Prepared:
    return described(world).prepared({"KeyName": KEY, "KeyValue": VALUE})


@recipe("instrs/RemoveInstrumentAttributes")
def remove_instrument_attributes(world: World) -> Prepared:
    return described(world).prepared({"KeyName": KEY})


@recipe("instrs/EditInstrumentVerificationLevelConfig")
def edit_instrument_verification_level_config(world: World) -> Prepared:
    instrument = new_instrument(world)
    level = limited(world, instrument, dailyBuyLimit=Decimal(5))
    payload = limit_terms(world, level, instrument, dailyBuyLimit=Decimal(9))
    return Prepared(world.operator, payload, limit_reads(world))


@recipe("instrs/GetDistributions")
def get_distributions(world: World) -> Prepared:
    instrument = new_instrument(world)
    share(world, instrument, world.trader.account_id, Decimal(10))
    return Prepared(world.operator, {"OMSId": world.oms_id, "InstrumentId": instrument})


@recipe("instrs/SetDistribution")
def set_distribution(world: World) -> Prepared:
    instrument = new_instrument(world)
    payload = share_terms(world, instrument, world.trader.account_id, Decimal(10))
    return Prepared(world.operator, payload, distribution_reads(world, instrument))
