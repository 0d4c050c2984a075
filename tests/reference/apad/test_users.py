"""Users: created with and without a company, global roles, who sees whom."""

from __future__ import annotations

import pytest

from tests.reference.apad.client import Platform, RpcClient

BREEZE = "Breeze Energy Ltd"
JANE = {"userName": "jane", "isEnabled": True, "email": "jane@example.com", "password": "pw-jane"}


def test_created_user_is_a_user_of_the_exchange(admin: RpcClient, platform: Platform) -> None:
    created = admin.call("CreateUser", **JANE, isInvestor=True, isMarketMaker=True)

    assert created["Permissions"] == ["Enabled", "Investor", "MarketMaker"]
    assert created["RoleNamesByCompanyName"] == {}
    user = platform.venue.exchange.users.get(created["ExternalId"])
    assert user.account_id in platform.venue.exchange.accounts.by_id
    assert "MarketMaker" in user.permissions


def test_user_that_is_not_enabled_cannot_log_in(admin: RpcClient, platform: Platform) -> None:
    created = admin.call("CreateUser", **{**JANE, "isEnabled": False})

    reply = platform.venue.anonymous().call(
        "AuthenticateUser", UserName="jane", Password="pw-jane"
    )
    assert "Enabled" not in created["Permissions"]
    assert reply["authenticated"] is False
    assert len(platform.venue.exchange.mailbox.to("jane@example.com")) == 1


def test_company_admin_makes_no_platform_admin(
    company_admin: RpcClient, platform: Platform
) -> None:
    assert company_admin.refused("CreateUser", **JANE, isPlatformAdmin=True) == "Not Authorized"
    assert platform.venue.exchange.users.named("jane") is None
    assert company_admin.call("CreateUser", **JANE)["Permissions"] == ["Enabled"]


def test_platform_admin_makes_another(admin: RpcClient, platform: Platform) -> None:
    admin.call("CreateUser", **JANE, isPlatformAdmin=True)

    assert platform.login("jane", "pw-jane").call("GetCompanies")


@pytest.mark.parametrize(
    ("name", "permissions"),
    [
        ("CreateCoAdmin", ["Enabled", "CompanyAdmin", "CompanyShareholder"]),
        ("CreateUserAgent", ["Enabled", "CompanyAgent"]),
        ("CreateUserCoShareholder", ["Enabled", "CompanyShareholder"]),
    ],
)
def test_user_created_in_a_company(
    admin: RpcClient, name: str, permissions: list[str]
) -> None:
    created = admin.call(name, companyName=BREEZE, **JANE)

    assert created["Permissions"] == permissions
    (company,) = admin.call("GetCompanies")
    assert "jane" in company["UserNames"]


def test_agent_may_use_the_companys_account(admin: RpcClient, platform: Platform) -> None:
    created = admin.call("CreateUserAgent", companyName=BREEZE, **JANE)

    company = platform.shares.companies.named(BREEZE)
    account = platform.venue.exchange.accounts.get(company.account_id)
    assert account.user_ids == {created["ExternalId"]}


@pytest.mark.parametrize("name", ["CreateUserAgent", "CreateUserCoShareholder"])
def test_admin_creates_in_the_own_company_only(
    admin: RpcClient, company_admin: RpcClient, platform: Platform, name: str
) -> None:
    admin.call("CreateCompany", companyName="Mill Ltd")

    assert company_admin.refused(name, companyName="Mill Ltd", **JANE) == "Not Authorized"
    assert company_admin.refused(name, companyName="None Ltd", **JANE) == "Resource Not Found"
    assert platform.venue.exchange.users.named("jane") is None


def test_update_sets_and_removes_global_roles_only(admin: RpcClient) -> None:
    updated = admin.call(
        "UpdateUser", userName="shareholder", isInvestor=False, isMarketMaker=True,
        email="new@example.com",
    )

    assert updated["Permissions"] == ["Enabled", "MarketMaker", "CompanyShareholder"]
    assert updated["Email"] == "new@example.com"


def test_refused_update_changes_nothing(admin: RpcClient, company_admin: RpcClient) -> None:
    before = admin.call("GetUsers")

    assert admin.refused(
        "UpdateUser", userName="shareholder", isInvestor=False, email="trader@example.com"
    ) == "Operation Failed"
    assert company_admin.refused(
        "UpdateUser", userName="shareholder", isPlatformAdmin=True
    ) == "Not Authorized"
    assert admin.refused("UpdateUser", userName="trader") == "Resource Not Found"
    assert admin.call("GetUsers") == before


def test_admin_sees_the_companys_users_and_investors(
    admin: RpcClient, company_admin: RpcClient
) -> None:
    own = [user["UserName"] for user in company_admin.call("GetUsers")]
    assert own == ["company_admin", "shareholder"]

    company_admin.call(
        "TransferAsset", assetName="BREZ", fromAccountType=" ", fromName=BREEZE,
        toAccountType=" ", toName="trader", amount=1,
    )

    assert "trader" in [user["UserName"] for user in company_admin.call("GetUsers")]
    assert "operator" in [user["UserName"] for user in admin.call("GetUsers")]


def test_balances_by_asset_name(shareholder: RpcClient, company_admin: RpcClient) -> None:
    assert shareholder.call("GetUserAccountBalances") == {"BREZ": 250}
    assert company_admin.call("GetUserAccountBalances", userName="shareholder") == {"BREZ": 250}
    assert shareholder.refused(
        "GetUserAccountBalances", userName="company_admin"
    ) == "Not Authorized"
