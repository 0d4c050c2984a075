"""Badges over several calls: given, renamed, moved, switched off, and never lost."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.accounts.records import EVERY
from scenarios.accounts.vocabulary import account_ids, listed
from scenarios.users.badges import (
    add_badge,
    all_badges,
    badges_of,
    badges_of_each,
    named,
    new_badge_name,
    put_badge,
)


def badge_id(world: World, name: str) -> int:
    """The id of a badge by its name."""
    return int(lookup(named(all_badges(world), name)[0], "BadgeId"))


@clause("workflows/accounts/badge-read-back")
def test_badge_is_seen_from_all_sides(world: World, trader: Session, verify: Verifier) -> None:
    """The account's list, the whole list and the way back to the account agree."""
    name = add_badge(world, trader.account_id)

    turn = verify.succeeded(
        world.operator.call("GetBadgeAccount", OMSId=world.oms_id, Badge=name)
    )

    verify.equal("AccountId", turn["AccountId"], trader.account_id, turn)
    rows = [named(found, name) for found in (badges_of(trader, trader.account_id),
                                             all_badges(world))]
    verify.equal("rows in the whole list", rows[1], rows[0])
    verify.equal("rows", len(rows[0]), 1)


@clause("workflows/accounts/badge-id")
def test_badge_has_an_id_of_its_own(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """The id is what a badge is changed by."""
    mine = badge_id(world, add_badge(world, trader.account_id))
    add_badge(world, rival.account_id)

    found = [lookup(row, "BadgeId") for row in all_badges(world)]

    verify.holds("the id is above 0", mine > 0, mine)
    verify.equal("badges with that id", found.count(mine), 1)
    verify.equal("different ids", len(set(found)), len(found))


@clause("workflows/accounts/badge-deactivate")
def test_badge_can_be_switched_off(world: World, trader: Session, verify: Verifier) -> None:
    """A badge out of use is still known, as one that is out of use."""
    name = add_badge(world, trader.account_id)

    put_badge(world, trader.account_id, name, badge_id(world, name), active=False)

    found = [lookup(row, "Active") for row in badges_of(trader, trader.account_id)]
    verify.equal("Active", found, [False], *trader.turns[-1:])


@clause("workflows/accounts/badge-edit-in-place")
def test_renamed_badge_is_the_same_badge(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A new name does not make a second badge."""
    number = badge_id(world, add_badge(world, trader.account_id))
    name, known = new_badge_name(world), len(all_badges(world))

    put_badge(world, trader.account_id, name, number)

    rows = badges_of(trader, trader.account_id)
    found = [(lookup(row, "BadgeId"), lookup(row, "Badge")) for row in rows]
    verify.equal("(id, name) of the account's badges", found, [(number, name)])
    verify.equal("badges of all accounts", len(all_badges(world)), known)


@clause("workflows/accounts/badge-never-removed")
def test_no_edit_makes_a_badge_disappear(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Switched off, renamed and moved, its id is listed all the same."""
    name = add_badge(world, trader.account_id)
    number, known = badge_id(world, name), {lookup(r, "BadgeId") for r in all_badges(world)}

    put_badge(world, trader.account_id, name, number, active=False)
    put_badge(world, trader.account_id, new_badge_name(world), number)
    put_badge(world, rival.account_id, new_badge_name(world), number, active=False)

    found = {lookup(row, "BadgeId") for row in all_badges(world)}
    verify.equal("badges missing from the list", known - found, set())


@clause("workflows/accounts/badges-union")
def test_badges_of_all_accounts_are_all_badges(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Collected account by account or at once, the badges are the same."""
    add_badge(world, trader.account_id)
    add_badge(world, rival.account_id, active=False)

    accounts = account_ids(listed(world, 0, EVERY))
    pieces = badges_of_each(world.operator, accounts)

    found, required = ([sorted(str(lookup(row, "Badge")) for row in rows)]
                       for rows in (all_badges(world), pieces))
    verify.equal("badges", found, required)
