"""Companies: founding, roles given and taken, who sees what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.apad.client import Platform, RpcClient

BREEZE = "Breeze Energy Ltd"
FACTS = {
    "companyName": "Mill Ltd", "country": "Denmark", "stateOrProvinceOfIncorporation": "Funen",
    "incorporationDate": "yesterday", "accountingCurrency": "DKK",
}
JANE = {"userName": "jane", "isEnabled": True, "email": "jane@example.com", "password": "pw-jane"}


def roles(company: dict[str, Any]) -> dict[str, list[str]]:
    """Holders by role."""
    return {
        row["RoleName"]: row.get("UserName") or row.get("UserNames") for row in company["Roles"]
    }


def company(client: RpcClient, name: str) -> dict[str, Any]:
    """A company as the client sees it."""
    return next(row for row in client.call("GetCompanies") if row["CompanyName"] == name)


def test_new_company_is_empty_and_listed(admin: RpcClient) -> None:
    created = admin.call("CreateCompany", **FACTS)

    assert created["Roles"] == created["UserNames"] == created["AssetNames"] == []
    assert created["IncorporationDate"] == "yesterday"
    assert company(admin, "Mill Ltd") == created
    assert admin.refused("CreateCompany", **FACTS) == "Operation Failed"


def test_company_with_user_has_an_admin_who_is_shareholder(
    admin: RpcClient, platform: Platform
) -> None:
    created = admin.call("CreateCompanyWithUser", **FACTS, **JANE)

    assert roles(created["Company"]) == {"CoAdmin": ["jane"], "CoShareholder": ["jane"]}
    assert created["Company"]["UserNames"] == ["jane"]
    assert created["User"]["Permissions"] == ["Enabled", "CompanyAdmin", "CompanyShareholder"]
    assert "pw-jane" not in str(created)
    jane = platform.login("jane", "pw-jane")
    assert [c["CompanyName"] for c in jane.call("GetCompanies")] == ["Mill Ltd"]


def test_company_with_taken_user_name_is_not_founded(admin: RpcClient) -> None:
    taken = {**JANE, "userName": "shareholder"}

    assert admin.refused("CreateCompanyWithUser", **FACTS, **taken) == "Operation Failed"
    assert [c["CompanyName"] for c in admin.call("GetCompanies")] == [BREEZE]


def test_existing_user_keeps_roles_when_running_a_new_company(admin: RpcClient) -> None:
    created = admin.call(
        "CreateCompanyWithExistingUser", **FACTS, userName="shareholder"
    )

    assert created["User"]["RoleNamesByCompanyName"] == {
        BREEZE: "CoShareholder", "Mill Ltd": ["CoAdmin", "CoShareholder"],
    }
    stranger = {**FACTS, "companyName": "Other Ltd", "userName": "trader"}
    refusal = admin.refused("CreateCompanyWithExistingUser", **stranger)
    assert refusal == "Resource Not Found"


def test_added_roles_come_with_shareholding(company_admin: RpcClient, admin: RpcClient) -> None:
    admin.call("CreateUser", **JANE)

    changed = company_admin.call(
        "UpdateCompanyAddRoles", companyName=BREEZE, roleNames=["CompanyAdmin"], userName="jane"
    )

    assert roles(changed) == {
        "CoAdmin": ["company_admin", "jane"],
        "CoShareholder": ["company_admin", "shareholder", "jane"],
    }


def test_removing_one_role_keeps_the_others(company_admin: RpcClient) -> None:
    company_admin.call(
        "UpdateCompanyAddRoles", companyName=BREEZE, roleNames=["CoAgent"], userName="shareholder"
    )

    changed = company_admin.call(
        "RemoveUserRole", companyName=BREEZE, roleName="CompanyAgent", userName="shareholder"
    )

    assert roles(changed)["CoShareholder"] == ["company_admin", "shareholder"]
    assert "CoAgent" not in roles(changed)


@pytest.mark.parametrize(
    ("role", "user", "why"),
    [
        ("Investor", "shareholder", "Operation Failed"),
        ("CoAgent", "shareholder", "Operation Failed"),
        ("CoShareholder", "company_admin", "Operation Failed"),
        ("Chairman", "shareholder", "Invalid Request"),
        ("CoShareholder", "nobody", "Resource Not Found"),
    ],
)
def test_role_that_cannot_be_removed(admin: RpcClient, role: str, user: str, why: str) -> None:
    before = company(admin, BREEZE)

    assert admin.refused(
        "RemoveUserRole", companyName=BREEZE, roleName=role, userName=user
    ) == why

    assert company(admin, BREEZE) == before


def test_company_without_admins_is_the_platforms(
    admin: RpcClient, company_admin: RpcClient
) -> None:
    changed = admin.call("RemoveAllCoAdmins", companyName=BREEZE)

    assert roles(changed) == {"CoShareholder": ["company_admin", "shareholder"]}
    refusal = company_admin.refused(
        "UpdateCompanyAddRoles", companyName=BREEZE, roleNames=[], userName="shareholder"
    )
    assert refusal == "Not Authorized"


def test_admin_acts_for_the_own_company_only(admin: RpcClient, company_admin: RpcClient) -> None:
    admin.call("CreateCompany", **FACTS)

    refusal = company_admin.refused(
        "UpdateCompanyAddRoles", companyName="Mill Ltd", roleNames=["CoAgent"],
        userName="shareholder",
    )

    assert refusal == "Not Authorized"
    assert company(admin, "Mill Ltd")["Roles"] == []
    assert [c["CompanyName"] for c in company_admin.call("GetCompanies")] == [BREEZE]


@pytest.mark.parametrize(
    "name",
    ["CreateCompany", "CreateCompanyWithUser", "CreateCompanyWithExistingUser", "CreateCoAdmin",
     "RemoveAllCoAdmins", "CreateAsset"],
)
def test_calls_of_platform_admins_are_theirs_alone(company_admin: RpcClient, name: str) -> None:
    everything = {**FACTS, **JANE, "assetName": "X", "assetFullName": "X"}

    assert company_admin.refused(name, **everything) == "Not Authorized"
