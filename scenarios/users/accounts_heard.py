"""Words of the scenarios about account events: stories that cause them, and what they told."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from conformance.generate.world import Market, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from conformance.wire.frames import Frame
from scenarios.users.markets import (
    BUY,
    IOC,
    OMS,
    SELL,
    Place,
    enter,
    inside_price,
    lot,
    order_payload,
)

ABSENT_ID = 2_000_000_011
"""An order or instrument that does not exist."""
EPOCH_TICKS = 621_355_968_000_000_000
"""1970-01-01 in units of 100 ns since year 1."""
TICKS_PER_MS = 10_000
FIRST_MANAGER = 1
"""An asset manager; the pages print 1."""
ACTIONS = {"MarketPause": 0, "MarketResume": 1}
ACCOUNT_EVENTS = (
    "AccountPositionEvent", "CancelAllOrdersRejectEvent", "CancelOrderRejectEvent",
    "CancelReplaceOrderRejectEvent", "NewOrderRejectEvent", "OrderStateEvent", "OrderTradeEvent",
    "PendingDepositUpdate",
)
"""The documented events that are about one account."""


def own_market(world: World) -> Market:
    """A market for what stays in the book after a case; the common one where none can be made."""
    try:
        return world.private_market()
    except Unavailable:
        return world.market


def half_filled_sell(seller: Session, buyer: Session, market: Market) -> int:
    """Rest a sell order of two lots and let one of them execute; the order."""
    price = inside_price(seller, market)
    order_id = enter(seller, market, SELL, price, quantity=lot(market) * 2)
    enter(buyer, market, BUY, price, TimeInForce=IOC)
    return order_id


def filled_twice(seller: Session, buyer: Session, market: Market) -> int:
    """Let a sell order of two lots execute in two parts; the order."""
    price = inside_price(seller, market)
    order_id = enter(seller, market, SELL, price, quantity=lot(market) * 2)
    enter(buyer, market, BUY, price, TimeInForce=IOC)
    enter(buyer, market, BUY, price, TimeInForce=IOC)
    return order_id


def order_beyond_funds(who: Session, market: Market, client_id: int) -> Turn:
    """Send an order nobody can pay; Unavailable when it is taken."""
    turn = who.send("SendOrder", order_payload(
        who, market, SELL, inside_price(who, market), quantity=Decimal(10) ** 9,
        ClientOrderId=client_id,
    ))
    return _rejected(turn)


def cancel_of_nothing(who: Session) -> Turn:
    """Cancel an order that does not exist."""
    turn = who.call("CancelOrder", OMSId=OMS, AccountId=who.account_id, OrderId=ABSENT_ID)
    return _rejected(turn)


def cancel_all_of_nothing(who: Session) -> Turn:
    """Cancel all orders in an instrument that does not exist, the reason the event shows."""
    turn = who.call(
        "CancelAllOrders", OMSId=OMS, AccountId=who.account_id, InstrumentId=ABSENT_ID
    )
    return _rejected(turn)


def replacement_of_nothing(who: Session, market: Market) -> Turn:
    """Replace an order that does not exist."""
    turn = who.call(
        "CancelReplaceOrder", omsId=OMS, orderIdToReplace=ABSENT_ID, clientOrdId=0,
        orderType=2, side=BUY, accountId=who.account_id, instrumentId=market.instrument_id,
        limitPrice=market.price_increment, timeInForce=1, orderIdOCO=0, quantity=lot(market),
        useDisplayQuantity=False, displayQuantity=0, stopPrice=0, referencePrice=0,
        pegPriceType=1,
    )
    return _rejected(turn)


def announce_deposit(world: World, who: Session, product_id: int, amount: Decimal) -> Turn:
    """Open a deposit ticket for the user's own account."""
    turn = who.call(
        "CreateDepositTicket", assetManagerId=FIRST_MANAGER, accountId=who.account_id,
        assetId=product_id, amount=amount, omsId=world.oms_id, requestUser=who.user_id,
        operatorId=1, Status=0, feeAmt=0, updatedByUser=0, ticketNumber=0, depositInfo="{}",
    )
    if turn.get("success") is not True:
        raise Unavailable(f"no deposit can be announced: {turn.text[:200]}")
    return turn


def change_market(world: World, place: Place, call: str) -> None:
    """Have the operator change the state of a market; Unavailable when that is refused."""
    turn = world.operator.call(
        call, omsId=world.oms_id, venueAdapterId=1, venueInstrumentId=place.venue_instrument,
        action=ACTIONS[call], requestedAt=world.deployment.now_ms(),
        requestedBy=world.operator.user_id,
    )
    if turn.get("result") is not True:
        raise Unavailable(f"{call} is refused: {turn.text[:200]}")


def about(rows: Iterable[Any], order_id: int) -> list[Any]:
    """The events about one order."""
    return [row for row in rows if lookup(row, "OrderId") == order_id]


def account_in(row: Any) -> int:
    """The account an event is about, under either of its names."""
    return int(lookup(row, "AccountId", lookup(row, "Account", 0)))


def last_positions(rows: Iterable[Any]) -> dict[int, tuple[Any, ...]]:
    """The newest figures per product that events told."""
    return {int(lookup(row, "ProductId")): figures(row) for row in rows}


def positions(who: Session) -> dict[int, tuple[Any, ...]]:
    """The figures per product that a reader reads."""
    turn = who.call("GetAccountPositions", AccountId=who.account_id, OMSId=OMS)
    if not isinstance(turn.value, list):
        raise Unavailable(f"no positions are listed: {turn.text[:200]}")
    return last_positions(turn.value)


def figures(row: Any) -> tuple[Any, ...]:
    """Amount, hold and what is pending, of a position or its event."""
    return tuple(
        lookup(row, key) for key in ("Amount", "Hold", "PendingDeposits", "PendingWithdraws")
    )


def names_of(frames: Iterable[Frame]) -> set[str]:
    """The names of events."""
    return {frame.name for frame in frames}


def _rejected(turn: Turn) -> Turn:
    if turn.get("status") == "Accepted" or turn.get("result") is True:
        raise Unavailable(f"{turn.call} is not refused here: {turn.text[:200]}")
    return turn
