"""Account providers of the asset manager: associations, defaults, profiles, assets, users."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.client import Client, Venue, refused

MANAGER, OMS, BTC, SPARE = 1, 1, 2, 4
DEMO = [(1, 1), (2, 2), (3, 3), (5, 4)]


def provider(**changes: Any) -> dict[str, Any]:
    """The spare provider, about to handle BTC."""
    return {
        "assetManagerId": MANAGER, "omsId": OMS, "assetId": BTC, "accountProviderId": SPARE,
        "accountProviderTypeString": "Spare", "accountProviderName": "Spare", "isEnabled": True,
        "config": None, "isDefaultDepositProvider": False, "isDefaultWithdrawProvider": False,
        "action": 1, "providerMode": 2, "messageType": 6005, "messageSequenceNumber": 0,
        "balanceConfigProfile": {"minimumHotWalletBalance": 1.5, "isEnabled": True}, **changes,
    }


def providers(client: Client) -> list[tuple[int, int]]:
    """(provider, asset) of every association."""
    reply = client.call("AM_GetAccountProviderInfoList", assetManagerId=MANAGER, omsId=OMS)
    return [(p["accountProviderId"], p["assetId"]) for p in reply["AccountProviderInfos"]]


def test_added_provider_is_listed_as_stored(venue: Venue) -> None:
    reply = venue.superuser.call("AM_AddEditAccountProviderInfo", **provider())

    listed = venue.superuser.call(
        "AM_GetAccountProviderInfoList", assetManagerId=MANAGER, omsId=OMS
    )["AccountProviderInfos"]
    stored = next(row for row in listed if row["accountProviderId"] == SPARE)
    assert reply["result"] is True
    assert reply["AccountProviderInfo"] == stored
    assert stored["balanceConfigProfile"]["minimumHotWalletBalance"] == 1.5


def test_deleted_provider_is_gone(venue: Venue) -> None:
    venue.superuser.call("AM_AddEditAccountProviderInfo", **provider())

    venue.superuser.call("AM_AddEditAccountProviderInfo", **provider(action=3))

    assert providers(venue.superuser) == DEMO
    again = venue.superuser.call("AM_AddEditAccountProviderInfo", **provider(action=3))
    assert refused(again, 101)


@pytest.mark.parametrize("kind", ["isDefaultDepositProvider", "isDefaultWithdrawProvider"])
def test_asset_has_one_default_provider(venue: Venue, kind: str) -> None:
    reply = venue.superuser.call("AM_AddEditAccountProviderInfo", **provider(**{kind: True}))

    assert refused(reply, 101)
    assert (SPARE, BTC) not in providers(venue.superuser)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"balanceConfigProfile": {"isEnabled": False}}, 101),
        ({"balanceConfigProfile": None}, 101),
        ({"accountProviderId": 99}, 104),
        ({"assetId": 99}, 104),
        ({"messageType": 6004}, 100),
        ({"action": 9}, 100),
    ],
)
def test_refused_provider_leaves_no_trace(
    venue: Venue, changes: dict[str, Any], code: int
) -> None:
    before = providers(venue.superuser)

    reply = venue.superuser.call("AM_AddEditAccountProviderInfo", **provider(**changes))

    assert refused(reply, code)
    assert reply["statuscode"] != 0
    assert providers(venue.superuser) == before


def test_unknown_manager_and_foreign_caller_have_status_codes(venue: Venue) -> None:
    query = {"assetManagerId": 9, "omsId": OMS}

    assert venue.superuser.call("AM_GetAccountProviderInfoList", **query)["statuscode"] == 33
    assert venue.operator.call("AM_GetAccountProviderInfoList", **query)["statuscode"] == 32


def test_sequence_counts_receipts_until_it_is_reset(venue: Venue) -> None:
    venue.superuser.call("AM_AddEditAccountProviderInfo", **provider())

    assert venue.operator.call("SendAssetManagerSequenceReset", omsId=OMS)["result"] is True

    reply = venue.superuser.call("AM_AddEditAccountProviderInfo", **provider(action=2))
    assert reply["AccountProviderInfo"]["messageSequenceNumber"] == 1


def test_asset_info_is_stored_and_deleted(venue: Venue) -> None:
    info = {
        "assetManagerId": MANAGER, "omsId": OMS, "assetId": BTC, "assetShortCode": "XBT",
        "assetFullName": "Bitcoin", "assetDescription": "coin", "defaultDepositProviderId": 2,
        "defaultWithdrawProviderId": 2, "assetType": 2, "assetSubType": 0, "action": 2,
        "messageType": 6006, "messageSequenceNumber": 0,
    }

    edited = venue.superuser.call(
        "AM_AddEditAssetInfo", assetManagerId=MANAGER, omsId=OMS, assetInfo=info
    )
    assert edited == {"result": True, "errormsg": "", "statuscode": 0}
    assert venue.exchange.asset_manager.assets[BTC].short_code == "XBT"

    deletion = {**info, "action": 3}
    venue.superuser.call(
        "AM_AddEditAssetInfo", assetManagerId=MANAGER, omsId=OMS, assetInfo=deletion
    )
    assert BTC not in venue.exchange.asset_manager.assets


def test_external_user_is_kept_without_showing_its_password(venue: Venue) -> None:
    reply = venue.superuser.call(
        "AM_AddEditUser", id="00000000-0000-0000-0000-000000000000", assetManagerId=MANAGER,
        userName="wallet-service", password="s3cret", permissionList=["Deposit"], omsId=OMS,
        action=1, messageType=6014, messageSequenceNumber=0,
    )

    assert "s3cret" not in str(reply)
    assert venue.exchange.asset_manager.users[reply["id"]].name == "wallet-service"
