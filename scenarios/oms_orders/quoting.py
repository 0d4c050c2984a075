"""Words of the scenarios about quotes: market makers, their two sides, and what can be read."""

from __future__ import annotations

from typing import Any

from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import OMS, Floor, account_reads
from scenarios.users.vocabulary import logged_in_again

QUOTING = "MarketMaker"
"""The permission that quoting needs."""
BELOW, ABOVE = -3, 3
"""Price increments from the base price at which quotes stand unless a scenario says otherwise."""


def market_maker(world: World) -> Session:
    """A funded trader who may quote, with an account of its own."""
    return world.customer("market_maker", permissions=(QUOTING,))


def no_longer_maker(world: World, maker: Session) -> Session:
    """A market maker's user, logged in again after an operator took the permission away."""
    turn = world.operator.call(
        "RevokeUserPermission", UserId=maker.user_id, Permission=QUOTING, Value=0
    )
    former = logged_in_again(world, maker)
    found = former.call("GetUserPermissions", UserId=maker.user_id).value
    if not isinstance(found, list) or QUOTING.casefold() in map(str.casefold, map(str, found)):
        raise Unavailable(f"the permission to quote cannot be taken away: {turn.text[:200]}")
    return former


def quote_terms(
    maker: Session, floor: Floor, bid: int = BELOW, ask: int = ABOVE, lots: int = 1, **more: Any
) -> dict[str, Any]:
    """The payload of CreateQuote: both sides of the same size."""
    return {
        "OMSId": OMS, "AccountId": maker.account_id, "InstrumentId": floor.instrument_id,
        "Bid": floor.at(bid), "BidQty": floor.lots(lots),
        "Ask": floor.at(ask), "AskQty": floor.lots(lots), **more,
    }


def quote(
    maker: Session, floor: Floor, bid: int = BELOW, ask: int = ABOVE, lots: int = 1
) -> tuple[int, int]:
    """Quote; the ids of bid and ask. Unavailable when the quote is not taken."""
    turn = maker.send("CreateQuote", quote_terms(maker, floor, bid, ask, lots))
    if receipts(turn) != (0, 0):
        raise Unavailable(f"no quote is taken: {turn.text[:200]}")
    return quote_ids(maker, floor)


def update_terms(
    maker: Session, floor: Floor, quote_pair: tuple[int, int], bid: int = BELOW, ask: int = ABOVE,
    lots: int = 1,
) -> dict[str, Any]:
    """The payload of UpdateQuote: both sides of the same size."""
    return {
        "OMSId": OMS, "AccountId": maker.account_id, "InstrumentId": floor.instrument_id,
        "BidQuoteId": quote_pair[0], "Bid": floor.at(bid), "BidQTY": floor.lots(lots),
        "AskQuoteId": quote_pair[1], "Ask": floor.at(ask), "AskQTY": floor.lots(lots),
    }


def cancel_terms(maker: Session, floor: Floor, quote_pair: tuple[int, int]) -> dict[str, Any]:
    """The payload of CancelQuote."""
    return {
        "omsId": OMS, "accountId": maker.account_id, "instrumentId": floor.instrument_id,
        "bidQuoteId": quote_pair[0], "askQuoteId": quote_pair[1],
    }


def quotes(maker: Session, floor: Floor) -> tuple[Any, Any]:
    """Bid and ask as GetOpenQuotes shows them, None where there is none."""
    turn = maker.call(
        "GetOpenQuotes", omsId=OMS, accountId=maker.account_id, instrumentId=floor.instrument_id
    )
    return _quote(turn.get("bid")), _quote(turn.get("ask"))


def quote_ids(maker: Session, floor: Floor) -> tuple[int, int]:
    """The ids of the open bid and ask; Unavailable when one is missing."""
    bid, ask = quotes(maker, floor)
    if bid is None or ask is None:
        raise Unavailable("the quote is not shown by GetOpenQuotes")
    return int(lookup(bid, "orderId")), int(lookup(ask, "orderId"))


def receipts(turn: Turn) -> tuple[int, int]:
    """The error codes of bid and ask of a reply about a quote; a refusal of the whole is both."""
    if turn.get("BidResult") is None:
        code = int(turn.get("errorcode", -1))
        return code, code
    return _code(turn["BidResult"]), _code(turn["AskResult"])


def quote_reads(maker: Session, floor: Floor) -> tuple[Read, ...]:
    """The reads that show an account's quotes, orders and funds."""
    key = {
        "omsId": OMS, "accountId": maker.account_id, "instrumentId": floor.instrument_id
    }
    return (*account_reads(maker), (maker, "GetOpenQuotes", key))


def _quote(value: Any) -> Any:
    """No quote shows as null, or as an object of zeros."""
    return value if lookup(value, "orderId") else None


def _code(receipt: Any) -> int:
    """The error code of one side, an object or its text."""
    try:
        value = parse_json(receipt) if isinstance(receipt, str) else receipt
    except PayloadError:
        return -1
    return int(lookup(value, "errorcode", -1))
