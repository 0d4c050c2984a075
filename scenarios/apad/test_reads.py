"""Who sees which users, companies and assets, and that the three lists agree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.apad.vocabulary import (
    ask,
    assets_by_name,
    at_apad,
    companies_by_name,
    company_balance,
    grant,
    holders,
    label,
    log_in,
    made,
    new_asset,
    new_company,
    new_issuer,
    new_member,
    new_stock,
    roles_at,
    total_issued,
    users_by_name,
)


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


@clause("apad/GetCompanies/platform-admin-sees-all")
def test_platform_sees_companies_of_everybody(world: World, platform: Session,
                                              verify: Verifier) -> None:
    """Companies that others run, and one that nobody runs, are all there."""
    names = {new_issuer(world).company, new_company(world)}
    lent = set(companies_by_name(at_apad(world, "company_admin")))

    seen = set(companies_by_name(platform))

    verify.holds("every company is listed", seen >= names | lent, sorted(seen))


@clause("apad/GetCompanies/own-companies-only")
@pytest.mark.parametrize(
    "call", ["CreateCoAdmin", "CreateUserAgent", "CreateUserCoShareholder"]
)
def test_members_see_their_companies(call: str, world: World, verify: Verifier) -> None:
    """Whatever the role: the own company, and no other."""
    company = new_company(world)
    new_company(world)
    member = new_member(world, call, companyName=company)

    seen = companies_by_name(log_in(world, member).via("apad"))

    verify.equal("companies", sorted(seen), [company])


@clause("apad/GetCompanies/roles-among-users")
def test_everybody_with_a_role_is_a_user(world: World, platform: Session,
                                         verify: Verifier) -> None:
    """UserNames is the whole list; the roles say what each of them is."""
    company = new_issuer(world).company
    new_member(world, "CreateUserAgent", companyName=company)
    new_member(world, "CreateUserCoShareholder", companyName=company)

    rows = companies_by_name(platform).values()

    missing = [
        lookup(row, "CompanyName") for row in rows
        if not set(holders(row, "CoAdmin") + holders(row, "CoAgent")
                   + holders(row, "CoShareholder")) <= set(lookup(row, "UserNames", []))
    ]
    verify.equal("companies with a role of somebody unlisted", missing, [])


@clause("apad/GetCompanies/admins-are-shareholders")
def test_every_admin_is_shareholder(world: World, platform: Session, verify: Verifier) -> None:
    """The rule stands however the administrator was appointed."""
    company, founded = new_issuer(world).company, new_company(world)
    made(ask(platform, "UpdateCompanyAddRoles", companyName=founded, roleNames=["CompanyAdmin"],
             userName=new_member(world).name))

    rows = companies_by_name(platform)

    broken = [name for name, row in rows.items()
              if not set(holders(row, "CoAdmin")) <= set(holders(row, "CoShareholder"))]
    verify.equal("companies with an administrator who is no shareholder", broken, [])
    appointed = [bool(holders(rows[name], "CoAdmin")) for name in (company, founded)]
    verify.equal("both companies have one", appointed, [True, True])


@clause("apad/GetCompanies/agrees-with-users")
def test_companies_and_users_agree(world: World, platform: Session, verify: Verifier) -> None:
    """The same fact read from either side."""
    company = new_issuer(world).company
    new_member(world, "CreateUserAgent", companyName=company)

    row, users = companies_by_name(platform)[company], users_by_name(platform)

    by_user = {
        role: sorted(name for name, user in users.items() if role in roles_at(user, company))
        for role in ("CoAdmin", "CoAgent", "CoShareholder")
    }
    by_company = {role: holders(row, role) for role in by_user}
    verify.equal("holders by role", by_company, by_user)


@clause("apad/GetCompanies/short-asset-names")
def test_assets_stand_by_short_name(world: World, platform: Session, verify: Verifier) -> None:
    """The short name is the one every other call asks for."""
    company = new_company(world)
    asset = new_asset(world, company)

    row = companies_by_name(platform)[company]

    verify.equal("AssetNames", lookup(row, "AssetNames"), [asset])


@clause("apad/GetCompanies/off-exchange-empty")
def test_off_exchange_balances_are_empty(world: World, platform: Session,
                                         verify: Verifier) -> None:
    """Deprecated and always empty, also for a company with assets."""
    stock = new_stock(world)

    rows = companies_by_name(platform)

    filled = [name for name, row in rows.items()
              if lookup(row, "OffExchangeBalancesByAssetName", {}) not in ({}, [])]
    verify.holds("the company is listed", stock.company in rows, sorted(rows))
    verify.equal("companies with such balances", filled, [])


@clause("apad/GetAssets/platform-admin-sees-all")
def test_platform_sees_every_asset(world: World, platform: Session, verify: Verifier) -> None:
    """Assets of different companies, those of others among them."""
    names = {new_asset(world, new_company(world)), new_asset(world, new_issuer(world).company)}
    lent = set(assets_by_name(at_apad(world, "company_admin")))

    seen = set(assets_by_name(platform))

    verify.holds("every asset is listed", seen >= names | lent, sorted(seen))


@clause("apad/GetAssets/own-companies-only")
@pytest.mark.parametrize(
    "call", ["CreateCoAdmin", "CreateUserAgent", "CreateUserCoShareholder"]
)
def test_members_see_assets_of_their_companies(call: str, world: World, verify: Verifier) -> None:
    """The assets of the own company, and nobody else's."""
    company = new_company(world)
    asset = new_asset(world, company)
    new_asset(world, new_company(world))
    member = new_member(world, call, companyName=company)

    seen = assets_by_name(log_in(world, member).via("apad"))

    verify.equal("assets", sorted(seen), [asset])


