"""GetAccountTrades, GetTradesHistory, GetAccountTransactions, GetOpenTradeReports."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.trading_scope import count_of, posix_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain.trading import blocks
from conformance.reference.domain.trading.history import Window
from conformance.reference.domain.trading.trades import Execution
from conformance.reference.rendering.trading_rows import (
    execution_row,
    order_row,
    transaction_row,
)

MOST_TRADES = 200
READERS = ("Operator", "Trading", "AccountReadOnly")


class AccountTradesRequest(Request):
    """A page of an account's executions; index 0 is the newest."""

    oms_id: int
    account_id: int
    start_index: Int32
    count: Int32


class TradesHistoryRequest(Request):
    """Filters, all optional but the OMS; zero is the same as absent."""

    oms_id: int
    account_id: int = 0
    instrument_id: Int32 = 0
    trade_id: Int32 = 0
    order_id: int = 0
    user_id: Int32 = 0
    start_timestamp: int = 0
    end_timestamp: int = 0
    depth: Int32 | None = None
    start_index: Int32 = 0
    execution_id: Int32 = 0


class TransactionsRequest(Request):
    """How many of an account's newest transactions; the default account when none is named."""

    oms_id: int
    account_id: int = 0
    depth: Int32 = 200


class AccountRequest(Request):
    """An account."""

    oms_id: int
    account_id: int


@call("GetAccountTrades", permissions=READERS, request=AccountTradesRequest)
def get_account_trades(context: Context, request: AccountTradesRequest) -> object:
    """The account's executions, newest first, at most 200."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    start = count_of(request.start_index, "StartIndex") or 0
    count = min(count_of(request.count, "Count") or 0, MOST_TRADES)
    page = context.exchange.desk.trades.page(account.account_id, start, count)
    return _rows(context, page)


@call("GetTradesHistory", permissions=("Operator", "Trading"), request=TradesHistoryRequest)
def get_trades_history(context: Context, request: TradesHistoryRequest) -> object:
    """The account's executions that all given filters match, newest first."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    window = Window(
        count_of(request.start_index, "StartIndex") or 0,
        count_of(request.depth, "Depth"),
        posix_ms(request.start_timestamp),
        posix_ms(request.end_timestamp, end=True),
    )
    newest_first = context.exchange.desk.trades.newest_first(account.account_id)
    matching = (execution for execution in newest_first if _matches(execution, request))
    return _rows(context, window.cut(matching, lambda execution: execution.time_ms))


@call(
    "GetAccountTransactions", permissions=("Trading", "AccountReadOnly"),
    request=TransactionsRequest,
)
def get_account_transactions(context: Context, request: TransactionsRequest) -> object:
    """The account's newest bookings, newest first."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    depth = count_of(request.depth, "Depth") or 0
    booked = context.exchange.ledger.transactions_of(account.account_id)
    newest = booked[::-1][:depth]
    return [transaction_row(transaction, context.exchange.oms_id) for transaction in newest]


@call("GetOpenTradeReports", permissions=READERS, request=AccountRequest)
def get_open_trade_reports(context: Context, request: AccountRequest) -> object:
    """The account's block trades that the other party has not reported yet."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    reports = blocks.open_reports(context.exchange.desk, account.account_id)
    return [order_row(order, context.exchange.oms_id) for order in reports]


def _rows(context: Context, executions: list[Execution]) -> list[dict[str, object]]:
    exchange = context.exchange
    return [execution_row(e, exchange.oms_id, exchange.defects) for e in executions]


def _matches(execution: Execution, request: TradesHistoryRequest) -> bool:
    return all(
        wanted in (0, real)
        for wanted, real in (
            (request.instrument_id, execution.instrument_id),
            (request.trade_id, execution.trade_id),
            (request.order_id, execution.order_id),
            (request.user_id, execution.originator),
            (request.execution_id, execution.execution_id),
        )
    )
