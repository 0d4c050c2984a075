"""One trade, and what counts of it for the day."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BUY, SELL, limit_order


def trade_once(world: World) -> Decimal:
    """Two customers trade with each other, or one with the book; the quantity."""
    market = world.market
    seller, buyer = world.customer(), world.customer("second_trader")
    quantity = market.quantity_increment * 10
    offer = world.trader.call(
        "GetLevel1", OMSId=world.oms_id, InstrumentId=market.instrument_id
    ).get("bestOffer")
    price = Decimal(offer or 100)
    seller.send("SendOrder", limit_order(seller, market, SELL, price, quantity))
    before = day_volume(world)
    buyer.send("SendOrder", limit_order(buyer, market, BUY, price, quantity))
    if day_volume(world) < before + quantity:
        raise Unavailable("no trade came about")
    return quantity


def day_volume(world: World) -> Decimal:
    """The volume of the current day, as Level 1 tells it."""
    turn = world.trader.call(
        "GetLevel1", OMSId=world.oms_id, InstrumentId=world.market.instrument_id
    )
    return Decimal(turn["currentDayVolume"])
