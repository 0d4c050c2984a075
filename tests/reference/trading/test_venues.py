"""Trading as deployments spell it: what public clients of real venues rely on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.client import Client, Venue
from tests.reference.trading.member import BTCUSD, BUY, LIMIT, SELL


class VenueUser(Client):
    """A client that sends numbers as text and logs in through the flat call's older sibling."""

    def order(self, account: int, side: int, quantity: str, price: str) -> Any:
        return self.call(
            "SendOrder", OMSId=1, AccountId=account, InstrumentId=BTCUSD, Side=side,
            OrderType=LIMIT, Quantity=quantity, LimitPrice=price, TimeInForce=0,
        )


@pytest.fixture
def user(deployment: Venue) -> Iterator[VenueUser]:
    """The first trader."""
    client = VenueUser(deployment.embedded)
    persona = deployment.personas["trader"]
    client.call("AuthenticateUser", UserName=persona.username, Password=persona.password)
    yield client
    client.close()


def test_numbers_may_be_text_and_a_refusal_has_no_order_id(
    deployment: Venue, user: VenueUser
) -> None:
    account = deployment.account("trader")

    assert user.order(account, BUY, "1.5", "100.25")["status"] == "Accepted"
    refusal = user.order(account, BUY, "100000000", "100")
    assert refusal == {"status": "Rejected", "errormsg": "Not_Enough_Funds", "errorcode": 101}


def test_orders_and_trades_are_the_full_objects(deployment: Venue, user: VenueUser) -> None:
    account = deployment.account("trader")
    assert user.call("SubscribeAccountEvents", OMSId=1, AccountId=account) == {"Subscribed": True}
    order = user.order(account, SELL, "0.1", "100")["OrderId"]

    status = user.call("GetOrderStatus", OMSId=1, AccountId=account, OrderId=order)
    trade = user.call(
        "GetAccountTrades", OMSId=1, AccountId=account, StartIndex=0, Count=1
    )[0]
    events = dict(user.all_events())

    assert (status["OrderState"], status["OrderFlag"], status["GrossValueExecuted"] > 0) == (
        "FullyExecuted", "0", True
    )
    assert (trade["Side"], trade["MakerTaker"], trade["CounterParty"]) == ("Sell", "Taker", "0")
    assert events["OrderStateEvent"]["LastUpdatedTime"] == status["LastUpdatedTime"]
    assert events["OrderTradeEvent"]["ExecutionId"] == trade["ExecutionId"]


def test_market_data_needs_no_login_and_uses_arrays(deployment: Venue) -> None:
    client = deployment.anonymous()

    level1 = client.call("GetLevel1", OMSId=1, InstrumentId=BTCUSD)
    trades = client.call("SubscribeTrades", OMSId=1, InstrumentId=BTCUSD, IncludeLastCount=2)
    bars = client.call(
        "GetTickerHistory", OMSId=1, InstrumentId=BTCUSD, Interval=3600, FromDate="2020-01-01",
        ToDate="2100-01-01",
    )

    assert level1["BestBid"] < level1["BestOffer"]
    assert [len(row) for row in trades] == [11, 11]
    assert {len(row) for row in bars} == {10}


def test_overviews_keep_their_own_spelling(deployment: Venue) -> None:
    rows = deployment.anonymous().call("summary")

    assert {"trading_pairs", "lowest_ask", "base_volume"} <= set(rows[0])


def test_bookings_are_told_in_words(deployment: Venue, user: VenueUser) -> None:
    rows = user.call("GetAccountTransactions", OMSId=1, AccountId=deployment.account("trader"))

    assert {row["TransactionType"] for row in rows} >= {"Fee", "Trade"}
    assert "CR" in rows[0]


def test_quote_results_have_nulls(deployment: Venue) -> None:
    reply = deployment.market_maker.call(
        "CreateQuote", OMSId=1, InstrumentId=BTCUSD, Bid=1, BidQty=1, Ask=90_000, AskQty=1
    )

    assert reply["BidResult"]["errormsg"] is None
