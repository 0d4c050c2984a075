"""The objects of the private shares service as its pages print them."""

from __future__ import annotations

from typing import Literal

from conformance.reference.calls.apad.registry import Caller
from conformance.reference.domain.apad.companies import Company
from conformance.reference.domain.apad.roles import ROLES, CompanyRole
from conformance.reference.domain.apad.shares import Share
from conformance.reference.domain.users import User

HolderKey = Literal["UserName", "UserNames"]
"""Calls that create or list print ``UserName`` in a role, calls that change print ``UserNames``."""


def user_object(caller: Caller, user: User) -> dict[str, object]:
    """A user: permissions, roles by company, name, e-mail, id on the exchange.

    A company in which the user has several roles has a list of them, since an object cannot
    repeat a key as the printed sample does.
    """
    permissions = [role.value for role in caller.apad.global_roles(user)]
    by_company: dict[str, object] = {}
    held_anywhere: set[CompanyRole] = set()
    for company, roles in caller.apad.company_roles(user):
        names = [role.role_name for role in roles]
        by_company[company.name] = names[0] if len(names) == 1 else names
        held_anywhere.update(roles)
    permissions += [role.value for role in ROLES if role in held_anywhere]
    return {
        "Permissions": permissions,
        "RoleNamesByCompanyName": by_company,
        "UserName": user.name,
        "Email": user.email,
        "ExternalId": user.user_id,
    }


def company_object(
    caller: Caller, company: Company, holder_key: HolderKey = "UserName"
) -> dict[str, object]:
    """A company: its facts, who has which role, what it issues and still holds."""
    users, shares = caller.exchange.users, caller.apad.shares
    issued = shares.of_company(company.company_id)
    return {
        "CompanyId": company.company_id,
        "CompanyName": company.name,
        "Roles": [
            {
                "RoleName": role.role_name,
                holder_key: [users.get(user_id).name for user_id in company.roles[role]],
                "CompanyName": company.name,
            }
            for role in ROLES
            if company.roles.get(role)
        ],
        "UserNames": [users.get(u).name for u in caller.apad.associated(company)],
        "AssetNames": [share.name for share in issued],
        "OnExchangeBalancesByAssetName": {
            share.name: shares.balance(company.account_id, share) for share in issued
        },
        "Country": company.facts.country,
        "StateOrProvinceOfIncorporation": company.facts.state,
        "IncorporationDate": company.facts.incorporated,
        "AccountingCurrency": company.facts.currency,
        "OffExchangeBalancesByAssetName": {},
    }


def asset_object(caller: Caller, share: Share) -> dict[str, object]:
    """An asset as it reads when it has just been created."""
    return {
        "AssetName": share.name,
        "AssetFullName": share.full_name,
        "CompanyName": caller.apad.companies.by_id[share.company_id].name,
        "AssetId": share.guid,
        "TotalIssued": caller.apad.shares.issued(share),
    }
