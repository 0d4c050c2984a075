"""SendExchangeOrderStateEvent: an operator changes an order on the engine's behalf."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.blocks import CANCEL_LINK, UPDATE_LINK, whole_order
from scenarios.oms_orders.hearing import about, listen, path, require_agreement, require_told
from scenarios.oms_orders.vocabulary import (
    Floor,
    account_reads,
    buy,
    outcome,
    state,
    status,
    trade_reads,
)

KEYS = (
    "exchangeID", "omsId", "clientOrderId", "accountId", "productPairId", "orderType", "side",
    "tIF", "pegPriceType", "quantity", "displayQuantity", "limitPrice", "stopPrice",
    "referencePrice", "orderExpirationDateTime", "orderIdOCO", "orderFlag", "linkType",
    "exchangeServiceId", "orderId", "enteredBy", "counterPartyId", "isQuote", "useMargin",
    "bestSellPrice", "bestSellQuantity", "bestBuyPrice", "bestBuyQuantity", "lastTradePrice",
)


@clause("oms_orders/SendExchangeOrderStateEvent/effect")
def test_named_order_changes_and_no_other(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The order named is changed as sent; the account's other orders and other accounts stay."""
    order_id, other = buy(trader, floor, lots=5), buy(trader, floor, -1)
    payload = whole_order(world, floor, trader, order_id, quantity=floor.lots(2))

    with verify.unchanged(*trade_reads(rival)):
        verify.succeeded(world.operator.send("SendExchangeOrderStateEvent", payload))

    found = (outcome(trader, order_id), outcome(trader, other))
    changed, same = ("Working", floor.lots(2), 0), ("Working", floor.lots(), 0)
    verify.equal("(the order, another order)", found, (changed, same))


@clause("oms_orders/SendExchangeOrderStateEvent/events")
def test_change_by_hand_is_told_as_it_reads(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The event that follows tells what a reader reads."""
    order_id = buy(trader, floor, lots=5)
    payload = whole_order(world, floor, trader, order_id, quantity=floor.lots(2))
    listen(trader, floor)

    world.operator.send("SendExchangeOrderStateEvent", payload)

    told = verify.told(trader)
    names = world.contract.call("SendExchangeOrderStateEvent").events
    require_told(verify, told, names)
    require_agreement(verify, trader, floor, told, order_id)


@clause("oms_orders/SendExchangeOrderStateEvent/tells-subscribers")
def test_subscriber_of_the_account_hears_of_it(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Who listens to the account is told once; who listens to another account is not."""
    order_id = buy(trader, floor, lots=5)
    payload = whole_order(world, floor, trader, order_id, quantity=floor.lots(2))
    listen(trader, floor)
    listen(rival, floor)

    world.operator.send("SendExchangeOrderStateEvent", payload)

    counts = [len(about(verify.told(who), "OrderStateEvent", order_id)) for who in (trader, rival)]
    verify.equal("events about the order", counts, [1, 0])


@pytest.mark.parametrize(
    ("link", "required"), [(CANCEL_LINK, "Canceled"), (UPDATE_LINK, "Working")],
    ids=["cancel", "update"],
)
@clause("oms_orders/SendExchangeOrderStateEvent/link-type")
def test_link_type_says_what_happens(
    world: World, trader: Session, floor: Floor, verify: Verifier, link: int, required: str
) -> None:
    """Link type 1 cancels the order, link type 2 changes it."""
    order_id = buy(trader, floor, lots=5)
    payload = whole_order(
        world, floor, trader, order_id, linkType=link, quantity=floor.lots(2)
    )
    listen(trader, floor)

    verify.succeeded(world.operator.send("SendExchangeOrderStateEvent", payload))

    found = (state(status(trader, order_id)), path(verify.told(trader), order_id))
    verify.equal("(state read, states told)", found, (required, [required]))


@pytest.mark.parametrize("key", KEYS)
@clause("oms_orders/SendExchangeOrderStateEvent/whole-order-required")
def test_part_of_an_order_is_refused(
    world: World, trader: Session, floor: Floor, verify: Verifier, key: str
) -> None:
    """Every key must be sent: what is left out must not silently become zero."""
    payload = whole_order(world, floor, trader, buy(trader, floor, lots=5))
    del payload[key]

    with verify.unchanged(*account_reads(trader)):
        verify.refused(world.operator.send("SendExchangeOrderStateEvent", payload))
