"""Orders, executions, market data and their events as the pages print them."""

from __future__ import annotations

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.catalogue import Instrument
from conformance.reference.domain.clock import iso, ticks
from conformance.reference.domain.ledger import ZERO, Transaction
from conformance.reference.domain.trading.book import LevelView
from conformance.reference.domain.trading.desk import Market
from conformance.reference.domain.trading.market_data import Bar
from conformance.reference.domain.trading.orders import Order, OrderState, OrderStatus
from conformance.reference.domain.trading.settlement import CLEARING_ACCOUNT
from conformance.reference.domain.trading.trades import Execution, Trade
from conformance.reference.rendering.names import name_of

Row = dict[str, object]

CLIENT_ID_LOST = defect(
    "trading/client-order-id", "The client's own order id is echoed wherever the order appears."
)


class OrderRow(dict[str, object]):
    """An order as the pages print it; keeps what it was made from, for other dialects."""

    __slots__ = ("order", "status")

    def __init__(self, values: Row, order: Order, status: OrderStatus) -> None:
        super().__init__(values)
        self.order = order
        self.status = status


class ExecutionRow(dict[str, object]):
    """An execution as the pages print it; keeps what it was made from."""

    __slots__ = ("execution",)

    def __init__(self, values: Row, execution: Execution) -> None:
        super().__init__(values)
        self.execution = execution


class PositionRow(dict[str, object]):
    """A position as its event prints it; keeps the whole row of GetAccountPositions."""

    __slots__ = ("full",)

    def __init__(self, values: Row, full: Row) -> None:
        super().__init__(values)
        self.full = full


_POSITION_KEYS = {
    "omsId": "OMSId",
    "accountId": "AccountId",
    "productSymbol": "ProductSymbol",
    "productId": "ProductId",
    "amount": "Amount",
    "hold": "Hold",
    "pendingDeposits": "PendingDeposits",
    "pendingWithdraws": "PendingWithdraws",
    "totalDayDeposits": "TotalDayDeposits",
    "totalDayWithdraws": "TotalDayWithdraws",
}


def order_row(order: Order, oms_id: int, status: OrderStatus | None = None) -> OrderRow:
    """An order as order history shows it, in its newest state or an earlier one."""
    status = status or order.status
    inside, terms = order.inside, order.terms
    rejected = status.state is OrderState.REJECTED
    ended = status.state in (OrderState.CANCELED, OrderState.EXPIRED)
    values: Row = {
        "Side": name_of(order.side),
        "OrderId": order.order_id,
        "Price": order.price,
        "Quantity": status.remaining,
        "DisplayQuantity": min(terms.display_quantity or status.remaining, status.remaining),
        "Instrument": order.instrument_id,
        "Account": order.account_id,
        "OrderType": name_of(order.order_type),
        "ClientOrderId": terms.client_order_id,
        "OrderState": name_of(status.state),
        "ReceiveTime": order.received_ms,
        "ReceiveTimeTicks": ticks(order.received_ms),
        "OrigQuantity": terms.quantity,
        "QuantityExecuted": status.executed,
        "AvgPrice": status.value / status.executed if status.executed else ZERO,
        "CounterPartyId": order.counterparty_id,
        "ChangeReason": name_of(status.reason),
        "OrigOrderId": order.original_order_id,
        "OrigClOrdId": order.original_client_order_id,
        "EnteredBy": order.entered_by,
        "IsQuote": terms.is_quote,
        "InsideAsk": inside.ask,
        "InsideAskSize": inside.ask_size,
        "InsideBid": inside.bid,
        "InsideBidSize": inside.bid_size,
        "LastTradePrice": inside.last,
        "RejectReason": status.note if rejected else "",
        "IsLockedIn": order.locked_in,
        "CancelReason": status.note if ended else "",
        "OMSId": oms_id,
    }
    return OrderRow(values, order, status)


def order_state_event(order: Order, status: OrderStatus) -> OrderRow:
    """The shorter form that OrderStateEvent carries."""
    values: Row = {
        "Side": name_of(order.side),
        "OrderId": order.order_id,
        "Price": order.price,
        "Quantity": status.remaining,
        "Instrument": order.instrument_id,
        "Account": order.account_id,
        "OrderType": name_of(order.order_type),
        "ClientOrderId": order.terms.client_order_id,
        "OrderState": name_of(status.state),
        "ReceiveTime": order.received_ms,
        "OrigQuantity": order.terms.quantity,
        "QuantityExecuted": status.executed,
        "AvgPrice": status.value / status.executed if status.executed else ZERO,
        "ChangeReason": name_of(status.reason),
    }
    return OrderRow(values, order, status)


