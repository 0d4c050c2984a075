"""How to reach success for the calls about exchanges and market states."""

from __future__ import annotations

from conformance.generate.world import Prepared, Recipe, World, recipe
from scenarios.exchange_admin.vocabulary import (
    CALLS,
    LEADS_FROM,
    exchange_terms,
    instrument_terms,
    place_reads,
    request,
)
from scenarios.oms_orders.vocabulary import OMS
from scenarios.users.markets import venue_market
from scenarios.workflows.floors import changed


@recipe("exchange_admin/AddEditExchange")
def add_edit_exchange(world: World) -> Prepared:
    listed = (world.operator, "GetVenueInstruments", {"OMSId": OMS})
    return Prepared(world.superuser, exchange_terms(world), (listed,))


@recipe("exchange_admin/AddEditExchangeInstrument")
def add_edit_exchange_instrument(world: World) -> Prepared:
    listed = (world.operator, "GetVenueInstruments", {"OMSId": OMS})
    return Prepared(world.operator, instrument_terms(world), (listed,))


def market_call(call: str) -> Recipe:
    """The recipe of one of the calls that change the state of a market."""

    def make(world: World) -> Prepared:
        place = venue_market(world)
        changed(world, place, *LEADS_FROM[call])
        return Prepared(
            world.operator, request(world, place, call), place_reads(world.operator, place)
        )

    return make


for _call in CALLS:
    recipe(f"exchange_admin/{_call}")(market_call(_call))


@recipe("exchange_admin/ResetMarketData")
def reset_market_data(world: World) -> Prepared:
    place = venue_market(world)
    payload = {"omsId": OMS, "instrumentId": place.market.instrument_id}
    return Prepared(world.superuser, payload, place_reads(world.operator, place))


@recipe("exchange_admin/ResetAllMarketDatas")
def reset_all_market_datas(world: World) -> Prepared:
    place = venue_market(world)
    return Prepared(world.superuser, {}, place_reads(world.operator, place))
