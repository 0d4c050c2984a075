"""How to reach success for the calls about orders and quotes.

Each works on an instrument of its own, so that what the suite sends there meets nobody else.
"""

from __future__ import annotations

from conformance.generate.world import Market, Prepared, World, recipe
from conformance.target.session import Session
from scenarios.oms_orders.blocks import block_terms, whole_order
from scenarios.oms_orders.quoting import (
    cancel_terms,
    market_maker,
    quote,
    quote_reads,
    quote_terms,
    update_terms,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    LIMIT,
    OMS,
    SELL,
    TAKER,
    Floor,
    account_reads,
    buy,
    cancel,
    new_client_id,
    own_floor,
    replacement,
    sell,
    terms,
    trade_reads,
)


def busy_trader(world: World) -> tuple[Session, Floor, int]:
    """A trader with a resting order and a cancelled one; the resting one's id."""
    trader, floor = world.customer(), own_floor(world)
    cancel(trader, buy(trader, floor))
    return trader, floor, buy(trader, floor, lots=10, ClientOrderId=new_client_id())


@recipe("oms_orders/SendOrder")
def send_order(world: World) -> Prepared:
    trader, floor = world.customer(), own_floor(world)
    return Prepared(trader, terms(trader, floor, BUY), trade_reads(trader))


@recipe("oms_orders/CancelOrder")
def cancel_order(world: World) -> Prepared:
    trader, _, order_id = busy_trader(world)
    return Prepared(trader, {"OMSId": world.oms_id, "OrderId": order_id}, account_reads(trader))


@recipe("oms_orders/CancelAllOrders")
def cancel_all_orders(world: World) -> Prepared:
    trader, _, _ = busy_trader(world)
    payload = {"OMSId": world.oms_id, "AccountId": trader.account_id}
    return Prepared(trader, payload, account_reads(trader))


@recipe("oms_orders/CancelReplaceOrder")
def cancel_replace_order(world: World) -> Prepared:
    trader, floor, order_id = busy_trader(world)
    return Prepared(
        trader, replacement(trader, floor, order_id, BUY, lots=5), trade_reads(trader)
    )


@recipe("oms_orders/ModifyOrder")
def modify_order(world: World) -> Prepared:
    trader, floor, order_id = busy_trader(world)
    payload = {
        "OMSId": world.oms_id, "OrderId": order_id, "InstrumentId": floor.instrument_id,
        "PreviousOrderRevision": 0, "Quantity": floor.lots(5),
    }
    return Prepared(trader, payload, account_reads(trader))


@recipe("oms_orders/CreateQuote")
def create_quote(world: World) -> Prepared:
    maker, floor = market_maker(world), own_floor(world)
    return Prepared(maker, quote_terms(maker, floor), quote_reads(maker, floor))


@recipe("oms_orders/UpdateQuote")
def update_quote(world: World) -> Prepared:
    maker, floor = market_maker(world), own_floor(world)
    pair = quote(maker, floor)
    return Prepared(maker, update_terms(maker, floor, pair, lots=2), quote_reads(maker, floor))


@recipe("oms_orders/CancelQuote")
def cancel_quote(world: World) -> Prepared:
    maker, floor = market_maker(world), own_floor(world)
    pair = quote(maker, floor)
    return Prepared(maker, cancel_terms(maker, floor, pair), quote_reads(maker, floor))


@recipe("oms_orders/GetOpenQuotes")
def get_open_quotes(world: World) -> Prepared:
    maker, floor = market_maker(world), own_floor(world)
    quote(maker, floor)
    payload = {
        "omsId": world.oms_id, "accountId": maker.account_id, "instrumentId": floor.instrument_id
    }
    return Prepared(maker, payload)


@recipe("oms_orders/GetOpenOrders", "oms_orders/GetOrderHistory")
def orders_of_account(world: World) -> Prepared:
    trader, _, _ = busy_trader(world)
    return Prepared(trader, {"OMSId": world.oms_id, "AccountId": trader.account_id})


@recipe("oms_orders/GetOrdersHistory")
def get_orders_history(world: World) -> Prepared:
    trader, floor, _ = busy_trader(world)
    payload = {
        "omsId": world.oms_id, "accountId": trader.account_id, "userId": trader.user_id,
        "instrumentId": floor.instrument_id, "depth": 100, "startIndex": 0,
    }
    return Prepared(trader, payload)


@recipe("oms_orders/GetOrderHistoryByOrderId")
def get_order_history_by_order_id(world: World) -> Prepared:
    trader, _, order_id = busy_trader(world)
    return Prepared(trader, {"omsId": world.oms_id, "orderId": order_id})


@recipe("oms_orders/GetOrderStatus")
def get_order_status(world: World) -> Prepared:
    trader, _, order_id = busy_trader(world)
    payload = {"omsId": world.oms_id, "accountId": trader.account_id, "orderId": order_id}
    return Prepared(trader, payload)


@recipe("oms_orders/GetOrderFee")
def get_order_fee(world: World) -> Prepared:
    trader, market = world.customer(), world.market
    return Prepared(trader, fee_question(trader, market, BUY))


def fee_question(
    trader: Session, market: Market, side: int, role: int = TAKER, lots: int = 10
) -> dict[str, object]:
    """The payload of GetOrderFee, denominated in what is received."""
    return {
        "omsId": OMS, "accountId": trader.account_id, "instrumentId": market.instrument_id,
        "productId": market.product1 if side == BUY else market.product2,
        "amount": market.quantity_increment * 1000 * lots, "price": 100, "orderType": LIMIT,
        "makerTaker": role, "side": side,
    }


@recipe("oms_orders/SubmitBlockTrade")
def submit_block_trade(world: World) -> Prepared:
    trader, other, floor = world.customer(), world.customer("second_trader"), own_floor(world)
    reads = (*trade_reads(trader), *trade_reads(other))
    return Prepared(world.operator, block_terms(world, floor, trader, other, SELL), reads)


@recipe("oms_orders/SendExchangeOrderStateEvent")
def send_exchange_order_state_event(world: World) -> Prepared:
    trader, floor = world.customer(), own_floor(world)
    order_id = sell(trader, floor, lots=10)
    payload = whole_order(world, floor, trader, order_id, quantity=floor.lots(5))
    return Prepared(world.operator, payload, account_reads(trader))
