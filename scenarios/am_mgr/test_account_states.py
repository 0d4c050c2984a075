"""An account as the asset manager sees it, and as its owner does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from conformance.target.unavailable import Unavailable
from scenarios.am_mgr.vocabulary import (
    amounts,
    asset_state,
    asset_states,
    held,
    hold,
    send_out,
    state_of,
)
from scenarios.oms_orders.vocabulary import own_floor, send
from scenarios.tickets.vocabulary import coin_till
from scenarios.tickets.withdrawing import CONFIRMED, SUBMITTED
from scenarios.users.markets import SELL

NO_TRADING = 3
"""The value of riskType that keeps an account from trading."""


def total(row: Any, key: str) -> Decimal:
    """One figure of a state."""
    return Decimal(str(lookup(row, key, 0)))


@pytest.mark.parametrize(("figure", "rows", "part"), [
    clause_case("am_mgr/AM_GetAccountInfo/total-balance",
                "totalBalance", "balances", "balanceAmount"),
    clause_case("am_mgr/AM_GetAccountInfo/total-hold", "totalHold", "holds", "holdAmount"),
])
def test_total_is_the_sum_of_its_parts(
    world: World, verify: Verifier, figure: str, rows: str, part: str
) -> None:
    """Whoever adds up the parts gets the total, to the last decimal."""
    who, product = held(world)

    state = asset_state(world, who.account_id, product)

    verify.holds(f"{figure} is not nothing", total(state, figure) > 0, state)
    verify.equal(figure, total(state, figure), amounts(lookup(state, rows), part))


@clause("am_mgr/AM_GetAccountInfo/available-balance")
def test_available_is_what_is_not_held(world: World, verify: Verifier) -> None:
    """Available is total less hold, for every asset."""
    who, _ = held(world)

    states = asset_states(world, who.account_id)

    free = [total(row, "availableBalance") for row in states]
    left = [total(row, "totalBalance") - total(row, "totalHold") for row in states]
    verify.equal("available balances", free, left)


@clause("am_mgr/AM_GetAccountInfo/not-negative")
def test_available_is_never_below_nothing(world: World, verify: Verifier) -> None:
    """An account whose every coin is held has nothing to spend, and no debt."""
    who, product = held(world)
    state = asset_state(world, who.account_id, product)
    hold(world, who, product, total(state, "totalBalance") - total(state, "totalHold"))

    free = [total(row, "availableBalance") for row in asset_states(world, who.account_id)]

    verify.equal("the least that is available", min(free), 0)


@clause("am_mgr/AM_GetAccountInfo/nested-ids")
def test_parts_name_account_and_asset(world: World, verify: Verifier) -> None:
    """A row that is copied out of its state still says whose and what it is."""
    who, product = held(world)

    state = asset_state(world, who.account_id, product)

    rows = [*(lookup(state, "holds") or ()), *(lookup(state, "balances") or ())]
    found = {(lookup(row, "accountId"), lookup(row, "assetId")) for row in rows}
    verify.equal("account and asset of every row", found, {(who.account_id, product)})


@clause("am_mgr/AM_GetAccountInfo/hold-quantity")
def test_hold_is_a_quantity_of_its_product(world: World, verify: Verifier) -> None:
    """A hold of one and a half coins reads one and a half, whatever a coin costs."""
    who, product = held(world)

    holds = lookup(asset_state(world, who.account_id, product), "holds")

    verify.equal("the hold", amounts(holds, "holdAmount"), Decimal("1.5"))


@pytest.mark.parametrize(("figure", "shown"), [
    clause_case("am_mgr/AM_GetAccountInfo/balance-agrees", "totalBalance", "Amount"),
    clause_case("am_mgr/AM_GetAccountInfo/hold-agrees", "totalHold", "Hold"),
])
def test_asset_manager_and_owner_see_the_same(
    world: World, verify: Verifier, figure: str, shown: str
) -> None:
    """Two readers of one account must not see two balances."""
    who, product = held(world)

    state = asset_state(world, who.account_id, product)
    turn = who.call("GetAccountPositions", OMSId=world.oms_id, AccountId=who.account_id)

    rows = [row for row in turn.value if lookup(row, "ProductId") == product]
    verify.equal(figure, [total(state, figure)], [total(row, shown) for row in rows], turn)


@clause("am_mgr/AM_GetAccountInfo/confirmed-were-submitted")
def test_confirmed_withdrawals_were_submitted(world: World, verify: Verifier) -> None:
    """Nothing is confirmed that was never sent: of two sent here, the chain knows the first."""
    till = coin_till(world)
    send_out(till, SUBMITTED, CONFIRMED)
    send_out(till, SUBMITTED)

    (balance,) = lookup(asset_state(world, till.account, till.product), "balances")

    submitted, confirmed = (
        {str(number) for number in lookup(balance, key)}
        for key in ("withdrawSubmittedTxIds", "withdrawConfirmedTxIds")
    )
    verify.equal("number of submitted and confirmed", (len(submitted), len(confirmed)), (2, 1))
    verify.holds("the confirmed one was submitted", confirmed <= submitted, balance)


@pytest.mark.parametrize("place", [
    clause_case("am_mgr/AM_GetAccountInfo/frozen-account", "account"),
    clause_case("am_mgr/AM_GetAccountInfo/frozen-asset", "asset"),
])
def test_what_is_frozen_cannot_trade(world: World, verify: Verifier, place: str) -> None:
    """What support has frozen does not move, whoever still has the password."""
    who, product = held(world)
    world.operator.call(
        "UpdateAccount", omsid=world.oms_id, accountId=who.account_id, riskType=NO_TRADING
    )
    state = state_of(world, who.account_id)
    row = state if place == "account" else asset_state(world, who.account_id, product)
    if not lookup(row, "isFrozen"):
        raise Unavailable("riskType NoTrading does not freeze, and no other call does")

    turn = send(who, own_floor(world), SELL)

    verify.equal("status of the order", turn.get("status"), "Rejected", turn)
