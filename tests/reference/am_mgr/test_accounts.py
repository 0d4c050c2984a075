"""Accounts as the asset manager sees them: balances, holds, deposit keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.domain.ledger import ReferenceType
from tests.reference.client import Venue, refused

MANAGER, OMS, BTC, ETH = 1, 1, 2, 3


def key_of(venue: Venue, persona: str, **more: Any) -> str:
    """The BTC deposit key of a persona's account."""
    reply = venue.superuser.call(
        "AM_GetAccountAssetDepositInfo", assetManagerId=MANAGER, accountId=venue.account(persona),
        assetId=BTC, providerId=2, omsId=OMS, depositInfo="", ipAddress="", **more,
    )
    assert reply["result"] is True, reply
    return str(reply["depositInfo"])


def test_account_info_is_the_ledgers(venue: Venue) -> None:
    account_id = venue.account("trader")
    venue.exchange.ledger.place_hold(account_id, BTC, Decimal("1.5"), ReferenceType.MANUAL_HOLD, 0)

    reply = venue.superuser.call(
        "AM_GetAccountInfo", assetManagerId=MANAGER, accountId=account_id, omsId=OMS
    )

    state = next(s for s in reply["AccountState"]["assetStates"] if s["assetId"] == BTC)
    position = venue.exchange.ledger.position(account_id, BTC)
    assert state["totalBalance"] == state["balances"][0]["balanceAmount"] == position.amount
    assert state["totalHold"] == state["holds"][0]["holdAmount"] == Decimal("1.5")
    assert state["availableBalance"] == position.available


def test_linked_asset_shows_without_a_balance(venue: Venue) -> None:
    account_id = venue.account("read_only")
    info = {
        "assetManagerId": MANAGER, "accountId": account_id, "assetId": ETH, "action": 1,
        "messageType": 6004, "stateObjectIdString": "",
        "messageSequenceNumber": 0,
    }

    venue.superuser.call(
        "AM_AddEditAccountAssetInfo", assetManagerId=MANAGER, omsId=OMS, accountAssetInfo=info
    )

    reply = venue.superuser.call(
        "AM_GetAccountInfo", assetManagerId=MANAGER, accountId=account_id, omsId=OMS
    )
    assert [s["assetId"] for s in reply["AccountState"]["assetStates"]] == [ETH]


def test_nested_manager_must_be_the_outer_one(venue: Venue) -> None:
    info = {
        "assetManagerId": 2, "accountId": venue.account("trader"), "assetId": ETH, "action": 1,
        "messageType": 6004,
    }

    reply = venue.superuser.call(
        "AM_AddEditAccountAssetInfo", assetManagerId=MANAGER, omsId=OMS, accountAssetInfo=info
    )

    assert refused(reply, 100)
    assert not venue.exchange.asset_manager.links


def test_deposit_key_leads_back_to_its_account(venue: Venue) -> None:
    mine, other = key_of(venue, "trader"), key_of(venue, "second_trader")

    reply = venue.superuser.call(
        "AM_GetAccountIdByDepositInfo", OMSId=OMS, AssetManagerId=MANAGER, AccountProviderId=2,
        DepositInfo=mine,
    )

    assert mine != other
    assert reply["AccountId"] == venue.account("trader")
    unknown = venue.superuser.call(
        "AM_GetAccountIdByDepositInfo", OMSId=OMS, AssetManagerId=MANAGER, AccountProviderId=2,
        DepositInfo="nobody",
    )
    assert refused(unknown, 104)


def test_new_deposit_key_only_when_asked_for(venue: Venue) -> None:
    first = key_of(venue, "trader")

    assert key_of(venue, "trader", generateNewKey=False) == first
    assert key_of(venue, "trader", generateNewKey=True) != first
