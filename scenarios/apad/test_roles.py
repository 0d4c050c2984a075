"""Roles in companies: given, taken, and what stays."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn
from scenarios.apad.people import introduction
from scenarios.apad.vocabulary import (
    Issuer,
    ask,
    at_apad,
    companies_by_name,
    holders,
    made,
    new_company,
    new_issuer,
    new_member,
    permissions,
    refused_without_trace,
    roles_at,
    users_by_name,
)


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


@pytest.fixture
def issuer(world: World) -> Issuer:
    """A company with its only administrator."""
    return new_issuer(world)


def add(session: Session, company: str, user: str, *roles: str) -> Turn:
    """Give a user roles."""
    return ask(session, "UpdateCompanyAddRoles", companyName=company, roleNames=list(roles),
               userName=user)


def remove(session: Session, company: str, user: str, role: str) -> Turn:
    """Take one role."""
    return ask(session, "RemoveUserRole", companyName=company, roleName=role, userName=user)


@clause("apad/UpdateCompanyAddRoles/adds")
def test_added_roles_are_listed(world: World, issuer: Issuer, verify: Verifier) -> None:
    """The reply shows who has which role now."""
    member = new_member(world)

    turn = add(issuer.session, issuer.company, member.name, "CompanyAgent", "CompanyShareholder")

    company = made(turn)
    listed = [member.name in holders(company, role) for role in ("CoAgent", "CoShareholder")]
    verify.equal("listed under both roles", listed, [True, True], turn)


@clause("apad/UpdateCompanyAddRoles/keeps")
def test_earlier_roles_stay(world: World, issuer: Issuer, verify: Verifier) -> None:
    """Adding is no setting: neither the user nor anybody else loses a role."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)

    turn = add(issuer.session, issuer.company, agent.name, "CompanyShareholder")

    company = made(turn)
    verify.equal("CoAgent", holders(company, "CoAgent"), [agent.name], turn)
    verify.equal("CoAdmin", holders(company, "CoAdmin"), [issuer.admin.name], turn)


