"""Badges: reading which account goes by which short name."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.users.badges import (
    OMS,
    add_badge,
    all_badges,
    badge_names,
    badges_of,
    named,
    new_badge_name,
    put_badge,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, person


@pytest.fixture
def holder(world: World) -> Session:
    """A user whose account has no badge yet."""
    return person(world)


@pytest.fixture
def stranger(world: World) -> Session:
    """Another user, with an account of its own."""
    return person(world)


@clause("users/GetAccountBadges/echo")
def test_every_badge_names_its_account(
    world: World, holder: Session, stranger: Session, verify: Verifier
) -> None:
    """Only badges of the account that was asked for are listed, and they say so."""
    name = add_badge(world, holder.account_id)
    add_badge(world, stranger.account_id)

    rows = badges_of(holder, holder.account_id)

    found = [(lookup(row, "AccountId"), lookup(row, "Badge")) for row in rows]
    verify.equal("(account, badge) by row", found, [(holder.account_id, name)])


@clause("users/GetAccountBadges/several")
def test_account_may_have_several_badges(
    world: World, holder: Session, verify: Verifier
) -> None:
    """Two badges are two rows, each with an id of its own."""
    names = sorted([add_badge(world, holder.account_id), add_badge(world, holder.account_id)])

    rows = badges_of(holder, holder.account_id)

    verify.equal("badges", badge_names(rows), names)
    verify.equal("badge ids", len({lookup(row, "BadgeId") for row in rows}), 2)


@clause("users/GetAccountBadges/scope")
def test_foreign_badges_cannot_be_listed(
    world: World, holder: Session, stranger: Session, verify: Verifier
) -> None:
    """A trader reads badges of his accounts only."""
    add_badge(world, holder.account_id)

    turn = stranger.call("GetAccountBadges", OMSId=OMS, AccountId=holder.account_id)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("users/GetAccountBadges/operator-scope")
def test_operator_lists_badges_of_any_account(
    world: World, holder: Session, verify: Verifier
) -> None:
    """An operator reads an account it has nothing to do with, and reads what its user reads."""
    name = add_badge(world, holder.account_id)

    turn = world.operator.call("GetAccountBadges", OMSId=OMS, AccountId=holder.account_id)

    verify.equal("badges", badge_names(verify.succeeded(turn).value), [name], turn)


@clause("users/GetAllBadges/union")
def test_all_badges_are_those_of_all_accounts(
    world: World, holder: Session, stranger: Session, verify: Verifier
) -> None:
    """What an account lists is in the whole list, and the whole list has nothing it lacks."""
    add_badge(world, holder.account_id)
    add_badge(world, stranger.account_id)

    everything = all_badges(world)

    owners = sorted({int(lookup(row, "AccountId")) for row in everything})
    piecewise = [row for owner in owners for row in badges_of(world.operator, owner)]
    verify.holds(
        "both accounts are in the list",
        {holder.account_id, stranger.account_id} <= set(owners), owners,
    )
    verify.equal("badges of all accounts", badge_names(everything), badge_names(piecewise))


@clause("users/GetAllBadges/inactive-kept")
def test_inactive_badge_stays_listed(
    world: World, holder: Session, verify: Verifier
) -> None:
    """A badge is never deleted: made inactive, it is listed once, and as inactive."""
    name = add_badge(world, holder.account_id)
    badge_id = lookup(named(all_badges(world), name)[0], "BadgeId")

    put_badge(world, holder.account_id, name, badge_id, active=False)

    rows = named(all_badges(world), name)
    found = [(lookup(row, "BadgeId"), lookup(row, "Active")) for row in rows]
    verify.equal("(id, active) of the badge", found, [(badge_id, False)])


@clause("users/GetBadgeAccount/owner")
def test_badge_leads_to_its_account(world: World, holder: Session, verify: Verifier) -> None:
    """A block trade is agreed with a badge: it must lead to the account that bears it."""
    add_badge(world, holder.account_id)
    name = add_badge(world, holder.account_id)

    turn = verify.succeeded(holder.call("GetBadgeAccount", OMSId=OMS, Badge=name))

    found = (turn["AccountId"], turn["Badge"])
    verify.equal("(AccountId, Badge)", found, (holder.account_id, name), turn)


@clause("users/GetBadgeAccount/scope")
def test_foreign_badge_leads_nowhere(
    world: World, holder: Session, stranger: Session, verify: Verifier
) -> None:
    """A trader finds his own accounts only: badges do not give away who is who."""
    name = add_badge(world, holder.account_id)

    turn = stranger.call("GetBadgeAccount", OMSId=OMS, Badge=name)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("users/GetBadgeAccount/operator-scope")
def test_operator_finds_any_account(world: World, holder: Session, verify: Verifier) -> None:
    """An operator finds the account of any badge."""
    name = add_badge(world, holder.account_id)

    turn = verify.succeeded(world.operator.call("GetBadgeAccount", OMSId=OMS, Badge=name))

    verify.equal("AccountId", turn["AccountId"], holder.account_id, turn)


@clause("users/GetBadgeAccount/unknown-badge")
def test_unknown_badge_is_refused(world: World, holder: Session, verify: Verifier) -> None:
    """A badge nobody bears leads to a refusal, not to some account."""
    turn = holder.call("GetBadgeAccount", OMSId=OMS, Badge=new_badge_name(world))

    verify.refused(turn)
