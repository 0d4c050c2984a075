"""How deployments spell orders, executions and market data where they differ from the pages."""

from __future__ import annotations

from typing import Any

from conformance.reference.defects import Defects
from conformance.reference.domain.clock import ticks
from conformance.reference.domain.ledger import ZERO, ReferenceType, TransactionType
from conformance.reference.domain.positions import PositionFigures
from conformance.reference.domain.trading.orders import (
    Direction,
    Order,
    OrderState,
    OrderStatus,
)
from conformance.reference.domain.trading.trades import Execution
from conformance.reference.exchange import OMS_ID
from conformance.reference.rendering.level1 import Level1Row, subscribed_row
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.position_rows import full_position
from conformance.reference.rendering.trading_rows import (
    ExecutionRow,
    OrderRow,
    PositionRow,
    Row,
    execution_row,
    order_row,
)
from conformance.reference.rendering.venues import pascal_keys, venue_event, venue_reply

_DIRECTIONS = {
    Direction.NO_CHANGE: "NoChange",
    Direction.UP_TICK: "UpTick",
    Direction.DOWN_TICK: "DownTick",
}
_SOUND = Defects()


def _flags(order: Order, status: OrderStatus) -> str:
    """What became of the order in the book, as history lists it."""
    if not order.was_on_book:
        return "0"
    ended = status.state is not OrderState.WORKING
    return "AddedToBook, RemovedFromBook" if ended else "AddedToBook"


def full_order(row: OrderRow, *, live: bool = False) -> Row:
    """An order with everything deployments add; ``live``: as an event, reasons unset are null."""
    order, status = row.order, row.status
    full: Row = dict(order_row(order, OMS_ID, status))
    reject, cancel = full["RejectReason"], full["CancelReason"]
    full |= {
        "AccountName": "",
        "LastUpdatedTime": status.time_ms,
        "LastUpdatedTimeTicks": ticks(status.time_ms),
        "GrossValueExecuted": status.value,
        "ExecutableValue": ZERO,
        "UserName": "",
        "RejectReason": (reject or None) if live else reject,
        "CancelReason": (cancel or None) if live else cancel,
        "OrderFlag": "0" if live else _flags(order, status),
        "UseMargin": False,
        "StopPrice": order.stop_price,
        "PegPriceType": name_of(order.terms.peg),
        "PegOffset": order.terms.trailing_amount,
        "PegLimitOffset": order.terms.limit_offset,
        "IpAddress": None,
        "ClientOrderIdUuid": None,
    }
    return full


def full_execution(row: ExecutionRow) -> Row:
    """An execution with everything deployments add, enumerations as text."""
    execution: Execution = row.execution
    full: Row = dict(pascal_keys(dict(execution_row(execution, OMS_ID, _SOUND))))
    full |= {
        "AccountName": "",
        "Side": name_of(execution.side),
        "OrderType": name_of(execution.order_type),
        "ClientOrderId": row.get("clientOrderId", row.get("ClientOrderId")),
        "Direction": _DIRECTIONS[execution.direction],
        "CounterParty": str(execution.counterparty_id),
        "UserName": "",
        "TradeTime": ticks(execution.time_ms),
        "MakerTaker": name_of(execution.role),
        "AdapterTradeId": 0,
        "InsideBid": execution.inside.bid,
        "InsideBidSize": execution.inside.bid_size,
        "InsideAsk": execution.inside.ask,
        "InsideAskSize": execution.inside.ask_size,
        "IsQuote": execution.is_quote,
        "CounterPartyClientUserId": 0,
        "NotionalProductId": 0,
        "NotionalRate": ZERO,
        "NotionalValue": ZERO,
        "NotionalHoldAmount": ZERO,
    }
    return full


@venue_reply("GetOpenOrders")
@venue_reply("GetOrderHistory")
@venue_reply("GetOrderHistoryByOrderId")
@venue_reply("GetOrdersHistory")
@venue_reply("GetOpenTradeReports")
def _orders(rows: list[OrderRow]) -> object:
    return [full_order(row) for row in rows]


@venue_reply("GetOrderStatus")
def _order(rows: list[OrderRow]) -> object:
    return full_order(rows[0])


@venue_event("OrderStateEvent")
def _order_event(row: OrderRow) -> object:
    return full_order(row, live=True)


@venue_reply("GetAccountTrades")
@venue_reply("GetTradesHistory")
def _executions(rows: list[ExecutionRow]) -> object:
    return [full_execution(row) for row in rows]


@venue_event("OrderTradeEvent")
def _execution_event(row: ExecutionRow) -> object:
    return full_execution(row)


@venue_event("AccountPositionEvent")
def _position_event(row: PositionRow) -> object:
    return full_position(row.full) if isinstance(row.full, PositionFigures) else row


@venue_reply("GetAccountTransactions")
def _transactions(rows: list[dict[str, Any]]) -> object:
    return [
        {
            **pascal_keys(row),
            "CR": row["cr"],
            "DR": row["dr"],
            "TransactionType": name_of(TransactionType(row["transactionType"])),
            "ReferenceType": name_of(ReferenceType(row["referenceType"])),
        }
        for row in rows
    ]


@venue_reply("SendOrder")
@venue_reply("SubmitBlockTrade")
def _receipt(reply: dict[str, Any]) -> object:
    if reply["status"] == "Accepted":
        return reply
    return {"status": "Rejected", "errormsg": reply["errormsg"], "errorcode": 101}


@venue_reply("SendOrderList")
def _receipts(replies: list[dict[str, Any]]) -> object:
    return [_receipt(reply) for reply in replies]


@venue_reply("CreateQuote")
@venue_reply("UpdateQuote")
@venue_reply("CancelQuote")
def _quote_results(reply: dict[str, dict[str, Any]]) -> object:
    return {
        side: {key: None if value == "" else value for key, value in result.items()}
        for side, result in reply.items()
    }


@venue_reply("SubscribeAccountEvents")
@venue_reply("SubscribeOrderStateEvents")
def _subscribed(reply: dict[str, Any]) -> object:
    return {"Subscribed": reply["Subscribe"]}


@venue_reply("GetLevel1")
@venue_reply("SubscribeLevel1")
@venue_event("Level1UpdateEvent")
def _level1(row: Level1Row) -> object:
    reading = row.reading
    rolling, last = reading.rolling, reading.last
    oms_id = row.market.instrument.oms_id
    full: Row = dict(subscribed_row(row.market, reading, oms_id))
    full |= {
        "SessionClose": reading.last_price,
        "Volume": last.quantity if last is not None else ZERO,
        "BestBid": row.get("bestBid", row.get("BestBid")),
        "CurrentDayNotional": reading.day.notional,
        "Rolling24HrNotional": rolling.notional,
        "BidQty": reading.bid.quantity,
        "AskQty": reading.ask.quantity,
        "BidOrderCt": reading.bid.order_count,
        "AskOrderCt": reading.ask.order_count,
        "Rolling24HrPxChangePercent": reading.rolling_percent,
    }
    return full


@venue_reply("SubscribeTrades")
@venue_reply("GetLastTrades")
@venue_event("TradeDataUpdateEvent")
def _trades(rows: list[dict[str, Any]]) -> object:
    return [list(row.values()) for row in rows]


@venue_reply("summary")
@venue_reply("Ticker")
def _as_it_is(reply: object) -> object:
    return reply
