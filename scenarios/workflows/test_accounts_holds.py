"""Holds over several calls: placed, listed, added up, given back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.holding import KINDS, every_hold, held_till, spending, sum_by_product
from scenarios.accounts.positions import below_zero, open_sell
from scenarios.accounts.vocabulary import (
    AMOUNT,
    MANUAL_HOLD,
    WITHDRAW_HOLD,
    amount_of,
    funds,
    hold,
    hold_ids,
    holds,
    kind_of,
    of_account,
    placed,
    reads_of,
    reset,
    reverse,
    rows,
    withdraw_holds,
)
from scenarios.margin.vocabulary import cancel, lender, margin_reads, quote, quote_holds, quoted
from scenarios.oms_orders.vocabulary import BUY, SELL, Floor, cancel_all, send, trade
from scenarios.tickets.vocabulary import fiat_till


@clause("workflows/accounts/hold-raises-hold")
def test_hold_raises_what_is_held(world: World, trader: Session, verify: Verifier) -> None:
    """Two holds add up; the amount stays, and so do other products."""
    money, before = world.market.product2, funds(trader)

    verify.succeeded(hold(world, trader, money))
    verify.succeeded(hold(world, trader, money, Decimal("0.5")))

    amount, held = before[money]
    required = {**before, money: (amount, held + AMOUNT + Decimal("0.5"))}
    verify.equal("funds", funds(trader), required, *trader.turns[-1:])


@clause("workflows/accounts/hold-listed")
def test_hold_adds_one_row(world: World, trader: Session, verify: Verifier) -> None:
    """The list is the only place where a hold can be found again, to give it back."""
    known = holds(world, trader)

    verify.succeeded(hold(world, trader, world.market.product2))

    new = [row for row in holds(world, trader) if row not in known]
    found = [(lookup(row, "productId"), kind_of(row), amount_of(row)) for row in new]
    required = [(world.market.product2, MANUAL_HOLD, AMOUNT)]
    verify.equal("(product, kind, amount) of new rows", found, required)


@clause("workflows/accounts/hold-reversed")
def test_reversal_restores_the_position(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A hold that was a mistake leaves no trace in funds and holds."""
    placed(world, trader, world.market.product2, Decimal(1))
    before, known = funds(trader), hold_ids(holds(world, trader))
    row = placed(world, trader, world.market.product2)

    turn = verify.succeeded(reverse(world, row))

    verify.equal("funds", funds(trader), before, turn)
    verify.equal("manual holds", hold_ids(holds(world, trader)), known, turn)


@clause("workflows/accounts/hold-reversed-once")
def test_second_reversal_gives_nothing_back(
    world: World, trader: Session, verify: Verifier
) -> None:
    """Clicked twice, a reversal must not free what something else holds."""
    placed(world, trader, world.market.product2, Decimal(50))
    row = placed(world, trader, world.market.product2)
    verify.succeeded(reverse(world, row))

    with verify.unchanged(*reads_of(world, trader.account_id)):
        reverse(world, row)


@clause("workflows/accounts/hold-sum")
def test_open_holds_add_up_to_what_is_held(
    world: World, floor: Floor, verify: Verifier
) -> None:
    """Orders, withdrawals and operators: every reserved cent has a row that says what for."""
    till = held_till(world)
    send(till.owner, floor, BUY)
    open_sell(till.owner, floor)

    found = sum_by_product(every_hold(world, till.owner))

    required = {product: held for product, (_, held) in funds(till.owner).items() if held}
    verify.equal("sums of open holds by product", found, required)


@clause("workflows/accounts/reset-holds-zero")
def test_reset_leaves_nothing_held(world: World, verify: Verifier) -> None:
    """Afterwards nothing of the product is held, and no row says so."""
    till = held_till(world)

    turn = verify.succeeded(reset(world, "ResetHolds", till.owner, till.product))

    verify.equal("hold", funds(till.owner)[till.product][1], 0, turn)
    found = [row for row in every_hold(world, till.owner)
             if lookup(row, "productId") == till.product]
    verify.equal("open holds of the product", found, [], turn)


@clause("workflows/accounts/reset-holds-other-products")
def test_reset_leaves_other_products_alone(
    world: World, trader: Session, verify: Verifier
) -> None:
    """The reset names one product, and only that one is freed."""
    market = world.market
    placed(world, trader, market.product2)
    kept = placed(world, trader, market.product1, Decimal(1))
    before = funds(trader)

    turn = verify.succeeded(reset(world, "ResetHolds", trader, market.product2))

    verify.equal("(amount, hold) of the other product", funds(trader)[market.product1],
                 before[market.product1], turn)
    verify.equal("manual holds", holds(world, trader), [kept], turn)


