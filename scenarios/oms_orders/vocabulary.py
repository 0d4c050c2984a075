"""Words of the scenarios about orders: a floor to trade on, what traders do, what can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance.generate.world import Market, Read, World
from conformance.oracle.finding import Finding
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable

OMS = 1
NOT_AUTHORISED, NOT_FOUND = 20, 104
BUY, SELL, SHORT, UNKNOWN_SIDE = 0, 1, 2, 3
MARKET, LIMIT, STOP_MARKET, STOP_LIMIT = 1, 2, 3, 4
GTC, OPG, IOC, FOK, GTX, GTD = 1, 2, 3, 4, 5, 6
LAST = 1
MAKER, TAKER = 1, 2
ABSENT_ID = 2_000_000_017
"""An order, instrument or account that does not exist."""
MOST = 200
"""Executions that GetAccountTrades returns at most."""
BASE_PRICE = Decimal(100)
LOT = 1000
"""Quantity increments in a lot: enough that a fee of a thousandth is not rounded away."""
ROOM = 8
"""Price increments on either side of the base price that scenarios use."""
STATES = ("Unknown", "Working", "Rejected", "Canceled", "Expired", "FullyExecuted")
SIDES = ("Buy", "Sell", "Short", "Unknown")
REASONS = (
    "Unknown", "NewInputAccepted", "NewInputRejected", "OtherRejected", "Expired", "Trade",
    "SystemCanceled_NoMoreMarket", "SystemCanceled_BelowMinimum", "SystemCanceled_PriceCollar",
    "SystemCanceled_MarginFailed",
)
USER_MODIFIED = 100
FINAL = frozenset({"Rejected", "Canceled", "Expired", "FullyExecuted"})

_client_ids = itertools.count(500_001)

Funds = dict[int, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Floor:
    """An instrument, and a price around which nobody else's orders lie."""

    market: Market
    base: Decimal

    @property
    def instrument_id(self) -> int:
        """The instrument traded here."""
        return self.market.instrument_id

    def at(self, ticks: int = 0) -> Decimal:
        """The price so many price increments above the base price."""
        return self.base + self.market.price_increment * ticks

    def lots(self, count: int | Decimal = 1) -> Decimal:
        """The quantity of so many lots."""
        return self.market.quantity_increment * LOT * count


def own_floor(world: World) -> Floor:
    """A new instrument; where none can be listed, the middle of the common market's spread."""
    try:
        return Floor(world.private_market(), BASE_PRICE)
    except Unavailable:
        return _inside_spread(world)


def _inside_spread(world: World) -> Floor:
    market = world.market
    rows = book(world.anonymous, market.instrument_id)
    bids = [price for side, price in rows if side == BUY]
    offers = [price for side, price in rows if side == SELL]
    if not (bids and offers):
        raise Unavailable("the common market has no two sides to trade between")
    tick = market.price_increment
    middle = (max(bids) + min(offers)) / 2 // tick * tick
    if middle - max(bids) <= ROOM * tick or min(offers) - middle <= ROOM * tick:
        raise Unavailable("the spread is too narrow to trade in without meeting others")
    return Floor(market, middle)


def new_client_id() -> int:
    """A client order id that no scenario used yet."""
    return next(_client_ids)


def limit_order(
    trader: Session, market: Market, side: int, price: Decimal, quantity: Decimal, /, **more: Any
) -> dict[str, Any]:
    """The payload of a limit order, good till cancelled."""
    return {
        "InstrumentId": market.instrument_id, "OMSId": OMS, "AccountId": trader.account_id,
        "TimeInForce": GTC, "ClientOrderId": 0, "OrderIdOCO": 0, "UseDisplayQuantity": False,
        "Side": side, "quantity": quantity, "OrderType": LIMIT, "PegPriceType": LAST,
        "LimitPrice": price, **more,
    }


def terms(
    trader: Session, floor: Floor, side: int, ticks: int = 0, lots: int = 1, **more: Any
) -> dict[str, Any]:
    """The payload of a limit order on a floor."""
    return limit_order(trader, floor.market, side, floor.at(ticks), floor.lots(lots), **more)


def send(
    trader: Session, floor: Floor, side: int, ticks: int = 0, lots: int = 1, **more: Any
) -> Turn:
    """Send an order; the answer, whatever it is."""
    return trader.send("SendOrder", terms(trader, floor, side, ticks, lots, **more))


def buy(trader: Session, floor: Floor, ticks: int = 0, lots: int = 1, **more: Any) -> int:
    """Send a buy order; its id. Unavailable when it is not taken."""
    return taken(send(trader, floor, BUY, ticks, lots, **more))


