"""Market data events: price levels, Level 1, public trades, price bars."""

from __future__ import annotations

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.clock import Clock
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.desk import Market, TradingDesk
from conformance.reference.domain.trading.orders import Side
from conformance.reference.domain.trading.trades import Trade
from conformance.reference.events import EventBus, Topic
from conformance.reference.rendering import trading_rows as rows
from conformance.reference.rendering.level1 import read_level1, subscribed_row

NEW, UPDATE, DELETE = 0, 1, 2
MISSING_DELETE = defect(
    "trading/level2-delete-missing", "A price level that empties is told by a delete row."
)
STALE_SNAPSHOT = defect(
    "trading/level2-stale", "GetL2Snapshot shows the book as it is at that moment."
)
MAX_DEPTH = 10_000


class MarketFeed:
    """Publishes to ``("level1", id)``, ``("level2", id)``, ``("trades", id)`` and the tickers."""

    def __init__(self, events: EventBus, desk: TradingDesk, clock: Clock, defects: Defects) -> None:
        self._events = events
        self._desk = desk
        self._clock = clock
        self._defects = defects
        self._tops: dict[int, tuple[object, ...]] = {}
        self._traded: set[int] = set()
        self._told_bars: dict[Topic, int] = {}
        self._first_snapshots: dict[tuple[int, int], list[list[object]]] = {}

    def traded(self, trade: Trade) -> None:
        """A public trade was printed."""
        self._traded.add(trade.instrument_id)
        topic = ("trades", trade.instrument_id)
        if self._events.wanted(topic):
            self._events.publish(topic, "TradeDataUpdateEvent", [rows.trade_row(trade)])

    def tell_changes(self) -> None:
        """Publish what changed since the last time, as it stands now."""
        desk = self._desk
        if not desk.changed:
            return
        changed, desk.changed = desk.changed, {}
        now = self._clock.now()
        for instrument_id, market in changed.items():
            self._tell_levels(instrument_id, market, now)
            self._tell_top(instrument_id, market, now)
        for instrument_id in self._traded:
            self._tell_running_bars(instrument_id, now)
        self._traded.clear()

    def snapshot(self, market: Market, depth: int) -> list[list[object]]:
        """The book: bids from the highest down, then offers from the lowest up."""
        now, update_id = self._clock.now(), market.update_id
        depth = min(depth, MAX_DEPTH)
        levels = [
            rows.level2_row(view, market, NEW, update_id, now)
            for side in (Side.BUY, Side.SELL)
            for view in market.book.depth(side, depth)
        ]
        if self._defects(STALE_SNAPSHOT):
            key = (market.instrument.instrument_id, depth)
            return self._first_snapshots.setdefault(key, levels)
        return levels

    def expect_bars(self, topic: Topic, running: int) -> None:
        """Somebody is about to subscribe; where nobody did, only bars from the running one on are
        told, which begins at ``running``.
        """
        if topic not in self._told_bars or not self._events.wanted(topic):
            self._told_bars[topic] = running

    def close_bars(self, now: int) -> None:
        """Publish the bars that have ended since they were last told."""
        for topic in [t for t in self._events.subscriptions if t[0] == "ticker"]:
            if not self._events.wanted(topic):
                continue
            _, instrument_id, interval_s = topic
            assert isinstance(instrument_id, int)
            assert isinstance(interval_s, int)
            begin = now - now % (interval_s * 1000)
            told = self._told_bars.setdefault(topic, begin)
            if told < begin:
                self._told_bars[topic] = begin
                self._tell_bars(topic, instrument_id, interval_s, begin - interval_s * 1000, begin)

    def forget(self, instrument_id: int) -> None:
        """End every subscription to an instrument's data."""
        for topic, subscribers in self._events.subscriptions.items():
            if topic[0] in ("level1", "level2", "trades", "ticker") and topic[1] == instrument_id:
                subscribers.clear()

    def _tell_levels(self, instrument_id: int, market: Market, now: int) -> None:
        touched, market.book.touched = market.book.touched, {}
        topic = ("level2", instrument_id)
        wanted = self._events.wanted(topic)
        changes: list[list[object]] = []
        for (side, price), (before, count) in touched.items():
            view = market.book.at(side, price)
            if (view.quantity, view.order_count) == (before, count):
                continue
            market.update_id += 1
            gone = view.quantity == ZERO
            action = DELETE if gone else NEW if before == ZERO else UPDATE
            if wanted and not (gone and self._defects(MISSING_DELETE)):
                changes.append(rows.level2_row(view, market, action, market.update_id, now))
        if changes:
            self._events.publish(topic, "Level2UpdateEvent", changes)

    def _tell_top(self, instrument_id: int, market: Market, now: int) -> None:
        topic = ("level1", instrument_id)
        inside = market.inside()
        trades = market.tape.trades
        top = (
            inside.bid, inside.bid_size, inside.ask, inside.ask_size,
            trades[-1].trade_id if trades else 0,
        )
        if self._tops.get(instrument_id) == top:
            return
        self._tops[instrument_id] = top
        if self._events.wanted(topic):
            reading = read_level1(market, now, self._defects)
            row = subscribed_row(market, reading, self._oms_id(market))
            self._events.publish(topic, "Level1UpdateEvent", row)

    def _tell_running_bars(self, instrument_id: int, now: int) -> None:
        for topic in [t for t in self._events.subscriptions if t[:2] == ("ticker", instrument_id)]:
            interval_s = topic[2]
            assert isinstance(interval_s, int)
            if self._events.wanted(topic):
                begin = now - now % (interval_s * 1000)
                self._tell_bars(topic, instrument_id, interval_s, begin, now + 1)

    def _tell_bars(
        self, topic: Topic, instrument_id: int, interval_s: int, begin: int, end: int
    ) -> None:
        bars = self._desk.market(instrument_id).tape.bars(interval_s, begin, end)
        payload = [rows.bar_row(bar, instrument_id, interval_s, with_begin=True) for bar in bars]
        if payload:
            self._events.publish(topic, "TickerDataUpdateEvent", payload)

    @staticmethod
    def _oms_id(market: Market) -> int:
        return market.instrument.oms_id
