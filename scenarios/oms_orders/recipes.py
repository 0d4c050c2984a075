"""How to reach success for the order calls, and the small vocabulary their scenarios share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Market, Prepared, World, recipe
from conformance.target.deployment import Unavailable
from conformance.target.session import Session, Turn

BUY, SELL = 0, 1
LIMIT = 2
GTC = 1
FAR_BELOW = Decimal("0.01")
"""A price at which a buy order rests on any market quoted above a cent."""


def limit_order(
    trader: Session, market: Market, side: int, price: Decimal, quantity: Decimal, **more: Any
) -> dict[str, Any]:
    """The payload of a limit order, good till cancelled."""
    return {
        "InstrumentId": market.instrument_id, "OMSId": 1, "AccountId": trader.account_id,
        "TimeInForce": GTC, "ClientOrderId": 0, "OrderIdOCO": 0, "UseDisplayQuantity": False,
        "Side": side, "quantity": quantity, "OrderType": LIMIT, "PegPriceType": 1,
        "LimitPrice": price, **more,
    }


def resting_buy(trader: Session, market: Market, **more: Any) -> Turn:
    """A buy order far below the market: it rests."""
    quantity = market.quantity_increment * 10
    return trader.send("SendOrder", limit_order(trader, market, BUY, FAR_BELOW, quantity, **more))


def resting_order_id(trader: Session, market: Market, **more: Any) -> int:
    """The id of a new resting order; Unavailable when the target takes none."""
    turn = resting_buy(trader, market, **more)
    if turn.get("status") != "Accepted":
        raise Unavailable(f"no order can be placed: {turn.text[:200]}")
    return int(turn["OrderId"])


def account_reads(trader: Session) -> tuple[tuple[Session, str, dict[str, Any]], ...]:
    """The reads that show an account's orders and funds."""
    key = {"OMSId": 1, "AccountId": trader.account_id}
    return ((trader, "GetOpenOrders", key), (trader, "GetAccountPositions", key))


@recipe("oms_orders/SendOrder")
def send_order(world: World) -> Prepared:
    trader = world.customer()
    quantity = world.market.quantity_increment * 10
    payload = limit_order(trader, world.market, BUY, FAR_BELOW, quantity)
    return Prepared(trader, payload, account_reads(trader))


@recipe("oms_orders/CancelOrder")
def cancel_order(world: World) -> Prepared:
    trader = world.customer()
    order_id = resting_order_id(trader, world.market)
    return Prepared(trader, {"OMSId": world.oms_id, "OrderId": order_id}, account_reads(trader))


@recipe("oms_orders/CancelAllOrders")
def cancel_all_orders(world: World) -> Prepared:
    trader = world.customer()
    resting_order_id(trader, world.market)
    payload = {"OMSId": world.oms_id, "AccountId": trader.account_id}
    return Prepared(trader, payload, account_reads(trader))
