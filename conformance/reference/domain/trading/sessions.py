"""The market session of an instrument: pause, resume, halt, reopen, resync, reset.

A market that is not running executes nothing and takes no new orders; pausing keeps what rests,
halting cancels it.
"""

from __future__ import annotations

from enum import IntEnum

from conformance.reference.defects import defect
from conformance.reference.domain.catalogue import Catalogue, Instrument, SessionStatus
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.domain.trading.desk import TradingDesk
from conformance.reference.domain.trading.market_data import Tape
from conformance.reference.domain.trading.orders import ChangeReason

HALT_KEEPS_ORDERS = defect(
    "trading/halt-keeps-orders", "Halting a market cancels every order of its instrument."
)


class MarketAction(IntEnum):
    PAUSE = 0
    RESUME = 1
    HALT = 2
    REOPEN = 3
    RESYNC = 4


_MOVES: dict[MarketAction, tuple[frozenset[SessionStatus], SessionStatus]] = {
    MarketAction.PAUSE: (frozenset((SessionStatus.RUNNING,)), SessionStatus.PAUSED),
    MarketAction.RESUME: (frozenset((SessionStatus.PAUSED,)), SessionStatus.RUNNING),
    MarketAction.HALT: (
        frozenset((SessionStatus.RUNNING, SessionStatus.PAUSED)), SessionStatus.STOPPED
    ),
    MarketAction.REOPEN: (
        frozenset((SessionStatus.STOPPED, SessionStatus.STARTING, SessionStatus.UNKNOWN)),
        SessionStatus.RUNNING,
    ),
}


RESET = "Market data reset"

def of_venue(catalogue: Catalogue, venue_instrument_id: int) -> Instrument:
    """The instrument made from this venue instrument; raises NotFound."""
    for instrument in catalogue.instruments.values():
        if instrument.venue_instrument_id == venue_instrument_id:
            return instrument
    raise NotFound(f"Invalid VenueInstrumentId: {venue_instrument_id}")


def change(desk: TradingDesk, instrument: Instrument, action: MarketAction) -> None:
    """Move a market to another session status; raises OperationFailed from a wrong one."""
    allowed, target = _MOVES[action]
    if instrument.session_status not in allowed:
        raise OperationFailed(f"Market is {instrument.session_status.name.title()}")
    instrument.previous_session_status = instrument.session_status
    instrument.session_status = target
    instrument.session_status_ms = desk.clock.now()
    if action is MarketAction.HALT and not desk.defects(HALT_KEEPS_ORDERS):
        cancel_all(desk, instrument, "Market halted")
    desk.listener.session_changed(instrument, action)


def resync(desk: TradingDesk, instrument: Instrument) -> None:
    """Have the book of a paused or halted market sent again; raises OperationFailed if it runs."""
    if instrument.session_status not in (SessionStatus.PAUSED, SessionStatus.STOPPED):
        raise OperationFailed("Market is neither paused nor halted")
    desk.resend_book(instrument.instrument_id)


def cancel_all(desk: TradingDesk, instrument: Instrument, note: str) -> None:
    """Cancel every open order of an instrument."""
    for order in desk.orders.all_open():
        if order.instrument_id == instrument.instrument_id and order.is_open:
            desk.cancel(order, ChangeReason.OTHER_REJECTED, note)


def reset(desk: TradingDesk, instrument: Instrument) -> None:
    """Cancel all orders of an instrument and start its market data afresh."""
    cancel_all(desk, instrument, RESET)
    desk.market(instrument.instrument_id).tape = Tape()


def reset_all(desk: TradingDesk) -> None:
    """The same for every instrument; who listens gets the books anew.

    Markets in which nothing ever happened are as they would be afterwards.
    """
    cancelled = set()
    for order in desk.orders.all_open():
        if order.is_open:
            cancelled.add(order.instrument_id)
            desk.cancel(order, ChangeReason.OTHER_REJECTED, RESET)
    for number, market in desk.markets.items():
        if number in cancelled or market.tape.trades:
            market.tape = Tape()
            desk.resend_book(number)
