"""Events of an account about its executions, refusals, markets and deposits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.users.accounts_heard import (
    ABSENT_ID,
    EPOCH_TICKS,
    TICKS_PER_MS,
    about,
    announce_deposit,
    cancel_all_of_nothing,
    cancel_of_nothing,
    change_market,
    filled_twice,
    order_beyond_funds,
    own_market,
    replacement_of_nothing,
)
from scenarios.users.markets import (
    heard,
    prints,
    subscribe,
    subscribe_account,
    trade,
    venue_market,
)

CLIENT_ID = 815_001


@pytest.fixture
def market(world: World) -> Market:
    """A market of the case's own: some orders of these stories stay in the book."""
    return own_market(world)



@clause("users/SubscribeAccountEvents/trade-on-execution")
def test_every_execution_is_told_once(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """An order that executes in two parts is two trades, under two trade ids."""
    subscribe_account(trader)
    order_id = filled_twice(trader, rival, market)

    told = about(heard(trader, "OrderTradeEvent"), order_id)

    numbers = {lookup(row, "TradeId") for row in told}
    verify.equal("(events, trade ids)", (len(told), len(numbers)), (2, 2))


@clause("users/SubscribeAccountEvents/trade-value")
def test_value_is_quantity_times_price(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Value is what was paid: quantity times price, exactly."""
    subscribe_account(trader)
    deal = trade(trader, rival, market)

    event = verify.event(trader, "OrderTradeEvent", OrderId=deal.sell_order)

    verify.equal("Value", lookup(event, "Value"), deal.quantity * deal.price)


@clause("users/SubscribeAccountEvents/trade-time")
def test_trade_time_counts_ticks_since_year_one(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """TradeTime is the time of the public trade, in units of 100 ns since year 1."""
    subscribe_account(trader)
    deal = trade(trader, rival, market)
    event = verify.event(trader, "OrderTradeEvent", OrderId=deal.sell_order)

    public = prints(subscribe(rival, market, "Trades", IncludeLastCount=1).value)[0]

    found = (int(lookup(event, "TradeTime")) - EPOCH_TICKS) // TICKS_PER_MS
    verify.equal("TradeTime in milliseconds since 1970", found, public.time)


@clause("users/SubscribeAccountEvents/contra-account")
def test_counterparty_is_always_the_clearing_account(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Both sides of a trade are told the same counterparty, and it is neither of them."""
    subscribe_account(trader)
    subscribe_account(rival)
    trade(trader, rival, market)

    rows = heard(trader, "OrderTradeEvent") + heard(rival, "OrderTradeEvent")

    found = {lookup(row, "ContraAcctId") for row in rows}
    verify.equal("(events, counterparties)", (len(rows), len(found)), (2, 1))
    verify.equal("parties named", found & {trader.account_id, rival.account_id}, set())


@clause("users/SubscribeAccountEvents/new-order-reject")
def test_refused_order_is_told(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """A refused order has no order id: the client's own id says which it was."""
    subscribe_account(trader)
    order_beyond_funds(trader, market, CLIENT_ID)

    event = verify.event(trader, "NewOrderRejectEvent", ClientOrderId=CLIENT_ID)

    verify.equal("AccountId", lookup(event, "AccountId"), trader.account_id)


@clause("users/SubscribeAccountEvents/cancel-reject")
def test_refused_cancel_is_told(trader: Session, verify: Verifier) -> None:
    """A cancel that found nothing is told with the order id it named."""
    subscribe_account(trader)
    cancel_of_nothing(trader)

    event = verify.event(trader, "CancelOrderRejectEvent", OrderId=ABSENT_ID)

    verify.equal("AccountId", lookup(event, "AccountId"), trader.account_id)


@clause("users/SubscribeAccountEvents/cancel-all-reject")
def test_refused_cancel_of_all_is_told(trader: Session, verify: Verifier) -> None:
    """A cancel of all orders that was refused is told, so that nobody counts on it."""
    subscribe_account(trader)
    cancel_all_of_nothing(trader)

    event = verify.event(trader, "CancelAllOrdersRejectEvent", AccountId=trader.account_id)

    verify.equal("Status", lookup(event, "Status"), "Rejected")


@clause("users/SubscribeAccountEvents/cancel-replace-reject")
def test_refused_replacement_is_told(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """A replacement that found no order to replace is told with that order's id."""
    subscribe_account(trader)
    replacement_of_nothing(trader, market)

    event = verify.event(trader, "CancelReplaceOrderRejectEvent", OrderIdToReplace=ABSENT_ID)

    verify.equal("AccountId", lookup(event, "AccountId"), trader.account_id)


@clause("users/SubscribeAccountEvents/market-state")
def test_change_of_a_market_is_told(
    world: World, trader: Session, verify: Verifier
) -> None:
    """When an operator pauses a market, traders hear of it on their account's feed."""
    place = venue_market(world)
    subscribe_account(trader)

    change_market(world, place, "MarketPause")

    event = verify.event(trader, "MarketStateUpdate", VenueInstrumentId=place.venue_instrument)
    found = (lookup(event, "Action"), lookup(event, "NewStatus"))
    verify.equal("(Action, NewStatus)", found, ("Pause", "Paused"))


@clause("users/SubscribeAccountEvents/market-state-chain")
def test_each_market_state_follows_from_the_one_before(
    world: World, trader: Session, verify: Verifier
) -> None:
    """PreviousStatus is the NewStatus told last: a follower never loses track."""
    place = venue_market(world)
    subscribe_account(trader)

    change_market(world, place, "MarketPause")
    change_market(world, place, "MarketResume")

    told = [
        row for row in heard(trader, "MarketStateUpdate")
        if lookup(row, "VenueInstrumentId") == place.venue_instrument
    ]
    steps = [(lookup(row, "PreviousStatus"), lookup(row, "NewStatus")) for row in told]
    verify.equal("states", steps, [("Running", "Paused"), ("Paused", "Running")])


@clause("users/SubscribeAccountEvents/pending-deposit")
def test_announced_deposit_is_told(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """A deposit that is on its way is told with its product and its value."""
    subscribe_account(trader)
    announce_deposit(world, trader, market.product2, Decimal(25))

    event = verify.event(trader, "PendingDepositUpdate", AccountId=trader.account_id)

    found = (lookup(event, "AssetId"), lookup(event, "TotalPendingDepositValue"))
    verify.equal("(AssetId, value)", found, (market.product2, Decimal(25)))
