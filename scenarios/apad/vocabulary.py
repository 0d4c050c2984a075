"""People, companies and assets of the private shares service, made through its own calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from conformance.generate.world import Market, Read, World
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn, lookup
from conformance.target.target_file import Persona
from conformance.target.unavailable import Unavailable


def at_apad(world: World, persona: str) -> Session:
    """A persona at the private shares service."""
    return world.session(persona).via("apad")


def ask(session: Session, name: str, **keys: Any) -> Turn:
    """One call in the name of the session that sends it."""
    return session.call(name, **session.claimed(keys))


def label(world: World, prefix: str) -> str:
    """A name nobody else uses."""
    return world.deployment.unique_name(prefix)


def company_facts(world: World, **more: Any) -> dict[str, Any]:
    """What a new company states about itself."""
    return {
        "companyName": label(world, "Co "), "country": "Norway",
        "stateOrProvinceOfIncorporation": "Vestland", "incorporationDate": "2019-02-12T00:00:00Z",
        "accountingCurrency": "USD", **more,
    }


def newcomer(world: World, **more: Any) -> dict[str, Any]:
    """The keys that introduce a new user."""
    name = label(world, "apad-user-")
    password = f"Pw-{uuid4().hex}"
    world.deployment.keep_secret(password)
    return {"userName": name, "email": f"{name}@example.com", "password": password, **more}


def made(turn: Turn) -> Any:
    """The payload of a call that prepares something; Unavailable when it was refused."""
    value = turn.value
    if turn.reply is None or lookup(value, "success") is False:
        raise Unavailable(f"{turn.call} is needed first and was refused: {turn.text[:200]}")
    return value


def new_company(world: World) -> str:
    """The name of a new company that nobody runs."""
    facts = company_facts(world)
    made(ask(at_apad(world, "platform_admin"), "CreateCompany", **facts))
    world.deployment.leaks.record("Company", facts["companyName"])
    return str(facts["companyName"])


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the service and the user's session there, if one was opened."""

    name: str
    user_id: int
    email: str
    password: str


def new_member(world: World, call: str = "CreateUser", **more: Any) -> Member:
    """A new user made by a call of the service, active at once unless said otherwise."""
    keys = newcomer(world, **{"isEnabled": True, **more})
    made_user = made(ask(at_apad(world, "platform_admin"), call, **keys))
    user_id = int(lookup(made_user, "ExternalId"))
    world.deployment.leaks.record("User", user_id)
    return Member(keys["userName"], user_id, keys["email"], keys["password"])


def log_in(world: World, member: Member) -> Session:
    """A member's session on the exchange."""
    session = world.deployment.connect(member.name)
    session.username, session.password = member.name, member.password
    session.user_id = member.user_id
    world.deployment.log_in(session, Persona(username=member.name, password=member.password))
    return session


@dataclass(frozen=True, slots=True)
class Issuer:
    """A company with somebody who runs it, logged in at the service."""

    company: str
    admin: Member
    session: Session


def new_issuer(world: World) -> Issuer:
    """A new company and its only administrator."""
    company = new_company(world)
    admin = new_member(world, "CreateCoAdmin", companyName=company)
    return Issuer(company, admin, log_in(world, admin).via("apad"))


def new_asset(world: World, company: str) -> str:
    """The short name of a new asset of a company."""
    name = label(world, "A")
    made(ask(at_apad(world, "platform_admin"), "CreateAsset", assetName=name,
             assetFullName=f"{name} shares", companyName=company))
    world.deployment.leaks.record("Asset", name)
    return name


def users_by_name(session: Session) -> dict[str, Any]:
    """Everything GetUsers says to a session, by user name."""
    return _by(ask(session, "GetUsers"), "UserName")


def companies_by_name(session: Session) -> dict[str, Any]:
    """Everything GetCompanies says to a session, by company name."""
    return _by(ask(session, "GetCompanies"), "CompanyName")


def assets_by_name(session: Session) -> dict[str, Any]:
    """Everything GetAssets says to a session, by short name."""
    return _by(ask(session, "GetAssets"), "AssetName")


def _by(turn: Turn, key: str) -> dict[str, Any]:
    rows = made(turn)
    return {str(lookup(row, key)): row for row in rows} if isinstance(rows, list) else {}


def holders(company: Any, role: str) -> list[str]:
    """User names under one role of a company, whichever of two keys lists them."""
    return sorted(name for found, names in _roles(company) if found == role for name in names)


def role_names(company: Any) -> list[str]:
    """The roles that somebody has in a company."""
    return sorted({role for role, names in _roles(company) if names})


def _roles(company: Any) -> Iterator[tuple[str, list[str]]]:
    for row in lookup(company, "Roles", []):
        names = lookup(row, "UserNames", lookup(row, "UserName", []))
        yield str(lookup(row, "RoleName")), [str(name) for name in names]


def roles_at(user: Any, company: str) -> list[str]:
    """A user's roles in one company; a single one may come as text."""
    by_company = lookup(user, "RoleNamesByCompanyName", {})
    found = by_company.get(company, []) if isinstance(by_company, dict) else []
    return sorted([found] if isinstance(found, str) else found)


def permissions(user: Any) -> set[str]:
    """A user's permissions."""
    return set(lookup(user, "Permissions", []))


def company_balance(session: Session, company: str, asset: str) -> Decimal:
    """What a company still has of an asset, by either spelling of the key."""
    row = companies_by_name(session).get(company, {})
    amounts = lookup(row, "OnExchangeBalancesByAssetName",
                     lookup(row, "OnExchangeBalanceByAssetName", {}))
    found = amounts.get(asset, 0) if isinstance(amounts, dict) else 0
    return Decimal(str(found))


