"""Words of the scenarios about market data: rows, best prices, trades, and what a feed told."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from conformance.contract.payload import parse_json
from conformance.generate.world import Market, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from conformance.wire.frames import Frame

OMS = 1
BUY, SELL = 0, 1
NEW, UPDATE, DELETE = 0, 1, 2
LIMIT, GTC, IOC = 2, 1, 3
STANDARD = 1
BOOK_DEPTH = 1000
"""Levels that count as the whole book."""

_client_ids = itertools.count(700_001)

Levels = dict[tuple[int, Decimal], Decimal]


class Level(NamedTuple):
    """One row of Level 2, by its documented columns; two of them hold counts."""

    update_id: int
    accounts: int
    time: int
    action: int
    last_price: Decimal
    orders: int
    price: Decimal
    instrument: int
    quantity: Decimal
    side: int


class TradePrint(NamedTuple):
    """One public trade, by its documented columns."""

    trade_id: int
    instrument: int
    quantity: Decimal
    price: Decimal
    order1: int
    order2: int
    time: int
    direction: int
    taker_side: int
    block: int
    client_id: int


class Bar(NamedTuple):
    """One row of the ticker, by its nine documented columns."""

    end: Decimal
    high: Decimal
    low: Decimal
    open: Decimal
    close: Decimal
    volume: Decimal
    bid: Decimal
    ask: Decimal
    instrument: int


@dataclass(frozen=True, slots=True)
class Deal:
    """A trade that a scenario brought about."""

    price: Decimal
    quantity: Decimal
    sell_order: int
    buy_order: int
    buy_client_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """An instrument, and the number by which its venue knows it."""

    market: Market
    venue_instrument: int


def levels(rows: Any) -> list[Level]:
    """Rows of a Level 2 reply or event."""
    return [Level(*row) for row in _list(rows)]


def prints(rows: Any) -> list[TradePrint]:
    """Rows of a trades reply or event: keyed by column number as printed, or bare arrays."""
    return [TradePrint(*_columns(row)) for row in _list(rows)]


def bars(rows: Any) -> list[Bar]:
    """Rows of a ticker reply or event; a tenth column is left out."""
    return [Bar(*row[:9]) for row in _list(rows)]


def prints_of(payloads: Iterable[Any]) -> list[TradePrint]:
    """All trades of several events."""
    return [found for payload in payloads for found in prints(payload)]


def side_of(rows: Iterable[Level], side: int) -> list[Level]:
    """The rows of one side, in their order."""
    return [row for row in rows if row.side == side]


def book(reader: Session, market: Market, depth: int = BOOK_DEPTH) -> list[Level]:
    """The book as GetL2Snapshot shows it now; Unavailable when it shows none."""
    turn = snapshot_turn(reader, market, depth)
    if not isinstance(turn.value, list):
        raise Unavailable(f"no snapshot of the book: {turn.text[:200]}")
    return levels(turn.value)


def snapshot_turn(reader: Session, market: Market, depth: int = BOOK_DEPTH) -> Turn:
    """GetL2Snapshot of the market."""
    return reader.call(
        "GetL2Snapshot", OMSId=OMS, InstrumentId=market.instrument_id, Depth=depth
    )


def contents(rows: Iterable[Level]) -> Levels:
    """What rests at which price, without what changes from reading to reading."""
    return {(row.side, row.price): row.quantity for row in rows}


def applied(start: Levels, changes: Iterable[Level]) -> Levels:
    """A book after update rows: a deletion empties a price, anything else sets it."""
    found = dict(start)
    for row in changes:
        found.pop((row.side, row.price), None)
        if row.action != DELETE:
            found[row.side, row.price] = row.quantity
    return found


def inside_price(reader: Session, market: Market) -> Decimal:
    """A price between best bid and best offer: an order there is the new best of its side."""
    rows = book(reader, market, 1)
    bids = [row.price for row in side_of(rows, BUY)]
    offers = [row.price for row in side_of(rows, SELL)]
    tick = market.price_increment
    price = bids[0] + tick if bids else offers[0] - tick if offers else 100 * tick
    if offers and price >= offers[0]:
        raise Unavailable("the spread leaves no price between best bid and best offer")
    return price


def lot(market: Market) -> Decimal:
    """A small quantity that the market takes."""
    return market.quantity_increment * 10


def order_payload(
    who: Session, market: Market, side: int, price: Decimal, **more: Any
) -> dict[str, Any]:
    """A limit order of one lot, good till cancelled."""
    return {
        "InstrumentId": market.instrument_id, "OMSId": OMS, "AccountId": who.account_id,
        "TimeInForce": GTC, "ClientOrderId": next(_client_ids), "OrderIdOCO": 0,
        "UseDisplayQuantity": False, "Side": side, "quantity": lot(market), "OrderType": LIMIT,
        "PegPriceType": 1, "LimitPrice": price, **more,
    }


def enter(who: Session, market: Market, side: int, price: Decimal, **more: Any) -> int:
    """Send a limit order; its id. Unavailable when it is not taken."""
    turn = who.send("SendOrder", order_payload(who, market, side, price, **more))
    if turn.get("status") != "Accepted":
        raise Unavailable(f"no order can be placed: {turn.text[:200]}")
    return int(turn["OrderId"])


def enter_best_buy(who: Session, market: Market, **more: Any) -> tuple[int, Decimal]:
    """Rest a buy order as the new best bid; its id and price."""
    price = inside_price(who, market)
    return enter(who, market, BUY, price, **more), price


def withdraw(who: Session, order_id: int) -> None:
    """Cancel an order; Unavailable when that is refused."""
    turn = who.call("CancelOrder", OMSId=OMS, OrderId=order_id)
    if turn.get("result") is not True:
        raise Unavailable(f"an order cannot be cancelled: {turn.text[:200]}")


def trade(seller: Session, buyer: Session, market: Market) -> Deal:
    """Let one lot change hands between two traders, and nobody else: the price is inside."""
    price, client_id = inside_price(seller, market), next(_client_ids)
    sell = enter(seller, market, SELL, price)
    buy = enter(buyer, market, BUY, price, TimeInForce=IOC, ClientOrderId=client_id)
    return Deal(price, lot(market), sell, buy, client_id)


def feed_payload(market: Market, **more: Any) -> dict[str, Any]:
    """What the subscription calls have in common."""
    return {"OMSId": OMS, "InstrumentId": market.instrument_id, **more}


SUBSCRIBE: Mapping[str, tuple[str, dict[str, Any]]] = {
    "Level1": ("Level1UpdateEvent", {}),
    "Level2": ("Level2UpdateEvent", {"Depth": BOOK_DEPTH}),
    "Trades": ("TradeDataUpdateEvent", {"IncludeLastCount": 1}),
    "Ticker": ("TickerDataUpdateEvent", {"Interval": 60, "IncludeLastCount": 1}),
}
"""Per feed: the event it sends, and what else its request needs."""


def subscribe(who: Session, market: Market, kind: str, **more: Any) -> Turn:
    """Subscribe to one feed; Unavailable when that is refused."""
    payload = feed_payload(market, **{**SUBSCRIBE[kind][1], **more})
    turn = who.send(f"Subscribe{kind}", payload)
    if turn.get("result") is False or not isinstance(turn.value, list | dict):
        raise Unavailable(f"Subscribe{kind} is refused: {turn.text[:200]}")
    return turn


def unsubscribe(who: Session, market: Market, kind: str) -> Turn:
    """End the subscription to one feed."""
    return who.send(f"Unsubscribe{kind}", feed_payload(market))


def subscribe_account(who: Session, account_id: int | None = None) -> Turn:
    """Subscribe to an account's events: the own one unless another is named."""
    account = who.account_id if account_id is None else account_id
    turn = who.call("SubscribeAccountEvents", AccountId=account, OMSId=OMS)
    if True not in (turn.get("Subscribe"), turn.get("Subscribed")):
        raise Unavailable(f"SubscribeAccountEvents is refused: {turn.text[:200]}")
    return turn


