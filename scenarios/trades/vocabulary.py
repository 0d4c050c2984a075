"""Words of the scenarios about executions and price history."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from conformance.contract.payload import dump_json
from conformance.generate.world import World
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BUY, OMS, Floor, rows, sell, terms, trade

MINUTE_MS = 60_000
DAY_MS = 86_400_000


class Bar(NamedTuple):
    """One row of the price history, by its nine documented columns."""

    end: Decimal
    high: Decimal
    low: Decimal
    open: Decimal
    close: Decimal
    volume: Decimal
    bid: Decimal
    ask: Decimal
    instrument: int


def day_text(moment_ms: int) -> str:
    """The calendar date of a moment, UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%d")


def minute_text(moment_ms: int) -> str:
    """Date and time of a moment to the minute, UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def bar_question(world: World, floor: Floor, interval: int = 60, **more: Any) -> dict[str, Any]:
    """The payload of GetTickerHistory from yesterday to the day after tomorrow."""
    now = world.deployment.now_ms()
    return {
        "InstrumentId": floor.instrument_id, "Interval": interval,
        "FromDate": day_text(now - DAY_MS), "ToDate": day_text(now + 2 * DAY_MS), "OMSId": OMS,
        **more,
    }


def bars(world: World, floor: Floor, interval: int = 60, **more: Any) -> list[Bar]:
    """The price history of a floor, asked for without a login."""
    turn = world.anonymous.send("GetTickerHistory", bar_question(world, floor, interval, **more))
    return [Bar(*row[:9]) for row in rows(turn)]


def trades_history(trader: Session, **filters: Any) -> list[Any]:
    """Executions as GetTradesHistory lists them for these filters."""
    return rows(trader.call("GetTradesHistory", omsId=OMS, **filters))


def account_trades(trader: Session, start: int, count: int) -> list[Any]:
    """A window of the account's executions, as GetAccountTrades lists it."""
    return rows(trader.call(
        "GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, StartIndex=start, Count=count
    ))


def ids(found: list[Any], key: str = "executionId") -> list[int]:
    """One number of each row, in the order of the list."""
    return [int(lookup(row, key)) for row in found]


def pass_time(world: World, milliseconds: int) -> None:
    """Let time pass between two trades; Unavailable where it cannot be moved."""
    world.deployment.advance_clock(milliseconds)


def trades_apart(
    world: World, trader: Session, rival: Session, floor: Floor, gap_ms: int = 1000
) -> None:
    """Four trades of one lot at different prices, at different times where time can be moved."""
    for ticks in (0, 2, -1, 1):
        trade(rival, trader, floor, ticks)
        with suppress(Unavailable):
            pass_time(world, gap_ms)


def many_trades(trader: Session, rival: Session, floor: Floor, count: int) -> None:
    """So many executions of the trader, as few round trips as possible."""
    sell(rival, floor, lots=count)
    payload = dump_json(terms(trader, floor, BUY))
    trader.batch("SendOrder", [payload] * count)
