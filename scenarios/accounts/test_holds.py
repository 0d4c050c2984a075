"""Holds: put on by hand or by withdrawals, listed, given back one by one or all at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.holding import CAUSES, Cause, held_till
from scenarios.accounts.levels import LIMIT, limited_till
from scenarios.accounts.vocabulary import (
    AMOUNT,
    MANUAL_HOLD,
    WITHDRAW_HOLD,
    amount_of,
    funds,
    hold,
    hold_id,
    hold_ids,
    holds,
    kind_of,
    placed,
    reads_of,
    reset,
    reversal,
    reverse,
    withdraw_holds,
)
from scenarios.tickets.withdrawing import asked, total
from scenarios.users.accounts_heard import last_positions, positions
from scenarios.users.markets import frames, subscribe_account


@clause("accounts/AddAccountHold/effect")
def test_hold_reserves_and_moves_nothing(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """That much more is held of the one product; amounts and other accounts stay."""
    money, before = world.market.product2, funds(trader)
    others = (*reads_of(world, rival.account_id),
              *reads_of(world, trader.account_id, "funds", "holds"))

    with verify.unchanged(*others):
        turn = verify.succeeded(hold(world, trader, money))

    amount, held = before[money]
    verify.equal("funds", funds(trader), {**before, money: (amount, held + AMOUNT)}, turn)
    verify.equal("manual holds", [amount_of(row) for row in holds(world, trader)], [AMOUNT])


@clause("accounts/AddAccountHold/manual-kind")
def test_hold_is_listed_as_manual(world: World, trader: Session, verify: Verifier) -> None:
    """An operator tells holds by hand from those of orders and withdrawals by their kind."""
    verify.succeeded(hold(world, trader, world.market.product2))

    found = [(lookup(row, "productId"), kind_of(row)) for row in holds(world, trader)]

    required = [(world.market.product2, MANUAL_HOLD)]
    verify.equal("(product, kind)", found, required, *world.operator.turns[-1:])


@clause("accounts/AddAccountHold/threshold")
def test_withdrawal_above_the_threshold_is_held(world: World, verify: Verifier) -> None:
    """What waits for approval cannot be spent meanwhile, without anybody placing the hold."""
    till = limited_till(world, autoWithdrawThreshold=LIMIT)
    amount, held = funds(till.owner)[till.product]

    ticket = asked(till, LIMIT + 1)

    found = [(lookup(row, "productId"), amount_of(row))
             for row in withdraw_holds(world, till.owner)]
    verify.equal("(product, amount) held for withdrawals", found,
                 [(till.product, total(ticket))])
    verify.equal("(amount, hold)", funds(till.owner)[till.product],
                 (amount, held + total(ticket)))


@pytest.mark.parametrize(
    "cause",
    [clause_case("accounts/AddAccountHold/events", CAUSES["AddAccountHold"]),
     clause_case("accounts/ReverseAccountHold/events", CAUSES["ReverseAccountHold"]),
     clause_case("accounts/ReverseWithdrawHold/events", CAUSES["ReverseWithdrawHold"]),
     clause_case("accounts/ResetHolds/events", CAUSES["ResetHolds"])],
)
def test_owner_hears_of_holds(world: World, verify: Verifier, cause: Cause) -> None:
    """What the event tells of the position is what a reader then reads."""
    till = held_till(world)
    act = cause(world, till)
    subscribe_account(till.owner)
    frames(till.owner)

    verify.succeeded(act())

    told = last_positions(verify.events(till.owner, "AccountPositionEvent"))
    verify.holds("the product's position is told", till.product in told, told)
    real = positions(till.owner)
    verify.equal("positions told", told, {product: real[product] for product in told})


@clause("accounts/ReverseAccountHold/effect")
def test_one_hold_is_given_back(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """The hold named is gone and its amount is free; another hold and other accounts stay."""
    money = world.market.product2
    other = placed(world, trader, money, Decimal(3))
    before = funds(trader)
    row = placed(world, trader, money)
    others = (*reads_of(world, rival.account_id),
              *reads_of(world, trader.account_id, "funds", "holds"))

    with verify.unchanged(*others):
        turn = verify.succeeded(reverse(world, row))

    verify.equal("funds", funds(trader), before, turn)
    verify.equal("manual holds", hold_ids(holds(world, trader)), [hold_id(other)], turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/ReverseWithdrawHold/effect", ()),
     clause_case("accounts/ReverseWithdrawHold/releases", ())],
)
def test_hold_of_a_withdrawal_is_given_back(
    world: World, operator: Session, rival: Session, verify: Verifier, _: object
) -> None:
    """The withdrawal's hold is gone and its amount is free; a manual hold and others stay."""
    till = held_till(world)
    row = withdraw_holds(world, till.owner)[0]
    amount, held = funds(till.owner)[till.product]
    others = (*reads_of(world, rival.account_id), *reads_of(world, till.account, "funds"))

    with verify.unchanged(*others):
        turn = verify.succeeded(operator.send(
            "ReverseWithdrawHold", reversal(row, WITHDRAW_HOLD)
        ))

    verify.equal("(amount, hold)", funds(till.owner)[till.product],
                 (amount, held - amount_of(row)), turn)
    verify.equal("holds for withdrawals", withdraw_holds(world, till.owner), [], turn)


@clause("accounts/GetOpenHolds/account")
def test_every_hold_names_the_account(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Only holds of the account asked for are listed."""
    placed(world, trader, world.market.product2)
    placed(world, rival, world.market.product2)

    found = [[lookup(row, "accountId") for row in holds(world, who)] for who in (trader, rival)]

    verify.equal("accountId of the rows", found, [[trader.account_id], [rival.account_id]])


@clause("accounts/ResetHolds/effect")
def test_reset_gives_back_every_hold_of_one_product(
    world: World, rival: Session, verify: Verifier
) -> None:
    """Whatever a hold was for, the product is free; another product and other accounts stay."""
    till = held_till(world)
    other = next(p for p in (world.market.product1, world.market.product2) if p != till.product)
    placed(world, till.owner, other, Decimal(1))
    before = funds(till.owner)
    others = (*reads_of(world, rival.account_id), *reads_of(world, till.account, "funds", "holds"))

    with verify.unchanged(*others):
        turn = verify.succeeded(reset(world, "ResetHolds", till.owner, till.product))

    required = {**before, till.product: (before[till.product][0], Decimal(0))}
    verify.equal("funds", funds(till.owner), required, turn)
