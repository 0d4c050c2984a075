"""What the public knows of an instrument's trading: the tape, the day's figures, price bars."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.clock import DAY_MS, day_start
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import Direction, Inside
from conformance.reference.domain.trading.trades import Trade

MAX_BARS = 10_000
"""Most bars one reading returns; the oldest are left out."""

MAX_INTERVALS = 64
"""Most intervals that are kept up to date; the one asked for first is forgotten."""


@dataclass(slots=True)
class Bar:
    """One interval that begins at ``begin_ms``; bid and ask are the inside at its end."""

    begin_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    bid: Decimal
    ask: Decimal

    def add(self, price: Decimal, quantity: Decimal, inside: Inside) -> None:
        """Take in one more trade."""
        self.high = max(self.high, price)
        self.low = min(self.low, price)
        self.close = price
        self.volume += quantity
        self.bid, self.ask = inside.bid, inside.ask

    def flat_after(self, begin_ms: int) -> Bar:
        """A bar without trades that follows this one."""
        return Bar(
            begin_ms, self.close, self.close, self.close, self.close, ZERO, self.bid, self.ask
        )


@dataclass(slots=True)
class DayFigures:
    """Figures of one trading day, which runs from midnight to midnight UTC.

    ``open`` is the price as of midnight: the last one before it, or the day's first trade.
    """

    day_ms: int
    open: Decimal = ZERO
    high: Decimal = ZERO
    low: Decimal = ZERO
    volume: Decimal = ZERO
    trades: int = 0
    notional: Decimal = ZERO


@dataclass(slots=True)
class RollingFigures:
    """Figures of the last 24 hours; ``open`` is the price as of 24 hours ago."""

    volume: Decimal
    trades: int
    open: Decimal
    notional: Decimal


@dataclass
class Tape:
    """All public trades of an instrument, oldest first, and what is derived from them."""

    trades: list[Trade] = field(default_factory=list)
    _day: DayFigures = field(default_factory=lambda: DayFigures(0))
    _recent: deque[Trade] = field(default_factory=deque)
    _before_recent: Decimal = ZERO
    _volume: Decimal = ZERO
    _notional: Decimal = ZERO
    _series: dict[int, list[Bar]] = field(default_factory=dict)
    _insides: list[Inside] = field(default_factory=list)

    @property
    def last_price(self) -> Decimal:
        """Price of the newest trade, zero before the first."""
        return self.trades[-1].price if self.trades else ZERO

    def direction(self, price: Decimal) -> Direction:
        """How a trade at this price moves the market."""
        last = self.last_price
        if not self.trades or price == last:
            return Direction.NO_CHANGE
        return Direction.UP_TICK if price > last else Direction.DOWN_TICK

    def add(self, trade: Trade, inside: Inside) -> None:
        """Print a trade."""
        day = self.day(trade.time_ms)
        if not day.trades and not self.trades:
            day.open = day.high = day.low = trade.price
        day.high = max(day.high, trade.price)
        day.low = min(day.low, trade.price)
        day.volume += trade.quantity
        day.notional += trade.quantity * trade.price
        day.trades += 1
        self.trades.append(trade)
        self._insides.append(inside)
        self._recent.append(trade)
        self._volume += trade.quantity
        self._notional += trade.quantity * trade.price
        for interval_ms, bars in self._series.items():
            _extend(bars, interval_ms, trade, inside)

    def day(self, now: int) -> DayFigures:
        """Figures of the day that contains ``now``."""
        start = day_start(now)
        if self._day.day_ms != start:
            price = self.last_price
            self._day = DayFigures(start, price, price, price)
        return self._day

    def end_day(self) -> None:
        """Begin the day's figures anew before midnight does."""
        price = self.last_price
        self._day = DayFigures(self._day.day_ms, price, price, price)

    def rolling(self, now: int) -> RollingFigures:
        """Figures of the 24 hours before ``now``."""
        while self._recent and self._recent[0].time_ms <= now - DAY_MS:
            gone = self._recent.popleft()
            self._before_recent = gone.price
            self._volume -= gone.quantity
            self._notional -= gone.quantity * gone.price
        if not self._recent:
            return RollingFigures(ZERO, 0, self.last_price, ZERO)
        opening = self._before_recent or self._recent[0].price
        return RollingFigures(self._volume, len(self._recent), opening, self._notional)

    def rolling_range(self, now: int) -> tuple[Decimal, Decimal]:
        """Lowest and highest price of the last 24 hours."""
        self.rolling(now)
        prices = [trade.price for trade in self._recent] or [self.last_price]
        return min(prices), max(prices)

    def newest(self, count: int) -> list[Trade]:
        """The newest trades, oldest first."""
        return self.trades[-count:] if count > 0 else []

    def bars(self, interval_s: int, begin_ms: int, end_ms: int) -> list[Bar]:
        """Bars that begin in [begin, end), oldest first, empty intervals filled in."""
        interval_ms = interval_s * 1000
        series = self._bars_with_trades(interval_ms)
        if not series:
            return []
        first = max(begin_ms - begin_ms % interval_ms, series[0].begin_ms)
        first = max(first, end_ms - MAX_BARS * interval_ms)
        first -= first % interval_ms
        index = 0
        while index + 1 < len(series) and series[index + 1].begin_ms <= first:
            index += 1
        filled: list[Bar] = []
        for moment in range(first, end_ms, interval_ms):
            if index + 1 < len(series) and series[index + 1].begin_ms <= moment:
                index += 1
            bar = series[index]
            filled.append(bar if bar.begin_ms == moment else bar.flat_after(moment))
        return filled

    def _bars_with_trades(self, interval_ms: int) -> list[Bar]:
        bars = self._series.get(interval_ms)
        if bars is None:
            if len(self._series) >= MAX_INTERVALS:
                del self._series[next(iter(self._series))]
            bars = self._series[interval_ms] = []
            for trade, inside in zip(self.trades, self._insides, strict=True):
                _extend(bars, interval_ms, trade, inside)
        return bars


def _extend(bars: list[Bar], interval_ms: int, trade: Trade, inside: Inside) -> None:
    begin = trade.time_ms - trade.time_ms % interval_ms
    if bars and bars[-1].begin_ms == begin:
        bars[-1].add(trade.price, trade.quantity, inside)
        return
    price = trade.price
    bars.append(Bar(begin, price, price, price, price, trade.quantity, inside.bid, inside.ask))
