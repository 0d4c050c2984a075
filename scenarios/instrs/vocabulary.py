"""Words of the scenarios about instruments: defined, changed, limited, their fees shared out.

Instruments cannot be removed, so a scenario changes only those it has added itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.contract.payload import dump_json
from conformance.generate.world import Read, World
from conformance.target.session import Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import done, number, rows

FAILED = 101
ABSENT_INSTRUMENT = ABSENT_PRODUCT = 2_000_000_027
"""An instrument or product that does not exist."""
STANDARD = 1
SESSIONS = ("Unknown", "Running", "Paused", "Stopped", "Starting")
TYPES = ("Unknown", "Standard")
NAMES = {
    "instrumentType": TYPES, "sessionStatus": SESSIONS, "previousSessionStatus": SESSIONS,
}
HOUSE_ACCOUNTS = (1, 2, 3)
"""The accounts that every OMS has: fees, deposits, adapter."""
ALL_TYPES, MARKET_ORDERS, LIMIT_ORDERS = 1, 2, 3
ORDER_TYPES = (
    "Unknown", "All Order Types", "Market", "Limit", "StopMarket", "StopLimit",
    "TrailingStopMarket", "TrailingStopLimit", "BlockTrade",
)
"""Order types as distributions number them."""
LIMIT_KEYS = ("dailyBuyLimit", "dailySellLimit", "monthlyBuyLimit", "monthlySellLimit")
LEVELS_FROM = 2_000_000
"""Level numbers above those that a deployment would use for its own customers."""


def instrument_terms(world: World, **terms: Any) -> dict[str, Any]:
    """The payload that adds an instrument, with a symbol of its own."""
    model = world.market
    return {
        "OMSId": world.oms_id, "InstrumentId": 0, "Symbol": world.deployment.unique_name("IN"),
        "Product1": model.product1, "Product2": model.product2, "InstrumentType": STANDARD,
        "VenueInstrumentId": world.deployment.unique_number(), "VenueId": 1, "SortIndex": 7,
        "SessionStatus": 1, "SelfTradePrevention": True,
        "QuantityIncrement": model.quantity_increment, "PriceIncrement": Decimal("0.05"), **terms,
    }


def add(world: World, terms: dict[str, Any]) -> Turn:
    """Send AddInstrument as the operator."""
    turn = world.operator.send("AddInstrument", terms)
    found = turn.get("Id")
    if isinstance(found, int) and found > 0:
        world.deployment.leaks.record("Instrument", found)
    return turn


def new_instrument(world: World, **terms: Any) -> int:
    """Add an instrument; its id. Unavailable when it is refused."""
    turn = add(world, instrument_terms(world, **terms))
    found = turn.get("Id")
    if not isinstance(found, int) or found <= 0:
        raise Unavailable(f"no instrument can be added: {turn.text[:200]}")
    return found


def update(world: World, instrument: int, **terms: Any) -> Turn:
    """Send UpdateInstrument as the operator."""
    payload = {"omsId": world.oms_id, "instrumentId": instrument, **terms}
    return world.operator.send("UpdateInstrument", payload)


def of_instrument(world: World, instrument: int) -> dict[str, Any]:
    """The keys that name an instrument."""
    return {"OMSId": world.oms_id, "InstrumentId": instrument}


def read(world: World, instrument: int) -> Turn:
    """Send GetInstrument."""
    return world.anonymous.send("GetInstrument", of_instrument(world, instrument))


def normal(row: Any) -> dict[str, Any]:
    """An instrument by lower-case keys, enumerations by number."""
    if lookup(row, "instrumentId") is None:
        raise Unavailable(f"no instrument is shown: {str(row)[:200]}")
    found = {key.lower(): value for key, value in row.items()}
    for key, names in NAMES.items():
        value = found.get(key.lower())
        found[key.lower()] = names.index(value) if value in names else value
    return found


def shown(world: World, instrument: int) -> dict[str, Any]:
    """An instrument as GetInstrument shows it, keys in lower case."""
    return normal(read(world, instrument).value)


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A row without some keys."""
    return {key: value for key, value in row.items() if key not in {name.lower() for name in keys}}


def instruments(world: World) -> dict[int, dict[str, Any]]:
    """All instruments as GetInstruments lists them, by id."""
    found = rows(world.anonymous.call("GetInstruments", OMSId=world.oms_id))
    return {int(lookup(row, "instrumentId")): normal(row) for row in found}


def one_by_one(world: World, known: list[int]) -> list[dict[str, Any]]:
    """Instruments as GetInstrument shows them, one request each."""
    payloads = [dump_json(of_instrument(world, instrument)) for instrument in known]
    return [normal(turn.value) for turn in world.anonymous.batch("GetInstrument", payloads)]


