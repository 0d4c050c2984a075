"""Resets of market data: of one instrument, and of all."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session
from scenarios.oms_orders.hearing import listen, path
from scenarios.oms_orders.vocabulary import (
    OMS,
    Floor,
    book,
    buy,
    funds,
    open_ids,
    own_floor,
    sell,
    state,
    status,
    trade,
    trade_reads,
)

ONE, ALL = "ResetMarketData", "ResetAllMarketDatas"


def what(call: str, floor: Floor) -> dict[str, int]:
    """What is to be reset: one instrument, or all without naming any."""
    return {"omsId": OMS, "instrumentId": floor.instrument_id} if call == ONE else {}


def reset(world: World, verify: Verifier, call: str, floor: Floor) -> None:
    """Reset one instrument, or all; a Finding where that is refused."""
    verify.succeeded(world.superuser.send(call, what(call, floor)))


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{call}/refuses-operator", call) for call in (ONE, ALL)
])
def test_operator_resets_nothing(
    world: World, trader: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """A reset throws orders away, so it is the owner's alone."""
    buy(trader, floor, -1)

    with verify.unchanged(*trade_reads(trader)):
        verify.refused(world.operator.send(call, what(call, floor)), code=20)


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ONE}/cancels-orders", ONE),
    clause_case(f"exchange_admin/{ONE}/effect", ONE),
    clause_case(f"exchange_admin/{ALL}/erases-orders", ALL),
    clause_case(f"exchange_admin/{ALL}/effect", ALL),
])
def test_reset_ends_every_order(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """No order is open afterwards, and nothing is held for one."""
    before = (funds(trader), funds(rival))
    mine, other = buy(trader, floor, -1), sell(rival, floor, 1)

    reset(world, verify, call, floor)

    found = (state(status(trader, mine)), state(status(rival, other)))
    verify.equal("states", found, ("Canceled", "Canceled"))
    verify.equal("open orders and funds", (open_ids(trader) | open_ids(rival), funds(trader),
                                           funds(rival)), (set(), *before))


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ONE}/events", ONE),
    clause_case(f"exchange_admin/{ALL}/events", ALL),
])
def test_owner_is_told_of_the_reset(
    world: World, trader: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """An order that ends is told to its owner, whoever ended it."""
    order_id = buy(trader, floor, -1)
    listen(trader, floor)

    reset(world, verify, call, floor)

    verify.equal("states told", path(verify.told(trader), order_id), ["Canceled"])


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ONE}/clears-data", ONE),
    clause_case(f"exchange_admin/{ALL}/resets-all", ALL),
])
def test_data_starts_from_nothing(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """Book, best prices and the last trade are gone, as in a market that was just listed."""
    trade(rival, trader, floor)
    buy(trader, floor, -1)
    sell(rival, floor, 1)

    reset(world, verify, call, floor)

    turn = trader.call("GetLevel1", OMSId=OMS, InstrumentId=floor.instrument_id)
    verify.equal("book", book(trader, floor.instrument_id), {})
    figures = ("BestBid", "BestOffer", "LastTradedPx")
    verify.equal(f"{figures}", [turn.get(key) for key in figures], [0] * 3, turn)


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ONE}/cancels-subscriptions", ONE),
])
def test_subscription_ends_until_it_is_made_again(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """Silence until the next subscription: nobody mistakes the new market for the old."""
    listen(trader, floor, "Level2")
    reset(world, verify, call, floor)
    trader.events()
    buy(rival, floor, -1)
    silent = verify.events(trader, "Level2UpdateEvent")

    listen(trader, floor, "Level2")
    buy(rival, floor, -2)

    verify.equal("updates before", silent, [])
    verify.holds("updates after", bool(verify.events(trader, "Level2UpdateEvent")), silent)


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ALL}/resends-book", ALL),
])
def test_book_is_sent_anew(
    world: World, trader: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """Subscribers learn that the book is empty now."""
    buy(trader, floor, -1)
    listen(trader, floor, "Level2")

    reset(world, verify, call, floor)

    told = verify.events(trader, "Level2UpdateEvent")
    verify.holds("the book is told", bool(told), told)
    verify.equal("book", book(trader, floor.instrument_id), {})


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{ONE}/other-instruments", ONE),
])
def test_other_instruments_go_on(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """A reset of one market touches no order and no subscription of another."""
    other = own_floor(world)
    buy(trader, other, -1)
    listen(trader, other, "Level2")

    with verify.unchanged(*trade_reads(trader)):
        reset(world, verify, call, floor)

    buy(rival, other, -2)
    verify.holds("the subscription tells", bool(verify.events(trader, "Level2UpdateEvent")), call)