@clause("apad/UpdateCompanyAddRoles/idempotent")
def test_adding_twice_changes_nothing(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """A request repeated after a time-out must not list anybody twice."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    payload = platform.claimed({})

    with verify.unchanged((platform, "GetUsers", payload), (platform, "GetCompanies", payload)):
        verify.succeeded(add(issuer.session, issuer.company, agent.name, "CompanyAgent"))


@clause("apad/UpdateCompanyAddRoles/admin-is-shareholder")
def test_new_admin_is_shareholder_too(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Shareholder rights come with administering, even without a share."""
    member = new_member(world)

    turn = add(platform, issuer.company, member.name, "CompanyAdmin")

    found = holders(made(turn), "CoShareholder")
    verify.holds("the new administrator is CoShareholder", member.name in found, found, turn)


@clause("apad/UpdateCompanyAddRoles/many-companies")
def test_user_serves_two_companies(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """One person, two companies, each with its own role."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    other = new_company(world)

    verify.succeeded(add(platform, other, agent.name, "CompanyShareholder"))

    user = users_by_name(platform)[agent.name]
    found = [roles_at(user, issuer.company), roles_at(user, other)]
    verify.equal("roles at each company", found, [["CoAgent"], ["CoShareholder"]])


@clause("apad/UpdateCompanyAddRoles/many-roles")
def test_user_has_two_roles(world: World, platform: Session, issuer: Issuer,
                            verify: Verifier) -> None:
    """An agent may hold shares."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)

    verify.succeeded(add(issuer.session, issuer.company, agent.name, "CompanyShareholder"))

    found = roles_at(users_by_name(platform)[agent.name], issuer.company)
    verify.equal("roles", found, ["CoAgent", "CoShareholder"])


@clause("apad/UpdateCompanyAddRoles/own-company-only")
def test_admin_gives_no_roles_elsewhere(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Otherwise any administrator could appoint oneself anywhere."""
    keys = {"companyName": new_issuer(world).company, "roleNames": ["CompanyAdmin"],
            "userName": issuer.admin.name}

    refused_without_trace(verify, platform, issuer.session, "UpdateCompanyAddRoles", keys)


@clause("apad/UpdateCompanyAddRoles/user-made-here")
def test_customer_of_the_exchange_gets_no_role(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Roles are for users whom this service made."""
    keys = {"companyName": issuer.company, "roleNames": ["CompanyAgent"],
            "userName": world.throwaway().username}

    refused_without_trace(verify, platform, platform, "UpdateCompanyAddRoles", keys)


@clause("apad/UpdateCompanyAddRoles/both-vocabularies")
def test_both_names_mean_one_role(world: World, platform: Session, issuer: Issuer,
                                  verify: Verifier) -> None:
    """The pages name roles in two ways; either is understood."""
    members = [new_member(world), new_member(world)]

    verify.succeeded(add(platform, issuer.company, members[0].name, "CoAdmin"))
    verify.succeeded(add(platform, issuer.company, members[1].name, "CompanyAdmin"))

    found = holders(companies_by_name(platform)[issuer.company], "CoAdmin")
    both = {member.name for member in members}
    verify.holds("both are CoAdmin", both <= set(found), found)


@clause("apad/RemoveUserRole/removes-one")
def test_removed_role_is_gone(world: World, issuer: Issuer, verify: Verifier) -> None:
    """Whoever lost a role is not listed under it any more."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)

    turn = remove(issuer.session, issuer.company, agent.name, "CoAgent")

    verify.succeeded(turn)
    verify.equal("CoAgent", holders(made(turn), "CoAgent"), [], turn)


@clause("apad/RemoveUserRole/keeps-others")
def test_other_roles_stay(world: World, platform: Session, issuer: Issuer,
                          verify: Verifier) -> None:
    """Only the role that was named goes, only at the company that was named."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    other = new_company(world)
    add(platform, issuer.company, agent.name, "CompanyShareholder")
    add(platform, other, agent.name, "CompanyAgent")

    verify.succeeded(remove(issuer.session, issuer.company, agent.name, "CoAgent"))

    user = users_by_name(platform)[agent.name]
    found = [roles_at(user, issuer.company), roles_at(user, other)]
    verify.equal("roles left", found, [["CoShareholder"], ["CoAgent"]])


@clause("apad/RemoveUserRole/not-global")
@pytest.mark.parametrize("role", ["MarketMaker", "Investor", "Enabled"])
def test_global_role_is_not_removed(
    role: str, world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Global roles belong to the platform, and go with UpdateUser only."""
    member = new_member(world, isInvestor=True, isMarketMaker=True)
    add(platform, issuer.company, member.name, "CompanyAgent")
    before = permissions(users_by_name(platform)[member.name])

    turn = remove(issuer.session, issuer.company, member.name, role)

    after = permissions(users_by_name(platform)[member.name])
    verify.equal("Permissions", sorted(after), sorted(before), turn)


@clause("apad/RemoveUserRole/own-company-only")
def test_admin_takes_no_roles_elsewhere(
    world: World, platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Otherwise any administrator could depose those of other companies."""
    other = new_issuer(world)
    keys = {"companyName": other.company, "roleName": "CoAdmin", "userName": other.admin.name}

    refused_without_trace(verify, platform, issuer.session, "RemoveUserRole", keys)


@clause("apad/RemoveUserRole/admin-stays-shareholder")
def test_admin_does_not_end_as_no_shareholder(
    platform: Session, issuer: Issuer, verify: Verifier
) -> None:
    """Refused, or the administrator's role goes too: one without the other never stands."""
    turn = remove(platform, issuer.company, issuer.admin.name, "CoShareholder")

    company = companies_by_name(platform)[issuer.company]
    admins, owners = holders(company, "CoAdmin"), holders(company, "CoShareholder")
    verify.holds("every CoAdmin is CoShareholder", set(admins) <= set(owners), company, turn)


@clause("apad/RemoveUserRole/both-vocabularies")
@pytest.mark.parametrize("role", ["CoShareholder", "CompanyShareholder"])
def test_role_is_removed_by_either_name(
    role: str, world: World, issuer: Issuer, verify: Verifier
) -> None:
    """The pages name roles in two ways; either is understood."""
    member = new_member(world, "CreateUserCoShareholder", companyName=issuer.company)

    turn = verify.succeeded(remove(issuer.session, issuer.company, member.name, role))

    left = holders(turn.value, "CoShareholder")
    verify.holds("the user is no CoShareholder", member.name not in left, left, turn)


@clause("apad/RemoveAllCoAdmins/no-admin-left")
def test_no_admin_is_left(world: World, platform: Session, issuer: Issuer,
                          verify: Verifier) -> None:
    """All of them go at once."""
    new_member(world, "CreateCoAdmin", companyName=issuer.company)

    turn = ask(platform, "RemoveAllCoAdmins", companyName=issuer.company)

    verify.succeeded(turn)
    verify.equal("CoAdmin", holders(made(turn), "CoAdmin"), [], turn)


@clause("apad/RemoveAllCoAdmins/keeps-other-roles")
def test_agents_and_shareholders_stay(world: World, platform: Session, issuer: Issuer,
                                      verify: Verifier) -> None:
    """Deposing those who run a company touches nobody else."""
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    owner = new_member(world, "CreateUserCoShareholder", companyName=issuer.company)

    verify.succeeded(ask(platform, "RemoveAllCoAdmins", companyName=issuer.company))

    company = companies_by_name(platform)[issuer.company]
    verify.equal("CoAgent", holders(company, "CoAgent"), [agent.name])
    owners = holders(company, "CoShareholder")
    verify.holds("the shareholder stays", owner.name in owners, owners)


@clause("apad/RemoveAllCoAdmins/platform-admin-only")
def test_admin_cannot_clear_the_house(platform: Session, issuer: Issuer,
                                      verify: Verifier) -> None:
    """Not even that of the own company."""
    keys = {"companyName": issuer.company}

    refused_without_trace(verify, platform, issuer.session, "RemoveAllCoAdmins", keys)


@clause("apad/RemoveAllCoAdmins/admins-lose-control")
def test_deposed_admin_cannot_act(world: World, platform: Session, issuer: Issuer,
                                  verify: Verifier) -> None:
    """Control ends with the reply, in sessions that are open too."""
    verify.succeeded(ask(platform, "RemoveAllCoAdmins", companyName=issuer.company))

    keys = introduction(world, "CreateUserAgent", companyName=issuer.company)
    refused_without_trace(verify, platform, issuer.session, "CreateUserAgent", keys)


@clause("apad/RemoveAllCoAdmins/admin-can-come-back")
def test_admin_is_appointed_again(world: World, platform: Session, issuer: Issuer,
                                  verify: Verifier) -> None:
    """The company is not locked for ever."""
    verify.succeeded(ask(platform, "RemoveAllCoAdmins", companyName=issuer.company))

    turn = verify.succeeded(add(platform, issuer.company, issuer.admin.name, "CompanyAdmin"))

    verify.equal("CoAdmin", holders(turn.value, "CoAdmin"), [issuer.admin.name], turn)
    keys = introduction(world, "CreateUserAgent", companyName=issuer.company)
    verify.succeeded(ask(issuer.session, "CreateUserAgent", **keys))
