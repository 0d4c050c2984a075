"""Faults of exchanges, of the instruments on them, of market states and of resets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from conformance.reference.calls.registry import CallSpec
from conformance.reference.defects import defect
from conformance.reference.dispatch import Answer, Context
from conformance.reference.domain.catalogue import Instrument, SessionStatus
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.domain.trading import sessions
from conformance.reference.domain.trading.market_data import Tape
from conformance.reference.domain.trading.sessions import MarketAction
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import (
    Run,
    answers,
    fault,
    forgets,
    opens,
    retells,
    rewrites,
)
from conformance.reference.rendering.standard import ACKNOWLEDGED

VENUE, LISTING = "AddEditExchange", "AddEditExchangeInstrument"
RESET, RESET_ALL = "ResetMarketData", "ResetAllMarketDatas"
PAUSE, RESUME, HALT, REOPEN, RESYNC = (
    "MarketPause", "MarketResume", "MarketHalt", "MarketReopen", "MarketResync",
)
ACTIONS = {
    PAUSE: MarketAction.PAUSE, RESUME: MarketAction.RESUME, HALT: MarketAction.HALT,
    REOPEN: MarketAction.REOPEN, RESYNC: MarketAction.RESYNC,
}
LEADS_FROM = {
    PAUSE: SessionStatus.RUNNING, RESUME: SessionStatus.PAUSED, REOPEN: SessionStatus.STOPPED,
}

opens(defect("exchange_admin/exchanges-by-operators", "Only a superuser adds exchanges."), VENUE)
opens(defect("exchange_admin/resets-by-operators", "Only a superuser resets."), RESET, RESET_ALL)
forgets("exchange_admin/exchange-lost", "An exchange that was added is there.", VENUE)
for _call in (PAUSE, RESUME, HALT, REOPEN):
    _verb = _call.removeprefix("Market").lower()
    forgets(f"exchange_admin/{_verb}-acknowledged-only", f"{_call} changes the state.", _call)


def _market(context: Context, request: Any) -> Instrument:
    return sessions.of_venue(context.exchange.catalogue, request.venue_instrument_id)


# Exchanges and their instruments.


def _is_known(context: Context, request: Any) -> bool:
    pair = (request.exchange_service_id, request.exchange_id)
    return pair in context.exchange.engines.exchanges


@fault("exchange_admin/no-new-exchange", "A pair that is new is added.", VENUE)
def _no_new_exchange(context: Context, request: Any, run: Run) -> object:
    if not _is_known(context, request):
        raise NotFound("no such exchange")
    return run()


@fault("exchange_admin/added-once-only", "A pair that is known is updated.", VENUE)
def _added_once_only(context: Context, request: Any, run: Run) -> object:
    if _is_known(context, request):
        raise OperationFailed("the exchange exists already")
    return run()


@answers("exchange_admin/refused-without-reason", "A refused instrument is told why.")
def _without_reason(
    spec: CallSpec, payload: str, run: Callable[[], Answer | None]
) -> Answer | None:
    answer = run()
    if spec.name != LISTING or answer is None or answer.ok:
        return answer
    return Answer(json.dumps({**json.loads(answer.text), "RejectMessage": ""}), ok=False)


@rewrites("exchange_admin/id-of-another", "The id returned is the new instrument's.", LISTING)
def _id_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": min(context.exchange.catalogue.instruments)}


def _without_the_newest(context: Context, request: Any, reply: Any) -> object:
    rows = [{key.lower(): value for key, value in row.items()} for row in reply]
    newest = max(row["instrumentid"] for row in rows)
    return [
        row for row, read in zip(reply, rows, strict=True) if read["instrumentid"] != newest
    ]


rewrites("exchange_admin/instrument-unlisted", "A new instrument is listed.", "GetInstruments")(
    _without_the_newest
)
rewrites(
    "exchange_admin/unlisted-for-its-venue", "Its venue lists a new one.", "GetVenueInstruments"
)(_without_the_newest)


@fault("exchange_admin/limits-always-on", "A limit that is off halts nothing.", LISTING)
def _always_on(context: Context, request: Any, run: Run) -> object:
    request.price_floor_limit_enabled = bool(request.price_floor_limit)
    request.price_ceiling_limit_enabled = bool(request.price_ceiling_limit)
    return run()


@fault("exchange_admin/starts-stopped", "An instrument made running trades.", LISTING)
def _starts_stopped(context: Context, request: Any, run: Run) -> object:
    request.create_with_market_running = False
    return run()


@fault("exchange_admin/prevention-reversed", "Self trades are prevented where asked.", LISTING)
def _prevention_reversed(context: Context, request: Any, run: Run) -> object:
    request.self_trade_prevention = not request.self_trade_prevention
    return run()


# Market states.


@fault("exchange_admin/any-action", "The action is the call's own.", *ACTIONS)
def _any_action(context: Context, request: Any, run: Run) -> object:
    request.action = ACTIONS[context.call]
    return run()


@fault("exchange_admin/newest-market", "A call acts on the market it names.", *ACTIONS)
def _newest_market(context: Context, request: Any, run: Run) -> object:
    newest = max(context.exchange.catalogue.instruments)
    request.venue_instrument_id = context.exchange.catalogue.instrument(newest).venue_instrument_id
    return run()


@fault("exchange_admin/from-any-state", "A state is left as documented.", *LEADS_FROM)
def _from_any_state(context: Context, request: Any, run: Run) -> object:
    _market(context, request).session_status = LEADS_FROM[context.call]
    return run()


@fault("exchange_admin/second-halt-opens", "A second halt changes nothing.", HALT)
def _second_halt_opens(context: Context, request: Any, run: Run) -> object:
    market = _market(context, request)
    if market.session_status is not SessionStatus.STOPPED:
        return run()
    market.session_status = SessionStatus.RUNNING
    return ACKNOWLEDGED


@fault("exchange_admin/paused-not-halted", "A paused market can be halted.", HALT)
def _paused_not_halted(context: Context, request: Any, run: Run) -> object:
    if _market(context, request).session_status is SessionStatus.PAUSED:
        raise OperationFailed("the market does not run")
    return run()


@fault("exchange_admin/halt-keeps-holds", "Orders ended by a halt hold nothing.", HALT)
def _halt_keeps_holds(context: Context, request: Any, run: Run) -> object:
    exchange, number = context.exchange, _market(context, request).instrument_id
    held = [
        (position, position.hold)
        for order in exchange.desk.orders.all_open() if order.instrument_id == number
        for position in exchange.ledger.positions_of(order.account_id)
    ]
    reply = run()
    for position, hold in held:
        position.hold = hold
    return reply


@fault("exchange_admin/restart-cancels", "Orders outlive a pause.", PAUSE, RESUME)
def _restart_cancels(context: Context, request: Any, run: Run) -> object:
    reply = run()
    sessions.cancel_all(context.exchange.desk, _market(context, request), "Market restarted")
    return reply


@fault("exchange_admin/resync-starts", "A resync leaves the state.", RESYNC)
def _resync_starts(context: Context, request: Any, run: Run) -> object:
    reply = run()
    _market(context, request).session_status = SessionStatus.RUNNING
    return reply


@fault("exchange_admin/reopened-as-it-was", "A reopened market runs.", REOPEN)
def _reopened_as_it_was(context: Context, request: Any, run: Run) -> object:
    market = _market(context, request)
    before = market.previous_session_status
    reply = run()
    if before is SessionStatus.PAUSED:
        market.session_status = before
    return reply


@fault("exchange_admin/resync-while-running", "A resync is for markets that rest.", RESYNC)
def _resync_while_running(context: Context, request: Any, run: Run) -> object:
    raise OperationFailed("the market rests")


@fault("exchange_admin/resync-sends-nothing", "A resync sends the book.", RESYNC)
def _resync_sends_nothing(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.desk.changed.clear()
    return reply


@rewrites("exchange_admin/resync-echoes-nothing", "A resync echoes its request.", RESYNC)
def _echoes_nothing(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "requestedBy": 0, "requestedAt": 0}


@retells("exchange_admin/state-told-twice", "A change is told once.", "MarketStateUpdate")
def _told_twice(exchange: Exchange, event: Event) -> Iterable[Event]:
    return [event, event]


@retells("exchange_admin/tells-the-old-state", "A change is told.", "MarketStateUpdate")
def _tells_the_old_state(exchange: Exchange, event: Event) -> Iterable[Event]:
    row: Any = event.payload
    return [replace(event, payload={**row, "NewStatus": row["PreviousStatus"]})]


# Resets.


@fault("exchange_admin/reset-keeps-orders", "A reset ends all orders.", RESET, RESET_ALL)
def _keeps_orders(context: Context, request: Any, run: Run) -> object:
    for market in context.exchange.desk.markets.values():
        market.tape = Tape()
    return ACKNOWLEDGED


@fault("exchange_admin/reset-keeps-prices", "A reset clears prices.", RESET, RESET_ALL)
def _keeps_prices(context: Context, request: Any, run: Run) -> object:
    desk = context.exchange.desk
    tapes = {number: market.tape for number, market in desk.markets.items()}
    reply = run()
    for number, tape in tapes.items():
        desk.markets[number].tape = tape
    return reply


@fault("exchange_admin/reset-keeps-subscriptions", "A reset ends subscriptions.", RESET)
def _keeps_subscriptions(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.events.subscriptions
    kept = {topic: dict(subscribers) for topic, subscribers in known.items()}
    reply = run()
    known.update(kept)
    return reply


@fault("exchange_admin/reset-untold", "After a reset of all the books are told.", RESET_ALL)
def _reset_untold(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.desk.changed.clear()
    return reply


@fault("exchange_admin/one-reset-resets-all", "A reset is of one instrument.", RESET)
def _resets_all(context: Context, request: Any, run: Run) -> object:
    sessions.reset_all(context.exchange.desk)
    return run()
