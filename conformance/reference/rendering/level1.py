"""Level 1: the best prices and the day's figures of one instrument."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.clock import day_start
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.book import LevelView
from conformance.reference.domain.trading.desk import Market
from conformance.reference.domain.trading.market_data import DayFigures, RollingFigures
from conformance.reference.domain.trading.orders import Side
from conformance.reference.domain.trading.trades import Trade

Row = dict[str, object]

WRONG_BEST_BID = defect("trading/level1-best-bid", "BestBid is the highest bid of the book.")


@dataclass(slots=True, eq=False)
class Level1:
    """One reading."""

    bid: LevelView
    ask: LevelView
    last: Trade | None
    day: DayFigures
    rolling: RollingFigures
    now: int

    @property
    def last_price(self) -> Decimal:
        """Price of the newest trade, zero before the first."""
        return self.last.price if self.last is not None else ZERO

    @property
    def day_change(self) -> Decimal:
        """Last price less the price as of midnight."""
        return self.last_price - self.day.open

    @property
    def rolling_change(self) -> Decimal:
        """Last price less the price of 24 hours ago."""
        return self.last_price - self.rolling.open

    @property
    def rolling_percent(self) -> Decimal:
        """The same in percent of that price."""
        return self.rolling_change * 100 / self.rolling.open if self.rolling.open else ZERO


def read_level1(market: Market, now: int, defects: Defects) -> Level1:
    """Read the market as it stands."""
    tape = market.tape
    bid = market.book.top(Side.BUY)
    if defects(WRONG_BEST_BID) and bid.quantity:
        bid = market.book.depth(Side.BUY, 100)[-1]
    return Level1(
        bid, market.book.top(Side.SELL),
        tape.trades[-1] if tape.trades else None, tape.day(now), tape.rolling(now), now,
    )


class Level1Row(dict[str, object]):
    """Level 1 as a page prints it; keeps the reading for other dialects."""

    __slots__ = ("market", "reading")

    def __init__(self, values: Row, market: Market, reading: Level1) -> None:
        super().__init__(values)
        self.market = market
        self.reading = reading


def subscribed_row(market: Market, reading: Level1, oms_id: int) -> Level1Row:
    """As SubscribeLevel1 and Level1UpdateEvent print it; TimeStamp is text."""
    last, day, rolling = reading.last, reading.day, reading.rolling
    values: Row = {
        "OMSId": oms_id,
        "InstrumentId": market.instrument.instrument_id,
        "BestBid": reading.bid.price,
        "BestOffer": reading.ask.price,
        "LastTradedPx": reading.last_price,
        "LastTradedQty": last.quantity if last else ZERO,
        "LastTradeTime": last.time_ms if last else 0,
        "SessionOpen": day.open,
        "SessionHigh": day.high,
        "SessionLow": day.low,
        "SessionClose": day.open,
        "Volume": day.volume,
        "CurrentDayVolume": day.volume,
        "CurrentDayNumTrades": day.trades,
        "CurrentDayPxChange": reading.day_change,
        "Rolling24HrVolume": rolling.volume,
        "Rolling24NumTrades": rolling.trades,
        "Rolling24HrPxChange": reading.rolling_change,
        "TimeStamp": str(reading.now),
    }
    return Level1Row(values, market, reading)


def snapshot_row(market: Market, reading: Level1, exchange_id: int) -> Level1Row:
    """As GetLevel1 prints it."""
    last, day, rolling = reading.last, reading.day, reading.rolling
    values: Row = {
        "exchangeId": exchange_id,
        "productPairCode": market.instrument.instrument_id,
        "bestBid": reading.bid.price,
        "bestOffer": reading.ask.price,
        "volume": day.volume,
        "lastTradedPx": reading.last_price,
        "lastTradedVolume": last.quantity if last else ZERO,
        "lastTradeTime": last.time_ms if last else 0,
        "timeStamp": reading.now,
        "bidQty": reading.bid.quantity,
        "askQty": reading.ask.quantity,
        "bidOrderCt": reading.bid.order_count,
        "askOrderCt": reading.ask.order_count,
        "sessionOpen": day.open,
        "sessionHigh": day.high,
        "sessionLow": day.low,
        "sessionClose": day.open,
        "currentDayVolume": day.volume,
        "currentDayNumTrades": day.trades,
        "currentDayPxChange": reading.day_change,
        "rolling24HrVolume": rolling.volume,
        "rolling24NumTrades": rolling.trades,
        "rolling24HrPxChange": reading.rolling_change,
        "rolling24HrPxChangePercent": reading.rolling_percent,
    }
    return Level1Row(values, market, reading)


def earliest_tick(market: Market, now: int) -> int:
    """Time of the day's first ticker reading: midnight once there is a price to carry over."""
    midnight = day_start(now)
    first = market.tape.trades[0].time_ms if market.tape.trades else midnight
    return max(first, midnight)
