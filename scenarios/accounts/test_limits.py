"""Verification levels: defined, listed, deleted; what they let pass; used-up limits reset."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.levels import (
    LIMIT,
    define,
    defined,
    delete,
    level_reads,
    levels,
    limit_buying,
    limited_till,
    new_level,
    product_limits,
)
from scenarios.accounts.positions import all_totals, by_product
from scenarios.accounts.vocabulary import (
    of_account,
    reads_of,
    reset,
    rows,
    updated,
)
from scenarios.oms_orders.vocabulary import BUY, Floor, send, trade
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.depositing import announced, credited
from scenarios.tickets.vocabulary import Row, Till, coin_till, done, fiat_till
from scenarios.tickets.withdrawing import (
    accepted,
    again,
    asked,
    confirmed,
    decide,
    status,
)

WAITING = frozenset({
    withdrawing.NEW, withdrawing.ADMIN_PROCESSING, withdrawing.PENDING, withdrawing.PENDING_2FA,
})
"""Statuses in which a withdrawal waits for somebody."""
DELAY_S = 600


@clause("accounts/AddVerificationLevelConfig/effect")
def test_level_is_defined_beside_the_others(world: World, verify: Verifier) -> None:
    """The new level has the product that was sent; the levels there were stay as they were."""
    before, level = levels(world), new_level(world)
    limits = product_limits(world, level, world.market.product2, dailyDepositLimit=LIMIT)

    turn = verify.succeeded(define(world, level, limits))

    after = levels(world)
    found = [lookup(row, "productId") for row in lookup(after.pop(level, {}), "products", ())]
    verify.equal("products of the new level", found, [world.market.product2], turn)
    verify.equal("other levels", after, before, turn)


@pytest.mark.parametrize(
    "wrong",
    [clause_case("accounts/AddVerificationLevelConfig/inner-level", {"verificationLevel": 1}),
     clause_case("accounts/AddVerificationLevelConfig/inner-oms", {"omsId": 1_234_567})],
)
def test_product_must_repeat_its_level(
    world: World, verify: Verifier, wrong: dict[str, Any]
) -> None:
    """Limits that contradict the level they stand in are meant for somebody else."""
    level = new_level(world)

    with verify.unchanged(*level_reads(world)):
        turn = define(world, level, product_limits(world, level, world.market.product2, **wrong))

        verify.refused(turn)


def deposited(till: Till, amount: Decimal) -> str:
    """The status of a new deposit, by name."""
    return depositing.STATUSES[depositing.status(announced(till, amount))]


def withdrawn(till: Till, amount: Decimal) -> str:
    """The status of a new withdrawal, by name."""
    return withdrawing.STATUSES[status(asked(till, amount))]


@pytest.mark.parametrize(
    ("key", "move", "rejects"),
    [clause_case(f"accounts/AddVerificationLevelConfig/over-limit-{word}", key, move, rejects)
     for word, rejects in (("rejected", True), ("kept", False))
     for key, move in (("dailyDepositLimit", deposited), ("dailyWithdrawLimit", withdrawn))],
)
def test_level_says_whether_a_limit_rejects(
    world: World, verify: Verifier, key: str, move: Callable[[Till, Decimal], str], rejects: bool
) -> None:
    """Up to the limit all is well; beyond it the level's setting decides."""
    till = limited_till(world, overLimitRejected=rejects, **{key: LIMIT})

    found = [move(till, LIMIT), move(till, Decimal(1))]

    rejected = [name in ("Rejected", "LimitsRejected") for name in found]
    verify.equal(f"rejected at and beyond the limit ({found})", rejected, [False, rejects],
                 *till.owner.turns[-1:])


@clause("accounts/AddVerificationLevelConfig/auto-withdraw")
def test_small_withdrawal_needs_no_approval(world: World, verify: Verifier) -> None:
    """Up to the threshold nobody has to look at it; above, somebody has to."""
    till = limited_till(world, autoWithdrawThreshold=LIMIT)

    small, large = status(asked(till, LIMIT)), status(asked(till, LIMIT + 1))

    verify.equal("waits for approval at and above the threshold",
                 [small in WAITING, large in WAITING], [False, True], *till.owner.turns[-1:])


def pushed(till: Till, ticket: Row) -> int:
    """The status after the withdrawal's processing has had its chance to go on."""
    till.world.deployment.provider("withdrawal", ticket=lookup(ticket, "ticketNumber"))
    return status(again(till, ticket))


