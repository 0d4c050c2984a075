"""Companies: what a new one looks like, and who runs it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.people import company_of, introduction, user_of
from scenarios.apad.vocabulary import (
    ask,
    at_apad,
    companies_by_name,
    company_facts,
    holders,
    new_company,
    new_issuer,
    new_member,
    permissions,
    refused_without_trace,
    role_names,
    roles_at,
    users_by_name,
)

FOUNDERS = ("CreateCompany", "CreateCompanyWithUser", "CreateCompanyWithExistingUser")
RUN_BY_USER = FOUNDERS[1:]
ECHOED = {
    "CompanyName": "companyName", "Country": "country",
    "StateOrProvinceOfIncorporation": "stateOrProvinceOfIncorporation",
    "IncorporationDate": "incorporationDate", "AccountingCurrency": "accountingCurrency",
}


def founders(rule: str, *calls: str) -> pytest.MarkDecorator:
    """One case for each founding call."""
    rows = [clause_case(f"apad/{call}/{rule}", call) for call in calls or FOUNDERS]
    return pytest.mark.parametrize("call", rows)


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


def founding(world: World, call: str, **more: Any) -> dict[str, Any]:
    """The keys with which a call makes a company nobody knows yet."""
    if call == "CreateCompany":
        return company_facts(world, **more)
    if call == "CreateCompanyWithUser":
        return introduction(world, call, **more)
    return company_facts(world, **{"userName": new_member(world).name, **more})


def found(world: World, call: str, **more: Any) -> tuple[dict[str, Any], Turn]:
    """Found a company as platform administrator."""
    keys = founding(world, call, **more)
    return keys, ask(at_apad(world, "platform_admin"), call, **keys)


@founders("echo")
def test_reply_repeats_the_facts(call: str, world: World, verify: Verifier) -> None:
    """What a company states about itself is kept as it was said."""
    keys, turn = found(world, call)

    company = company_of(turn)
    stated = {reply_key: lookup(company, reply_key) for reply_key in ECHOED}
    verify.equal("facts", stated, {reply: keys[sent] for reply, sent in ECHOED.items()}, turn)


@founders("free-date")
@pytest.mark.parametrize("date", ["Spring of 1987", ""])
def test_date_is_free_text(call: str, date: str, world: World, verify: Verifier) -> None:
    """Papers of old companies say what they say; the date is not read."""
    keys, turn = found(world, call, incorporationDate=date)

    verify.equal("IncorporationDate", lookup(company_of(turn), "IncorporationDate"), date, turn)
    listed = companies_by_name(at_apad(world, "platform_admin")).get(keys["companyName"])
    verify.equal("IncorporationDate listed", lookup(listed, "IncorporationDate"), date, turn)


@founders("listed")
def test_new_company_is_listed(call: str, world: World, platform: Session,
                               verify: Verifier) -> None:
    """Whoever may see all companies sees the new one, under the id of the reply."""
    keys, turn = found(world, call)

    listed = companies_by_name(platform).get(keys["companyName"])
    verify.equal(
        "CompanyId listed", lookup(listed, "CompanyId"), lookup(company_of(turn), "CompanyId"), turn
    )


@founders("no-assets")
def test_new_company_has_no_assets(call: str, world: World, verify: Verifier) -> None:
    """Assets are created later, each by a call of its own."""
    _, turn = found(world, call)

    keys = ("AssetNames", "OnExchangeBalancesByAssetName", "OffExchangeBalancesByAssetName")
    values = [lookup(company_of(turn), key) for key in keys]
    verify.holds("assets and balances are empty", not any(values), values, turn)


@founders("off-exchange-empty")
def test_off_exchange_balances_are_empty(call: str, world: World, verify: Verifier) -> None:
    """The key is there for old clients, and says nothing."""
    _, turn = found(world, call)

    balances = lookup(company_of(turn), "OffExchangeBalancesByAssetName", "absent")
    verify.holds("OffExchangeBalancesByAssetName is empty", balances in ({}, []), balances, turn)


@founders("platform-admin-only")
def test_company_admin_founds_nothing(
    call: str, world: World, platform: Session, verify: Verifier
) -> None:
    """Only the platform decides who may issue shares on it."""
    issuer, keys = new_issuer(world), founding(world, call)

    refused_without_trace(verify, platform, issuer.session, call, keys)


@founders("duplicate-name")
def test_taken_name_is_refused(
    call: str, world: World, platform: Session, verify: Verifier
) -> None:
    """Companies are told apart by name alone in every other call."""
    keys = founding(world, call, companyName=new_company(world))

    refused_without_trace(verify, platform, platform, call, keys)


@clause("apad/CreateCompany/no-people")
def test_new_company_is_empty(world: World, verify: Verifier) -> None:
    """Until somebody is appointed, only the platform administrator can act for it."""
    _, turn = found(world, "CreateCompany")

    people = [lookup(company_of(turn), key) for key in ("Roles", "UserNames")]
    verify.equal("Roles and UserNames", people, [[], []], turn)


@founders("two-roles", *RUN_BY_USER)
def test_named_user_has_both_roles(call: str, world: World, verify: Verifier) -> None:
    """Whoever runs a company is shareholder of it too, even without a share."""
    keys, turn = found(world, call)

    company = company_of(turn)
    verify.equal("roles", role_names(company), ["CoAdmin", "CoShareholder"], turn)
    verify.equal("CoAdmin", holders(company, "CoAdmin"), [keys["userName"]], turn)
    verify.equal("CoShareholder", holders(company, "CoShareholder"), [keys["userName"]], turn)


@founders("one-user", *RUN_BY_USER)
def test_named_user_is_alone(call: str, world: World, verify: Verifier) -> None:
    """Nobody else belongs to a company that was just founded."""
    keys, turn = found(world, call)

    verify.equal("UserNames", lookup(company_of(turn), "UserNames"), [keys["userName"]], turn)


@founders("user-permissions", *RUN_BY_USER)
def test_named_user_may_administer(call: str, world: World, verify: Verifier) -> None:
    """The user in the reply has the permissions that go with both roles."""
    _, turn = found(world, call)

    held = permissions(user_of(turn))
    verify.holds("CompanyAdmin and CompanyShareholder are among them",
                 held >= {"CompanyAdmin", "CompanyShareholder"}, held, turn)


@clause("apad/CreateCompanyWithExistingUser/user-exists")
def test_user_must_exist(world: World, platform: Session, verify: Verifier) -> None:
    """A company is not founded for nobody."""
    keys = company_facts(world, userName="no-such-user")

    refused_without_trace(verify, platform, platform, "CreateCompanyWithExistingUser", keys)


@clause("apad/CreateCompanyWithExistingUser/user-made-here")
def test_user_must_be_made_here(world: World, platform: Session, verify: Verifier) -> None:
    """A customer who registered on the exchange is no user of this service."""
    keys = company_facts(world, userName=world.throwaway().username)

    refused_without_trace(verify, platform, platform, "CreateCompanyWithExistingUser", keys)


@clause("apad/CreateCompanyWithExistingUser/keeps-permissions")
def test_user_keeps_what_was_held(world: World, platform: Session, verify: Verifier) -> None:
    """Running one more company takes nothing away, neither roles elsewhere nor global ones."""
    elsewhere = new_company(world)
    agent = new_member(world, "CreateUserAgent", companyName=elsewhere)
    ask(platform, "UpdateUser", userName=agent.name, isInvestor=True)
    before = permissions(users_by_name(platform)[agent.name])

    _, turn = found(world, "CreateCompanyWithExistingUser", userName=agent.name)

    after = user_of(turn)
    verify.holds("earlier permissions stay", permissions(after) >= before, after, turn)
    verify.equal("roles elsewhere", roles_at(after, elsewhere), ["CoAgent"], turn)


@clause("apad/CreateCompanyWithUser/all-or-nothing")
@pytest.mark.parametrize("taken", ["companyName", "userName"])
def test_refusal_leaves_neither_behind(
    taken: str, world: World, platform: Session, verify: Verifier
) -> None:
    """Half of it would block the name for the next attempt."""
    existing = {"companyName": new_company(world), "userName": new_member(world).name}
    keys = introduction(world, "CreateCompanyWithUser", **{taken: existing[taken]})

    refused_without_trace(verify, platform, platform, "CreateCompanyWithUser", keys)
    verify.succeeded(ask(platform, "CreateCompanyWithUser", **{
        **keys, taken: introduction(world, "CreateCompanyWithUser")[taken],
    }))