def total_issued(session: Session, asset: str) -> Decimal:
    """What the exchange has of an asset."""
    return Decimal(str(lookup(assets_by_name(session).get(asset, {}), "TotalIssued", 0)))


def position(world: World, member: Session, asset: str) -> Decimal:
    """What a user has of an asset on the exchange."""
    turn = member.call("GetAccountPositions", OMSId=world.oms_id, AccountId=member.account_id)
    rows = turn.value if isinstance(turn.value, list) else []
    return sum(
        (Decimal(str(lookup(row, "Amount", 0))) for row in rows
         if lookup(row, "ProductSymbol") == asset), Decimal(0),
    )


USERS, COMPANIES, ASSETS = "GetUsers", "GetCompanies", "GetAssets"
SHOWN_BY: dict[str, tuple[str, ...]] = {
    "CreateUser": (USERS,),
    "UpdateUser": (USERS,),
    "CreateCoAdmin": (USERS, COMPANIES),
    "CreateUserAgent": (USERS, COMPANIES),
    "CreateUserCoShareholder": (USERS, COMPANIES),
    "CreateCompany": (COMPANIES,),
    "CreateCompanyWithUser": (USERS, COMPANIES),
    "CreateCompanyWithExistingUser": (COMPANIES,),
    "UpdateCompanyAddRoles": (COMPANIES,),
    "RemoveUserRole": (COMPANIES,),
    "RemoveAllCoAdmins": (COMPANIES,),
    "CreateAsset": (COMPANIES, ASSETS),
    "SetAssetAccessForUser": (ASSETS,),
    "TransferAsset": (COMPANIES, ASSETS),
    "ClawbackShares": (COMPANIES, ASSETS),
}
"""The lists that show what a call changes. They name every user and company of the platform, so
reading all three around each refusal would be most of a run."""


def traces(session: Session, call: str) -> tuple[Read, ...]:
    """The reads in which a call that was refused must have left no trace."""
    payload = session.claimed({})
    return tuple((session, name, payload) for name in SHOWN_BY[call])


def refused_without_trace(
    verify: Verifier, watcher: Session, caller: Session, name: str, keys: dict[str, Any]
) -> None:
    """A call is refused, and the lists that would show what it does read as before."""
    with verify.unchanged(*traces(watcher, name)):
        verify.refused(ask(caller, name, **keys))


@dataclass(frozen=True, slots=True)
class Stock:
    """An asset of which the company still has plenty, and the administrator who may give it."""

    company: str
    asset: str
    session: Session


def new_stock(world: World, amount: int = 1_000_000) -> Stock:
    """An asset of a new company, put on the exchange; the lent one where that cannot be done."""
    if "operator" not in world.deployment.target.personas:
        return lent_stock(world)
    issuer = new_issuer(world)
    asset = new_asset(world, issuer.company)
    account_id = account_of(world, issuer.company)
    if account_id is None:
        return lent_stock(world)
    world.deployment.fund(account_id, product_id(world, asset), Decimal(amount))
    return Stock(issuer.company, asset, issuer.session)


def lent_stock(world: World) -> Stock:
    """An asset of the company_admin persona's company; Unavailable when it has nothing left."""
    admin = at_apad(world, "company_admin")
    for name, company in companies_by_name(admin).items():
        for asset in lookup(company, "AssetNames", []):
            if company_balance(admin, name, asset) > 0:
                return Stock(name, asset, admin)
    raise Unavailable("no company of the company_admin persona has an asset to give")


def account_of(world: World, company: str) -> int | None:
    """The account in which the shares of a company made here lie: its agents have the use of it."""
    agent = log_in(world, new_member(world, "CreateUserAgent", companyName=company))
    turn = agent.call("GetUserAccounts", OMSId=world.oms_id, UserId=agent.user_id)
    found = turn.value if isinstance(turn.value, list) else []
    others = [account for account in found if account != agent.account_id]
    if not others:
        return None
    world.deployment.leaks.record("Account", int(others[0]))
    return int(others[0])


def product_id(world: World, symbol: str) -> int:
    """The exchange's id of a product; Unavailable when it lists none of that name."""
    turn = world.trader.call("GetProducts", OMSId=world.oms_id)
    for row in turn.value if isinstance(turn.value, list) else []:
        if lookup(row, "Product") == symbol:
            return int(lookup(row, "ProductId"))
    raise Unavailable(f"the exchange lists no product {symbol}")


def grant(stock: Stock, receiver: str, amount: Decimal, **more: Any) -> dict[str, Any]:
    """The keys of a grant of shares from the company to a user."""
    return {
        "assetName": stock.asset, "fromAccountType": "Asset", "fromName": stock.company,
        "toAccountType": "Asset", "toName": receiver, "amount": amount, **more,
    }


def market_for(world: World, asset: str) -> Market:
    """A new instrument on which an asset trades."""
    product = product_id(world, asset)
    model = world.market
    symbol = label(world, "I")
    turn = world.operator.call(
        "AddInstrument", OMSId=world.oms_id, Symbol=symbol, Product1=product,
        Product2=model.product2, InstrumentType=1, VenueInstrumentId=1, VenueId=1, SortIndex=0,
        SessionStatus=1, SelfTradePrevention=False, QuantityIncrement=Decimal(1),
        PriceIncrement=Decimal("0.01"),
    )
    instrument_id = turn.get("Id") or turn.get("instrumentId")
    if not isinstance(instrument_id, int):
        raise Unavailable(f"no instrument can be made for the asset: {turn.text[:200]}")
    world.deployment.leaks.record("Instrument", instrument_id)
    return Market(instrument_id, symbol, product, model.product2, Decimal("0.01"), Decimal(1))
