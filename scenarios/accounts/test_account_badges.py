"""AddEditAccountBadge: giving accounts short names."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn, lookup
from scenarios.accounts.vocabulary import ABSENT_ID, reads_of
from scenarios.users.badges import add_badge, all_badges, badges_of, named, new_badge_name


def put(world: World, account_id: int, name: str, badge_id: int = 0) -> Turn:
    """Send AddEditAccountBadge for an active badge."""
    return world.operator.call(
        "AddEditAccountBadge", OMSId=world.oms_id, AccountId=account_id, BadgeId=badge_id,
        Badge=name, Active=True,
    )


def figures(row: Any) -> tuple[Any, ...]:
    """What a badge row says, without its id."""
    return tuple(lookup(row, key) for key in ("AccountId", "Badge", "Active"))


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/AddEditAccountBadge/effect", ()),
     clause_case("accounts/AddEditAccountBadge/done-on-success", ())],
)
def test_badge_is_there_when_the_reply_arrives(
    world: World, trader: Session, rival: Session, verify: Verifier, _: object
) -> None:
    """Success means done: the very next read shows the badge, and others are as they were."""
    add_badge(world, rival.account_id)
    name = new_badge_name(world)
    others = (*reads_of(world, trader.account_id, "badges"), *reads_of(world, rival.account_id))

    with verify.unchanged(*others):
        turn = verify.succeeded(put(world, trader.account_id, name))

    found = [figures(row) for row in badges_of(world.operator, trader.account_id)]
    verify.equal("badges", found, [(trader.account_id, name, True)], turn)


@clause("accounts/AddEditAccountBadge/zero-adds")
def test_badge_id_zero_adds(world: World, trader: Session, verify: Verifier) -> None:
    """Sent twice with 0, two badges exist; each can be addressed by an id of its own."""
    names = sorted([new_badge_name(world), new_badge_name(world)])

    verify.succeeded(put(world, trader.account_id, names[0]))
    verify.succeeded(put(world, trader.account_id, names[1]))

    found = badges_of(world.operator, trader.account_id)
    ids = {int(lookup(row, "BadgeId")) for row in found}
    verify.equal("badges", sorted(lookup(row, "Badge") for row in found), names)
    verify.holds("two ids above 0", len(ids) == len(names) and min(ids) > 0, ids)


@clause("accounts/AddEditAccountBadge/unknown-account")
def test_badge_needs_an_account(world: World, verify: Verifier) -> None:
    """A badge of nobody would lead block trades nowhere."""
    name = new_badge_name(world)

    turn = put(world, ABSENT_ID, name)

    verify.refused(turn)
    verify.equal("badges of that name", named(all_badges(world), name), [], turn)
