"""Faults of public trades, the ticker, and what the market data feeds tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.trading.orders import Side
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import Run, fault, retells, rewrites

EVERYTHING = 10_000
HIGH, OPEN, VOLUME = 1, 3, 5


@fault("market_data/count-ignored", "IncludeLastCount limits the reply.",
       "SubscribeTrades", "SubscribeTicker")
def _count_ignored(context: Context, request: Any, run: Run) -> object:
    request.include_last_count = EVERYTHING
    return run()


@rewrites("market_data/trade-listed-twice", "A trade is listed once.", "SubscribeTrades")
def _trade_listed_twice(context: Context, request: Any, reply: Any) -> object:
    return reply + reply[-1:]


@rewrites("market_data/trades-unordered", "Trades are listed in order.", "SubscribeTrades")
def _trades_unordered(context: Context, request: Any, reply: Any) -> object:
    return [*reply[1:2], *reply[:1], *reply[2:]] if len(reply) > 2 else reply


@rewrites("market_data/trade-signed", "Quantities of trades are positive.", "SubscribeTrades")
def _trade_signed(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "2": -row["2"]} if row["8"] else row for row in reply]


@rewrites("market_data/trade-of-one-order", "A trade is between two orders.", "SubscribeTrades")
def _trade_of_one_order(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "5": row["4"]} for row in reply]


@rewrites("market_data/trade-shows-account", "A public trade names no account.", "SubscribeTrades")
def _trade_shows_account(context: Context, request: Any, reply: Any) -> object:
    orders = context.exchange.desk.orders.by_id
    return [{**row, "10": orders[row["4"]].account_id} for row in reply]


@rewrites("market_data/bar-too-low", "Low is not above High, and Open lies between.",
        "SubscribeTicker")
def _bar_too_low(context: Context, request: Any, reply: Any) -> object:
    return [[row[0], row[2] - 1, *row[2:]] for row in reply]


@rewrites("market_data/bar-volume-negative", "Volume is never negative.", "SubscribeTicker")
def _bar_volume_negative(context: Context, request: Any, reply: Any) -> object:
    return [[*row[:VOLUME], -row[VOLUME], *row[VOLUME + 1:]] for row in reply]


@rewrites("market_data/bars-at-one-time", "Times of bars ascend.", "SubscribeTicker")
def _bars_at_one_time(context: Context, request: Any, reply: Any) -> object:
    return [[reply[0][0], *row[1:]] for row in reply]


@retells("market_data/bars-not-told", "A bar is told when its interval ends.",
          "TickerDataUpdateEvent")
def _bars_not_told(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


@retells("market_data/bar-event-shorter", "Event rows have the columns of the reply.",
          "TickerDataUpdateEvent")
def _bar_event_shorter(exchange: Exchange, event: Event) -> Iterable[Event]:
    rows: Any = event.payload
    return [replace(event, payload=[row[:9] for row in rows])]


@retells("market_data/trade-told-twice", "A trade is told once.", "TradeDataUpdateEvent")
def _trade_told_twice(exchange: Exchange, event: Event) -> Iterable[Event]:
    return [event, event]


@retells("market_data/trades-under-another-name", "Public trades are TradeDataUpdateEvents.",
          "TradeDataUpdateEvent")
def _trades_under_another_name(exchange: Exchange, event: Event) -> Iterable[Event]:
    return [replace(event, name="OrderTradeEvent")]


@retells("market_data/far-levels-not-told", "Every change of the book is told.",
          "Level2UpdateEvent")
def _far_levels_not_told(exchange: Exchange, event: Event) -> Iterable[Event]:
    rows: Any = event.payload
    best = exchange.desk.market(rows[0][7]).book.depth(Side.BUY, 1)
    near = [row for row in rows if not best or row[6] * 2 > best[0].price]
    return [replace(event, payload=near)] if near else []


@retells("market_data/update-ids-fall", "Update ids never fall.", "Level2UpdateEvent")
def _update_ids_fall(exchange: Exchange, event: Event) -> Iterable[Event]:
    rows: Any = event.payload
    return [replace(event, payload=[[10**9 - row[0], *row[1:]] for row in rows])]


@retells("market_data/level2-event-shorter", "Event rows have the columns of the reply.",
          "Level2UpdateEvent")
def _level2_event_shorter(exchange: Exchange, event: Event) -> Iterable[Event]:
    rows: Any = event.payload
    return [replace(event, payload=[row[:9] for row in rows])]


@retells("market_data/level1-not-told", "A change of the best price is told.",
          "Level1UpdateEvent")
def _level1_not_told(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


@retells("market_data/level1-event-shorter", "Level1UpdateEvent has the keys of the reply.",
          "Level1UpdateEvent")
def _level1_event_shorter(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    row.pop("Rolling24NumTrades", None)
    return [event]
