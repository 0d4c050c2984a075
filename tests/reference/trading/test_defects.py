"""Every seeded fault of trading breaks exactly what it says: the rule holds without it only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.reference.defects import KNOWN
from tests.reference.client import Venue
from tests.reference.trading.member import (
    BTC,
    BTCUSD,
    BUY,
    FOK,
    IOC,
    SELL,
    USD,
    Member,
    book,
    halt,
)

Rule = Callable[[Venue, Member, Member], bool]
RULES: dict[str, Rule] = {}


def rule(defect: str) -> Callable[[Rule], Rule]:
    """The rule that a defect breaks."""

    def register(check: Rule) -> Rule:
        RULES[f"trading/{defect}"] = check
        return check

    return register


@rule("cancel-keeps-hold")
def _cancel_keeps_hold(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.call("CancelOrder", OrderId=ann.buy(1, 100))
    return ann.hold(USD) == 0


@rule("refused-order-holds")
def _refused_order_holds(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.send(BUY, 1, 100.005)
    return ann.hold(USD) == 0


@rule("price-priority")
def _price_priority(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.sell(1, 101)
    cheap = ann.sell(1, 100)
    bob.buy(1, 101)
    return ann.state(cheap) == "FullyExecuted"


@rule("time-priority")
def _time_priority(venue: Venue, ann: Member, bob: Member) -> bool:
    first = ann.sell(1, 100)
    ann.sell(1, 100)
    bob.buy(1, 100)
    return ann.state(first) == "FullyExecuted"


@rule("modify-loses-priority")
def _modify_loses_priority(venue: Venue, ann: Member, bob: Member) -> bool:
    first = ann.sell(2, 100)
    ann.sell(1, 100)
    ann.call("ModifyOrder", OrderId=first, InstrumentId=BTCUSD, Quantity=1)
    bob.buy(1, 100)
    return ann.state(first) == "FullyExecuted"


@rule("replace-keeps-priority")
def _replace_keeps_priority(venue: Venue, ann: Member, bob: Member) -> bool:
    first, second = ann.sell(1, 100), ann.sell(1, 100)
    ann.replace(first, SELL, 1, 100)
    bob.buy(1, 100)
    return ann.state(second) == "FullyExecuted"


@rule("rounded-partial-fill")
def _rounded_partial_fill(venue: Venue, ann: Member, bob: Member) -> bool:
    order = ann.sell(3, 100)
    bob.buy(0.5, 100)
    return bool(ann.status(order)["QuantityExecuted"] * 2 == 1)


@rule("fee-wrong-product")
def _fee_wrong_product(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.sell(1, 100)
    order = bob.buy(1, 100)
    return bool(bob.trades(OrderId=order)[0]["feeProductId"] == BTC)


@rule("fee-not-charged")
def _fee_not_charged(venue: Venue, ann: Member, bob: Member) -> bool:
    before = ann.amount(USD)
    ann.sell(1, 100)
    bob.buy(1, 100)
    return ann.amount(USD) < before + 100


@rule("double-trade-event")
def _double_trade_event(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.client.call("SubscribeAccountEvents", OMSId=1, AccountId=ann.account)
    ann.sell(1, 100)
    bob.buy(1, 100)
    return ann.client.event_names().count("OrderTradeEvent") == 1


@rule("missing-position-event")
def _missing_position_event(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.client.call("SubscribeAccountEvents", OMSId=1, AccountId=ann.account)
    ann.sell(1, 100)
    return "AccountPositionEvent" in ann.client.event_names()


@rule("level2-stale")
def _level2_stale(venue: Venue, ann: Member, bob: Member) -> bool:
    before = book(venue, SELL)
    ann.sell(1, 100)
    return book(venue, SELL) != before


@rule("level2-delete-missing")
def _level2_delete_missing(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.client.call("SubscribeLevel2", OMSId=1, InstrumentId=BTCUSD, Depth=9)
    ann.call("CancelOrder", OrderId=ann.sell(1, 100))
    rows = [row for event in ann.client.events("Level2UpdateEvent") for row in event]
    return rows[-1][3] == 2


@rule("level1-best-bid")
def _level1_best_bid(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.buy(1, 100)
    ann.buy(1, 99)
    level1 = ann.client.call("GetLevel1", OMSId=1, InstrumentId=BTCUSD)
    return bool(level1["bestBid"] == 100)


@rule("fok-fills-partly")
def _fok_fills_partly(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.sell(1, 100)
    return bool(bob.status(bob.buy(2, 100, TimeInForce=FOK))["QuantityExecuted"] == 0)


@rule("ioc-rests")
def _ioc_rests(venue: Venue, ann: Member, bob: Member) -> bool:
    bob.buy(2, 100, TimeInForce=IOC)
    return bob.open_ids() == []


@rule("oco-stays")
def _oco_stays(venue: Venue, ann: Member, bob: Member) -> bool:
    partner = ann.sell(1, 100)
    watcher = ann.buy(1, 50, OrderIdOCO=partner)
    bob.buy(1, 100)
    return ann.state(watcher) == "Canceled"


@rule("self-trade")
def _self_trade(venue: Venue, ann: Member, bob: Member) -> bool:
    venue.exchange.catalogue.instrument(BTCUSD).self_trade_prevention = True
    order = ann.sell(1, 100)
    ann.buy(1, 100)
    return ann.state(order) == "Canceled"


@rule("foreign-cancel")
def _foreign_cancel(venue: Venue, ann: Member, bob: Member) -> bool:
    order = ann.buy(1, 100)
    bob.call("CancelOrder", OrderId=order)
    return ann.open_ids() == [order]


@rule("halt-keeps-orders")
def _halt_keeps_orders(venue: Venue, ann: Member, bob: Member) -> bool:
    ann.buy(1, 100)
    halt(venue)
    return ann.open_ids() == []


@rule("always-open")
def _always_open(venue: Venue, ann: Member, bob: Member) -> bool:
    halt(venue)
    ann.send(BUY, 1, 100)
    return ann.open_ids() == []


@rule("taker-price")
def _taker_price(venue: Venue, ann: Member, bob: Member) -> bool:
    order = ann.sell(1, 100)
    bob.buy(1, 101)
    return bool(ann.trades(OrderId=order)[0]["price"] == 100)


@rule("off-increment")
def _off_increment(venue: Venue, ann: Member, bob: Member) -> bool:
    return bool(ann.send(BUY, 1, 100.005)["status"] == "Rejected")


@rule("trade-not-in-history")
def _trade_not_in_history(venue: Venue, ann: Member, bob: Member) -> bool:
    order = ann.sell(1, 100)
    bob.buy(1, 100)
    return len(ann.trades(OrderId=order)) == 1


@rule("client-order-id")
def _client_order_id(venue: Venue, ann: Member, bob: Member) -> bool:
    order = ann.sell(1, 100, ClientOrderId=5)
    bob.buy(1, 100)
    return bool(ann.trades(OrderId=order)[0]["clientOrderId"] == 5)


def _holds(venue: Venue, name: str, defects: tuple[str, ...]) -> bool:
    venue.restart(defects)
    venue.operator.call("CancelAllOrders", OMSId=1)
    return RULES[name](venue, Member(venue, "trader"), Member(venue, "second_trader"))


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_rule_holds_only_without_the_defect(venue: Venue, name: str) -> None:
    assert _holds(venue, name, ())
    assert not _holds(venue, name, (name,))


def test_every_trading_defect_has_its_rule() -> None:
    assert {name for name in KNOWN if name.startswith("trading/")} == set(RULES)