def symbols(world: World) -> dict[int, str]:
    """The symbols of all products as GetProduct shows them, by id."""
    listed = rows(world.anonymous.call("GetProducts", OMSId=world.oms_id))
    payloads = [
        dump_json({"OMSId": world.oms_id, "ProductId": lookup(row, "ProductId")}) for row in listed
    ]
    found = [turn.value for turn in world.anonymous.batch("GetProduct", payloads)]
    return {int(lookup(row, "ProductId")): str(lookup(row, "Product")) for row in found}


def instrument_reads(world: World) -> tuple[Read, ...]:
    """The read that shows all instruments."""
    return ((world.anonymous, "GetInstruments", {"OMSId": world.oms_id}),)


def venue_rows(world: World) -> list[Any]:
    """What GetVenueInstruments lists."""
    return rows(world.operator.call("GetVenueInstruments", OMSId=world.oms_id))


def share_terms(
    world: World, instrument: int, account: int, share: Decimal, **terms: Any
) -> dict[str, Any]:
    """The payload that gives an account a share of the fees of all orders."""
    return {
        "distributionId": 0, "distributionPrct": share, "absolute": False, "account": account,
        "orderType": ALL_TYPES, "instrumentId": instrument, "omsId": world.oms_id, **terms,
    }


def share(
    world: World, instrument: int, account: int, part: Decimal, **terms: Any
) -> Turn:
    """Send SetDistribution as the operator."""
    payload = share_terms(world, instrument, account, part, **terms)
    return world.operator.send("SetDistribution", payload)


def distributions(world: World, instrument: int) -> list[Any]:
    """The distributions of an instrument."""
    return rows(world.operator.send("GetDistributions", of_instrument(world, instrument)))


def order_type(row: Any) -> int:
    """The order type of a distribution by number, however it is spelled."""
    value = lookup(row, "OrderType")
    spelled = str(value).replace("Limt", "Limit")
    return ORDER_TYPES.index(spelled) if spelled in ORDER_TYPES else int(value)


def settled(row: Any) -> tuple[int, int, Decimal, bool]:
    """(order type, account, share, absolute) of a distribution."""
    return (order_type(row), int(lookup(row, "Account")), number(row, "DistributionPrct"),
            bool(lookup(row, "Absolute")))


def distribution_ids(found: list[Any]) -> list[int]:
    """The ids of distributions, in their order."""
    return [int(lookup(row, "DistributionId")) for row in found]


def new_level(world: World) -> int:
    """A verification level that nobody has limits on."""
    return LEVELS_FROM + world.deployment.unique_number()


def limit_terms(world: World, level: int, instrument: int, **limits: Any) -> dict[str, Any]:
    """The payload that limits trading of an instrument: no limit but those given."""
    return {
        "verificationLevel": level, "omsId": world.oms_id, "instrumentId": instrument,
        "instrumentName": "conformance", **dict.fromkeys(LIMIT_KEYS, Decimal(0)), **limits,
    }


def limit(world: World, level: int, instrument: int, **limits: Any) -> Turn:
    """Send EditInstrumentVerificationLevelConfig as the operator."""
    payload = limit_terms(world, level, instrument, **limits)
    return world.operator.send("EditInstrumentVerificationLevelConfig", payload)


def limited(world: World, instrument: int, **limits: Any) -> int:
    """A new level with limits on one instrument; Unavailable when it is refused."""
    level = new_level(world)
    done(limit(world, level, instrument, **limits))
    world.deployment.leaks.record("InstrumentLevel", level)
    return level


def level_rows(world: World) -> list[Any]:
    """The levels that GetInstrumentVerificationLevelConfigs lists."""
    return rows(world.operator.call("GetInstrumentVerificationLevelConfigs", OMSId=world.oms_id))


Limits = dict[tuple[int, int], tuple[Decimal, ...]]


def limits(world: World) -> Limits:
    """All trading limits by level and instrument."""
    return {
        (int(lookup(level, "Level")), int(lookup(row, "instrumentId"))):
            tuple(number(row, key) for key in LIMIT_KEYS)
        for level in level_rows(world) for row in lookup(level, "Instruments")
    }


def limit_reads(world: World) -> tuple[Read, ...]:
    """The read that shows all trading limits."""
    return ((
        world.operator, "GetInstrumentVerificationLevelConfigs", {"OMSId": world.oms_id}
    ),)


def distribution_reads(world: World, instrument: int) -> tuple[Read, ...]:
    """The read that shows an instrument's distributions."""
    key = {"OMSId": world.oms_id, "InstrumentId": instrument}
    return ((world.operator, "GetDistributions", key),)


__all__ = ["done", "number", "rows"]