def heard(who: Session, *names: str) -> list[Any]:
    """Payloads of all events of these names since the last listening; others are dropped."""
    return [parse_json(frame.payload) for frame in who.events(*names)]


def frames(who: Session) -> list[Frame]:
    """All events since the last listening, whatever their name."""
    return who.events()


def names_of(found: Iterable[Frame]) -> set[str]:
    """The names of events."""
    return {frame.name for frame in found}


def feeds_heard(who: Session) -> set[str]:
    """Which feeds told something since the last listening."""
    found = names_of(frames(who))
    return {kind for kind, (event, _) in SUBSCRIBE.items() if event in found}


def stir(world: World, seller: Session, buyer: Session, market: Market) -> None:
    """Make every feed of a market speak: a trade, and the end of a minute if time can be moved."""
    trade(seller, buyer, market)
    with suppress(Unavailable):
        world.deployment.advance_clock(60_000 - world.deployment.now_ms() % 60_000)


def lively_feeds(
    world: World, who: Session, rival: Session, market: Market, kind: str
) -> set[str]:
    """Subscribe to every feed; those that tell something. Unavailable when one in question mutes.

    Feeds that tell nothing here prove nothing by their silence later.
    """
    for feed in SUBSCRIBE:
        subscribe(who, market, feed)
    stir(world, rival, who, market)
    lively = feeds_heard(who)
    if kind not in lively:
        raise Unavailable(f"the {kind} feed tells nothing here, so its end cannot be seen")
    return lively


def value(row: Any, key: str) -> Any:
    """A key of an object, letter case aside."""
    return lookup(row, key)


def venue_market(world: World) -> Place:
    """List a new instrument that a venue knows by a number of its own."""
    old, number = world.market, world.deployment.unique_number()
    symbol = world.deployment.unique_name("CONF")
    turn = world.operator.call(
        "AddInstrument", OMSId=OMS, Symbol=symbol, Product1=old.product1, Product2=old.product2,
        InstrumentType=STANDARD, VenueInstrumentId=number,
        QuantityIncrement=old.quantity_increment, PriceIncrement=old.price_increment,
    )
    instrument_id = turn.get("Id")
    if not isinstance(instrument_id, int) or not instrument_id:
        raise Unavailable(f"no instrument can be listed: {turn.text[:200]}")
    world.deployment.leaks.record("Instrument", instrument_id)
    return Place(replace(old, instrument_id=instrument_id, symbol=symbol), number)


def _list(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise Unavailable(f"no rows came: {str(rows)[:200]}")
    return rows


def _columns(row: Any) -> list[Any]:
    return [row[str(column)] for column in range(11)] if isinstance(row, dict) else list(row)
