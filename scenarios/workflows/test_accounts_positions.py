"""Positions over several calls: the views agree, events tell them, and nothing is lost."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.accounts.holding import held_till
from scenarios.accounts.positions import (
    DAY_MS,
    all_totals,
    by_product,
    open_sell,
    sums,
    symbols,
    unordered,
)
from scenarios.accounts.vocabulary import (
    AMOUNT,
    all_positions,
    booked,
    hold,
    of_account,
    placed,
    reset,
    reverse,
    rows,
)
from scenarios.oms_orders.vocabulary import Floor, trade
from scenarios.tickets.depositing import credited
from scenarios.tickets.vocabulary import fiat_till
from scenarios.tickets.withdrawing import paid
from scenarios.users.accounts_heard import last_positions, positions
from scenarios.users.markets import frames, subscribe_account

EVERY = 1_000_000
"""More positions than there are."""


@clause("workflows/accounts/positions-agree")
def test_all_positions_show_what_each_account_shows(
    world: World, operator: Session, floor: Floor, verify: Verifier
) -> None:
    """An account read by itself and read among all is one and the same."""
    till = held_till(world)
    open_sell(till.owner, floor)

    everything = all_positions(operator, till.account, EVERY)

    own = rows(till.owner.send("GetAccountPositions", of_account(till.owner)))
    mine = [row for row in everything if lookup(row, "accountId") == till.account]
    verify.equal("positions", by_product(mine), by_product(own), *operator.turns[-1:])
    verify.equal("rows", len(mine), len(own))


@clause("workflows/accounts/totals-nested")
def test_shorter_period_counts_no_more_than_a_longer_one(
    world: World, verify: Verifier
) -> None:
    """Deposits and withdrawals of yesterday and today, in day, month and year."""
    till = fiat_till(world)
    credited(till)
    paid(till, Decimal(5))
    world.deployment.advance_clock(DAY_MS)
    till = till.by(till.owner.renewed())
    credited(till, Decimal(7))

    found = rows(till.owner.send("GetAccountPositions", of_account(till.owner)))

    mine = by_product(found)[till.product]
    verify.holds("something was moved", any(all_totals(mine)), mine)
    verify.equal("positions with a longer period below a shorter one", unordered(found), [])


@clause("workflows/accounts/reset-treasury-totals")
def test_reset_sets_totals_to_zero(world: World, verify: Verifier) -> None:
    """A reset customer may move as much again as the level allows."""
    till = fiat_till(world)
    credited(till)
    paid(till, Decimal(5))

    turn = verify.succeeded(reset(world, "ResetTreasuryLimits", till.owner, till.product))

    found = by_product(rows(till.owner.send("GetAccountPositions", of_account(till.owner))))
    verify.equal("totals", all_totals(found[till.product]), [0] * 6, turn)


@clause("workflows/accounts/event-equals-position")
def test_last_event_shows_what_is_read(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """After a trade, an order and a booking, the last word on each product is the truth."""
    subscribe_account(trader)
    frames(trader)

    trade(rival, trader, floor)
    open_sell(trader, floor)
    booked(world, trader, world.market.product2, AMOUNT)

    told = last_positions(verify.events(trader, "AccountPositionEvent"))
    real = positions(trader)
    verify.holds("both products are told",
                 {world.market.product1, world.market.product2} <= told.keys(), told)
    verify.equal("positions told", told, {product: real[product] for product in told})


@clause("workflows/accounts/event-per-change")
def test_each_change_is_told_once(world: World, trader: Session, verify: Verifier) -> None:
    """A booking, a hold and its reversal are three changes and three events."""
    money = world.market.product2
    row = placed(world, trader, money, Decimal(1))
    subscribe_account(trader)
    frames(trader)

    booked(world, trader, money, AMOUNT)
    hold(world, trader, money)
    reverse(world, row)

    told = verify.events(trader, "AccountPositionEvent")
    found = [lookup(event, "ProductId") for event in told]
    verify.equal("products told of", found, [money] * 3)


@clause("workflows/accounts/conservation")
def test_nothing_is_made_or_lost_inside(
    world: World, operator: Session, trader: Session, rival: Session, floor: Floor,
    verify: Verifier,
) -> None:
    """Trades, holds and two-sided entries leave every sum as it was; a one-sided one does not."""
    money = world.market.product2
    before = sums(all_positions(operator, 0, EVERY))

    trade(rival, trader, floor)
    placed(world, trader, money)
    booked(world, trader, money, AMOUNT, oneSidedTransaction=False,
           counterPartyId=rival.account_id)
    inside = sums(all_positions(operator, 0, EVERY))
    booked(world, trader, money, AMOUNT)

    verify.equal("sums by product", inside, before)
    outside = sums(all_positions(operator, 0, EVERY))
    verify.equal("sum after a one-sided entry", outside[money], before[money] + AMOUNT)


@clause("workflows/accounts/treasury-symbols-exist")
def test_treasury_products_are_products(
    world: World, trader: Session, verify: Verifier
) -> None:
    """What can be paid in and out is in the catalogue under the same symbol."""
    turn = verify.succeeded(trader.send("GetTreasuryProductsForAccount", of_account(trader)))

    found = symbols(turn.value)
    verify.holds("a product is named", bool(found), turn.text, turn)
    catalogue = rows(trader.call("GetProducts", OMSId=world.oms_id))
    known = {lookup(row, "Product") for row in catalogue}
    verify.equal("symbols that are no product's", found - known, set(), turn)


@clause("workflows/accounts/position-symbols")
def test_symbol_and_id_of_a_position_agree(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A client that goes by the symbol reads the same position as one that goes by the id."""
    turn = trader.send("GetAccountPositions", of_account(trader))

    found = {(lookup(row, "productId"), lookup(row, "productSymbol")) for row in rows(turn)}
    catalogue = rows(trader.call("GetProducts", OMSId=world.oms_id))
    known = {(lookup(row, "ProductId"), lookup(row, "Product")) for row in catalogue}
    verify.holds("there are positions", bool(found), turn.text, turn)
    verify.equal("(id, symbol) that no product has", found - known, set(), turn)
