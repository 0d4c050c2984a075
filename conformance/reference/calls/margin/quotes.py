"""SendMarginQuote, CancelMarginQuote and GetAccountMarginState."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.trading_scope import posix_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    NotFound,
    Refusal,
)
from conformance.reference.domain.trading.margin import MarginTerms
from conformance.reference.domain.trading.orders import OrderType, Side, TimeInForce
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure


class MarginQuoteRequest(Request):
    """An offer to lend or borrow; ``quote_id``, the receive time and the user are the server's."""

    oms_id: int
    account_id: int
    product_id: int
    term: Int32
    order_type: OrderType
    side: Side
    quantity: Decimal
    rate: Decimal
    tif: TimeInForce = TimeInForce.GTC
    quote_id: int = 0
    client_quote_id: int = 0
    receive_time_utc_ticks: int = 0
    order_expiration_date_time: int = 0
    entered_by: Int32 = 0


class CancelMarginQuoteRequest(Request):
    """The quote by the server's id, or by the client's when that is zero."""

    oms_id: int
    account_id: int
    product_id: Int32 = 0
    client_margin_quote_id: int | None = None
    margin_quote_id: int | None = None
    entered_by: Int32 = 0


class AccountRequest(Request):
    """An account."""

    oms_id: int
    account_id: int


def margin_failure(refusal: Refusal) -> object:
    """The page answers a refusal in its own shape."""
    standard = standard_failure(refusal)
    return {
        "status": "Rejected",
        "errormsg": refusal.detail or standard["errormsg"],
        "errorcode": standard["errorcode"],
        "MarginQuoteId": 0,
    }


def _require_product(context: Context, product_id: int) -> None:
    grants = context.exchange.grants
    if not (context.is_operator or grants.may_trade_product(context.user.user_id, product_id)):
        raise NotAuthorized


@call(
    "SendMarginQuote", permissions=("Operator", "Trading"), request=MarginQuoteRequest,
    refusal=margin_failure,
)
def send_margin_quote(context: Context, request: MarginQuoteRequest) -> object:
    """Enter a margin quote; lending reserves the product."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    exchange = context.exchange
    product = exchange.catalogue.product(request.product_id)
    _require_product(context, product.product_id)
    terms = MarginTerms(
        product_id=product.product_id, side=request.side, order_type=request.order_type,
        time_in_force=request.tif, quantity=request.quantity, rate=request.rate,
        term_days=request.term, client_quote_id=request.client_quote_id,
        expires_ms=posix_ms(request.order_expiration_date_time),
    )
    quote = exchange.margin.send(account, context.user.user_id, terms)
    return {
        "status": "Accepted", "errormsg": "", "errorcode": 0, "MarginQuoteId": quote.quote_id,
    }


@call(
    "CancelMarginQuote", permissions=("Operator", "Trading"), request=CancelMarginQuoteRequest,
    silent=True,
)
def cancel_margin_quote(context: Context, request: CancelMarginQuoteRequest) -> object:
    """End a margin quote; the page says that nothing is answered."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    if request.margin_quote_id is None and request.client_margin_quote_id is None:
        raise InvalidRequest("MarginQuoteId or ClientMarginQuoteId is Required")
    margin = context.exchange.margin
    quote = margin.find(
        account.account_id, request.margin_quote_id or 0, request.client_margin_quote_id or 0
    )
    if request.product_id not in (0, quote.terms.product_id):
        raise NotFound("Margin quote not found")
    _require_product(context, quote.terms.product_id)
    margin.cancel(quote)
    return ACKNOWLEDGED


@call(
    "GetAccountMarginState", permissions=("Operator", "Trading", "AccountReadOnly"),
    request=AccountRequest,
)
def get_account_margin_state(context: Context, request: AccountRequest) -> object:
    """What the account may buy and must keep, all holdings rolled into one product."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    state = context.exchange.margin.state(account)
    return {
        "omsId": context.exchange.oms_id,
        "accountId": account.account_id,
        "normalizedProductId": state.product_id,
        "buyingPower": state.buying_power,
        "maintenanceRequirement": state.maintenance,
    }
