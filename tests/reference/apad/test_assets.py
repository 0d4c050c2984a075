"""Assets: an asset is a product of the exchange; granting and clawing back conserve shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reference.apad.client import Platform, RpcClient

BREEZE = "Breeze Energy Ltd"


def grant(**changes: Any) -> dict[str, Any]:
    """A grant from the demo company to a trader of the exchange."""
    return {
        "assetName": "BREZ", "fromAccountType": "Asset", "fromName": BREEZE,
        "toAccountType": "Asset", "toName": "trader", "amount": 12.5,
        "certificateName": "No. 7", "grantDate": "today", "comments": "", **changes,
    }


def shares(platform: Platform, name: str) -> Decimal:
    """What a persona, or the demo company, has of the demo asset."""
    service = platform.shares
    share = service.shares.named("BREZ")
    account_id = (
        service.companies.named(name).account_id if name == BREEZE else platform.venue.account(name)
    )
    return service.shares.balance(account_id, share)


def test_created_asset_is_a_product(admin: RpcClient, platform: Platform) -> None:
    created = admin.call(
        "CreateAsset", assetName="SUNS", assetFullName="Sun Shares", companyName=BREEZE
    )

    assert created["TotalIssued"] == 0
    assert created["CompanyName"] == BREEZE
    products = platform.venue.exchange.catalogue.products.values()
    assert [p.full_name for p in products if p.symbol == "SUNS"] == ["Sun Shares"]
    (company,) = admin.call("GetCompanies")
    assert company["OnExchangeBalancesByAssetName"] == {"BREZ": 9750, "SUNS": 0}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"assetName": "BTC"}, "Operation Failed"), ({"assetName": ""}, "Invalid Request"),
        ({"companyName": "None Ltd"}, "Resource Not Found"),
    ],
)
def test_refused_asset_is_no_product(
    admin: RpcClient, platform: Platform, changes: dict[str, str], why: str
) -> None:
    before = len(platform.venue.exchange.catalogue.products)
    request = {"assetName": "SUNS", "assetFullName": "Sun", "companyName": BREEZE, **changes}

    assert admin.refused("CreateAsset", **request) == why
    assert len(platform.venue.exchange.catalogue.products) == before


def test_grant_moves_shares(company_admin: RpcClient, platform: Platform) -> None:
    reply = company_admin.call("TransferAsset", **grant())

    assert reply["FromOwnerName"] == reply["CompanyName"] == BREEZE
    assert (reply["ToOwnerName"], reply["Amount"]) == ("trader", Decimal("12.5"))
    assert shares(platform, "trader") == Decimal("12.5")
    assert shares(platform, BREEZE) == Decimal("9737.5")
    (asset,) = company_admin.call("GetAssets")
    assert asset["TotalIssued"] == 10_000


def test_clawback_moves_them_back(company_admin: RpcClient, platform: Platform) -> None:
    reply = company_admin.call(
        "ClawbackShares", assetname="BREZ", user="shareholder", amount=100, comments=""
    )

    assert (reply["FromOwnerName"], reply["ToOwnerName"]) == ("shareholder", BREEZE)
    assert shares(platform, "shareholder") == 150
    assert shares(platform, BREEZE) == 9850


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": 9751}, "Operation Failed"), ({"amount": 0}, "Invalid Request"),
        ({"amount": -1}, "Invalid Request"), ({"amount": "1"}, "Invalid Request"),
        ({"toName": "nobody"}, "Resource Not Found"), ({"assetName": "X"}, "Resource Not Found"),
        ({"fromName": "shareholder"}, "Resource Not Found"),
        ({"fromAccountType": ""}, "Invalid Request"),
    ],
)
def test_refused_grant_moves_nothing(
    company_admin: RpcClient, platform: Platform, changes: dict[str, Any], why: str
) -> None:
    assert company_admin.refused("TransferAsset", **grant(**changes)) == why

    assert shares(platform, BREEZE) == 9750
    assert shares(platform, "trader") == 0


def test_clawback_is_for_the_issuers_admin(
    admin: RpcClient, company_admin: RpcClient, shareholder: RpcClient, platform: Platform
) -> None:
    request = {"assetName": "BREZ", "user": "shareholder", "amount": 1}

    assert admin.refused("ClawbackShares", **request) == "Not Authorized"
    assert shareholder.refused("ClawbackShares", **request) == "Not Authorized"
    too_much = {**request, "amount": 251}
    assert company_admin.refused("ClawbackShares", **too_much) == "Operation Failed"
    assert shares(platform, "shareholder") == 250


def test_foreign_admin_grants_nothing(admin: RpcClient, platform: Platform) -> None:
    admin.call(
        "CreateCompanyWithUser", companyName="Mill Ltd", userName="jane", isEnabled=True,
        email="jane@example.com", password="pw-jane",
    )
    jane = platform.login("jane", "pw-jane")

    assert jane.refused("TransferAsset", **grant()) == "Not Authorized"
    mixed = grant(fromName="Mill Ltd")
    assert jane.refused("TransferAsset", **mixed) == "Operation Failed"
    assert shares(platform, BREEZE) == 9750


def test_access_withdrawn_hides_the_asset(
    company_admin: RpcClient, shareholder: RpcClient, platform: Platform
) -> None:
    request = {"userName": "shareholder", "assetName": "BREZ"}
    assert len(shareholder.call("GetAssets")) == 1

    envelope = company_admin.envelope("SetAssetAccessForUser", **request, isEnabled=False)

    assert envelope == {"success": True}
    assert shareholder.call("GetAssets") == []
    share = platform.shares.shares.named("BREZ")
    user_id = platform.venue.user("shareholder")
    assert not platform.venue.exchange.grants.may_trade_product(user_id, share.product_id)
    company_admin.call("SetAssetAccessForUser", **request, isEnabled=True)
    assert len(shareholder.call("GetAssets")) == 1


def test_shares_are_on_the_exchange_too(
    company_admin: RpcClient, platform: Platform
) -> None:
    company_admin.call("TransferAsset", **grant())

    rows = platform.venue.trader.call(
        "GetAccountPositions", OMSId=1, AccountId=platform.venue.account("trader")
    )
    by_symbol = {row.get("ProductSymbol", row.get("productSymbol")): row for row in rows}
    assert "BREZ" in by_symbol
