"""Users made by the private shares service: names, flags, and when they become active."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.apad.people import (
    CREATORS,
    IN_COMPANY,
    as_member,
    can_log_in,
    introduce,
    introduction,
    user_of,
)
from scenarios.apad.vocabulary import (
    ask,
    at_apad,
    log_in,
    new_issuer,
    new_member,
    newcomer,
    permissions,
    refused_without_trace,
    roles_at,
    users_by_name,
)


def creators(rule: str, *calls: str) -> pytest.MarkDecorator:
    """One case for each creating call."""
    rows = [clause_case(f"apad/{call}/{rule}", call) for call in calls or CREATORS]
    return pytest.mark.parametrize("call", rows)


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


@creators("unique-name")
def test_taken_name_is_refused(
    call: str, world: World, platform: Session, verify: Verifier
) -> None:
    """Two users of one name could log in as each other."""
    keys = introduction(world, call, userName=new_member(world).name)

    refused_without_trace(verify, platform, platform, call, keys)


@creators("unique-email")
def test_taken_email_is_refused(
    call: str, world: World, platform: Session, verify: Verifier
) -> None:
    """The e-mail address is where passwords are reset: it belongs to one user."""
    keys = introduction(world, call, email=new_member(world).email)

    refused_without_trace(verify, platform, platform, call, keys)


@creators("no-password")
def test_password_never_comes_back(call: str, world: World, verify: Verifier) -> None:
    """Whoever reads a log of replies must not find a password in it."""
    keys, turn = introduce(world, call)

    verify.succeeded(turn)
    raw = turn.reply.raw if turn.reply else ""
    verify.holds("the reply has no password", keys["password"] not in raw, "it has", turn)


@creators("external-id")
def test_external_id_is_the_exchanges_user_id(call: str, world: World, verify: Verifier) -> None:
    """The id joins the two services: everything on the exchange is asked with it."""
    keys, turn = introduce(world, call)

    user_id = int(lookup(user_of(turn), "ExternalId"))
    found = world.operator.call("GetUserInfo", OMSId=world.oms_id, UserId=user_id)
    verify.equal("UserName on the exchange", found.get("UserName"), keys["userName"], turn, found)


@creators("enabled-listed")
def test_enabled_user_is_listed_so(call: str, world: World, verify: Verifier) -> None:
    """The Enabled permission tells that no confirmation is awaited."""
    _, turn = introduce(world, call, isEnabled=True)

    held = permissions(user_of(turn))
    verify.holds("Permissions contain Enabled", "Enabled" in held, held, turn)


@creators("enabled-absent")
def test_others_are_not_enabled(call: str, world: World, verify: Verifier) -> None:
    """Neither a false flag nor one left out enables anybody."""
    _, off = introduce(world, call, isEnabled=False)
    _, left_out = introduce(world, call)

    held = permissions(user_of(off)) | permissions(user_of(left_out))
    verify.holds("Permissions lack Enabled", "Enabled" not in held, held, off, left_out)


@creators("verify-first")
def test_user_confirms_the_address_first(call: str, world: World, verify: Verifier) -> None:
    """Until the address is confirmed nobody can act with it; afterwards its owner can."""
    keys, turn = introduce(world, call, isEnabled=False)
    early = can_log_in(world, keys)

    world.anonymous.call(
        "ConfirmUserEmail", UserId=as_member(keys, turn).user_id,
        VerifyEmailCode=world.deployment.mail_code(keys["email"]),
    )

    late = can_log_in(world, keys)
    verify.equal("Authenticated before", early.get("Authenticated"), False, turn, early)
    verify.equal("Authenticated after", late.get("Authenticated"), True, turn, late)


@creators("active-at-once")
def test_enabled_user_acts_at_once(call: str, world: World, verify: Verifier) -> None:
    """An enabled user logs in to the exchange and is known here by that session."""
    keys, turn = introduce(world, call, isEnabled=True)

    first = can_log_in(world, keys)
    verify.equal("Authenticated", first.get("Authenticated"), True, turn, first)
    session = log_in(world, as_member(keys, turn)).via("apad")
    known = verify.succeeded(ask(session, "GetUserFromSession"))
    verify.equal("UserName", known.get("UserName"), keys["userName"], known)


@creators("company-exists", *IN_COMPANY)
def test_company_must_exist(call: str, world: World, platform: Session, verify: Verifier) -> None:
    """A user of a company that is not there would be a user of nothing."""
    keys = introduction(world, call, companyName="No such company")

    refused_without_trace(verify, platform, platform, call, keys)


@creators("listed", *IN_COMPANY)
def test_new_user_is_listed(call: str, world: World, platform: Session, verify: Verifier) -> None:
    """Who was made is found again, with the roles that the reply gave."""
    keys, turn = introduce(world, call)

    listed = users_by_name(platform).get(keys["userName"])
    company = keys["companyName"]
    required = roles_at(user_of(turn), company)
    verify.holds("the reply gives a role", bool(required), turn.text, turn)
    verify.equal("roles listed", roles_at(listed, company), required, turn)


@creators("own-company-only", "CreateUserAgent", "CreateUserCoShareholder")
def test_admin_makes_users_of_the_own_company_only(
    call: str, world: World, platform: Session, verify: Verifier
) -> None:
    """A company decides itself who is in it."""
    stranger = new_issuer(world)
    verify.succeeded(ask(
        stranger.session, call, **introduction(world, call, companyName=stranger.company)
    ))

    refused_without_trace(verify, platform, stranger.session, call, introduction(world, call))


OWN_ROLES = {
    "CreateCoAdmin": ({"CompanyAdmin", "CompanyShareholder"}, ["CoAdmin", "CoShareholder"]),
    "CreateUserAgent": ({"CompanyAgent"}, ["CoAgent"]),
    "CreateUserCoShareholder": ({"CompanyShareholder"}, ["CoShareholder"]),
}
COMPANY_PERMISSIONS = {"CompanyAdmin", "CompanyShareholder", "CompanyAgent"}


@creators("permissions", *IN_COMPANY)
def test_permissions_follow_from_the_call(call: str, world: World, verify: Verifier) -> None:
    """Each call gives the company roles it is named after, and no other."""
    _, turn = introduce(world, call)

    held = permissions(user_of(turn)) & COMPANY_PERMISSIONS
    verify.equal("company permissions", sorted(held), sorted(OWN_ROLES[call][0]), turn)


@creators("roles", *IN_COMPANY)
def test_roles_follow_from_the_call(call: str, world: World, verify: Verifier) -> None:
    """The same by company: the roles stand under the company that was named."""
    keys, turn = introduce(world, call)

    found = roles_at(user_of(turn), keys["companyName"])
    verify.equal("roles at the company", found, OWN_ROLES[call][1], turn)


@clause("apad/CreateUser/no-company")
def test_new_user_is_in_no_company(world: World, verify: Verifier) -> None:
    """Not even in that of the administrator who makes the user."""
    issuer = new_issuer(world)

    turns = [
        ask(issuer.session, "CreateUser", **newcomer(world)),
        introduce(world, "CreateUser")[1],
    ]

    found = [lookup(user_of(turn), "RoleNamesByCompanyName") for turn in turns]
    verify.holds("RoleNamesByCompanyName is empty", not any(found), found, *turns)


FLAGS = {"isEnabled": "Enabled", "isInvestor": "Investor", "isMarketMaker": "MarketMaker",
         "isPlatformAdmin": "PlatformAdmin"}


@clause("apad/CreateUser/permissions-by-flags")
@pytest.mark.parametrize("flags", [
    (), ("isEnabled",), ("isInvestor",), ("isMarketMaker",), ("isEnabled", "isPlatformAdmin"),
    ("isEnabled", "isInvestor", "isMarketMaker"),
])
def test_permissions_are_the_flags(flags: tuple[str, ...], world: World, verify: Verifier) -> None:
    """Exactly the global roles whose flags were true."""
    _, turn = introduce(world, "CreateUser", **{flag: flag in flags for flag in FLAGS})

    required = sorted(FLAGS[flag] for flag in flags)
    verify.equal("Permissions", sorted(permissions(user_of(turn))), required, turn)


@clause("apad/CreateUser/default-account")
def test_new_user_has_an_account(world: World, verify: Verifier) -> None:
    """Shares are granted to the default account, so there must be one."""
    session = log_in(world, new_member(world))

    accounts = session.call("GetUserAccounts", OMSId=world.oms_id, UserId=session.user_id)
    listed = accounts.value if isinstance(accounts.value, list) else []
    verify.holds("the login names an account", session.account_id > 0, session.account_id)
    verify.holds("it is the user's", session.account_id in listed, listed, accounts)


@clause("apad/CreateUser/admin-makes-no-platform-admin")
def test_company_admin_makes_no_platform_admin(world: World, verify: Verifier) -> None:
    """Whether the call is refused or the flag ignored: nobody becomes PlatformAdmin by it."""
    issuer = new_issuer(world)
    keys = newcomer(world, isEnabled=True, isPlatformAdmin=True)

    turn = ask(issuer.session, "CreateUser", **keys)

    made_user = users_by_name(at_apad(world, "platform_admin")).get(keys["userName"], {})
    held = permissions(made_user)
    verify.holds("the user is no PlatformAdmin", "PlatformAdmin" not in held, held, turn)


@clause("apad/CreateUser/platform-admin-makes-platform-admin")
def test_platform_admin_makes_another(world: World, verify: Verifier) -> None:
    """The new one can do what only a PlatformAdmin can."""
    member = new_member(world, isPlatformAdmin=True)

    second = log_in(world, member).via("apad")
    verify.succeeded(ask(second, "CreateUser", **newcomer(world)))
    held = permissions(users_by_name(second).get(member.name, {}))
    verify.holds("the user is PlatformAdmin", "PlatformAdmin" in held, held)


@clause("apad/CreateUser/not-verified-optional")
def test_not_verified_can_be_left_out(world: World, verify: Verifier) -> None:
    """The deprecated flag is not missed."""
    verify.succeeded(introduce(world, "CreateUser", isInvestor=False, isMarketMaker=False)[1])


NOT_AUTHORISED = 20


@clause("apad/CreateUser/market-maker-quotes")
def test_only_market_makers_quote(world: World, verify: Verifier) -> None:
    """The role carries over to the exchange: it is what admits somebody to quoting there."""
    maker = log_in(world, new_member(world, isMarketMaker=True))
    other = log_in(world, new_member(world, isMarketMaker=False, isInvestor=True))

    quotes = [session.call(
        "CreateQuote", OMSId=world.oms_id, InstrumentId=world.market.instrument_id,
        AccountId=session.account_id, QuoteId=0, Bid=1, BidQty=1, Ask=1000, AskQty=1,
    ) for session in (maker, other)]

    refused = [turn.get("errorcode") == NOT_AUTHORISED for turn in quotes]
    verify.equal("refused as not authorised", refused, [False, True], *quotes)
