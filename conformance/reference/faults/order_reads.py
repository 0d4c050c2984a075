"""Faults of what is read about orders and quotes: rows that are missing, too many or wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.trading.orders import MakerTaker
from conformance.reference.faults.registry import Run, fault, rewrites
from conformance.reference.rendering.trading_rows import order_row

Rows = list[Any]
_questions = count(1)


def _all_of(context: Context, account_id: int) -> Rows:
    orders = context.exchange.desk.orders.by_account[context.account(account_id).account_id]
    return [order_row(order, context.exchange.oms_id) for order in reversed(orders)]


def _open_everywhere(context: Context) -> Rows:
    orders = context.exchange.desk.orders.all_open()
    return [order_row(order, context.exchange.oms_id) for order in orders]


RowsFault = Callable[[Context, Any, Rows], Any]
_ROWS: tuple[tuple[str, str, tuple[str, ...], RowsFault], ...] = (
    ("ended-shown-as-open", "Only working orders are open.", ("GetOpenOrders",),
     lambda context, request, rows: _all_of(context, request.account_id)),
    ("everybodys-open-orders", "Open orders are the account's own.", ("GetOpenOrders",),
     lambda context, request, rows: _open_everywhere(context)),
    ("quotes-unmarked", "A quote is marked as one.", ("GetOpenOrders",),
     lambda context, request, rows: [{**row, "IsQuote": False} for row in rows]),
    ("nothing-for-empty", "No rows are an empty list.", ("GetOpenOrders", "GetOpenTradeReports"),
     lambda context, request, rows: rows or {}),
    ("history-without-open", "The history has open orders too.", ("GetOrderHistory",),
     lambda context, request, rows: [r for r in rows if r["OrderState"] != "Working"]),
    ("history-of-open-only", "The history has ended orders too.", ("GetOrderHistory",),
     lambda context, request, rows: [r for r in rows if r["OrderState"] == "Working"]),
    ("trail-of-the-account", "A trail is about one order.", ("GetOrderHistoryByOrderId",),
     lambda context, request, rows: _all_of(context, 0)),
    ("trail-of-one-state", "A trail has every state.", ("GetOrderHistoryByOrderId",),
     lambda context, request, rows: rows[-1:]),
    ("status-of-the-newest", "The status is that of the order.", ("GetOrderStatus",),
     lambda context, request, rows: _all_of(context, request.account_id)[:1]),
    ("status-always-working", "The status shows how an order ended.", ("GetOrderStatus",),
     lambda context, request, rows: [{**row, "OrderState": "Working"} for row in rows]),
    ("oldest-first", "The newest comes first.",
     ("GetOrdersHistory", "GetAccountTrades", "GetTradesHistory"),
     lambda context, request, rows: rows[::-1]),
    ("filters-lose-one", "All that fits a filter comes back.",
     ("GetOrdersHistory", "GetTradesHistory"),
     lambda context, request, rows: rows[:-1] if _is_filtered(request) else rows),
)
for _name, _breaks, _calls, _change in _ROWS:
    rewrites(f"orders/{_name}", _breaks, *_calls)(_change)

FILTERS = (
    "client_order_id", "original_order_id", "original_client_order_id", "user_id",
    "instrument_id", "start_timestamp", "end_timestamp", "trade_id", "order_id", "execution_id",
)


def _is_filtered(request: Any) -> bool:
    return any(getattr(request, key, 0) for key in FILTERS)


@fault("orders/filters-ignored", "What does not fit a filter stays away.",
       "GetOrdersHistory", "GetTradesHistory")
def _filters_ignored(context: Context, request: Any, run: Run) -> object:
    for key in FILTERS:
        if hasattr(request, key):
            setattr(request, key, 0)
    return run()


@fault("orders/depth-ignored", "Depth limits the list.", "GetOrdersHistory")
def _depth_ignored(context: Context, request: Any, run: Run) -> object:
    request.depth = None
    return run()


@fault("orders/windows-overlap", "Windows are laid end to end.",
       "GetOrdersHistory", "GetTradesHistory", "GetAccountTrades")
def _windows_overlap(context: Context, request: Any, run: Run) -> object:
    request.start_index = max(0, request.start_index - 1)
    return run()


@fault("orders/account-must-be-named", "The default account is meant when none is named.",
       "GetOrdersHistory", "GetTradesHistory", "GetAccountTransactions", "CreateQuote",
       "CancelQuote")
def _account_must_be_named(context: Context, request: Any, run: Run) -> object:
    if not request.account_id:
        raise InvalidRequest("AccountId is Required")
    return run()


@fault("orders/status-under-any-account", "An order belongs to one account.", "GetOrderStatus")
def _under_any_account(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    request.account_id = order.account_id if order is not None else request.account_id
    return run()


FeeFault = Callable[[Decimal], Decimal]
for _name, _breaks, _fee in (
    ("fee-negative", "A fee is not negative.", lambda fee: -fee),
    ("fee-varies", "Equal questions get equal answers.", lambda fee: fee + next(_questions)),
    ("fee-doubled", "The estimate is what is charged.", lambda fee: fee * 2),
    ("fee-of-a-cent", "A product without fees costs nothing.",
     lambda fee: max(fee, Decimal("0.01"))),
):
    def _estimated(
        context: Context, request: Any, reply: Any, fee: FeeFault = _fee
    ) -> object:
        return {**reply, "OrderFee": fee(reply["OrderFee"])}

    rewrites(f"orders/{_name}", _breaks, "GetOrderFee")(_estimated)


@fault("orders/roles-swapped", "Maker and taker pay their own fees.", "GetOrderFee")
def _roles_swapped(context: Context, request: Any, run: Run) -> object:
    taker = request.maker_taker == MakerTaker.TAKER
    request.maker_taker = MakerTaker.MAKER if taker else MakerTaker.TAKER
    return run()


@rewrites("orders/hold-shown-negative", "A hold is not negative.", "GetAccountPositions")
def _hold_negative(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "hold": -row["hold"]} for row in reply]


@rewrites("orders/open-hold-missing", "The open holds are the hold.", "GetOpenHolds")
def _hold_missing(context: Context, request: Any, reply: Any) -> object:
    return reply[1:]
