"""Verification levels and reconciliation records: defined, read back, deleted."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.accounts.levels import (
    LIMIT_KEYS,
    define,
    defined,
    delete,
    levels,
    limits_of,
    new_level,
    product_limits,
)
from scenarios.accounts.reconciling import OF_PROVIDER, added, figures, records


@clause("workflows/accounts/level-add")
def test_level_reads_back_with_its_limits(world: World, verify: Verifier) -> None:
    """Each limit is read back under its own name: a day is no month, a deposit no withdrawal."""
    level, product = new_level(world), world.market.product2
    limits = {key: Decimal(100 + place) for place, key in enumerate(LIMIT_KEYS)}

    turn = verify.succeeded(
        define(world, level, product_limits(world, level, product, **limits))
    )

    verify.equal("limits", limits_of(levels(world)[level], product), limits, turn)


@clause("workflows/accounts/level-delete")
def test_deleted_level_is_gone_with_all_its_products(world: World, verify: Verifier) -> None:
    """One call removes the level whole, and touches no other level."""
    level, market = new_level(world), world.market
    define(world, level, *(
        product_limits(world, level, product) for product in (market.product1, market.product2)
    ))
    defined(world, market.product1)
    before = levels(world)

    turn = verify.succeeded(delete(world, level))

    verify.holds("the level was listed", before.pop(level, None) is not None, sorted(before))
    verify.equal("levels", levels(world), before, turn)


@clause("workflows/accounts/reconciliation-read-back")
def test_added_record_is_listed(world: World, verify: Verifier) -> None:
    """A record is listed once, with the figures that were sent."""
    record = added(world)

    found = [figures(row) for row in records(world)].count(figures(record))

    verify.equal("records with these figures", found, 1, *world.operator.turns[-1:])


@clause("workflows/accounts/reconciliation-member")
def test_single_record_is_one_of_the_list(
    world: World, operator: Session, verify: Verifier
) -> None:
    """The short way and the long way show the same record."""
    added(world)

    turn = verify.succeeded(operator.send("GetBalanceReconciliationInfo", OF_PROVIDER))

    everything = records(world)
    verify.holds("the record is one of the list", turn.value in everything, turn.text, turn)
