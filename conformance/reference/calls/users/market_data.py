"""Level 1, Level 2, trades and ticker: snapshots, subscriptions and their ends."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.trading_scope import count_of
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import PUBLIC, allows
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, NotSupported
from conformance.reference.domain.trading.desk import Market
from conformance.reference.events import Subscriber, Topic
from conformance.reference.feeds.market_feed import MAX_DEPTH
from conformance.reference.rendering.level1 import read_level1, snapshot_row, subscribed_row
from conformance.reference.rendering.standard import ACKNOWLEDGED
from conformance.reference.rendering.trading_rows import bar_row, trade_row

UNPERMISSIONED = defect(
    "gen_admin/market-data-unpermissioned", "An OMS can ask for a market data permission."
)
LEVEL1 = ("Operator", "Trading", "Level1MarketData")
LEVEL2 = ("Operator", "Trading", "Level2MarketData")
LONGEST_INTERVAL_S = 366 * 86_400


class InstrumentRequest(Request):
    """An instrument."""

    oms_id: int
    instrument_id: int


class EitherRequest(Request):
    """An instrument by id or by symbol."""

    oms_id: int
    instrument_id: int | None = None
    symbol: str | None = None


class DepthRequest(Request):
    """How many price levels of each side."""

    oms_id: int
    instrument_id: int
    depth: Int32 = 100


class SubscribeLevel2Request(EitherRequest, kw_only=True):
    """How many price levels of each side the first answer shows."""

    depth: Int32


class TradesRequest(InstrumentRequest):
    """How many trades the first answer shows."""

    include_last_count: Int32 = 100


class LastTradesRequest(InstrumentRequest):
    """How many trades."""

    count: int = 100


class TickerRequest(TradesRequest):
    """Bars of ``interval`` seconds."""

    interval: Int32 = 60


@call("GetL2Snapshot", permissions=(PUBLIC,), request=DepthRequest)
def get_l2_snapshot(context: Context, request: DepthRequest) -> object:
    """The book of an instrument, one row a price level."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    depth = count_of(request.depth, "Depth") or 0
    return context.exchange.market_feed.snapshot(market, depth)


@call("GetLevel1", permissions=("GetLevel1", "Trading"), request=InstrumentRequest)
def get_level1(context: Context, request: InstrumentRequest) -> object:
    """Best prices and the day's figures."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    market = exchange.desk.market(request.instrument_id)
    reading = read_level1(market, exchange.clock.now(), exchange.defects)
    return snapshot_row(market, reading, market.instrument.venue_id)


@call("SubscribeLevel1", permissions=LEVEL1, request=EitherRequest)
def subscribe_level1(context: Context, request: EitherRequest) -> object:
    """Level 1 now, and Level1UpdateEvent whenever it changes."""
    market = _market(context, request)
    require_level1(context, market.instrument.instrument_id)
    exchange = context.exchange
    _subscribe(context, ("level1", market.instrument.instrument_id))
    reading = read_level1(market, exchange.clock.now(), exchange.defects)
    return subscribed_row(market, reading, exchange.oms_id)


@call("SubscribeLevel2", permissions=LEVEL2, request=SubscribeLevel2Request)
def subscribe_level2(context: Context, request: SubscribeLevel2Request) -> object:
    """The book now, and Level2UpdateEvent whenever a price level changes."""
    market = _market(context, request)
    require_level2(context, market.instrument.instrument_id)
    depth = count_of(request.depth, "Depth") or 0
    _subscribe(context, ("level2", market.instrument.instrument_id))
    return context.exchange.market_feed.snapshot(market, depth)


@call("SubscribeTrades", permissions=LEVEL1, request=TradesRequest)
def subscribe_trades(context: Context, request: TradesRequest) -> object:
    """The newest public trades, oldest first, and TradeDataUpdateEvent for each later one."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    require_level1(context, request.instrument_id)
    count = count_of(request.include_last_count, "IncludeLastCount") or 0
    _subscribe(context, ("trades", request.instrument_id))
    return [trade_row(trade) for trade in market.tape.newest(min(count, MAX_DEPTH))]


