"""Loyalty fee configurations: one per OMS, deleted by exact key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reference.client import Venue, refused

KEY = {"omsId": 1, "loyaltyProductId": 3}
TERMS = {
    **KEY, "loyaltyDiscount": 0.5, "referenceProductId": 1, "referenceProductPrice": 2.25,
    "isEnabled": True, "lastUpdated": "0001-01-01T00:00:00", "updatedBy": 0,
}


def create(venue: Venue, **changes: Any) -> Any:
    return venue.operator.call("CreateOperatorLoyaltyFeeConfig", **{**TERMS, **changes})


def test_created_config_is_read_three_ways(venue: Venue) -> None:
    assert create(venue)["result"] is True

    one = venue.trader.call("GetOperatorLoyaltyFeeConfig", **KEY)

    assert one["loyaltyDiscount"] == Decimal("0.5")
    assert one["updatedBy"] == venue.user("operator")
    assert venue.trader.call("GetAllOperatorLoyaltyFeeConfigs") == [one]
    asked = [KEY, {"omsId": 1, "loyaltyProductId": 2}]
    assert venue.trader.send("GetOperatorLoyaltyFeeConfigsForOms", asked) == [one]


def test_second_config_of_an_oms_is_refused(venue: Venue) -> None:
    create(venue)

    assert refused(create(venue, loyaltyProductId=2), 101)
    assert len(venue.operator.call("GetAllOperatorLoyaltyFeeConfigs")) == 1


def test_delete_needs_the_right_oms(venue: Venue) -> None:
    create(venue)

    wrong = venue.operator.call("DeleteOperatorLoyaltyFeeConfig", **{**KEY, "omsId": 2})

    assert refused(wrong, 104)
    assert venue.operator.call("GetAllOperatorLoyaltyFeeConfigs")
    assert venue.operator.call("DeleteOperatorLoyaltyFeeConfig", **KEY)["result"] is True
    assert refused(venue.operator.call("GetOperatorLoyaltyFeeConfig", **KEY), 104)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"omsId": 9}, 104), ({"loyaltyProductId": 99}, 104), ({"referenceProductId": 99}, 104),
        ({"loyaltyDiscount": 1.5}, 100), ({"loyaltyDiscount": "0.5"}, 100),
    ],
)
def test_refused_config_is_not_kept(venue: Venue, changes: dict[str, Any], code: int) -> None:
    assert refused(create(venue, **changes), code)
    assert venue.operator.call("GetAllOperatorLoyaltyFeeConfigs") == []


def test_trader_does_not_see_another_oms(venue: Venue) -> None:
    second = venue.operator.call("AddEditOMS", id=0, omsName="Second")["Id"]

    create(venue, omsId=second)

    assert venue.trader.call("GetAllOperatorLoyaltyFeeConfigs") == []
    key = {**KEY, "omsId": second}
    assert refused(venue.trader.call("GetOperatorLoyaltyFeeConfig", **key), 20)
    assert refused(create(venue, omsId=second), 101)