@clause("accounts/AddVerificationLevelConfig/withdraw-delay")
def test_withdrawal_waits_its_time(world: World, verify: Verifier) -> None:
    """An accepted withdrawal can still be stopped until the delay has passed."""
    till = limited_till(world, withdrawProcessingDelaySec=DELAY_S)
    ticket = accepted(till)

    at_once = pushed(till, ticket)
    world.deployment.advance_clock((DELAY_S - 10) * 1000)
    before = pushed(till, ticket)
    world.deployment.advance_clock(20_000)
    after = pushed(till, ticket)

    delayed = withdrawing.DELAYED
    verify.equal("delayed at once, before and after the time",
                 [found == delayed for found in (at_once, before, after)], [True, True, False],
                 *till.owner.turns[-3:])


@pytest.mark.parametrize(
    ("inner", "outer"),
    [clause_case("accounts/GetVerificationLevelConfigs/inner-level", "verificationLevel", "level"),
     clause_case("accounts/GetVerificationLevelConfigs/inner-oms", "omsId", "omsId")],
)
def test_products_repeat_what_their_level_says(
    world: World, verify: Verifier, inner: str, outer: str
) -> None:
    """A product's limits can be read without the level around them."""
    mine = defined(world, world.market.product2)
    found = levels(world)

    wrong = [
        (level, product) for level in found.values() for product in lookup(level, "products")
        if lookup(product, inner) != lookup(level, outer)
    ]

    verify.holds("the new level has a product", bool(lookup(found[mine], "products")), found[mine])
    verify.equal("products that say otherwise", wrong, [])


@clause("accounts/GetVerificationLevelConfigs/unique-levels")
def test_no_level_occurs_twice(world: World, operator: Session, verify: Verifier) -> None:
    """Defining a second product of a level does not list the level twice."""
    level = new_level(world)
    define(world, level, product_limits(world, level, world.market.product1))
    define(world, level, product_limits(world, level, world.market.product2))

    turn = verify.succeeded(operator.call("GetVerificationLevelConfigs", OMSId=world.oms_id))

    found = [lookup(row, "level") for row in rows(turn)]
    verify.holds("the level is listed", level in found, found, turn)
    verify.equal("levels", len(set(found)), len(found), turn)


@clause("accounts/DeleteVerificationLevelConfig/effect")
def test_deleted_level_is_gone_and_the_others_stay(world: World, verify: Verifier) -> None:
    """One level less, and every other one as it was."""
    before = levels(world)
    other = defined(world, world.market.product1)
    level = defined(world, world.market.product2)

    turn = verify.succeeded(delete(world, level))

    after = levels(world)
    verify.holds("the other new level is still there", other in after, sorted(after), turn)
    after.pop(other)
    verify.equal("levels", after, before, turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/ResetTradingLimits/effect", ()),
     clause_case("accounts/ResetTradingLimits/instrument-only", ())],
)
def test_reset_lets_the_account_trade_again(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, _: object
) -> None:
    """What was traded no longer counts against the limit; funds and totals stay."""
    level = defined(world, world.market.product2)
    limit_buying(world, level, floor.instrument_id, floor.lots())
    updated(world, trader.account_id, verificationLevel=level)
    trade(rival, trader, floor)
    refused = send(trader, floor, BUY)

    with verify.unchanged(*reads_of(world, trader.account_id), *reads_of(world, rival.account_id)):
        turn = verify.succeeded(reset(world, "ResetTradingLimits", trader, floor.instrument_id))

    again = send(trader, floor, BUY)
    found = [answer.get("status") == "Accepted" for answer in (refused, again)]
    verify.equal("order accepted before and after the reset", found, [False, True],
                 refused, turn, again)


def take_out(till: Till) -> None:
    """Pay a withdrawal; Unavailable when the operator cannot see it through."""
    done(decide(till, "MarkWithdrawTicketAsFullyProcessed", confirmed(till)))


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/ResetTreasuryLimits/effect", ()),
     clause_case("accounts/ResetTreasuryLimits/other-products", ())],
)
def test_reset_clears_the_totals_of_one_product(
    world: World, rival: Session, verify: Verifier, _: object
) -> None:
    """The product's totals are 0 again; another product, amounts and other accounts stay."""
    till = fiat_till(world)
    credited(till)
    take_out(coin_till(world, till.owner))
    before = by_product(rows(till.owner.send("GetAccountPositions", of_account(till.owner))))
    others = (*reads_of(world, rival.account_id), *reads_of(world, till.account, "funds"))

    with verify.unchanged(*others):
        turn = verify.succeeded(reset(world, "ResetTreasuryLimits", till.owner, till.product))

    after = by_product(rows(till.owner.send("GetAccountPositions", of_account(till.owner))))
    verify.holds("there were totals", any(all_totals(before[till.product])), before)
    verify.equal("totals", all_totals(after.pop(till.product)), [0] * 6, turn)
    before.pop(till.product)
    verify.equal("other products", after, before, turn)
