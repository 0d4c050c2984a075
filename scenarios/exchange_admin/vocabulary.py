"""What scenarios about exchanges and market states say to a target."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BASE_PRICE, OMS, Floor
from scenarios.users.markets import Place
from scenarios.workflows.floors import ACTIONS

PAUSE, RESUME, HALT, REOPEN, RESYNC = (
    "MarketPause", "MarketResume", "MarketHalt", "MarketReopen", "MarketResync",
)
CALLS = (HALT, PAUSE, REOPEN, RESUME, RESYNC)
LEADS_FROM: dict[str, tuple[str, ...]] = {
    HALT: (), PAUSE: (), REOPEN: (HALT,), RESUME: (PAUSE,), RESYNC: (PAUSE,),
}
"""What a running market goes through before each call changes or takes something."""
LEADS_TO = {HALT: "Stopped", PAUSE: "Paused", REOPEN: "Running", RESUME: "Running",
            RESYNC: "Paused"}
SERVICE = "V2ExchangeCore"
"""The service name in the pages' sample."""


def request(world: World, place: Place, call: str, **changes: Any) -> dict[str, Any]:
    """The payload of a market call."""
    return {
        "omsId": OMS, "venueAdapterId": 1, "venueInstrumentId": place.venue_instrument,
        "action": ACTIONS[call], "requestedAt": world.deployment.now_ms(),
        "requestedBy": world.operator.user_id, **changes,
    }


def exchange_terms(world: World) -> dict[str, Any]:
    """An exchange that nobody has added yet."""
    return {"exchangeServiceId": SERVICE, "exchangeId": world.deployment.unique_number()}


def instrument_terms(world: World, **changes: Any) -> dict[str, Any]:
    """A new instrument of the market's two products, that runs at once and has no limits."""
    model = world.market
    return {
        "omsId": OMS, "exchangeServiceId": SERVICE, "exchangeId": 1, "instrumentId": 0,
        "productPairType": 1, "orderBookType": 1, "productPairId": 0,
        "product1Id": model.product1, "product2Id": model.product2,
        "minimumQuantity": model.quantity_increment, "priceIncrement": model.price_increment,
        "symbol": world.deployment.unique_name("EX"), "selfTradePrevention": False,
        "priceCollarThreshold": 0, "priceCollarPercent": 0, "priceCollarEnabled": False,
        "priceFloorLimit": 0, "priceFloorLimitEnabled": False, "priceCeilingLimit": 0,
        "priceCeilingLimitEnabled": False, "createWithMarketRunning": True, **changes,
    }


def added(world: World, **changes: Any) -> Floor:
    """List a new instrument; Unavailable where that is refused."""
    terms = instrument_terms(world, **changes)
    turn = world.operator.call("AddEditExchangeInstrument", **terms)
    number = turn.get("Id")
    if not isinstance(number, int) or not number:
        raise Unavailable(f"no instrument can be listed: {turn.text[:200]}")
    world.deployment.leaks.record("Instrument", number)
    return Floor(listed_market(world, number), BASE_PRICE)


def listed_market(world: World, number: int) -> Any:
    """An instrument by its number, as a market to trade on."""
    model = world.market
    row = instrument_row(world, number)
    return type(model)(
        number, str(lookup(row, "symbol")), model.product1, model.product2,
        model.price_increment, model.quantity_increment,
    )


def instrument_row(world: World, number: int) -> Any:
    """An instrument as GetInstruments lists it; Unavailable where it does not."""
    for row in rows(world.anonymous.call("GetInstruments", OMSId=OMS)):
        if lookup(row, "instrumentId") == number:
            return row
    raise Unavailable(f"instrument {number} is not listed")


def venue_rows(world: World) -> list[Any]:
    """What GetVenueInstruments lists."""
    return rows(world.operator.call("GetVenueInstruments", OMSId=OMS))


def venue_place(world: World, floor: Floor) -> Place:
    """An instrument with the number by which its venue knows it."""
    row = instrument_row(world, floor.instrument_id)
    return Place(floor.market, int(lookup(row, "venueInstrumentId")))


def rows(turn: Turn) -> list[Any]:
    """The rows of a list; Unavailable where none came."""
    if not isinstance(turn.value, list):
        raise Unavailable(f"{turn.call} lists nothing: {turn.text[:200]}")
    return turn.value


def place_reads(reader: Session, place: Place) -> tuple[Read, ...]:
    """The reads that show a market's state and its book."""
    number = place.market.instrument_id
    return (
        (reader, "GetInstrument", {"OMSId": OMS, "InstrumentId": number}),
        (reader, "GetL2Snapshot", {"OMSId": OMS, "InstrumentId": number, "Depth": 100}),
    )