def sell(trader: Session, floor: Floor, ticks: int = 0, lots: int = 1, **more: Any) -> int:
    """Send a sell order; its id. Unavailable when it is not taken."""
    return taken(send(trader, floor, SELL, ticks, lots, **more))


def taken(turn: Turn) -> int:
    """The id of an accepted order; Unavailable when it was not accepted."""
    if turn.get("status") != "Accepted":
        raise Unavailable(f"the order is not taken: {turn.text[:200]}")
    return int(turn["OrderId"])


def trade(seller: Session, buyer: Session, floor: Floor, ticks: int = 0, lots: int = 1) -> None:
    """Let some lots change hands at a price."""
    sell(seller, floor, ticks, lots)
    buy(buyer, floor, ticks, lots)


def replacement(
    trader: Session, floor: Floor, order_id: int, side: int, ticks: int = 0, lots: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """The payload that replaces an order by a limit order."""
    return {
        "omsId": OMS, "orderIdToReplace": order_id, "clientOrdId": 0, "orderType": LIMIT,
        "side": side, "accountId": trader.account_id, "instrumentId": floor.instrument_id,
        "useDisplayQuantity": False, "displayQuantity": 0, "limitPrice": floor.at(ticks),
        "stopPrice": 0, "referencePrice": 0, "pegPriceType": LAST, "timeInForce": GTC,
        "orderIdOCO": 0, "quantity": floor.lots(lots), **more,
    }


def replace(
    trader: Session, floor: Floor, order_id: int, side: int, ticks: int = 0, lots: int = 1,
    **more: Any,
) -> Turn:
    """Send CancelReplaceOrder; the answer, whatever it is."""
    payload = replacement(trader, floor, order_id, side, ticks, lots, **more)
    return trader.send("CancelReplaceOrder", payload)


def replaced(
    trader: Session, floor: Floor, order_id: int, side: int, ticks: int = 0, lots: int = 1,
    **more: Any,
) -> int:
    """Replace an order; the new one's id. Unavailable when it is refused."""
    turn = replace(trader, floor, order_id, side, ticks, lots, **more)
    if not isinstance(turn.get("replacementOrderId"), int):
        raise Unavailable(f"the order cannot be replaced: {turn.text[:200]}")
    return int(turn["replacementOrderId"])


def modify(trader: Session, floor: Floor, order_id: int, lots: int, **more: Any) -> Turn:
    """Send ModifyOrder with a new quantity."""
    return trader.call("ModifyOrder", **{
        "OMSId": OMS, "OrderId": order_id, "InstrumentId": floor.instrument_id,
        "PreviousOrderRevision": 0, "Quantity": floor.lots(lots), **more,
    })


def cancel(trader: Session, order_id: int, **more: Any) -> Turn:
    """Send CancelOrder by order id."""
    return trader.call("CancelOrder", OMSId=OMS, OrderId=order_id, **more)


def cancel_all(trader: Session, account_id: int | None = None) -> Turn:
    """Send CancelAllOrders for an account, the caller's own unless another is named."""
    account = trader.account_id if account_id is None else account_id
    return trader.call("CancelAllOrders", OMSId=OMS, AccountId=account)


def done(turn: Turn) -> Turn:
    """A step of a story; Unavailable when the standard reply refuses it."""
    if turn.get("result") is not True:
        raise Unavailable(f"{turn.call} is refused: {turn.text[:200]}")
    return turn


def rows(turn: Turn) -> list[Any]:
    """The rows of a list reply; Unavailable when it is none."""
    if not isinstance(turn.value, list):
        raise Unavailable(f"{turn.call} lists nothing: {turn.text[:200]}")
    return turn.value


def open_orders(trader: Session) -> list[Any]:
    """The open orders of the account."""
    return rows(trader.call("GetOpenOrders", OMSId=OMS, AccountId=trader.account_id))


def open_ids(trader: Session) -> set[int]:
    """Ids of the open orders of the account."""
    return ids(open_orders(trader))


def status(trader: Session, order_id: int) -> Any:
    """One order as GetOrderStatus shows it, object or array of one; Unavailable without it."""
    turn = trader.call(
        "GetOrderStatus", omsId=OMS, accountId=trader.account_id, orderId=order_id
    )
    found = turn.value[0] if isinstance(turn.value, list) and turn.value else turn.value
    if lookup(found, "OrderId") is None:
        raise Unavailable(f"GetOrderStatus shows no order: {turn.text[:200]}")
    return found


def history(trader: Session) -> list[Any]:
    """All orders of the account, as GetOrderHistory lists them."""
    return rows(trader.call("GetOrderHistory", OMSId=OMS, AccountId=trader.account_id))


def trail(trader: Session, order_id: int) -> list[Any]:
    """The states of one order, as GetOrderHistoryByOrderId lists them."""
    return rows(trader.call("GetOrderHistoryByOrderId", omsId=OMS, orderId=order_id))


def executions(trader: Session, floor: Floor | None = None) -> list[Any]:
    """The account's executions, newest first; of one instrument if a floor is given."""
    found = rows(trader.call(
        "GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, StartIndex=0, Count=MOST
    ))
    if floor is None:
        return found
    return [row for row in found if lookup(row, "instrumentId") == floor.instrument_id]


def executed(trader: Session, order_id: int) -> list[Any]:
    """The executions of one order, newest first."""
    return [row for row in executions(trader) if lookup(row, "orderId") == order_id]


def fills(trader: Session, order_id: int) -> list[tuple[Decimal, Decimal]]:
    """(price, quantity) of the executions of one order, oldest first."""
    return [
        (number(row, "price"), number(row, "quantity"))
        for row in reversed(executed(trader, order_id))
    ]


def newest(found: Sequence[Any], what: str) -> Any:
    """The first of what is listed newest first; a finding when nothing is."""
    if not found:
        raise Finding(f"none:{what}", required=f"there is an {what}", received="none")
    return found[0]


def last(found: Sequence[Any], what: str) -> Any:
    """The last of what came in order; a finding when nothing did."""
    return newest(found[-1:], what)


def transactions(trader: Session, depth: int = MOST) -> list[Any]:
    """The account's newest statement entries, newest first."""
    return rows(trader.call(
        "GetAccountTransactions", OMSId=OMS, AccountId=trader.account_id, Depth=depth
    ))


def funds(trader: Session) -> Funds:
    """(amount, hold) by product."""
    found = rows(
        trader.call("GetAccountPositions", OMSId=OMS, AccountId=trader.account_id)
    )
    return {
        int(lookup(row, "productId")): (number(row, "amount"), number(row, "hold"))
        for row in found
    }


def held(trader: Session, product_id: int) -> Decimal:
    """What is held of a product."""
    return funds(trader).get(product_id, (Decimal(0), Decimal(0)))[1]


def holds(trader: Session) -> dict[int, Decimal]:
    """What is held, by product."""
    return {product: hold for product, (_, hold) in funds(trader).items()}


def book(reader: Session, instrument_id: int) -> dict[tuple[int, Decimal], Decimal]:
    """The public book: quantity by (side, price)."""
    turn = reader.call("GetL2Snapshot", OMSId=OMS, InstrumentId=instrument_id, Depth=1000)
    return {(int(row[9]), row[6]): row[8] for row in rows(turn)}


def account_reads(trader: Session) -> tuple[Read, ...]:
    """The reads that show an account's orders and funds."""
    key = {"OMSId": OMS, "AccountId": trader.account_id}
    return ((trader, "GetOpenOrders", key), (trader, "GetAccountPositions", key))


def trade_reads(trader: Session) -> tuple[Read, ...]:
    """The same, and the account's executions."""
    pages = {"OMSId": OMS, "AccountId": trader.account_id, "StartIndex": 0, "Count": MOST}
    return (*account_reads(trader), (trader, "GetAccountTrades", pages))


def number(row: Any, key: str) -> Decimal:
    """A figure of a row, exactly."""
    return Decimal(str(lookup(row, key)))


def state(row: Any) -> str:
    """The order state of a row by name, however it is spelled."""
    return _name(lookup(row, "OrderState"), STATES)


def reason(row: Any) -> str:
    """The change reason of a row by name; blanks stand for underscores in places."""
    value = lookup(row, "ChangeReason")
    if value == USER_MODIFIED:
        return "UserModified"
    return _name(value, REASONS).replace(" ", "_")


def side(row: Any) -> int:
    """The side of a row by number."""
    value = lookup(row, "Side")
    return value if isinstance(value, int) else SIDES.index(str(value))


def ids(found: Iterable[Any]) -> set[int]:
    """The order ids of rows."""
    return {int(lookup(row, "OrderId")) for row in found}


def of_order(found: Iterable[Any], order_id: int) -> Any:
    """The row about one order, None without it."""
    return next((row for row in found if lookup(row, "OrderId") == order_id), None)


def outcome(trader: Session, order_id: int) -> tuple[str, Decimal, Decimal]:
    """(state, remaining, executed) of an order."""
    row = status(trader, order_id)
    return state(row), number(row, "Quantity"), number(row, "QuantityExecuted")


def _name(value: Any, names: tuple[str, ...]) -> str:
    if isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    return str(value)
