"""Faults of market data: wrong figures, wrong rows, feeds that do not end or end too much."""

from __future__ import annotations

from typing import Any, cast

from conformance.reference.calls.users.market_data import subscriber_of
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import DAY_MS
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    NotFound,
    OperationFailed,
    Refusal,
)
from conformance.reference.events import Subscriber
from conformance.reference.faults.reach import not_for_operators
from conformance.reference.faults.registry import Run, fault, opens, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

FEEDS = ("SubscribeLevel1", "SubscribeLevel2", "SubscribeTrades", "SubscribeTicker")
ENDS = tuple(f"Un{name[0].lower()}{name[1:]}" for name in FEEDS)
KINDS = {"Level1": "level1", "Level2": "level2", "Trades": "trades", "Ticker": "ticker"}
EVERYTHING = 10_000


@fault("market_data/depth-ignored", "Depth limits the book that is shown.",
       "GetL2Snapshot", "SubscribeLevel2")
def _depth_ignored(context: Context, request: Any, run: Run) -> object:
    request.depth = EVERYTHING
    return run()


@fault("market_data/book-needs-login", "GetL2Snapshot needs no login.", "GetL2Snapshot")
def _book_needs_login(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is None:
        raise NotAuthorized
    return run()


@rewrites("market_data/sides-swapped", "Side 0 is the bid.", "GetL2Snapshot")
def _sides_swapped(context: Context, request: Any, reply: Any) -> object:
    return [[*row[:9], 1 - row[9]] for row in reply]


@fault("market_data/symbol-unknown", "A market may be named by its symbol.",
       "SubscribeLevel1", "SubscribeLevel2")
def _symbol_unknown(context: Context, request: Any, run: Run) -> object:
    if request.symbol is not None:
        raise NotFound("Invalid Symbol")
    return run()


@fault("market_data/end-ignored", "An ended subscription sends nothing any more.", *ENDS)
def _end_ignored(context: Context, request: Any, run: Run) -> object:
    return ACKNOWLEDGED


@fault("market_data/end-ends-everything", "Ending one feed leaves the others.", *ENDS)
def _end_ends_everything(context: Context, request: Any, run: Run) -> object:
    context.exchange.events.drop(subscriber_of(context))
    return run()


@fault("market_data/end-for-everybody", "Ending a feed ends it on one connection.", *ENDS)
def _end_for_everybody(context: Context, request: Any, run: Run) -> object:
    kind = KINDS[context.call.removeprefix("Unsubscribe")]
    for topic, subscribers in context.exchange.events.subscriptions.items():
        if topic[:2] == (kind, request.instrument_id):
            subscribers.clear()
    return run()


@fault("market_data/one-interval-ends", "UnsubscribeTicker ends every interval.",
       "UnsubscribeTicker")
def _one_interval_ends(context: Context, request: Any, run: Run) -> object:
    topic = ("ticker", request.instrument_id, 60)
    context.exchange.events.unsubscribe(topic, subscriber_of(context))
    return ACKNOWLEDGED


@fault("market_data/end-of-nothing-fails", "Ending what never began is answered.", *ENDS)
def _end_of_nothing_fails(context: Context, request: Any, run: Run) -> object:
    subscriber = subscriber_of(context)
    if not any(subscriber in known for known in context.exchange.events.subscriptions.values()):
        raise Refusal
    return run()


opens("market_data/level1-opens-level2", "SubscribeLevel2")


@fault("market_data/level1-opens-level2", "Level 1 permission does not open Level 2.",
       "SubscribeLevel2")
def _level1_opens_level2(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotAuthorized:
        market = context.exchange.desk.market(request.instrument_id)
        return context.exchange.market_feed.snapshot(market, request.depth)


@rewrites("market_data/wrong-instrument", "Replies name the instrument that was asked for.",
        "GetLevel1", "GetL2Snapshot", *FEEDS)
def _wrong_instrument(context: Context, request: Any, reply: Any) -> object:
    if isinstance(reply, dict):
        key = "InstrumentId" if "InstrumentId" in reply else "productPairCode"
        reply[key] += 1
        return reply
    column = 8 if context.call == "SubscribeTicker" else 7
    for row in reply:
        if isinstance(row, dict):
            row["1"] += 1
        else:
            row[column] += 1
    return reply


@rewrites("market_data/accounts-shown", "The book counts accounts and orders.", "GetL2Snapshot")
def _accounts_shown(context: Context, request: Any, reply: Any) -> object:
    return [[row[0], 1000 + row[9], *row[2:5], 70_000 + row[5], *row[6:]] for row in reply]


@rewrites("market_data/snapshot-of-updates", "Every row of a snapshot is new.", "GetL2Snapshot")
def _snapshot_of_updates(context: Context, request: Any, reply: Any) -> object:
    return [[*row[:3], 1, *row[4:]] for row in reply]


@rewrites("market_data/row-an-order", "A price is one row, however many orders wait there.",
        "GetL2Snapshot")
def _row_an_order(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply for _ in range(row[5])]


@rewrites("market_data/empty-book-refused", "An empty book is shown as empty.", "GetL2Snapshot")
def _empty_book_refused(context: Context, request: Any, reply: Any) -> object:
    if not reply and request.depth:
        raise NotFound("No book")
    return reply


@rewrites("market_data/day-change-is-price", "The change of the day is a difference of prices.",
        "SubscribeLevel1")
def _day_change_is_price(context: Context, request: Any, reply: Any) -> object:
    reply["CurrentDayPxChange"] = reply["LastTradedPx"]
    return reply


@rewrites("market_data/range-too-narrow", "The last price lies within the day's range.",
        "GetLevel1", "SubscribeLevel1")
def _range_too_narrow(context: Context, request: Any, reply: Any) -> object:
    for key in ("sessionHigh", "SessionHigh"):
        if key in reply:
            reply[key] = reply[key.replace("High", "Low")] - 1
    return reply


@rewrites("market_data/orders-of-both-sides", "Orders are counted on their own side.", "GetLevel1")
def _orders_of_both_sides(context: Context, request: Any, reply: Any) -> object:
    both = reply["bidOrderCt"] + reply["askOrderCt"]
    reply["bidOrderCt"] = reply["askOrderCt"] = both
    return reply


@rewrites("market_data/best-quantity-doubled", "bidQty is what waits at the best bid.", "GetLevel1")
def _best_quantity_doubled(context: Context, request: Any, reply: Any) -> object:
    reply["bidQty"] *= 2
    return reply


@rewrites("market_data/last-quantity-doubled", "The last quantity is that of the last trade.",
        "GetLevel1")
def _last_quantity_doubled(context: Context, request: Any, reply: Any) -> object:
    reply["lastTradedVolume"] *= 2
    return reply


@fault("market_data/second-subscription-refused", "Subscribing again gives a fresh picture.",
       "SubscribeLevel1")
def _second_subscription_refused(context: Context, request: Any, run: Run) -> object:
    topic = ("level1", request.instrument_id)
    if subscriber_of(context) in context.exchange.events.subscriptions.get(topic, {}):
        raise OperationFailed("already subscribed")
    return run()


@fault("market_data/subscription-of-every-connection", "A subscription is one connection's.",
       *FEEDS, "SubscribeAccountEvents")
def _every_connection(context: Context, request: Any, run: Run) -> object:
    reply = run()
    events, subscriber = context.exchange.events, subscriber_of(context)
    others = [
        line for session in context.exchange.sessions.by_token.values()
        if session.user_id == context.user.user_id for line in session.lines
    ]
    for known in events.subscriptions.values():
        if subscriber in known:
            known.update(dict.fromkeys(cast(list[Subscriber], others), known[subscriber]))
    return reply


opens("market_data/anonymous-gets-half", "SubscribeLevel1")


@fault("market_data/anonymous-gets-half", "Without a login a feed is answered fully or refused.",
       "SubscribeLevel1")
def _anonymous_gets_half(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is None:
        return {"OMSId": request.oms_id}
    return run()


@rewrites("market_data/first-picture-lacks-a-row", "The first picture is the whole book.",
        "SubscribeLevel2")
def _first_picture_lacks_a_row(context: Context, request: Any, reply: Any) -> object:
    return reply[:-1]


@rewrites("market_data/earliest-tick-yesterday", "The earliest tick is one of today.",
        "GetEarliestTickTime")
def _earliest_tick_yesterday(context: Context, request: Any, reply: Any) -> object:
    return [reply[0] - DAY_MS]


opens("market_data/earliest-tick-of-anything", "GetEarliestTickTime")


@fault("market_data/earliest-tick-of-anything", "Only instruments in reach may be asked for.",
       "GetEarliestTickTime")
def _earliest_tick_of_anything(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotAuthorized:
        return [context.exchange.clock.now()]


fault("market_data/earliest-tick-not-for-operators", "Operators may ask for any instrument.",
      "GetEarliestTickTime")(not_for_operators)


@fault("market_data/history-needs-login", "The ticker history is public.", "GetTickerHistory")
def _history_needs_login(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is None:
        raise NotAuthorized
    return run()


@fault("market_data/history-goes-on", "The ticker history ends where it was asked to.",
       "GetTickerHistory")
def _history_goes_on(context: Context, request: Any, run: Run) -> object:
    request.to_date = None
    return run()


@rewrites("market_data/objects-for-rows", "Level 2 is rows of numbers.",
        "GetL2Snapshot", "SubscribeLevel2")
def _objects_for_rows(context: Context, request: Any, reply: Any) -> object:
    return [{str(column): value for column, value in enumerate(row)} for row in reply]


@fault("market_data/interval-of-five-minutes", "The default interval is 60 seconds.",
       "SubscribeTicker")
def _interval_of_five_minutes(context: Context, request: Any, run: Run) -> object:
    if request.interval <= 0:
        raise InvalidRequest("Interval")
    request.interval = 300
    return run()
