"""CreateQuote, UpdateQuote, CancelQuote and GetOpenQuotes."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.trading_scope import tradable
from conformance.reference.dispatch import Context
from conformance.reference.domain.trading import quotes
from conformance.reference.domain.trading.orders import Side
from conformance.reference.domain.trading.quotes import Outcome, QuoteTerms
from conformance.reference.rendering.standard import standard_failure
from conformance.reference.rendering.trading_rows import quote_row

QUOTERS = ("Operator", "MarketMaker")
_DONE: dict[str, object] = {"result": True, "errormsg": "", "errorcode": 0, "detail": ""}


class CreateQuoteRequest(Request):
    """Both sides of a quote; the default account when none is named."""

    oms_id: int
    instrument_id: int
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    account_id: int = 0


class UpdateQuoteRequest(CreateQuoteRequest, kw_only=True):
    """The new sides and the orders they replace."""

    account_id: int
    bid_quote_id: int
    ask_quote_id: int


class CancelQuoteRequest(Request):
    """Which orders to cancel; zero for account or instrument is the same as absent."""

    oms_id: int
    bid_quote_id: int
    ask_quote_id: int
    account_id: int = 0
    instrument_id: int = 0


class OpenQuotesRequest(Request):
    """Whose quote in which instrument."""

    oms_id: int
    instrument_id: int
    account_id: int


@call("CreateQuote", permissions=QUOTERS, request=CreateQuoteRequest)
def create_quote(context: Context, request: CreateQuoteRequest) -> object:
    """Enter a bid and an offer in place of the account's earlier pair, both or neither."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    instrument = tradable(context, request.instrument_id)
    return _results(
        quotes.create(
            context.exchange.desk, account, context.user.user_id, instrument.instrument_id,
            _quote(request),
        )
    )


@call("UpdateQuote", permissions=QUOTERS, request=UpdateQuoteRequest)
def update_quote(context: Context, request: UpdateQuoteRequest) -> object:
    """Replace both sides at the back of the queue; a side that is gone fails on its own."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    instrument = tradable(context, request.instrument_id)
    return _results(
        quotes.update(
            context.exchange.desk, account, context.user.user_id, instrument.instrument_id,
            _quote(request), (request.bid_quote_id, request.ask_quote_id),
        )
    )


@call("CancelQuote", permissions=QUOTERS, request=CancelQuoteRequest)
def cancel_quote(context: Context, request: CancelQuoteRequest) -> object:
    """Cancel both sides; a side that is gone fails on its own."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    if request.instrument_id:
        context.exchange.catalogue.instrument(request.instrument_id)
    ids = (request.bid_quote_id, request.ask_quote_id)
    return _results(
        quotes.cancel(context.exchange.desk, account.account_id, request.instrument_id, ids)
    )


@call("GetOpenQuotes", permissions=QUOTERS, request=OpenQuotesRequest)
def get_open_quotes(context: Context, request: OpenQuotesRequest) -> object:
    """The account's bid and offer in an instrument, null where there is none."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    exchange = context.exchange
    instrument_id = exchange.catalogue.instrument(request.instrument_id).instrument_id
    bid, ask = (
        quotes.open_quote(exchange.desk, account.account_id, instrument_id, side)
        for side in (Side.BUY, Side.SELL)
    )
    return {"bid": quote_row(bid, exchange.oms_id), "ask": quote_row(ask, exchange.oms_id)}


def _quote(request: CreateQuoteRequest) -> QuoteTerms:
    return QuoteTerms(request.bid, request.bid_qty, request.ask, request.ask_qty)


def _results(outcomes: tuple[Outcome, Outcome]) -> dict[str, object]:
    bid, ask = (dict(_DONE) if o is None else standard_failure(o) for o in outcomes)
    return {"BidResult": bid, "AskResult": ask}
