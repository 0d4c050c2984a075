"""Quotes of a market maker, block trades of an operator, margin quotes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.client import Venue, refused
from tests.reference.trading.member import BTC, BTCUSD, BUY, SELL, USD, Member, book

QUOTE = {"InstrumentId": BTCUSD, "Bid": 100, "BidQty": 2, "Ask": 110, "AskQty": 3}


def open_quotes(maker: Member) -> Any:
    return maker.call("GetOpenQuotes", InstrumentId=BTCUSD)


def quote_ids(maker: Member) -> dict[str, int]:
    quotes = open_quotes(maker)
    return {"BidQuoteId": quotes["bid"]["orderId"], "AskQuoteId": quotes["ask"]["orderId"]}


def test_a_quote_is_two_resting_orders(venue: Venue, maker: Member) -> None:
    reply = maker.call("CreateQuote", **QUOTE)

    assert reply["BidResult"]["result"] is True
    assert reply["AskResult"]["errorcode"] == 0
    assert sorted(quote_ids(maker).values()) == maker.open_ids()
    assert all(order["IsQuote"] for order in maker.call("GetOpenOrders"))
    assert (book(venue, BUY)[0], book(venue, SELL)[0]) == ((100, 2), (110, 3))


def test_a_crossed_quote_is_refused(maker: Member) -> None:
    reply = maker.call("CreateQuote", **{**QUOTE, "Bid": 110})

    assert refused(reply["BidResult"], 101)
    assert refused(reply["AskResult"], 101)
    assert open_quotes(maker) == {"bid": None, "ask": None}


def test_a_quote_is_entered_whole_or_not_at_all(maker: Member) -> None:
    before = maker.hold(USD)

    reply = maker.call("CreateQuote", **{**QUOTE, "AskQty": 1_000_000})

    assert refused(reply["AskResult"], 101)
    assert maker.open_ids() == []
    assert maker.hold(USD) == before


def test_a_trader_cannot_quote(ann: Member) -> None:
    assert refused(ann.call("CreateQuote", **QUOTE), 20)


def test_an_updated_quote_loses_its_priority(maker: Member, ann: Member, bob: Member) -> None:
    maker.call("CreateQuote", **QUOTE)
    rival = ann.sell(1, 110)
    terms = {"InstrumentId": BTCUSD, "Bid": 101, "BidQTY": 2, "Ask": 110, "AskQTY": 3}
    maker.call("UpdateQuote", **terms, **quote_ids(maker))
    assert open_quotes(maker)["bid"]["price"] == 101

    bob.buy(1, 110)

    assert ann.state(rival) == "FullyExecuted"


def test_cancelling_a_quote_fails_only_for_the_side_that_is_gone(
    maker: Member, bob: Member
) -> None:
    maker.call("CreateQuote", **QUOTE)
    ids = quote_ids(maker)
    bob.buy(3, 110)

    reply = maker.call("CancelQuote", **ids)

    assert reply["BidResult"]["result"] is True
    assert refused(reply["AskResult"], 104)
    assert maker.open_ids() == []


def report(venue: Venue, account: int, other: int | None, side: int, **extra: Any) -> Any:
    payload = {
        "OMSId": 1, "AccountId": account, "CounterPartyId": other, "InstrumentId": BTCUSD,
        "Side": side, "Quantity": 2, "LimitPrice": 1000, "LockedIn": False,
    }
    return venue.operator.call("SubmitBlockTrade", **{**payload, **extra})


def test_a_locked_in_block_trade_books_both_sides(venue: Venue, ann: Member, bob: Member) -> None:
    before, tape = ann.amount(USD), venue.trader.call("GetLastTrades", OMSId=1, InstrumentId=1)
    reply = report(venue, ann.account, bob.account, SELL, LockedIn=True)

    sold = ann.trades(OrderId=reply["OrderId"])[0]
    bought = bob.trades(TradeId=sold["tradeId"])[0]
    assert sold["isBlockTrade"] is bought["isBlockTrade"] is True
    assert sold["counterParty"] == str(bob.account)
    assert ann.amount(USD) - before == 2000 - sold["fee"]
    assert venue.trader.call("GetLastTrades", OMSId=1, InstrumentId=1) == tape


def test_a_block_trade_waits_for_the_mirrored_report(
    venue: Venue, ann: Member, bob: Member
) -> None:
    first = report(venue, ann.account, bob.account, SELL)["OrderId"]
    waiting = ann.call("GetOpenTradeReports")
    assert [(row["OrderId"], row["OrderType"]) for row in waiting] == [(first, "BlockTrade")]
    assert ann.hold(BTC) == 2

    report(venue, bob.account, ann.account, BUY)

    assert ann.state(first) == "FullyExecuted"
    assert ann.call("GetOpenTradeReports") == []
    assert ann.hold(BTC) == bob.hold(USD) == 0


@pytest.mark.parametrize(
    "wrong", [{"Quantity": 1e9}, {"CounterPartyId": None}, {"Side": 2}, {"LimitPrice": 0}]
)
def test_a_refused_block_trade_books_nothing(
    venue: Venue, ann: Member, bob: Member, wrong: dict[str, Any]
) -> None:
    reply = report(venue, ann.account, bob.account, BUY, **{"LockedIn": True, **wrong})

    assert reply["status"] == "Rejected"
    assert ann.hold(USD) == 0
    assert ann.call("GetOpenTradeReports") == []


MARGIN = {
    "ProductId": USD, "QuoteId": 0, "ClientQuoteId": 8, "ReceiveTimeUtcTicks": 0, "Term": 30,
    "OrderType": 2, "Side": SELL, "TIF": 1, "Quantity": 500, "Rate": 0.01,
    "OrderExpirationDateTime": 0, "EnteredBy": 0,
}


def test_lending_reserves_the_product_until_the_quote_is_cancelled(ann: Member) -> None:
    reply = ann.call("SendMarginQuote", **MARGIN)
    assert (reply["status"], reply["errorcode"]) == ("Accepted", 0)
    assert ann.hold(USD) == 500

    ann.client.fire("CancelMarginQuote", OMSId=1, AccountId=ann.account, ProductId=USD,
                    MarginQuoteId=reply["MarginQuoteId"])
    ann.client.call("Ping")

    assert ann.hold(USD) == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"Quantity": 1e9}, 101), ({"Side": 3}, 101), ({"ProductId": 99}, 104), ({"Term": 0}, 101)],
)
def test_a_refused_margin_quote_holds_nothing(
    ann: Member, wrong: dict[str, Any], code: int
) -> None:
    reply = ann.call("SendMarginQuote", **{**MARGIN, **wrong})

    assert (reply["status"], reply["errorcode"]) == ("Rejected", code)
    assert ann.hold(USD) == 0


def test_an_account_without_margin_cannot_quote(venue: Venue, ann: Member) -> None:
    venue.exchange.accounts.get(ann.account).margin_enabled = False

    assert ann.call("SendMarginQuote", **MARGIN)["status"] == "Rejected"
    assert ann.call("GetAccountMarginState")["maintenanceRequirement"] == 0


def test_margin_doubles_the_buying_power(venue: Venue, ann: Member) -> None:
    with_margin = ann.call("GetAccountMarginState")
    venue.exchange.accounts.get(ann.account).margin_enabled = False

    without = ann.call("GetAccountMarginState")

    assert with_margin["buyingPower"] == 2 * without["buyingPower"] > 0
