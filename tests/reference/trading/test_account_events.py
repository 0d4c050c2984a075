"""Account events: what a subscriber hears, in which order, and that it agrees with reads."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused
from tests.reference.trading.member import BUY, USD, Member


@pytest.fixture
def listening(ann: Member, bob: Member) -> Member:
    """The first trader, subscribed to the own account."""
    reply = ann.client.call("SubscribeAccountEvents", OMSId=1, AccountId=ann.account)
    assert reply == {"Subscribe": True}
    return ann


def test_an_order_and_its_hold_are_told(listening: Member) -> None:
    order = listening.buy(2, 100, ClientOrderId=5)

    events = listening.client.all_events()

    assert [name for name, _ in events] == ["OrderStateEvent", "AccountPositionEvent"]
    state, position = (payload for _, payload in events)
    assert (state["OrderId"], state["ClientOrderId"], state["OrderState"]) == (order, 5, "Working")
    assert (position["ProductId"], position["Hold"]) == (USD, 200)


def test_a_fill_is_told_as_trade_state_and_positions(listening: Member, bob: Member) -> None:
    order = listening.sell(2, 100)
    listening.client.events()
    bob.buy(2, 100)

    events = listening.client.all_events()

    names = [name for name, _ in events]
    assert names[:2] == ["OrderTradeEvent", "OrderStateEvent"]
    assert sorted(names[2:]) == ["AccountPositionEvent", "AccountPositionEvent"]
    trade, state = events[0][1], events[1][1]
    assert (trade["OrderId"], trade["Value"], trade["ContraAcctId"]) == (order, 200, 3)
    assert (state["OrderState"], state["ChangeReason"]) == ("FullyExecuted", "Trade")
    amounts = {e["ProductId"]: (e["Amount"], e["Hold"]) for name, e in events[2:]}
    assert amounts[USD] == (listening.amount(USD), listening.hold(USD))


def test_a_cancellation_is_told_with_the_released_hold(listening: Member) -> None:
    order = listening.buy(2, 100)
    listening.client.events()
    listening.call("CancelOrder", OrderId=order)

    (_, state), (_, position) = listening.client.all_events()

    assert (state["OrderState"], state["Quantity"]) == ("Canceled", 0)
    assert position["Hold"] == 0


def test_refused_requests_are_told(listening: Member) -> None:
    listening.send(BUY, 1, 100.005, ClientOrderId=9)
    listening.call("CancelOrder", OrderId=999_999)
    listening.replace(999_999, BUY, 1, 100)
    listening.call("CancelAllOrders", InstrumentId=99)

    events = dict(listening.client.all_events())

    assert events["NewOrderRejectEvent"]["ClientOrderId"] == 9
    assert events["CancelOrderRejectEvent"]["RejectReason"] == "Order Not Found"
    assert events["CancelReplaceOrderRejectEvent"]["OrderIdToReplace"] == 999_999
    assert events["CancelReplaceOrderRejectEvent"]["TimeInForce"] == "GTC"
    assert events["CancelAllOrdersRejectEvent"]["RejectReason"] == "Instrument not found."


def test_nobody_hears_of_other_accounts(venue: Venue, listening: Member, bob: Member) -> None:
    foreign = bob.client.call("SubscribeAccountEvents", OMSId=1, AccountId=listening.account)
    assert refused(foreign, 20)

    bob.buy(1, 50)

    assert listening.client.all_events() == []


def test_order_states_alone_can_be_heard(ann: Member) -> None:
    query = {"OMSId": 1, "AccountId": ann.account}
    ann.client.call("SubscribeOrderStateEvents", **query)
    ann.buy(1, 100)
    assert [name for name, _ in ann.client.all_events()] == ["OrderStateEvent"]

    ann.client.call("UnsubscribeOrderStateEvents", **query)
    ann.buy(1, 100)

    assert ann.client.all_events() == []


def test_account_events_can_be_ended(listening: Member) -> None:
    query = {"OMSId": 1, "AccountId": listening.account}
    assert listening.client.call("UnsubscribeAccountEvents", **query)["result"] is True

    listening.buy(1, 100)

    assert listening.client.all_events() == []


def test_a_second_subscription_does_not_double_events(listening: Member) -> None:
    listening.client.call("SubscribeAccountEvents", OMSId=1, AccountId=listening.account)

    listening.buy(1, 100)

    names = [name for name, _ in listening.client.all_events()]
    assert names == ["OrderStateEvent", "AccountPositionEvent"]
