"""Words of the scenarios about trades made off the book, and about orders changed by hand."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import LAST, LIMIT, OMS, Floor, rows, side, status

CANCEL_LINK, UPDATE_LINK = 1, 2
ADDED_TO_BOOK = 2
NOT_SUPPORTED = 106


def block_terms(
    world: World, floor: Floor, reporter: Session, other: Session, side: int, **more: Any
) -> dict[str, Any]:
    """The payload that reports a block trade of one lot; ``side`` is the reporter's."""
    return {
        "accountId": reporter.account_id, "counterPartyId": other.account_id, "omsId": OMS,
        "clientOrderId": 0, "quantity": floor.lots(), "limitPrice": floor.base,
        "instrumentId": floor.instrument_id, "timestamp": world.deployment.now_ms(),
        "side": side, "lockedIn": True, **more,
    }


def report(
    world: World, floor: Floor, reporter: Session, other: Session, side: int, **more: Any
) -> Turn:
    """Have the operator report a block trade; Unavailable where that is not supported."""
    turn = world.operator.send(
        "SubmitBlockTrade", block_terms(world, floor, reporter, other, side, **more)
    )
    if turn.get("status") != "Accepted":
        raise Unavailable(f"no block trade is taken: {turn.text[:200]}")
    return turn


def open_reports(who: Session) -> list[Any]:
    """The account's reports that wait for the other party."""
    return rows(who.call("GetOpenTradeReports", OMSId=OMS, AccountId=who.account_id))


def whole_order(
    world: World, floor: Floor, owner: Session, order_id: int, **more: Any
) -> dict[str, Any]:
    """The payload of SendExchangeOrderStateEvent: the order as it stands, and what to do."""
    row = status(owner, order_id)
    return {
        "exchangeID": 1, "omsId": OMS, "clientOrderId": lookup(row, "ClientOrderId"),
        "accountId": owner.account_id, "productPairId": floor.instrument_id, "orderType": LIMIT,
        "side": side(row), "tIF": 1, "pegPriceType": LAST, "quantity": lookup(row, "Quantity"),
        "displayQuantity": lookup(row, "DisplayQuantity"), "limitPrice": lookup(row, "Price"),
        "stopPrice": 0, "referencePrice": 0, "orderExpirationDateTime": 0, "orderIdOCO": 0,
        "orderFlag": ADDED_TO_BOOK, "linkType": UPDATE_LINK, "exchangeServiceId": "conformance",
        "orderId": order_id, "enteredBy": owner.user_id, "counterPartyId": 0, "isQuote": False,
        "useMargin": False, "bestSellPrice": 0, "bestSellQuantity": 0, "bestBuyPrice": 0,
        "bestBuyQuantity": 0, "lastTradePrice": 0, **more,
    }
