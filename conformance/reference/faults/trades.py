"""Faults of executions, statements, bars, block trades and market sessions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from conformance.reference.calls.users.market_data import subscriber_of
from conformance.reference.dispatch import Context
from conformance.reference.domain.distributions import Distributions
from conformance.reference.domain.trading import sessions
from conformance.reference.domain.trading.history import Window
from conformance.reference.domain.trading.orders import OrderTerms, OrderType
from conformance.reference.events import Subscriber
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.trading_rows import execution_row, order_row

EXECUTIONS = ("GetAccountTrades", "GetTradesHistory")
RowFault = Callable[[dict[str, Any]], dict[str, Any]]

for _name, _breaks, _calls, _of_row in (
    ("value-is-price", "value is price times quantity.", EXECUTIONS,
     lambda row: {"value": row["price"]}),
    ("not-marked-as-block", "A block trade is marked as one.", EXECUTIONS,
     lambda row: {"isBlockTrade": False}),
    ("remaining-is-quantity", "remainingQuantity falls.", EXECUTIONS,
     lambda row: {"remainingQuantity": row["quantity"]}),
    ("direction-reversed", "A higher price is an uptick.", EXECUTIONS,
     lambda row: {"direction": (0, 2, 1)[row["direction"]]}),
    ("execution-is-the-trade", "Each side has its own execution id.", EXECUTIONS,
     lambda row: {"executionId": row["tradeId"]}),
    ("sides-at-other-times", "Both sides tell the same time.", EXECUTIONS,
     lambda row: {"tradeTimeMS": row["tradeTimeMS"] + row["side"]}),
    ("balance-rounded", "A balance follows from the one before.", ("GetAccountTransactions",),
     lambda row: {"balance": row["balance"].quantize(Decimal(1))}),
    ("debit-negative", "What goes out is not negative.", ("GetAccountTransactions",),
     lambda row: {"dr": -row["dr"]}),
    ("previous-session-lost", "The previous session status is kept.", ("GetInstrument",),
     lambda row: {"previousSessionStatus": row["sessionStatus"]}),
    ("session-time-lost", "The time of a session's change is kept.", ("GetInstrument",),
     lambda row: {"sessionStatusDateTime": "2020-01-01T00:00:00Z"}),
):
    def _rewritten(
        context: Context, request: Any, reply: Any, of_row: RowFault = _of_row
    ) -> object:
        if isinstance(reply, dict):
            return {**reply, **of_row(reply)}
        return [{**row, **of_row(row)} for row in reply]

    rewrites(f"trades/{_name}", _breaks, *_calls)(_rewritten)


@rewrites("trades/bar-too-low", "Opens and closes lie between low and high.",
          "GetTickerHistory")
def _bar_too_low(context: Context, request: Any, reply: Any) -> object:
    return [[row[0], min(row[3], row[4]) - 1, *row[2:]] for row in reply]


@rewrites("trades/bar-volume-negative", "No volume is negative.", "GetTickerHistory")
def _bar_volume_negative(context: Context, request: Any, reply: Any) -> object:
    return [[*row[:5], -row[5], *row[6:]] for row in reply]


@fault("trades/count-ignored", "Count limits the executions.", "GetAccountTrades")
def _count_ignored(context: Context, request: Any, run: Run) -> object:
    log = context.exchange.desk.trades.newest_first(request.account_id)
    rows = log[request.start_index:]
    return [execution_row(e, context.exchange.oms_id, context.exchange.defects) for e in rows]


@rewrites("trades/both-sides-shown", "An account sees its own side.", "GetAccountTrades")
def _both_sides(context: Context, request: Any, reply: Any) -> object:
    return [side for row in reply
            for side in (row, {**row, "accountId": 1, "side": 1 - row["side"]})]


@fault("trades/statement-depth-ignored", "Depth limits the statement.", "GetAccountTransactions")
def _statement_depth(context: Context, request: Any, run: Run) -> object:
    request.depth = 10_000
    return run()


@fault("trades/time-window-ignored", "Executions lie in the time window.", "GetTradesHistory")
def _time_window_ignored(context: Context, request: Any, run: Run) -> object:
    request.start_timestamp = request.end_timestamp = 0
    return run()


@fault("trades/index-after-time", "The index counts before time cuts.", "GetTradesHistory")
def _index_after_time(context: Context, request: Any, run: Run) -> object:
    window = Window(request.start_index, request.depth)
    request.start_index, request.depth = 0, None
    rows: list[Any] = run()
    return window.cut(rows, lambda row: 0)


@rewrites("trades/open-orders-as-reports", "Reports are block trades.", "GetOpenTradeReports")
def _open_orders(context: Context, request: Any, reply: Any) -> object:
    orders = context.exchange.desk.orders.open_of(request.account_id)
    return [order_row(order, context.exchange.oms_id) for order in orders]


Bars = list[list[Any]]
for _name, _breaks, _bars in (
    ("bars-newest-first", "Bars come oldest first.", lambda rows: rows[::-1]),
    ("bars-unevenly-apart", "Bars are intervals apart.",
     lambda rows: [[row[0] + i, *row[1:]] for i, row in enumerate(rows)]),
    ("bars-of-another", "Bars name their instrument.",
     lambda rows: [[*row[:8], row[8] + 1, *row[9:]] for row in rows]),
    ("bars-double-volume", "A bar's volume is that of its trades.",
     lambda rows: [[*row[:5], row[5] * 2, *row[6:]] for row in rows]),
):
    def _history(
        context: Context, request: Any, reply: Any, bars: Callable[[Bars], Bars] = _bars
    ) -> object:
        return bars(reply)

    rewrites(f"trades/{_name}", _breaks, "GetTickerHistory")(_history)


@fault("trades/bars-from-anytime", "Bars lie between the dates.", "GetTickerHistory")
def _from_anytime(context: Context, request: Any, run: Run) -> object:
    request.from_date, request.to_date = "2026-01-01", "2100-01-01"
    return run()


@rewrites("trades/day-never-ends", "The day ends at midnight.", "GetLevel1")
def _day_never_ends(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "currentDayVolume": reply["rolling24HrVolume"]}


@fault("trades/block-through-the-book", "A block trade meets no order.", "SubmitBlockTrade")
def _through_the_book(context: Context, request: Any, run: Run) -> object:
    terms = OrderTerms(side=request.side, order_type=OrderType.LIMIT, quantity=request.quantity,
                       limit_price=request.limit_price)
    context.exchange.desk.place(
        context.account(request.account_id), context.user.user_id, request.instrument_id, terms
    )
    return run()


@rewrites("trades/refused-block-accepted", "A refused report says so.", "SubmitBlockTrade")
def _refused_block(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "status": "Accepted", "errormsg": ""}


@fault("trades/block-never-locked", "A locked-in report books both.", "SubmitBlockTrade")
def _never_locked(context: Context, request: Any, run: Run) -> object:
    request.locked_in = False
    return run()


@fault("trades/block-always-locked", "A report waits for the other.", "SubmitBlockTrade")
def _always_locked(context: Context, request: Any, run: Run) -> object:
    request.locked_in = True
    return run()


@rewrites("trades/instrument-unlisted", "What is traded is listed.", "GetInstruments")
def _unlisted(context: Context, request: Any, reply: Any) -> object:
    return reply[:1]


@fault("trades/shares-not-given", "Distributions share the fees.", "SetDistribution")
def _shares_not_given(context: Context, request: Any, run: Run) -> object:
    reply = run()
    settlement: Any = context.exchange.desk.settlement
    settlement.distributions = Distributions()
    return reply


class _Again:
    """A second ear of the same connection."""

    def __init__(self, connection: Subscriber) -> None:
        self._connection = connection

    def deliver(self, sequence: int, name: str, payload: object) -> None:
        self._connection.deliver(sequence, name, payload)

    def disconnect(self) -> None:
        self._connection.disconnect()


@fault("trades/told-twice-to-who-asks-twice", "Subscribing twice doubles nothing.",
       "SubscribeLevel1", "SubscribeLevel2", "SubscribeTrades")
def _told_twice(context: Context, request: Any, run: Run) -> object:
    subscriber = subscriber_of(context)
    known = [subscribers for topic, subscribers in context.exchange.events.subscriptions.items()
             if request.instrument_id in topic[1:] and subscriber in subscribers]
    for subscribers in known:
        subscribers[_Again(subscriber)] = context.sequence
    return run()


for _call in ("MarketPause", "MarketResume", "MarketHalt", "MarketReopen"):
    forgets(f"sessions/{_call.lower()}-does-nothing", f"{_call} changes the market.", _call)


@fault("sessions/pause-cancels", "A pause keeps the book.", "MarketPause")
def _pause_cancels(context: Context, request: Any, run: Run) -> object:
    instrument = sessions.of_venue(context.exchange.catalogue, request.venue_instrument_id)
    sessions.cancel_all(context.exchange.desk, instrument, "Market paused")
    return run()


@fault("sessions/resync-tells-nothing", "A resync tells the book again.", "MarketResync")
def _resync_silent(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.desk.changed.clear()
    return reply
