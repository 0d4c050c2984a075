"""Words of the scenarios about this edition's changes: keys as printed, quotes, new listings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Market, World
from conformance.target.session import Session, Turn
from conformance.target.unavailable import Unavailable
from scenarios.users.markets import OMS, book, lot

ORDER_KEYS = frozenset(
    key.lower() for key in (
        "Side", "OrderId", "Price", "Quantity", "DisplayQuantity", "Instrument", "Account",
        "OrderType", "ClientOrderId", "OrderState", "ReceiveTime", "ReceiveTimeTicks",
        "OrigQuantity", "QuantityExecuted", "AvgPrice", "CounterPartyId", "ChangeReason",
        "OrigOrderId", "OrigClOrdId", "EnteredBy", "IsQuote", "InsideAsk", "InsideAskSize",
        "InsideBid", "InsideBidSize", "LastTradePrice", "RejectReason", "IsLockedIn",
        "CancelReason", "OMSId",
    )
)
EXECUTION_KEYS = frozenset(
    key.lower() for key in (
        "omsId", "executionId", "tradeId", "orderId", "accountId", "subAccountId",
        "clientOrderId", "instrumentId", "side", "quantity", "remainingQuantity", "price",
        "value", "tradeTime", "counterParty", "orderTradeRevision", "direction",
        "isBlockTrade", "tradeTimeMS", "fee", "feeProductId", "orderOriginator",
    )
)
RECORD_KEYS = frozenset(
    key.lower() for key in (
        "RequestingUser", "urtTicketId", "descriptorId", "resultStatus",
        "reportExecutionStartTime", "reportExecutionCompleteTime", "reportOutputFilePathname",
        "reportDescriptiveHeader",
    )
)
CRYPTO = 2
QUARTER = Decimal("0.25")

def keys_of(row: Any) -> frozenset[str]:
    """The keys of an object, in lower case."""
    return frozenset(key.lower() for key in row)


def rows_of(turn: Turn) -> list[Any]:
    """The objects of a list reply, or the one object of a reply that is not a list."""
    found = turn.value if isinstance(turn.value, list) else [turn.value]
    if not found or not isinstance(found[0], dict):
        raise Unavailable(f"{turn.call} shows nothing: {turn.text[:200]}")
    return found


def read_order(who: Session, name: str, order_id: int) -> Turn:
    """One of the reads of an order, asked for this order or its account."""
    about: dict[str, dict[str, Any]] = {
        "GetOrderHistory": {},
        "GetOrdersHistory": {"depth": 10, "startIndex": 0},
        "GetOrderHistoryByOrderId": {"orderId": order_id},
        "GetOrderStatus": {"orderId": order_id},
    }
    return who.send(name, {"OMSId": OMS, "AccountId": who.account_id, **about[name]})


def quote_payload(who: Session, market: Market) -> dict[str, Any]:
    """A quote around the best prices, wide enough to rest."""
    prices = [row.price for row in book(who, market, 1)] or [market.price_increment * 100]
    return {
        "OMSId": OMS, "AccountId": who.account_id, "InstrumentId": market.instrument_id,
        "Bid": min(prices) - market.price_increment, "BidQty": lot(market),
        "Ask": max(prices) + market.price_increment, "AskQty": lot(market),
    }


def open_quotes(who: Session, market: Market) -> Turn:
    """GetOpenQuotes of the user's account."""
    return who.call(
        "GetOpenQuotes", OMSId=OMS, AccountId=who.account_id, InstrumentId=market.instrument_id
    )


def list_instrument(world: World, increment: Decimal) -> int:
    """List a new instrument with this quantity increment; its id."""
    market, number = world.market, world.deployment.unique_number()
    turn = world.operator.call(
        "AddInstrument", OMSId=OMS, Symbol=world.deployment.unique_name("REV"),
        Product1=market.product1, Product2=market.product2, InstrumentType=1,
        VenueInstrumentId=number, QuantityIncrement=increment,
        PriceIncrement=market.price_increment,
    )
    return _new_id(world, turn, "Instrument")


def list_product(world: World, tick: Decimal) -> int:
    """List a new product with this tick size; its id."""
    symbol = world.deployment.unique_name("RV")
    turn = world.operator.call(
        "AddProduct", OMSId=OMS, ProductId=0, DecimalPlaces=2, Product=symbol,
        ProductFullName=symbol, ProductType=CRYPTO, TickSize=tick, NoFees=False,
    )
    return _new_id(world, turn, "Product")


def _new_id(world: World, turn: Turn, kind: str) -> int:
    found = turn.get("Id")
    if not isinstance(found, int) or not found:
        raise Unavailable(f"{turn.call} lists nothing new: {turn.text[:200]}")
    world.deployment.leaks.record(kind, found)
    return found
