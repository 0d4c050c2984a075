"""Words of the scenarios about events of orders: listening, and that what is told is also read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from conformance.contract.payload import dump_json
from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    book,
    funds,
    number,
    reason,
    side,
    state,
    status,
)
from scenarios.users.markets import DELETE, frames, levels, subscribe, subscribe_account

Told = dict[str, list[Any]]
FIGURES = ("Price", "Quantity", "OrigQuantity", "QuantityExecuted", "AvgPrice")
NUMBERS = ("OrderId", "Instrument", "Account", "ClientOrderId", "ReceiveTime")
MINUTE_MS = 60_000


def listen(who: Session, floor: Floor, *feeds: str) -> None:
    """Subscribe to the own account and to feeds of a market; what came at once is dropped."""
    subscribe_account(who)
    for feed in feeds:
        subscribe(who, floor.market, feed)
    frames(who)


def end_of_minute(world: World) -> None:
    """Let the running minute end where time can be moved, so that the ticker speaks."""
    with suppress(Unavailable):
        deployment = world.deployment
        deployment.advance_clock(MINUTE_MS - deployment.now_ms() % MINUTE_MS)


def require_told(verify: Verifier, told: Mapping[str, list[Any]], names: Iterable[str]) -> None:
    """Finding unless an event of each of these names came."""
    silent = [name for name in names if name not in told]
    verify.equal("documented events that did not come", silent, [])


def require_agreement(
    verify: Verifier, who: Session, floor: Floor, told: Told, order_id: int
) -> None:
    """Finding unless order, funds, book and best prices read as they were last told."""
    states = about(told, "OrderStateEvent", order_id)
    verify.equal("the last state told", shared(states[-1:]), shared([status(who, order_id)]))
    balances = last_balances(told)
    real = funds(who)
    verify.equal("balances told", balances, {product: real[product] for product in balances})
    require_book_as_told(verify, who, floor, told)


def require_book_as_told(verify: Verifier, reader: Session, floor: Floor, told: Told) -> None:
    """Finding unless book and best prices read as Level 2 and Level 1 last told."""
    now = book(reader, floor.instrument_id)
    levels_told = last_levels(told)
    verify.equal(
        "levels told", levels_told, {key: now.get(key, Decimal(0)) for key in levels_told}
    )
    if told.get("Level1UpdateEvent"):
        last = told["Level1UpdateEvent"][-1]
        best = (number(last, "BestBid"), number(last, "BestOffer"))
        verify.equal("(best bid, best offer) told", best, tops(now))


def last_levels(told: Told) -> dict[tuple[int, Decimal], Decimal]:
    """What Level 2 told last of each price; a deleted level is empty."""
    return {
        (row.side, row.price): Decimal(0) if row.action == DELETE else row.quantity
        for rows in told.get("Level2UpdateEvent", ()) for row in levels(rows)
    }


def last_balances(told: Told) -> dict[int, tuple[Decimal, Decimal]]:
    """(amount, hold) that position events told last of each product."""
    return {
        int(lookup(row, "ProductId")): (number(row, "Amount"), number(row, "Hold"))
        for row in told.get("AccountPositionEvent", ())
    }


def tops(levels_now: Mapping[tuple[int, Decimal], Decimal]) -> tuple[Decimal, Decimal]:
    """(best bid, best offer) of a book, zero for an empty side."""
    bids = [price for kind, price in levels_now if kind == BUY]
    offers = [price for kind, price in levels_now if kind == SELL]
    return max(bids, default=Decimal(0)), min(offers, default=Decimal(0))


def about(told: Told, name: str, order_id: int) -> list[Any]:
    """The events of one name about one order."""
    return [row for row in told.get(name, ()) if lookup(row, "OrderId") == order_id]


def path(told: Told, order_id: int) -> list[str]:
    """The states an order was told to be in, in order."""
    return [state(row) for row in about(told, "OrderStateEvent", order_id)]


def reasons(told: Told, order_id: int) -> list[str]:
    """The reasons that were told for them."""
    return [reason(row) for row in about(told, "OrderStateEvent", order_id)]


def shared(found: Iterable[Any]) -> list[str]:
    """What reads and events of an order have in common, without regard to spelling."""
    return [
        dump_json({
            "side": side(row), "state": state(row), "reason": reason(row),
            **{key: str(number(row, key).normalize()) for key in FIGURES},
            **{key: int(lookup(row, key)) for key in NUMBERS if lookup(row, key) is not None},
        })
        for row in found
    ]
