"""Words of the scenarios about trading: special markets, their sessions, and what parties gain."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BASE_PRICE, OMS, Floor, Funds, funds, number
from scenarios.users.markets import Place

ACTIONS = {
    "MarketPause": 0, "MarketResume": 1, "MarketHalt": 2, "MarketReopen": 3, "MarketResync": 4,
}
SESSIONS = ("Unknown", "Running", "Paused", "Stopped", "Starting")
DIRECTIONS = ("NoChange", "UpTick", "DownTick")
FEE_ACCOUNT = 1
"""The account that fees go to; the pages about distributions name it."""
ORDER_HOLD = 5
ZERO = Decimal(0)


def floor_at(place: Place) -> Floor:
    """The floor of an instrument with a venue number of its own."""
    return Floor(place.market, BASE_PRICE)


def market_with(world: World, **settings: Any) -> Floor:
    """A new instrument, changed with AddEditExchangeInstrument; Unavailable when refused."""
    market = world.private_market()
    turn = world.operator.call("AddEditExchangeInstrument", **{
        "omsId": OMS, "instrumentId": market.instrument_id, "symbol": market.symbol,
        "product1Id": market.product1, "product2Id": market.product2, "productPairType": 1,
        "orderBookType": 1, "priceIncrement": market.price_increment,
        "selfTradePrevention": False, "createWithMarketRunning": True, **settings,
    })
    if turn.get("Id") != market.instrument_id:
        raise Unavailable(f"the instrument cannot be changed: {turn.text[:200]}")
    return Floor(replace(market), BASE_PRICE)


def change(world: World, place: Place, call: str) -> Turn:
    """Send one of the market calls as an operator."""
    return world.operator.call(
        call, omsId=OMS, venueAdapterId=1, venueInstrumentId=place.venue_instrument,
        action=ACTIONS[call], requestedAt=world.deployment.now_ms(),
        requestedBy=world.operator.user_id,
    )


def changed(world: World, place: Place, *calls: str) -> None:
    """Take a market through several calls; Unavailable when one of them is refused."""
    for call in calls:
        turn = change(world, place, call)
        if turn.get("result") is False or turn.reply is None:
            raise Unavailable(f"{call} is refused: {turn.text[:200]}")


def instrument(world: World, floor: Floor) -> Any:
    """The instrument as GetInstrument shows it."""
    return world.anonymous.call(
        "GetInstrument", OMSId=OMS, InstrumentId=floor.instrument_id
    ).value


def session(world: World, floor: Floor, key: str = "sessionStatus") -> str:
    """The session status of an instrument by name."""
    value = lookup(instrument(world, floor), key)
    return SESSIONS[value] if isinstance(value, int) else str(value)


def level1(reader: Session, floor: Floor) -> Turn:
    """GetLevel1 of a floor."""
    return reader.call("GetLevel1", OMSId=OMS, InstrumentId=floor.instrument_id)


def direction(row: Any) -> str:
    """The direction of an execution by name, however it is spelled."""
    value = lookup(row, "direction")
    if isinstance(value, int):
        return DIRECTIONS[value]
    folded = str(value).replace(" ", "").casefold()
    return next((name for name in DIRECTIONS if name.casefold() == folded), str(value))


def moved(before: Funds, who: Session) -> dict[int, Decimal]:
    """How much each amount of an account has changed since an earlier reading of its funds."""
    now = funds(who)
    return {
        product: now[product][0] - before.get(product, (ZERO, ZERO))[0]
        for product in now if now[product][0] != before.get(product, (ZERO, ZERO))[0]
    }


def fee_sums(rows: list[Any]) -> dict[int, Decimal]:
    """What executions were charged, by product."""
    sums: dict[int, Decimal] = {}
    for row in rows:
        product = int(lookup(row, "feeProductId"))
        sums[product] = sums.get(product, ZERO) + number(row, "fee")
    return sums
