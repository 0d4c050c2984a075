"""Pausing, resuming, halting, reopening, resyncing and resetting markets."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Int32, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.trading import sessions
from conformance.reference.domain.trading.sessions import MarketAction
from conformance.reference.rendering.standard import ACKNOWLEDGED

OPERATORS = ("Operator",)


class MarketRequest(Request, kw_only=True):
    """A venue instrument; ``action`` repeats what the call does."""

    oms_id: Int32
    venue_instrument_id: Int32
    action: MarketAction
    venue_adapter_id: Int32
    requested_at: int = 0
    requested_by: Int32 = 0


class InstrumentRequest(Request, kw_only=True):
    """An instrument."""

    oms_id: Int32
    instrument_id: Int32


@call("MarketPause", permissions=OPERATORS, request=MarketRequest)
def market_pause(context: Context, request: MarketRequest) -> object:
    """Stop executing; what rests stays."""
    return _change(context, request, MarketAction.PAUSE)


@call("MarketResume", permissions=OPERATORS, request=MarketRequest)
def market_resume(context: Context, request: MarketRequest) -> object:
    """Go on after a pause."""
    return _change(context, request, MarketAction.RESUME)


@call("MarketHalt", permissions=OPERATORS, request=MarketRequest)
def market_halt(context: Context, request: MarketRequest) -> object:
    """Cancel every order and stop the market."""
    return _change(context, request, MarketAction.HALT)


@call("MarketReopen", permissions=OPERATORS, request=MarketRequest)
def market_reopen(context: Context, request: MarketRequest) -> object:
    """Open a halted or new market with an empty book."""
    return _change(context, request, MarketAction.REOPEN)


@call("MarketResync", permissions=OPERATORS, request=MarketRequest)
def market_resync(context: Context, request: MarketRequest) -> object:
    """Send the book of a paused or halted market again; answered by an echo of the request."""
    context.require_oms(request.oms_id)
    instrument = sessions.of_venue(context.exchange.catalogue, request.venue_instrument_id)
    _confirm(request, MarketAction.RESYNC)
    sessions.resync(context.exchange.desk, instrument)
    return {
        "omsId": request.oms_id,
        "venueAdapterId": request.venue_adapter_id,
        "venueInstrumentId": request.venue_instrument_id,
        "action": int(request.action),
        "requestedAt": request.requested_at,
        "requestedBy": request.requested_by,
    }


@call("ResetMarketData", permissions=("SUPERUSER",), request=InstrumentRequest)
def reset_market_data(context: Context, request: InstrumentRequest) -> object:
    """Cancel an instrument's orders, end the subscriptions to it, start its data afresh."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    instrument = exchange.catalogue.instrument(request.instrument_id)
    sessions.reset(exchange.desk, instrument)
    exchange.market_feed.forget(instrument.instrument_id)
    return ACKNOWLEDGED


@call("ResetAllMarketDatas", permissions=("SUPERUSER",), request=Empty)
def reset_all_market_datas(context: Context, request: Empty) -> object:
    """The same for every instrument, but subscribers are told the emptied books."""
    sessions.reset_all(context.exchange.desk)
    return ACKNOWLEDGED


def _change(context: Context, request: MarketRequest, action: MarketAction) -> object:
    context.require_oms(request.oms_id)
    instrument = sessions.of_venue(context.exchange.catalogue, request.venue_instrument_id)
    _confirm(request, action)
    sessions.change(context.exchange.desk, instrument, action)
    return ACKNOWLEDGED


def _confirm(request: MarketRequest, action: MarketAction) -> None:
    if request.action is not action:
        raise InvalidRequest(f"Action must be {int(action)}")
