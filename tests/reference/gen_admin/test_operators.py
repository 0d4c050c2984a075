"""Operators and the OMS they manage."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.client import Venue, refused


def operator(**changes: Any) -> dict[str, Any]:
    """A new operator."""
    return {
        "OperatorId": 0, "OperatorGuid": None, "OperatorName": "Night desk", "DefaultOMSId": 0,
        "Website": "https://night.example", "VerifyURL": "", "UseEmailVerify": True,
        "UseRecaptcha": False, "RecaptchaPrivateKey": None, "RecaptchaPublicKey": None, **changes,
    }


def listed(venue: Venue, operator_id: int) -> dict[str, Any]:
    """The operator as GetOperators shows it."""
    return next(
        row for row in venue.operator.call("GetOperators") if row["OperatorId"] == operator_id
    )


def systems(venue: Venue, operator_id: int) -> list[tuple[int, bool]]:
    """(OMS, is it the default) of an operator."""
    rows = venue.operator.call("GetOperatorOMSList", OperatorId=operator_id)
    return [(row["OMSId"], row["IsDefault"]) for row in rows]


def add_oms(venue: Venue, **changes: Any) -> int:
    """A second OMS."""
    reply = venue.operator.call("AddEditOMS", **{"id": 0, "omsName": "Second", **changes})
    return int(reply["Id"])


def test_added_operator_is_listed(venue: Venue) -> None:
    added = venue.operator.call("AddOperator", **operator())["Id"]

    shown = listed(venue, added)
    assert shown["OperatorName"] == "Night desk"
    assert len(shown["OperatorGuid"]) == 36


def test_operator_id_is_unique(venue: Venue) -> None:
    venue.operator.call("AddOperator", **operator(OperatorId=77))

    again = venue.operator.call("AddOperator", **operator(OperatorId=77, OperatorName="Other"))

    assert refused(again, 101)
    assert listed(venue, 77)["OperatorName"] == "Night desk"


def test_updated_operator_reads_back_as_sent(venue: Venue) -> None:
    guid = listed(venue, 1)["OperatorGuid"]
    update = operator(
        OperatorId=1, OperatorGuid=guid, DefaultOMSId=1, UseRecaptcha=True,
        RecaptchaPublicKey="public",
    )

    assert venue.operator.call("UpdateOperator", **update)["result"] is True

    assert listed(venue, 1) == update
    assert refused(venue.operator.call("UpdateOperator", **{**update, "OperatorId": 9}), 104)


def test_operator_config_takes_text_only(venue: Venue) -> None:
    venue.operator.call("AddOperatorConfig", OperatorId=1, ConfigId="Google2FA", Config="1234")

    number = venue.operator.call("AddOperatorConfig", OperatorId=1, ConfigId="A", Config=1234)

    assert refused(number, 100)
    assert venue.exchange.operators.get(1).config == {"Google2FA": "1234"}


def test_oms_is_assigned_and_removed(venue: Venue) -> None:
    second = add_oms(venue)

    venue.operator.call("AddOperatorOMS", operatorId=1, omsId=second, isDefault=False)
    assert systems(venue, 1) == [(1, True), (second, False)]

    venue.operator.call("RemoveOperatorOMS", OperatorId=1, OMSId=second, IsDefault=False)
    assert systems(venue, 1) == [(1, True)]


def test_operator_has_one_default_oms(venue: Venue) -> None:
    second = add_oms(venue)

    venue.operator.call("SetDefaultOperatorOMS", OperatorId=1, OMSId=second, IsDefault=True)

    assert systems(venue, 1) == [(1, False), (second, True)]
    assert listed(venue, 1)["DefaultOMSId"] == second


def test_explicit_oms_guid_must_be_new(venue: Venue) -> None:
    guid = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    second = add_oms(venue, instanceGUID=guid)

    assert refused(venue.operator.call("AddEditOMS", id=0, omsName="X", instanceGUID=guid), 101)
    assert venue.exchange.operators.oms(second).guid == guid


def test_edited_oms_directs_fees_elsewhere(venue: Venue) -> None:
    account_id = venue.account("market_maker")

    reply = venue.operator.call(
        "AddEditOMS", id=1, omsName="Reference", feeAccountId=account_id,
        assetManagerCorePassword="hush",
    )

    assert reply == {"Id": 1}
    assert venue.exchange.desk.settlement.fee_account_id == account_id
    assert venue.exchange.operators.oms(1).name == "Reference"


def test_permissioned_oms_restricts_trading(venue: Venue) -> None:
    user_id = venue.user("trader")
    assert venue.exchange.grants.may_trade_instrument(user_id, 1)

    venue.operator.call("AddEditOMS", id=1, omsName="Reference", permissionedInstrument=True)

    assert not venue.exchange.grants.may_trade_instrument(user_id, 1)


@pytest.mark.parametrize("changes", [{"feeAccountId": 999}, {"assetManagerId": 9}])
def test_refused_edit_changes_nothing(venue: Venue, changes: dict[str, Any]) -> None:
    reply = venue.operator.call("AddEditOMS", id=1, omsName="Renamed", **changes)

    assert refused(reply, 104)
    assert venue.exchange.operators.oms(1).name == "Reference"


def test_removed_operator_user_is_not_listed(venue: Venue) -> None:
    user_id = venue.user("trader")
    pair = {"operatorId": 1, "userId": user_id}
    assert pair in venue.operator.call("GetOperatorUsers", OperatorId=1)

    assert venue.operator.call("RemoveOperatorUser", **pair) == {"Success": True}

    assert pair not in venue.operator.call("GetOperatorUsers", OperatorId=1)
    assert venue.operator.call("RemoveOperatorUser", **pair)["Success"] is False
