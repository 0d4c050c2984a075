"""EditVerificationLevelConfig: the limits of one product at one level."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Turn, lookup
from scenarios.accounts.levels import (
    LIMIT,
    LIMIT_KEYS,
    define,
    defined,
    levels,
    limited_till,
    limits_of,
    new_level,
    product_limits,
)
from scenarios.tickets import depositing, withdrawing

NEW_LIMITS = {key: Decimal(200 + place) for place, key in enumerate(LIMIT_KEYS)}
KEPT = {
    "overLimitRejected": True, "withdrawProcessingDelaySec": 600,
    "depositTicketWorkflow": "Internal", "withdrawTicketWorkflow": "Internal",
}
"""Settings of a level that this call has no keys for."""
REJECTED = ("Rejected", "LimitsRejected")


def edit(world: World, level: int, product: int, **changes: Any) -> Turn:
    """Send EditVerificationLevelConfig as the operator."""
    return world.operator.call(
        "EditVerificationLevelConfig", verificationLevel=level, omsId=world.oms_id,
        productId=product, productName="conformance", **changes,
    )


def others(found: dict[int, Any], level: int, product: int) -> list[Any]:
    """Everything that levels say, except about one product at one level."""
    return [
        row for number, each in sorted(found.items()) for row in lookup(each, "products")
        if (number, lookup(row, "productId")) != (level, product)
    ]


@pytest.mark.parametrize(
    "_",
    [clause_case("products/EditVerificationLevelConfig/effect", ()),
     clause_case("products/EditVerificationLevelConfig/one-row", ())],
)
def test_one_row_changes(world: World, verify: Verifier, _: object) -> None:
    """Limits of one product at one level; its other product and other levels stay."""
    product, neighbour = world.market.product1, world.market.product2
    level = new_level(world)
    define(world, level, *(product_limits(world, level, each) for each in (product, neighbour)))
    defined(world, product)
    before = levels(world)

    turn = verify.succeeded(edit(world, level, product, **NEW_LIMITS))

    after = levels(world)
    verify.equal("limits", limits_of(after[level], product), NEW_LIMITS, turn)
    verify.equal("other rows", others(after, level, product), others(before, level, product), turn)


@clause("products/EditVerificationLevelConfig/keeps-others")
def test_settings_without_a_key_here_stay(world: World, verify: Verifier) -> None:
    """Who raises a limit must not switch off the rejection of what goes beyond it."""
    product = world.market.product2
    level = defined(world, product, **KEPT)

    turn = verify.succeeded(edit(world, level, product, dailyDepositLimit=LIMIT))

    (row,) = lookup(levels(world)[level], "products")
    verify.equal("other settings", {key: lookup(row, key) for key in KEPT}, KEPT, turn)
    verify.equal("dailyDepositLimit", lookup(row, "dailyDepositLimit"), LIMIT, turn)


@clause("products/EditVerificationLevelConfig/auto-withdraw")
def test_withdrawal_up_to_the_new_threshold_needs_nobody(world: World, verify: Verifier) -> None:
    """Up to the threshold as it was edited no operator has to look; above, one has to."""
    till = limited_till(world)
    level = lookup(world.operator.call(
        "GetAccountInfo", omsId=world.oms_id, accountId=till.account).value, "verificationLevel")
    verify.succeeded(edit(world, level, till.product, autoWithdrawThreshold=LIMIT))

    small, large = (withdrawing.status(withdrawing.asked(till, amount))
                    for amount in (LIMIT, LIMIT + 1))

    waiting = {withdrawing.NEW, withdrawing.ADMIN_PROCESSING, withdrawing.PENDING,
               withdrawing.PENDING_2FA}
    verify.equal("waits for approval at and above the threshold",
                 [small in waiting, large in waiting], [False, True], *till.owner.turns[-1:])


@pytest.mark.parametrize("rejects", [True, False])
@clause("products/EditVerificationLevelConfig/over-limit")
def test_level_decides_what_happens_beyond_the_limit(
    world: World, verify: Verifier, rejects: bool
) -> None:
    """The new limit is the line; whether crossing it rejects, the level says."""
    till = limited_till(world, overLimitRejected=rejects)
    level = lookup(world.operator.call(
        "GetAccountInfo", omsId=world.oms_id, accountId=till.account).value, "verificationLevel")
    verify.succeeded(edit(world, level, till.product, dailyDepositLimit=LIMIT))

    found = [depositing.STATUSES[depositing.status(depositing.announced(till, amount))]
             for amount in (LIMIT, Decimal(1))]

    verify.equal(f"rejected at and beyond the limit ({found})",
                 [name in REJECTED for name in found], [False, rejects], *till.owner.turns[-1:])