@pytest.mark.parametrize(
    "figure",
    [clause_case("workflows/accounts/hold-not-negative", "hold"),
     clause_case("workflows/accounts/amount-not-negative", "amount")],
)
def test_no_figure_falls_below_zero(
    world: World, floor: Floor, rival: Session, verify: Verifier, figure: str
) -> None:
    """After trades, cancels, reversals and a reset, nothing is owed that was never there."""
    till = held_till(world)
    trade(rival, till.owner, floor)
    open_sell(till.owner, floor)
    reverse(world, holds(world, till.owner)[0])
    reset(world, "ResetHolds", till.owner, till.product)
    cancel_all(till.owner)

    turn = till.owner.send("GetAccountPositions", of_account(till.owner))

    verify.equal(f"positions with {figure} below 0", below_zero(rows(turn), figure), [], turn)


@pytest.mark.parametrize(
    "way",
    [clause_case("workflows/accounts/available-limits", "order"),
     clause_case("workflows/accounts/available-limits", "withdrawal")],
)
def test_what_is_held_cannot_be_spent(
    world: World, floor: Floor, verify: Verifier, way: str
) -> None:
    """Held in full, the currency buys nothing and leaves nobody's account; freed, it does."""
    till = fiat_till(world)
    spend = spending(till, floor, way)
    row = placed(world, till.owner, till.product, funds(till.owner)[till.product][0])

    with verify.unchanged(*reads_of(world, till.account)):
        refused = spend()
    verify.succeeded(reverse(world, row))

    found = [answer.get("status") == "Accepted" or answer.get("result") is True
             for answer in (refused, spend())]
    verify.equal("accepted while held and afterwards", found, [False, True], refused)


@clause("workflows/accounts/hold-above-available")
def test_more_than_available_cannot_be_held(
    world: World, trader: Session, verify: Verifier
) -> None:
    """What is held already cannot be held again."""
    money = world.market.product2
    amount, _ = funds(trader)[money]
    placed(world, trader, money)

    with verify.unchanged(*reads_of(world, trader.account_id)):
        verify.refused(hold(world, trader, money, amount))


@pytest.mark.parametrize(
    "amount",
    [clause_case("workflows/accounts/hold-positive", Decimal(0)),
     clause_case("workflows/accounts/hold-positive", Decimal(-5))],
)
def test_hold_needs_an_amount_above_zero(
    world: World, trader: Session, verify: Verifier, amount: Decimal
) -> None:
    """A negative hold would create funds out of nothing."""
    placed(world, trader, world.market.product2, Decimal(50))

    with verify.unchanged(*reads_of(world, trader.account_id)):
        verify.refused(hold(world, trader, world.market.product2, amount))


@clause("workflows/accounts/open-holds-match")
def test_every_row_is_of_the_kind_asked_for(
    world: World, floor: Floor, verify: Verifier
) -> None:
    """Asked for by kind, holds of other kinds and of other accounts do not turn up."""
    till = held_till(world)
    send(till.owner, floor, SELL)

    found = {kind: holds(world, till.owner, kind) for kind in KINDS}

    strays = [row for kind, listed in found.items() for row in listed
              if (kind_of(row), lookup(row, "accountId")) != (kind, till.account)]
    verify.equal("rows of another kind or account", strays, [])
    verify.holds("holds of several kinds are listed",
                 sum(bool(listed) for listed in found.values()) > 1, found)


@clause("workflows/accounts/withdraw-holds-subset")
def test_withdraw_holds_are_among_the_open_holds(world: World, verify: Verifier) -> None:
    """The short list and the long one do not contradict each other."""
    till = held_till(world)

    found = withdraw_holds(world, till.owner)

    known = hold_ids(holds(world, till.owner, WITHDRAW_HOLD))
    verify.holds("a withdrawal is held", bool(found), found)
    verify.equal("rows that GetOpenHolds lacks", set(hold_ids(found)) - set(known), set())


@clause("workflows/accounts/margin-quote-life")
def test_ended_margin_quote_leaves_no_hold(world: World, verify: Verifier) -> None:
    """Rejected or cancelled, an offer to lend reserves nothing any more."""
    who = lender(world)

    with verify.unchanged(*margin_reads(world, who)):
        verify.refused(quote(world, who, quantity=10**12))
        cancel(world, who, quoted(world, who))

    verify.equal("holds for quotes", quote_holds(world, who), [])
