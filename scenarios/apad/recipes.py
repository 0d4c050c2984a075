"""How to reach success for the calls of the private shares service."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Prepared, World, recipe
from scenarios.apad.vocabulary import (
    Stock,
    ask,
    at_apad,
    company_facts,
    grant,
    label,
    made,
    new_asset,
    new_company,
    new_member,
    new_stock,
    newcomer,
    traces,
)


def _by_platform(world: World, call: str, **keys: Any) -> Prepared:
    platform = at_apad(world, "platform_admin")
    return Prepared(platform, platform.claimed(keys), traces(platform, call))


def _by_issuer(stock: Stock, call: str, keys: dict[str, Any]) -> Prepared:
    return Prepared(stock.session, stock.session.claimed(keys), traces(stock.session, call))


@recipe("apad/Version")
def version(world: World) -> Prepared:
    return Prepared(at_apad(world, "anonymous"), {})


@recipe("apad/GetCompanies", "apad/GetUsers", "apad/GetAssets", "apad/GetUserFromSession")
def read(world: World) -> Prepared:
    platform = at_apad(world, "platform_admin")
    return Prepared(platform, platform.claimed({}))


@recipe("apad/CreateCompany")
def create_company(world: World) -> Prepared:
    return _by_platform(world, "CreateCompany", **company_facts(world))


@recipe("apad/CreateCompanyWithUser")
def create_company_with_user(world: World) -> Prepared:
    keys = {**company_facts(world), **newcomer(world, isEnabled=True)}
    return _by_platform(world, "CreateCompanyWithUser", **keys)


@recipe("apad/CreateCompanyWithExistingUser")
def create_company_with_existing_user(world: World) -> Prepared:
    keys = {**company_facts(world), "userName": new_member(world).name}
    return _by_platform(world, "CreateCompanyWithExistingUser", **keys)


@recipe("apad/CreateUser")
def create_user(world: World) -> Prepared:
    flags = {"isEnabled": True, "isPlatformAdmin": False, "isInvestor": True,
             "isMarketMaker": False}
    return _by_platform(world, "CreateUser", **newcomer(world, **flags))


@recipe("apad/CreateCoAdmin", "apad/CreateUserAgent", "apad/CreateUserCoShareholder")
def create_company_user(world: World) -> Prepared:
    keys = newcomer(world, isEnabled=True)
    return _by_platform(world, "CreateCoAdmin", companyName=new_company(world), **keys)


@recipe("apad/UpdateUser")
def update_user(world: World) -> Prepared:
    return _by_platform(world, "UpdateUser", userName=new_member(world).name, isInvestor=True)


@recipe("apad/UpdateCompanyAddRoles")
def update_company_add_roles(world: World) -> Prepared:
    member = new_member(world)
    return _by_platform(
        world, "UpdateCompanyAddRoles", companyName=new_company(world),
        roleNames=["CompanyAgent"], userName=member.name,
    )


@recipe("apad/RemoveUserRole")
def remove_user_role(world: World) -> Prepared:
    company = new_company(world)
    member = new_member(world, "CreateUserCoShareholder", companyName=company)
    return _by_platform(
        world, "RemoveUserRole", companyName=company, roleName="CoShareholder", userName=member.name
    )


@recipe("apad/RemoveAllCoAdmins")
def remove_all_co_admins(world: World) -> Prepared:
    company = new_company(world)
    new_member(world, "CreateCoAdmin", companyName=company)
    return _by_platform(world, "RemoveAllCoAdmins", companyName=company)


@recipe("apad/CreateAsset")
def create_asset(world: World) -> Prepared:
    name = label(world, "A")
    return _by_platform(
        world, "CreateAsset", assetName=name, assetFullName=f"{name} shares",
        companyName=new_company(world),
    )


@recipe("apad/SetAssetAccessForUser")
def set_asset_access_for_user(world: World) -> Prepared:
    company = new_company(world)
    member = new_member(world, "CreateUserCoShareholder", companyName=company)
    return _by_platform(
        world, "SetAssetAccessForUser", isEnabled=False, userName=member.name,
        assetName=new_asset(world, company),
    )


@recipe("apad/TransferAsset")
def transfer_asset(world: World) -> Prepared:
    stock, receiver = new_stock(world), new_member(world)
    keys = grant(stock, receiver.name, Decimal(3))
    return _by_issuer(stock, "TransferAsset", keys)


@recipe("apad/ClawbackShares")
def clawback_shares(world: World) -> Prepared:
    stock, receiver = new_stock(world), new_member(world)
    made(ask(stock.session, "TransferAsset", **grant(stock, receiver.name, Decimal(1000))))
    keys = {"assetname": stock.asset, "user": receiver.name, "amount": Decimal(3)}
    return _by_issuer(stock, "ClawbackShares", keys)
