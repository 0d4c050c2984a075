"""One deed for each call that changes something: who does it, what a read must show afterwards,
and which users, companies and assets it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.people import introduction
from scenarios.apad.vocabulary import (
    ask,
    assets_by_name,
    at_apad,
    companies_by_name,
    company_balance,
    company_facts,
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
    newcomer,
    permissions,
    role_names,
    users_by_name,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """``shown`` reads the change, which is then ``required``; ``about`` names who is concerned."""

    session: Session
    call: str
    keys: dict[str, Any]
    shown: Callable[[], Any]
    required: Any
    about: frozenset[str]

    def do(self) -> Turn:
        """Send it."""
        return ask(self.session, self.call, **self.keys)


def lists_but(session: Session, about: frozenset[str]) -> dict[str, Any]:
    """Every user, company and asset but those that are meant to change."""
    rows = {
        f"{kind} {name}": row
        for kind, found in (
            ("user", users_by_name(session)), ("company", companies_by_name(session)),
            ("asset", assets_by_name(session)),
        )
        for name, row in found.items()
    }
    return {name: row for name, row in rows.items() if name.partition(" ")[2] not in about}


def create_user(world: World) -> Deed:
    """A user with a global role."""
    platform, keys = at_apad(world, "platform_admin"), newcomer(world, isInvestor=True)
    name = keys["userName"]
    return Deed(platform, "CreateUser", keys, lambda: sorted(
        permissions(users_by_name(platform).get(name))), ["Investor"], frozenset({name}))


def _create_in_company(call: str, role: str) -> Callable[[World], Deed]:
    def make(world: World) -> Deed:
        platform, keys = at_apad(world, "platform_admin"), introduction(world, call)
        company, name = keys["companyName"], keys["userName"]
        return Deed(platform, call, keys, lambda: holders(
            companies_by_name(platform).get(company), role), [name], frozenset({company, name}))

    return make


def _found(call: str) -> Callable[[World], Deed]:
    def make(world: World) -> Deed:
        platform, keys = at_apad(world, "platform_admin"), company_facts(world)
        if call == "CreateCompanyWithUser":
            keys = introduction(world, call)
        if call == "CreateCompanyWithExistingUser":
            keys["userName"] = new_member(world).name
        people = [keys["userName"]] if "userName" in keys else []
        name, roles = keys["companyName"], ["CoAdmin", "CoShareholder"] if people else []
        return Deed(platform, call, keys, lambda: [
            (lookup(row, "Country"), holders(row, "CoAdmin"), role_names(row))
            for row in companies_by_name(platform).values() if lookup(row, "CompanyName") == name
        ], [(keys["country"], people, roles)], frozenset({name, *people}))

    return make


def create_asset(world: World) -> Deed:
    """An asset of a company."""
    platform, company = at_apad(world, "platform_admin"), new_company(world)
    name = label(world, "A")
    keys = {"assetName": name, "assetFullName": "Shares", "companyName": company}
    return Deed(platform, "CreateAsset", keys, lambda: lookup(
        assets_by_name(platform).get(name), "CompanyName"), company, frozenset({name, company}))


def update_user(world: World) -> Deed:
    """One more global role."""
    platform, member = at_apad(world, "platform_admin"), new_member(world)
    keys = {"userName": member.name, "isInvestor": True}
    return Deed(platform, "UpdateUser", keys, lambda: sorted(
        permissions(users_by_name(platform).get(member.name))), ["Enabled", "Investor"],
        frozenset({member.name}))


def add_roles(world: World) -> Deed:
    """One role in a company."""
    issuer, member = new_issuer(world), new_member(world)
    keys = {"companyName": issuer.company, "roleNames": ["CompanyAgent"], "userName": member.name}
    return Deed(issuer.session, "UpdateCompanyAddRoles", keys, lambda: holders(
        companies_by_name(issuer.session).get(issuer.company), "CoAgent"), [member.name],
        frozenset({issuer.company, member.name}))


def remove_role(world: World) -> Deed:
    """One role less in a company."""
    issuer = new_issuer(world)
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    keys = {"companyName": issuer.company, "roleName": "CoAgent", "userName": agent.name}
    return Deed(issuer.session, "RemoveUserRole", keys, lambda: holders(
        companies_by_name(issuer.session).get(issuer.company), "CoAgent"), [],
        frozenset({issuer.company, agent.name}))


def remove_admins(world: World) -> Deed:
    """A company without administrators."""
    platform, issuer = at_apad(world, "platform_admin"), new_issuer(world)
    keys = {"companyName": issuer.company}
    return Deed(platform, "RemoveAllCoAdmins", keys, lambda: holders(
        companies_by_name(platform).get(issuer.company), "CoAdmin"), [],
        frozenset({issuer.company, issuer.admin.name}))


def set_access(world: World) -> Deed:
    """An asset that one user sees no longer."""
    issuer = new_issuer(world)
    agent = new_member(world, "CreateUserAgent", companyName=issuer.company)
    asset, watcher = new_asset(world, issuer.company), log_in(world, agent).via("apad")
    keys = {"isEnabled": False, "userName": agent.name, "assetName": asset}
    return Deed(issuer.session, "SetAssetAccessForUser", keys,
                lambda: sorted(assets_by_name(watcher)), [], frozenset())


def transfer(world: World) -> Deed:
    """Shares from a company to a user."""
    stock, member = new_stock(world), new_member(world)
    before = company_balance(stock.session, stock.company, stock.asset)
    return Deed(stock.session, "TransferAsset", grant(stock, member.name, Decimal(7)),
                lambda: company_balance(stock.session, stock.company, stock.asset), before - 7,
                frozenset({stock.company}))


def claw_back(world: World) -> Deed:
    """Shares from a user to the company."""
    stock, member = new_stock(world), new_member(world)
    before = company_balance(stock.session, stock.company, stock.asset)
    made(ask(stock.session, "TransferAsset", **grant(stock, member.name, Decimal(7))))
    keys = {"assetname": stock.asset, "user": member.name, "amount": Decimal(7)}
    return Deed(stock.session, "ClawbackShares", keys,
                lambda: company_balance(stock.session, stock.company, stock.asset), before,
                frozenset({stock.company}))


DEEDS: dict[str, Callable[[World], Deed]] = {
    "CreateUser": create_user,
    "CreateCoAdmin": _create_in_company("CreateCoAdmin", "CoAdmin"),
    "CreateUserAgent": _create_in_company("CreateUserAgent", "CoAgent"),
    "CreateUserCoShareholder": _create_in_company("CreateUserCoShareholder", "CoShareholder"),
    "CreateCompany": _found("CreateCompany"),
    "CreateCompanyWithUser": _found("CreateCompanyWithUser"),
    "CreateCompanyWithExistingUser": _found("CreateCompanyWithExistingUser"),
    "CreateAsset": create_asset,
    "UpdateUser": update_user,
    "UpdateCompanyAddRoles": add_roles,
    "RemoveUserRole": remove_role,
    "RemoveAllCoAdmins": remove_admins,
    "SetAssetAccessForUser": set_access,
    "TransferAsset": transfer,
    "ClawbackShares": claw_back,
}