def quote_row(order: Order | None, oms_id: int) -> Row | None:
    """One side of GetOpenQuotes, with enumerations as numbers; None when there is none."""
    if order is None:
        return None
    return {
        "omsId": oms_id,
        "side": int(order.side),
        "orderId": order.order_id,
        "price": order.price,
        "quantity": order.remaining,
        "displayQuantity": order.terms.display_quantity or order.remaining,
        "instrument": order.instrument_id,
        "account": order.account_id,
        "orderType": int(order.order_type),
        "clientOrderId": order.terms.client_order_id,
        "orderState": int(order.state),
    }


def execution_row(execution: Execution, oms_id: int, defects: Defects) -> ExecutionRow:
    """An execution as trade history shows it, with enumerations as numbers."""
    lost = defects(CLIENT_ID_LOST)
    values: Row = {
        "omsId": oms_id,
        "executionId": execution.execution_id,
        "tradeId": execution.trade_id,
        "orderId": execution.order_id,
        "accountId": execution.account_id,
        "subAccountId": 0,
        "clientOrderId": 0 if lost else execution.client_order_id,
        "instrumentId": execution.instrument_id,
        "side": int(execution.side),
        "quantity": execution.quantity,
        "remainingQuantity": execution.remaining,
        "price": execution.price,
        "value": execution.value,
        "tradeTime": execution.time_ms,
        "counterParty": str(execution.counterparty_id) if execution.is_block else None,
        "orderTradeRevision": 1,
        "direction": int(execution.direction),
        "isBlockTrade": execution.is_block,
        "tradeTimeMS": execution.time_ms,
        "fee": execution.fee,
        "feeProductId": execution.fee_product_id,
        "orderOriginator": execution.originator,
    }
    return ExecutionRow(values, execution)


def order_trade_event(execution: Execution, oms_id: int, defects: Defects) -> ExecutionRow:
    """What OrderTradeEvent carries; the counterparty is always the clearing account."""
    lost = defects(CLIENT_ID_LOST)
    values: Row = {
        "OMSId": oms_id,
        "TradeId": execution.trade_id,
        "OrderId": execution.order_id,
        "AccountId": execution.account_id,
        "ClientOrderId": 0 if lost else execution.client_order_id,
        "InstrumentId": execution.instrument_id,
        "Side": name_of(execution.side),
        "Quantity": execution.quantity,
        "Price": execution.price,
        "Value": execution.value,
        "TradeTime": ticks(execution.time_ms),
        "ContraAcctId": CLEARING_ACCOUNT,
        "OrderTradeRevision": 1,
        "Direction": name_of(execution.direction),
    }
    return ExecutionRow(values, execution)


def transaction_row(transaction: Transaction, oms_id: int) -> Row:
    """One booked movement of an account."""
    return {
        "transactionId": transaction.transaction_id,
        "omsId": oms_id,
        "accountId": transaction.account_id,
        "cr": transaction.credit,
        "dr": transaction.debit,
        "counterparty": transaction.counterparty,
        "transactionType": int(transaction.transaction_type),
        "referenceId": transaction.reference_id,
        "referenceType": int(transaction.reference_type),
        "productId": transaction.product_id,
        "balance": transaction.balance,
        "timeStamp": transaction.time_ms,
    }


def level2_row(
    view: LevelView, market: Market, action: int, update_id: int, now: int
) -> list[object]:
    """One price level; columns 1 and 5 count accounts and orders, since a row is a level."""
    return [
        update_id, view.account_count, now, action, market.tape.last_price, view.order_count,
        view.price, market.instrument.instrument_id, view.quantity, int(view.side),
    ]


def trade_row(trade: Trade) -> Row:
    """A public trade; the page keys its columns by number."""
    columns: tuple[object, ...] = (
        trade.trade_id, trade.instrument_id, trade.quantity, trade.price, trade.first_order_id,
        trade.second_order_id, trade.time_ms, int(trade.direction), int(trade.taker_side), 0,
        trade.client_order_id,
    )
    return {str(number): value for number, value in enumerate(columns)}


def bar_row(bar: Bar, instrument_id: int, interval_s: int, *, with_begin: bool) -> list[object]:
    """A price bar, dated by its end; the tenth column is its begin."""
    row: list[object] = [
        bar.begin_ms + interval_s * 1000, bar.high, bar.low, bar.open, bar.close, bar.volume,
        bar.bid, bar.ask, instrument_id,
    ]
    return [*row, bar.begin_ms] if with_begin else row


def position_event(full: Row) -> PositionRow:
    """What AccountPositionEvent carries: some of what GetAccountPositions prints."""
    return PositionRow({_POSITION_KEYS[key]: full[key] for key in _POSITION_KEYS}, full)


def market_state_event(instrument: Instrument, action: str, exchange_id: int) -> Row:
    """What MarketStateUpdate carries."""
    return {
        "ExchangeId": exchange_id,
        "VenueAdapterId": instrument.venue_id,
        "VenueInstrumentId": instrument.venue_instrument_id,
        "Action": action,
        "PreviousStatus": name_of(instrument.previous_session_status),
        "NewStatus": name_of(instrument.session_status),
        "ExchangeDateTime": iso(instrument.session_status_ms),
    }
