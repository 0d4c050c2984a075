"""A trader in tests: short ways to send orders and to read what they changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.reference.client import Client, Venue

BTCUSD = 1
USD, BTC = 1, 2
BUY, SELL = 0, 1
MARKET, LIMIT, STOP_MARKET, STOP_LIMIT, TRAILING_MARKET, TRAILING_LIMIT = 1, 2, 3, 4, 5, 6
IOC, FOK, GTD = 3, 4, 6


class Member:
    """A persona with its own client and account."""

    def __init__(self, venue: Venue, name: str) -> None:
        self.venue = venue
        self.client: Client = getattr(venue, name)
        self.account = venue.account(name)

    def call(self, name: str, **payload: Any) -> Any:
        return self.client.call(name, **{"OMSId": 1, "AccountId": self.account, **payload})

    def send(self, side: int, quantity: object, price: object = None, **extra: Any) -> Any:
        """SendOrder: a limit order when a price is given, otherwise a market order."""
        order: dict[str, Any] = {"InstrumentId": BTCUSD, "Side": side, "Quantity": quantity}
        order["OrderType"] = MARKET if price is None else LIMIT
        if price is not None:
            order["LimitPrice"] = price
        return self.call("SendOrder", **{**order, **extra})

    def buy(self, quantity: object, price: object = None, **extra: Any) -> int:
        return self._accepted(self.send(BUY, quantity, price, **extra))

    def sell(self, quantity: object, price: object = None, **extra: Any) -> int:
        return self._accepted(self.send(SELL, quantity, price, **extra))

    def replace(self, order_id: int, side: int, quantity: object, price: object,
                **extra: Any) -> Any:
        order = {"InstrumentId": BTCUSD, "OrderType": LIMIT, "Side": side, "Quantity": quantity,
                 "LimitPrice": price, "OrderIdToReplace": order_id}
        return self.call("CancelReplaceOrder", **{**order, **extra})

    def modify(self, order_id: int, quantity: object, **extra: Any) -> Any:
        order = {"OrderId": order_id, "InstrumentId": BTCUSD, "Quantity": quantity}
        return self.call("ModifyOrder", **{**order, **extra})

    def status(self, order_id: int) -> Any:
        return self.call("GetOrderStatus", OrderId=order_id)[0]

    def state(self, order_id: int) -> str:
        return str(self.status(order_id)["OrderState"])

    def open_ids(self) -> list[int]:
        return [order["OrderId"] for order in self.call("GetOpenOrders")]

    def amount(self, product: int) -> Decimal:
        return Decimal(self.venue.exchange.ledger.position(self.account, product).amount)

    def hold(self, product: int) -> Decimal:
        return Decimal(self.venue.exchange.ledger.position(self.account, product).hold)

    def trades(self, **extra: Any) -> Any:
        return self.call("GetTradesHistory", **extra)

    @staticmethod
    def _accepted(reply: Any) -> int:
        assert reply["status"] == "Accepted", reply
        return int(reply["OrderId"])


def book(venue: Venue, side: int) -> list[tuple[Decimal, Decimal]]:
    """(price, quantity) of one side, best first."""
    rows = venue.trader.call("GetL2Snapshot", OMSId=1, InstrumentId=BTCUSD, Depth=100)
    return [(Decimal(row[6]), Decimal(row[8])) for row in rows if row[9] == side]


def halt(venue: Venue, call: str = "MarketHalt", action: int = 2, instrument: int = 1) -> Any:
    return venue.operator.call(
        call, OMSId=1, VenueAdapterId=1, VenueInstrumentId=instrument, Action=action,
        RequestedAt=0, RequestedBy=1,
    )
