"""Faults of quotes: sides that go astray, and a place in the queue that is not theirs."""

from __future__ import annotations

from typing import Any

from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.trading import quotes
from conformance.reference.domain.trading.orders import Side
from conformance.reference.domain.trading.quotes import QuoteTerms
from conformance.reference.faults.registry import Run, fault, opens, rewrites
from conformance.reference.rendering.standard import standard_failure

DONE = {"result": True, "errormsg": "", "errorcode": 0, "detail": ""}
RECEIPTS = {"BidResult": DONE, "AskResult": DONE}

defect("quotes/for-everybody", "Quoting needs the MarketMaker permission.")
opens("quotes/for-everybody", "CreateQuote", "CancelQuote")


@fault("quotes/update-forgotten", "UpdateQuote changes the quote.", "UpdateQuote")
def _update_forgotten(context: Context, request: Any, run: Run) -> object:
    return RECEIPTS


@fault("quotes/cancel-keeps-ask", "CancelQuote ends both sides.", "CancelQuote")
def _keeps_ask(context: Context, request: Any, run: Run) -> object:
    context.exchange.desk.cancel(context.exchange.desk.orders.get(request.bid_quote_id))
    return RECEIPTS


@fault("quotes/cancel-all-or-nothing", "One side can be cancelled alone.", "CancelQuote")
def _all_or_nothing(context: Context, request: Any, run: Run) -> object:
    orders = context.exchange.desk.orders.by_id
    pair = [orders.get(request.bid_quote_id), orders.get(request.ask_quote_id)]
    if all(order is not None and order.is_open for order in pair):
        return run()
    refusal = standard_failure(NotFound("Quote Not Found"))
    return {"BidResult": refusal, "AskResult": refusal}


@fault("quotes/first-in-queue", "Quotes queue like orders.", "CreateQuote")
def _first_in_queue(context: Context, request: Any, run: Run) -> object:
    reply, desk = run(), context.exchange.desk
    for side in (Side.BUY, Side.SELL):
        account = context.account(request.account_id)
        order = quotes.open_quote(desk, account.account_id, request.instrument_id, side)
        if order is not None:
            desk.market(order.instrument_id).book.jump_queue(order, [])
    return reply


@fault("quotes/last-in-queue", "An order does not go before an earlier quote.", "SendOrder")
def _last_in_queue(context: Context, request: Any, run: Run) -> object:
    reply, desk = run(), context.exchange.desk
    order = desk.orders.get(reply["OrderId"])
    desk.market(order.instrument_id).book.jump_queue(order, [])
    return reply


@fault("quotes/crossed-accepted", "A crossed quote is refused.", "CreateQuote")
def _crossed_accepted(context: Context, request: Any, run: Run) -> object:
    if request.bid < request.ask:
        return run()
    desk, account = context.exchange.desk, context.account(request.account_id)
    terms = QuoteTerms(request.bid, request.bid_qty, request.ask, request.ask_qty)
    for side in (Side.BUY, Side.SELL):
        desk.place(account, context.user.user_id, request.instrument_id, terms.side(side))
    return RECEIPTS


def _both(reply: Any, **changes: Any) -> dict[str, Any]:
    """Both sides of GetOpenQuotes with changed keys; each change gets the side."""
    return {
        name: quote and {**quote, **{key: change(quote) for key, change in changes.items()}}
        for name, quote in reply.items()
    }


@rewrites("quotes/sides-swapped", "The bid is side 0.", "GetOpenQuotes")
def _sides_swapped(context: Context, request: Any, reply: Any) -> object:
    return _both(reply, side=lambda quote: 1 - quote["side"])


@rewrites("quotes/state-unknown", "An open quote is Working.", "GetOpenQuotes")
def _state_unknown(context: Context, request: Any, reply: Any) -> object:
    return _both(reply, orderState=lambda quote: 0)


@rewrites("quotes/ids-of-nothing", "The ids shown are the ids taken.", "GetOpenQuotes")
def _ids_of_nothing(context: Context, request: Any, reply: Any) -> object:
    return _both(reply, orderId=lambda quote: quote["orderId"] + 1_000_000)


@rewrites("quotes/old-ids-shown", "The ids shown are the valid ones.", "GetOpenQuotes")
def _old_ids_shown(context: Context, request: Any, reply: Any) -> object:
    orders = context.exchange.desk.orders
    return _both(reply, orderId=lambda quote: orders.get(quote["orderId"]).original_order_id)


@rewrites("quotes/prices-swapped", "A quote shows its own prices.", "GetOpenQuotes")
def _prices_swapped(context: Context, request: Any, reply: Any) -> object:
    bid, ask = reply["bid"], reply["ask"]
    if bid is None or ask is None:
        return reply
    return {"bid": {**bid, "price": ask["price"]}, "ask": {**ask, "price": bid["price"]}}