@call("SubscribeTicker", permissions=LEVEL1, request=TickerRequest)
def subscribe_ticker(context: Context, request: TickerRequest) -> object:
    """The newest bars, and TickerDataUpdateEvent when the running one moves or ends."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    require_level1(context, request.instrument_id)
    count = min(count_of(request.include_last_count, "IncludeLastCount") or 0, MAX_DEPTH)
    interval = request.interval
    if not 0 < interval <= LONGEST_INTERVAL_S:
        raise InvalidRequest("Interval must be a positive number of seconds")
    now, topic = context.exchange.clock.now(), ("ticker", request.instrument_id, interval)
    running = now - now % (interval * 1000)
    context.exchange.market_feed.expect_bars(topic, running)
    _subscribe(context, topic)
    begin = running - (count - 1) * interval * 1000
    bars = market.tape.bars(interval, begin, now + 1) if count else []
    return [bar_row(bar, request.instrument_id, interval, with_begin=True) for bar in bars]


@call("UnsubscribeLevel1", permissions=LEVEL1, request=InstrumentRequest)
def unsubscribe_level1(context: Context, request: InstrumentRequest) -> object:
    """End a Level 1 subscription; there need not be one."""
    return _unsubscribe(context, request, "level1")


@call("UnsubscribeLevel2", permissions=LEVEL2, request=InstrumentRequest)
def unsubscribe_level2(context: Context, request: InstrumentRequest) -> object:
    """End a Level 2 subscription; there need not be one."""
    return _unsubscribe(context, request, "level2")


@call("UnsubscribeTrades", permissions=LEVEL1, request=InstrumentRequest)
def unsubscribe_trades(context: Context, request: InstrumentRequest) -> object:
    """End a subscription to public trades; there need not be one."""
    return _unsubscribe(context, request, "trades")


@call("UnsubscribeTicker", permissions=LEVEL1, request=InstrumentRequest)
def unsubscribe_ticker(context: Context, request: InstrumentRequest) -> object:
    """End the ticker subscriptions of an instrument, whatever their interval."""
    return _unsubscribe(context, request, "ticker")


@call("GetLastTrades", permissions=(PUBLIC,), request=LastTradesRequest)
def get_last_trades(context: Context, request: LastTradesRequest) -> object:
    """Not in the pages: the newest public trades, oldest first."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    count = min(count_of(request.count, "Count") or 0, MAX_DEPTH)
    return [trade_row(trade) for trade in market.tape.newest(count)]


def require_level1(context: Context, instrument_id: int) -> None:
    """Level 1, trades and ticker of this instrument are open to the caller."""
    if not _anybody(context) and not _holds(context, LEVEL1):
        user_id = context.user.user_id
        if not context.exchange.grants.may_see_level1(user_id, instrument_id):
            raise NotAuthorized


def require_level2(context: Context, instrument_id: int) -> None:
    """Level 2 of this instrument is open to the caller."""
    if not _anybody(context) and not _holds(context, LEVEL2):
        user_id = context.user.user_id
        if not context.exchange.grants.may_see_level2(user_id, instrument_id):
            raise NotAuthorized


def _anybody(context: Context) -> bool:
    """Deployments show market data to connections that have not logged in."""
    return context.venues and context.peer.session is None


def _holds(context: Context, bundles: tuple[str, ...]) -> bool:
    """Where the OMS permissions its market data, to trade is not enough to see it."""
    oms = context.exchange.operators.oms(context.exchange.oms_id)
    if oms.permissioned_market_data and not context.exchange.defects(UNPERMISSIONED):
        bundles = tuple(bundle for bundle in bundles if bundle != "Trading")
    return allows(context.user.permissions, bundles, context.call)


def _market(context: Context, request: EitherRequest) -> Market:
    context.require_oms(request.oms_id)
    catalogue = context.exchange.catalogue
    if request.instrument_id is not None:
        return context.exchange.desk.market(request.instrument_id)
    if request.symbol is None:
        raise InvalidRequest("InstrumentId or Symbol is Required")
    instrument = catalogue.instrument_by_symbol(request.symbol)
    return context.exchange.desk.market(instrument.instrument_id)


def subscriber_of(context: Context) -> Subscriber:
    """The connection that will hear of events; raises NotSupported over HTTP."""
    subscriber = context.peer.subscriber
    if subscriber is None:
        raise NotSupported("Subscriptions need a WebSocket")
    return subscriber


def _subscribe(context: Context, topic: Topic) -> None:
    context.exchange.events.subscribe(topic, subscriber_of(context), context.sequence)


def _unsubscribe(context: Context, request: InstrumentRequest, kind: str) -> object:
    context.require_oms(request.oms_id)
    context.exchange.catalogue.instrument(request.instrument_id)
    subscriber = subscriber_of(context)
    events = context.exchange.events
    for topic in [t for t in events.subscriptions if t[:2] == (kind, request.instrument_id)]:
        events.unsubscribe(topic, subscriber)
    return ACKNOWLEDGED
