"""Events of an account: who hears them, of what, and that they agree with what a reader reads."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn, lookup
from conformance.wire.websocket import Lost
from scenarios.users.accounts_heard import (
    ACCOUNT_EVENTS,
    about,
    account_in,
    cancel_of_nothing,
    figures,
    half_filled_sell,
    last_positions,
    names_of,
    order_beyond_funds,
    own_market,
    positions,
)
from scenarios.users.markets import (
    OMS,
    SELL,
    enter,
    enter_best_buy,
    heard,
    inside_price,
    lot,
    order_payload,
    subscribe_account,
    trade,
    withdraw,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, logged_in_again

CLIENT_ID = 4711


@pytest.fixture
def market(world: World) -> Market:
    """A market of the case's own: some orders of these stories stay in the book."""
    return own_market(world)



@clause("users/SubscribeAccountEvents/effect")
def test_account_subscription_holds_for_its_connection_only(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """The connection that subscribed hears; another one of the same user does not."""
    other = logged_in_again(world, trader)

    turn = trader.call("SubscribeAccountEvents", AccountId=trader.account_id, OMSId=OMS)
    verify.succeeded(turn)

    enter_best_buy(trader, market)
    verify.holds("the subscriber hears", bool(heard(trader, *ACCOUNT_EVENTS)), "nothing")
    verify.equal("events elsewhere", heard(other, *ACCOUNT_EVENTS), [])


@clause("users/SubscribeAccountEvents/events")
def test_account_events_tell_an_order_from_entry_to_trade(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """An order, its execution and the money it moved: three kinds, each in its documented shape."""
    subscribe_account(trader)
    deal = trade(trader, rival, market)
    event = verify.event(trader, "OrderStateEvent", OrderId=deal.sell_order)
    verify.equal("Account", account_in(event), trader.account_id)

    deal = trade(trader, rival, market)
    event = verify.event(trader, "OrderTradeEvent", OrderId=deal.sell_order)
    verify.equal("Price", lookup(event, "Price"), deal.price)

    trade(trader, rival, market)
    told = verify.events(trader, "AccountPositionEvent")
    shown = positions(trader)
    verify.equal("positions", last_positions(told), {p: shown[p] for p in last_positions(told)})


@clause("users/SubscribeAccountEvents/unfiltered")
def test_no_kind_of_event_can_be_left_out(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Keys that look like a filter filter nothing: all kinds of a story are heard."""
    verify.succeeded(trader.call(
        "SubscribeAccountEvents", AccountId=trader.account_id, OMSId=OMS,
        Events=["OrderTradeEvent"], InstrumentId=market.instrument_id,
    ))
    trade(trader, rival, market)
    order_beyond_funds(trader, market, CLIENT_ID)
    cancel_of_nothing(trader)

    names = names_of(trader.events()) & set(ACCOUNT_EVENTS)

    verify.equal("kinds of events", names, {
        "AccountPositionEvent", "OrderStateEvent", "OrderTradeEvent", "NewOrderRejectEvent",
        "CancelOrderRejectEvent",
    })


@clause("users/SubscribeAccountEvents/own-accounts-only")
def test_foreign_account_cannot_be_followed(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """A stranger's account is refused and stays silent; an operator may follow it."""
    turn = trader.call("SubscribeAccountEvents", AccountId=rival.account_id, OMSId=OMS)
    verify.refused(turn, code=NOT_AUTHORISED)

    follower = world.deployment.fresh("operator")
    subscribe_account(follower, rival.account_id)

    enter_best_buy(rival, market)
    verify.equal("what the stranger hears", heard(trader, *ACCOUNT_EVENTS), [])
    verify.holds("the operator hears", bool(heard(follower, *ACCOUNT_EVENTS)), "nothing")


@clause("users/SubscribeAccountEvents/only-that-account")
def test_only_the_subscribed_account_is_told(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Of a trade with somebody else only the own side is heard."""
    subscribe_account(trader)
    trade(trader, rival, market)
    enter_best_buy(rival, market)

    rows = heard(trader, *ACCOUNT_EVENTS)

    verify.equal("accounts in the events", {account_in(row) for row in rows}, {trader.account_id})


@clause("users/SubscribeAccountEvents/none-before-reply")
def test_nothing_from_before_the_subscription_is_told(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """What happened earlier is not told: a client reads the state, then hears what changes."""
    order_id, _ = enter_best_buy(trader, market)
    verify.equal("events before", heard(trader, *ACCOUNT_EVENTS), [])

    subscribe_account(trader)

    verify.equal("events about earlier things", heard(trader, *ACCOUNT_EVENTS), [])
    withdraw(trader, order_id)
    verify.holds("later ones come", bool(heard(trader, "OrderStateEvent")), "nothing")


@clause("users/SubscribeAccountEvents/ends-with-session")
def test_subscription_ends_with_the_session(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """After LogOut the connection hears nothing of the account, whose trading goes on."""
    subscribe_account(trader)
    other = logged_in_again(world, trader)

    trader.call("LogOut")
    enter_best_buy(other, market)

    verify.equal("events after LogOut", heard_if_open(trader), [])


def heard_if_open(who: Session) -> list[object]:
    """Account events of a connection that may have been closed."""
    try:
        return heard(who, *ACCOUNT_EVENTS)
    except Lost:
        return [frame for frame in who.strays() if getattr(frame, "name", "") in ACCOUNT_EVENTS]


@clause("users/SubscribeAccountEvents/position-on-change")
def test_every_change_of_a_balance_is_told(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """An amount credited, a hold placed and a hold released: each is told."""
    subscribe_account(trader)

    world.deployment.fund(trader.account_id, market.product1, lot(market))
    credited = heard(trader, "AccountPositionEvent")
    order_id, _ = enter_best_buy(trader, market)
    held = heard(trader, "AccountPositionEvent")
    withdraw(trader, order_id)
    released = heard(trader, "AccountPositionEvent")

    products = [set(last_positions(rows)) for rows in (credited, held, released)]
    verify.equal("products told", products, [
        {market.product1}, {market.product2}, {market.product2},
    ])


@clause("users/SubscribeAccountEvents/position-agrees")
def test_last_position_told_is_the_position_read(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """After a cancel, a trade and an order a follower knows the same figures as a reader."""
    subscribe_account(trader)
    order_id, _ = enter_best_buy(trader, market)
    withdraw(trader, order_id)
    trade(rival, trader, market)
    enter_best_buy(trader, market)

    told = last_positions(heard(trader, "AccountPositionEvent"))

    shown = positions(trader)
    verify.equal("products told", set(told), {market.product1, market.product2})
    verify.equal("figures told", told, {product: shown[product] for product in told})


@clause("users/SubscribeAccountEvents/available")
def test_what_is_free_is_amount_less_hold(
    world: World, market: Market, verify: Verifier
) -> None:
    """With ten lots of which six wait in an order, four can be sold and not a step more."""
    who = world.throwaway(funds={market.product1: lot(market) * 10})
    subscribe_account(who)
    price = inside_price(who, market)
    enter(who, market, SELL, price, quantity=lot(market) * 6)
    amount, hold = figures(heard(who, "AccountPositionEvent")[-1])[:2]

    free = amount - hold
    too_much = who.send("SendOrder", order_payload(
        who, market, SELL, price, quantity=free + market.quantity_increment,
    ))
    all_of_it = who.send("SendOrder", order_payload(who, market, SELL, price, quantity=free))

    verify.equal("free", free, lot(market) * 4)
    verify.equal("an order for more", too_much.get("status"), "Rejected", too_much)
    verify.equal("an order for all", all_of_it.get("status"), "Accepted", all_of_it)


@clause("users/SubscribeAccountEvents/state-on-change")
def test_every_change_of_an_order_is_told(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Entry, part execution and cancel are three events; the last says what a reader reads."""
    subscribe_account(trader)
    order_id = half_filled_sell(trader, rival, market)
    withdraw(trader, order_id)

    told = about(heard(trader, "OrderStateEvent"), order_id)

    read = trader.call(
        "GetOrderStatus", OMSId=OMS, AccountId=trader.account_id, OrderId=order_id
    )
    states = [lookup(row, "OrderState") for row in [*told[-1:], *read_rows(read)]]
    verify.equal("(events, states at the end)", (len(told), len(set(states))), (3, 1), read)


def read_rows(turn: Turn) -> list[Any]:
    """The one order of a reply: an object, or a list that holds it."""
    return turn.value if isinstance(turn.value, list) else [turn.value]


@clause("users/SubscribeAccountEvents/remaining-quantity")
def test_quantity_is_what_remains(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Of two lots, once one has executed, one remains: that is the Quantity told."""
    subscribe_account(trader)
    order_id = half_filled_sell(trader, rival, market)

    told = about(heard(trader, "OrderStateEvent"), order_id)

    found = [lookup(row, "Quantity") for row in told]
    verify.equal("Quantity, event by event", found, [lot(market) * 2, lot(market)])


@clause("users/SubscribeAccountEvents/quantities-add-up")
def test_quantities_of_a_working_order_add_up(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """What remains and what executed make up what was ordered, at every step."""
    subscribe_account(trader)
    order_id = half_filled_sell(trader, rival, market)

    told = about(heard(trader, "OrderStateEvent"), order_id)

    sums = [lookup(row, "Quantity") + lookup(row, "QuantityExecuted") for row in told]
    verify.equal("remaining and executed", sums, [lookup(row, "OrigQuantity") for row in told])
    verify.equal("OrigQuantity", lookup(told[-1], "OrigQuantity"), lot(market) * 2)
