"""GetTickerHistory and GetEarliestTickTime."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.trading_scope import date_ms
from conformance.reference.calls.users.market_data import require_level1
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.level1 import earliest_tick
from conformance.reference.rendering.trading_rows import bar_row

LONGEST_INTERVAL_S = 366 * 86_400


class TickerHistoryRequest(Request):
    """Bars of ``interval`` seconds between two dates."""

    instrument_id: int
    interval: int
    from_date: str
    to_date: str
    oms_id: int


class InstrumentRequest(Request):
    """An instrument."""

    instrument_id: int
    oms_id: int


@call("GetTickerHistory", permissions=(PUBLIC,), request=TickerHistoryRequest)
def get_ticker_history(context: Context, request: TickerHistoryRequest) -> object:
    """Bars that lie within the two dates, oldest first; empty intervals are filled in."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    if not 0 < request.interval <= LONGEST_INTERVAL_S:
        raise InvalidRequest("Interval must be a positive number of seconds")
    now = context.exchange.clock.now()
    interval_ms = request.interval * 1000
    begin = date_ms(request.from_date)
    end = date_ms(request.to_date)
    aligned = begin + -begin % interval_ms
    bars = market.tape.bars(request.interval, aligned, min(end - interval_ms, now) + 1)
    return [
        bar_row(bar, request.instrument_id, request.interval, with_begin=context.venues)
        for bar in bars
    ]


@call(
    "GetEarliestTickTime", permissions=("Operator", "Level1MarketData"), request=InstrumentRequest
)
def get_earliest_tick_time(context: Context, request: InstrumentRequest) -> object:
    """When the day's ticker began, in an array of one."""
    context.require_oms(request.oms_id)
    market = context.exchange.desk.market(request.instrument_id)
    require_level1(context, request.instrument_id)
    return [earliest_tick(market, context.exchange.clock.now())]