@clause("apad/GetAssets/total-on-exchange")
def test_total_counts_granted_and_kept(world: World, platform: Session, verify: Verifier) -> None:
    """What was granted and what the company kept are the total together."""
    stock, member = new_stock(world, 500), new_member(world)
    before = total_issued(platform, stock.asset)

    made(ask(stock.session, "TransferAsset", **grant(stock, member.name, Decimal(120))))

    kept = company_balance(platform, stock.company, stock.asset)
    verify.equal("TotalIssued", total_issued(platform, stock.asset), before)
    verify.holds("it counts what was granted", before >= kept + 120, f"{before} and {kept}")


@pytest.mark.parametrize(("key", "required"), [
    clause_case("apad/GetAssets/decimals-zero", "Decimals", 0),
    clause_case("apad/GetAssets/empty-comments", "BoardApprovalDate", ""),
    clause_case("apad/GetAssets/empty-comments", "Comments", ""),
])
def test_deprecated_keys_say_nothing(key: str, required: object, world: World, platform: Session,
                                     verify: Verifier) -> None:
    """Whatever was sent when the asset was created."""
    name = label(world, "A")
    made(ask(platform, "CreateAsset", assetName=name, assetFullName="Shares", decimals=3,
             companyName=new_company(world), boardApprovalDate="1987", comments="words"))

    found = lookup(assets_by_name(platform)[name], key)

    verify.equal(key, found, required)


@clause("apad/GetUserFromSession/own-user")
@pytest.mark.parametrize("persona", ["platform_admin", "company_admin", "shareholder", "trader"])
def test_session_tells_its_user(persona: str, world: World, verify: Verifier) -> None:
    """Any user of the exchange can ask who a session belongs to."""
    session = at_apad(world, persona)

    turn = verify.succeeded(ask(session, "GetUserFromSession"))

    verify.equal("ExternalId", int(turn["ExternalId"]), session.user_id, turn)


@clause("apad/GetUserFromSession/platform-admin-any-session")
def test_platform_asks_about_another_session(world: World, platform: Session,
                                             verify: Verifier) -> None:
    """On the connection of the platform, with the session of somebody else."""
    other = at_apad(world, "shareholder")

    turn = verify.succeeded(platform.call("GetUserFromSession", sessionId=other.token))

    verify.equal("ExternalId", int(turn["ExternalId"]), other.user_id, turn)


@clause("apad/GetUserFromSession/exchange-session")
def test_session_of_a_new_login_is_accepted(world: World, verify: Verifier) -> None:
    """Logging in to the exchange is the only way to get a session for this service."""
    session = log_in(world, new_member(world))

    turn = verify.succeeded(ask(session.via("apad"), "GetUserFromSession"))

    verify.equal("UserName", turn.get("UserName"), session.username, turn)


@clause("apad/GetUsers/platform-admin-sees-all")
def test_platform_sees_every_user(world: World, platform: Session, verify: Verifier) -> None:
    """Users of any company and of none."""
    names = {new_member(world).name, new_issuer(world).admin.name}
    lent = {at_apad(world, persona).username for persona in ("company_admin", "shareholder")}

    seen = set(users_by_name(platform))

    verify.holds("every user is listed", seen >= names | lent, sorted(names | lent - seen))


@clause("apad/GetUsers/own-company-users")
def test_admin_sees_the_own_people(world: World, verify: Verifier) -> None:
    """Everybody with a role in the company, and the administrator too."""
    issuer = new_issuer(world)
    people = {
        issuer.admin.name,
        new_member(world, "CreateUserAgent", companyName=issuer.company).name,
        new_member(world, "CreateUserCoShareholder", companyName=issuer.company).name,
    }

    seen = set(users_by_name(issuer.session))

    verify.holds("everybody is listed", people <= seen, sorted(seen))


@clause("apad/GetUsers/holders-of-own-assets")
def test_admin_sees_who_holds_shares(world: World, verify: Verifier) -> None:
    """A holder belongs to the company's list without any role in it."""
    stock, member = new_stock(world), new_member(world)
    before = set(users_by_name(stock.session))

    made(ask(stock.session, "TransferAsset", **grant(stock, member.name, Decimal(1))))

    seen = set(users_by_name(stock.session))
    verify.equal("listed before and after", [member.name in before, member.name in seen],
                 [False, True])


@clause("apad/GetUsers/no-strangers")
def test_admin_sees_nobody_else(world: World, verify: Verifier) -> None:
    """Neither people of other companies nor people of none."""
    issuer = new_issuer(world)
    strangers = {new_member(world).name, new_issuer(world).admin.name}

    seen = set(users_by_name(issuer.session))

    verify.holds("no stranger is listed", not strangers & seen, sorted(seen))
    verify.equal("users", sorted(seen), [issuer.admin.name])
