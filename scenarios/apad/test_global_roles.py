"""UpdateUser: global roles are set and taken one by one, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.people import user_of
from scenarios.apad.vocabulary import (
    Member,
    ask,
    at_apad,
    label,
    new_company,
    new_issuer,
    new_member,
    permissions,
    refused_without_trace,
    roles_at,
    users_by_name,
)

FLAGS = {"isEnabled": "Enabled", "isInvestor": "Investor", "isMarketMaker": "MarketMaker",
         "isPlatformAdmin": "PlatformAdmin"}


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


def update(session: Session, member: Member, **keys: object) -> Turn:
    """One update."""
    return ask(session, "UpdateUser", userName=member.name, **keys)


@clause("apad/UpdateUser/sets-roles")
@pytest.mark.parametrize("flag", FLAGS)
def test_true_sets_the_role(flag: str, world: World, platform: Session, verify: Verifier) -> None:
    """A user grows into a role without being made anew."""
    member = new_member(world, isEnabled=False)

    turn = update(platform, member, **{flag: True})

    verify.equal("Permissions", sorted(permissions(user_of(turn))), [FLAGS[flag]], turn)


@clause("apad/UpdateUser/removes-roles")
@pytest.mark.parametrize("flag", FLAGS)
def test_false_takes_the_role(flag: str, world: World, platform: Session, verify: Verifier) -> None:
    """This call is the only one that takes a global role away."""
    flags: dict[str, Any] = dict.fromkeys(FLAGS, True)
    member = new_member(world, **flags)

    turn = update(platform, member, **{flag: False})

    left = sorted(set(FLAGS.values()) - {FLAGS[flag]})
    verify.equal("Permissions", sorted(permissions(user_of(turn))), left, turn)


@clause("apad/UpdateUser/omitted-unchanged")
def test_omitted_flag_changes_nothing(world: World, platform: Session, verify: Verifier) -> None:
    """Changing the e-mail address must not disable anybody."""
    member = new_member(world, isInvestor=True, isMarketMaker=True)

    turn = update(platform, member, email=f"{label(world, 'new-')}@example.com")

    found = sorted(permissions(user_of(turn)))
    verify.equal("Permissions", found, ["Enabled", "Investor", "MarketMaker"], turn)


@clause("apad/UpdateUser/keeps-company-roles")
def test_company_roles_stay(world: World, platform: Session, verify: Verifier) -> None:
    """Global roles and company roles are two things."""
    company = new_company(world)
    agent = new_member(world, "CreateUserAgent", companyName=company)

    turn = update(platform, agent, isInvestor=True, isEnabled=False)

    verify.equal("roles at the company", roles_at(user_of(turn), company), ["CoAgent"], turn)


@clause("apad/UpdateUser/keeps-name")
def test_name_stays(world: World, platform: Session, verify: Verifier) -> None:
    """The name finds the user; a key that looks like a new name is ignored."""
    member = new_member(world)

    turn = update(platform, member, isInvestor=True, newUserName=label(world, "renamed-"))

    verify.equal("UserName", lookup(user_of(turn), "UserName"), member.name, turn)
    listed = users_by_name(platform).get(member.name)
    verify.equal("ExternalId", int(lookup(listed, "ExternalId", 0)), member.user_id, turn)


@clause("apad/UpdateUser/unique-email")
def test_taken_email_is_refused(world: World, platform: Session, verify: Verifier) -> None:
    """Nobody takes over an account by claiming its address."""
    keys = {"userName": new_member(world).name, "email": new_member(world).email}

    refused_without_trace(verify, platform, platform, "UpdateUser", keys)


@clause("apad/UpdateUser/admin-makes-no-platform-admin")
def test_company_admin_makes_no_platform_admin(world: World, platform: Session,
                                               verify: Verifier) -> None:
    """Whether refused or ignored: a company cannot lift its people above all companies."""
    issuer = new_issuer(world)
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)

    turn = update(issuer.session, agent, isPlatformAdmin=True)

    held = permissions(users_by_name(platform)[agent.name])
    verify.holds("the user is no PlatformAdmin", "PlatformAdmin" not in held, held, turn)


@clause("apad/UpdateUser/own-users-only")
def test_admin_updates_own_users_only(world: World, platform: Session, verify: Verifier) -> None:
    """The users of another company are none of this one's business."""
    issuer = new_issuer(world)
    own = new_member(world, "CreateUserAgent", companyName=issuer.company)
    foreign = new_member(world, "CreateUserAgent", companyName=new_issuer(world).company)

    verify.succeeded(update(issuer.session, own, isInvestor=True))
    keys = {"userName": foreign.name, "isInvestor": True}
    refused_without_trace(verify, platform, issuer.session, "UpdateUser", keys)


@clause("apad/UpdateUser/optional-email")
def test_email_can_be_left_out(world: World, platform: Session, verify: Verifier) -> None:
    """The address stays as it was."""
    member = new_member(world)

    turn = verify.succeeded(update(platform, member, isInvestor=True))

    verify.equal("Email", lookup(user_of(turn), "Email"), member.email, turn)
