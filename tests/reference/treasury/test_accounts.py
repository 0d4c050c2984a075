"""Account records, their configuration, verification levels, reconciliation records."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import USD, ok


def test_added_account_is_read_back(venue: Venue) -> None:
    reply = venue.operator.call(
        "AddAccount", omsId=1, accountName="Desk", accountHandle="desk-1", accountType=1,
        firmName="Firm", riskType=2,
    )
    found = venue.operator.call("GetAccountInfo", omsId=1, accountId=reply["Id"])

    assert reply["Success"] is True
    assert (found["accountName"], found["accountType"], found["riskType"]) == ("Desk", 1, 2)
    assert found["feeProductType"] == "BaseProduct"


def test_used_handle_is_refused(venue: Venue) -> None:
    count = len(venue.exchange.accounts.by_id)

    reply = venue.operator.call(
        "AddAccount", omsId=1, accountName="Again", accountHandle="trader"
    )

    assert (reply["Success"], reply["Id"]) == (False, 0)
    assert reply["RejectMessage"]
    assert len(venue.exchange.accounts.by_id) == count


def test_update_changes_what_was_sent_only(venue: Venue) -> None:
    account = venue.account("trader")
    before = venue.operator.call("GetAccountInfo", omsId=1, accountId=account)

    reply = venue.operator.call("UpdateAccount", omsId=1, accountId=account, firmId="F1")

    after = venue.operator.call("GetAccountInfo", omsId=1, accountId=account)
    assert reply["Result"] is True
    assert after == before | {"firmId": "F1"}


def test_trader_may_change_loyalty_settings_only(venue: Venue) -> None:
    terms = {"omsId": 1, "accountId": venue.account("trader")}

    good = venue.trader.call("UpdateAccount", **terms, loyaltyProductId=USD, loyaltyEnabled=True)
    bad = venue.trader.call("UpdateAccount", **terms, accountName="mine")
    half = venue.trader.call("UpdateAccount", **terms, loyaltyEnabled=False)

    assert good == {"Result": True}
    assert (bad["Result"], bad["errorcode"]) == (False, 20)
    assert (half["Result"], half["errorcode"]) == (False, 100)
    assert venue.exchange.accounts.get(terms["accountId"]).name == "trader"


def test_accounts_are_listed_by_id_in_pages(venue: Venue) -> None:
    whole = venue.operator.call("GetAccounts", OMSId=1, StartIndex=0, Limit=100)
    page = venue.operator.call(
        "GetAccounts", OMSId=1, StartIndex=whole[2]["AccountId"], Limit=2
    )

    assert page == whole[2:4]
    assert [row["AccountId"] for row in whole] == sorted(venue.exchange.accounts.by_id)


def test_accounts_with_requested_keys(venue: Venue) -> None:
    account = venue.account("trader")
    venue.operator.call("UpdateAccount", omsId=1, accountId=account, firmId="F1")

    rows = venue.operator.call(
        "GetAccounts", OMSId=1, StartIndex=account, Limit=9, RequestedKeys=["FIRMID"]
    )

    assert [row["AccountId"] for row in rows] == [account]
    assert refused(venue.operator.call("GetAccounts", OMSId=1, RequestedKeys=["name"]), 100)


def test_config_pair_is_set_read_and_removed(venue: Venue) -> None:
    chosen = {"accountId": venue.account("trader"), "accountHandle": "trader"}
    for key in ("a", "b"):
        config = {"key": key, "value": "1"}
        assert ok(venue.trader.call("SetAccountConfig", **chosen, config=config))

    assert ok(venue.operator.call("RemoveAccountConfig", **chosen, key="a"))

    assert venue.trader.call("GetAccountConfig", omsId=1, **chosen) == [{"Key": "b", "Value": "1"}]
    assert refused(venue.operator.call("RemoveAccountConfig", **chosen, key="a"), 104)


def test_foreign_config_is_refused(venue: Venue) -> None:
    foreign = venue.account("second_trader")
    config = {"key": "a", "value": "1"}

    reply = venue.trader.call("SetAccountConfig", accountId=foreign, config=config)

    assert refused(reply, 20)
    assert venue.exchange.accounts.get(foreign).config == {}


def level(number: int, **limits: object) -> dict[str, object]:
    product = {"verificationLevel": number, "omsId": 1, "productId": USD, **limits}
    return {"level": number, "omsId": 1, "products": [product]}


def test_level_is_defined_edited_and_deleted(venue: Venue) -> None:
    payload = [level(7, dailyDepositLimit=50), level(8)]
    assert ok(venue.operator.send("AddVerificationLevelConfig", payload))
    venue.operator.call(
        "EditVerificationLevelConfig", verificationLevel=7, omsId=1, productId=USD,
        dailyWithdrawLimit=Decimal("1.5"),
    )
    assert ok(venue.operator.call("DeleteVerificationLevelConfig", verificationLevel=8, omsId=1))

    levels = venue.operator.call("GetVerificationLevelConfigs", OMSId=1)

    assert [row["level"] for row in levels] == [1, 7]
    (product,) = levels[1]["products"]
    assert product["dailyDepositLimit"] == 50
    assert product["dailyWithdrawLimit"] == Decimal("1.5")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ([{**level(7), "omsId": 2}], 100),
        ([level(7, verificationLevel=6)], 100),
        ([level(7, dailyDepositLimit=-1)], 100),
        ([level(7, productId=999)], 104),
        ([level(7, depositTicketWorkflow="Elsewhere")], 100),
        ([{"level": 7, "omsId": 1}], 100),
    ],
)
def test_wrong_level_defines_nothing(
    venue: Venue, payload: list[dict[str, object]], code: int
) -> None:
    before = venue.operator.call("GetVerificationLevelConfigs", OMSId=1)

    reply = venue.operator.send("AddVerificationLevelConfig", [level(6), *payload])

    assert reply["errorcode"] in (code, 104)
    assert venue.operator.call("GetVerificationLevelConfigs", OMSId=1) == before


def test_trading_limits_reset_is_remembered(venue: Venue) -> None:
    account = venue.account("trader")

    reply = venue.superuser.call("ResetTradingLimits", omsId=1, accountId=account, assetId=1)

    assert ok(reply)
    assert (account, 1) in venue.exchange.verification.trading_reset_ms


def test_reconciliation_info_is_kept_newest_first(venue: Venue) -> None:
    record = {
        "infoId": 0, "currentColdBalance": 1, "currentHotBalance": 2, "totalExternalBalance": 3,
        "totalAMbalance": 3, "diffPercent": 1, "createdTime": "2024-05-01T00:00:00Z",
        "assetManagerId": 1, "accountProviderId": 3,
    }
    for hot in (2, 5):
        venue.operator.call(
            "AddBalanceReconciliationInfo", **record | {"currentHotBalance": hot}
        )
    who = {"assetManagerId": 1, "accountProviderId": 3}

    newest = venue.operator.call("GetBalanceReconciliationInfo", **who)
    listed = venue.operator.call("GetAllBalanceReconciliationInfo", **who, limit=1)

    assert newest["currentHotBalance"] == 5
    assert listed == [newest]
    assert len(venue.operator.call("GetAllBalanceReconciliationInfo", **who)) == 2
