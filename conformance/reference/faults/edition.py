"""Faults that take this edition for another one: keys, forms and names of its neighbours."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.faults.registry import Run, fault, rewrites

ORDER_READS = (
    "GetOrderHistory", "GetOrderHistoryByOrderId", "GetOrdersHistory", "GetOrderStatus",
)


def _rows(reply: Any) -> list[Any]:
    return reply if isinstance(reply, list) else [reply]


@rewrites("edition/quote-ids-in-reply", "A quote is answered by receipts only.",
        "CreateQuote", "UpdateQuote")
def _quote_ids_in_reply(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "BidQuoteId": 1, "AskQuoteId": 2}


@rewrites("edition/quotes-as-text", "Open quotes are objects.", "GetOpenQuotes")
def _quotes_as_text(context: Context, request: Any, reply: Any) -> object:
    return {side: json.dumps(quote, default=str) for side, quote in reply.items()}


@rewrites("edition/whole-increments", "Increments may have decimals.",
        "GetInstrument", "GetInstruments", "GetProduct", "GetProducts")
def _whole_increments(context: Context, request: Any, reply: Any) -> object:
    for row in _rows(reply):
        for key in ("quantityIncrement", "tickSize"):
            if key in row and row[key] == Decimal("0.25"):
                row[key] = 0
    return reply


@rewrites("edition/price-increment-is-one", "priceIncrement is the instrument's own.",
        "GetInstrument")
def _price_increment_is_one(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "priceIncrement": 1}


@rewrites("edition/eleven-keys", "An order has thirty keys.", *ORDER_READS)
def _eleven_keys(context: Context, request: Any, reply: Any) -> object:
    for row in _rows(reply):
        for key in list(row)[11:]:
            del row[key]
    return reply


@rewrites("edition/numbers-for-names", "Enumerations of an order are names.", *ORDER_READS)
def _numbers_for_names(context: Context, request: Any, reply: Any) -> object:
    for row in _rows(reply):
        row["Side"], row["OrderState"] = 0, 1
    return reply


@rewrites("edition/old-records", "Records have the keys of this edition.",
        "GetUserReportWriterResultRecords")
def _old_records(context: Context, request: Any, reply: Any) -> object:
    return [{k: v for k, v in row.items() if k != "descriptorId"} for row in reply]


@fault("edition/order-needs-more-keys", "Twelve keys are an order.", "SendOrder")
def _order_needs_more_keys(context: Context, request: Any, run: Run) -> object:
    raise InvalidRequest("TimeInOrder is Required")


@fault("edition/cancel-all-needs-instrument", "Account and OMS cancel everything.",
       "CancelAllOrders")
def _cancel_all_needs_instrument(context: Context, request: Any, run: Run) -> object:
    if not request.instrument_id:
        raise InvalidRequest("InstrumentId is Required")
    return run()


@rewrites("edition/shorter-executions", "An execution has twenty-two keys.", "GetAccountTrades")
def _shorter_executions(context: Context, request: Any, reply: Any) -> object:
    for row in _rows(reply):
        row.pop("orderOriginator", None)
    return reply
