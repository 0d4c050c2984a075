"""Permissions: bundles and calls, market data, instruments, products, groups, API keys."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused
from tests.reference.users.steps import PASSWORD, member
from tests.reference.users.test_login import signed


def test_permission_bites_at_once_and_comes_back(venue: Venue) -> None:
    user_id, operator = venue.user("trader"), venue.operator
    change = {"UserId": user_id, "Permission": "trading"}

    assert operator.call("RevokeUserPermission", **change)["result"] is True
    assert operator.call("GetUserPermissions", UserId=user_id) == ["deposit", "withdraw"]
    assert refused(venue.trader.call("GetUserConfig", userId=user_id), 20)

    assert operator.call("AddUserPermission", **change, Value=1)["result"] is True
    assert operator.call("AddUserPermission", **change, Value=1)["result"] is True
    assert venue.trader.call("GetUserPermissions", UserId=user_id) == [
        "deposit", "trading", "withdraw"]


def test_permission_per_call_opens_that_call(venue: Venue) -> None:
    assert refused(venue.trader.call("GetAllBadges", OMSId=1), 20)

    venue.operator.call("AddUserPermission", UserId=venue.user("trader"),
                        Permission="GetAllBadges", Value=1)

    assert len(venue.trader.call("GetAllBadges", OMSId=1)) == 2


def test_available_permissions_contain_every_held_one(venue: Venue) -> None:
    names = venue.operator.call("GetAvailablePermissionList")["permissionList"]

    assert {"Trading", "Deposit", "Withdraw", "GetAvailablePermissionList"} <= set(names)
    assert refused(venue.trader.call("GetAvailablePermissionList"), 20)


def test_refused_permission_changes_change_nothing(venue: Venue) -> None:
    user_id, operator = venue.user("trader"), venue.operator
    before = operator.call("GetUserPermissions", UserId=user_id)
    wrong = [
        operator.call("AddUserPermission", UserId=user_id, Permission="NoSuch", Value=1),
        operator.call("AddUserPermission", UserId=user_id, Permission="Company", Value=2),
        operator.call("AddUserPermission", UserId=user_id, Permission="SUPERUSER", Value=1),
        operator.call("AddUserPermission", UserId=999, Permission="Trading", Value=1),
        venue.trader.call("AddUserPermission", UserId=user_id, Permission="Operator", Value=1),
        operator.call("RevokeUserPermission", UserId=user_id),
        venue.trader.call("RevokeUserPermission", UserId=user_id, Permission="Trading"),
    ]

    assert [reply["errorcode"] for reply in wrong] == [104, 100, 20, 104, 20, 100, 20]

    assert operator.call("GetUserPermissions", UserId=user_id) == before
    assert refused(venue.trader.call("GetUserPermissions", UserId=venue.user("operator")), 20)


def test_market_data_grant_is_one_row_per_instrument(venue: Venue) -> None:
    user_id, operator = venue.user("second_trader"), venue.operator
    grant = {"userId": user_id, "omsId": 1, "instrumentId": 2}
    row = {"userId": user_id, "omsId": 1, "instrumentId": 2}

    operator.call("AddUserMarketDataPermission", **grant, level2=True)
    operator.call("AddUserMarketDataPermission", **grant, level2=False)
    rows = venue.second_trader.call("GetUserMarketDataPermissions", UserId=user_id)
    assert rows == [row | {"level2": False}]

    operator.call("RemoveUserMarketDataPermission", **grant, level2=True)
    assert operator.call("GetUserMarketDataPermissions", UserId=user_id) == []
    unknown = operator.call("AddUserMarketDataPermission", **grant | {"instrumentId": 99},
                            level2=True)
    assert refused(unknown, 104)
    stranger = venue.trader.call("GetUserMarketDataPermissions", UserId=user_id)
    assert refused(stranger, 20)


def test_market_data_grant_counts_as_the_bundle(venue: Venue) -> None:
    grants, user_id = venue.exchange.grants, venue.user("read_only")
    venue.operator.call("AddUserMarketDataPermission", userId=user_id, omsId=1, instrumentId=1,
                        level2=False)

    assert grants.market_data_bundles(user_id) == {"Level1MarketData"}
    assert grants.may_see_level1(user_id, 1)
    assert not grants.may_see_level2(user_id, 1)
    assert not grants.may_see_level1(user_id, 2)


def test_instrument_grants_singly_and_in_bulk(venue: Venue) -> None:
    operator, first, second = venue.operator, venue.user("trader"), venue.user("second_trader")

    def held(user_id: int) -> list[int]:
        rows = operator.call("GetAllUserInstrumentPermissions", userId=user_id)
        return [row["instrumentId"] for row in rows]

    one = {"OMSId": 1, "InstrumentId": 3, "UserId": first}
    assert operator.call("AddUserInstrumentPermissions", **one)["result"] is True
    bulk = {"OMSId": 1, "InstrumentIds": [1, 2], "UserId": [first, second]}
    assert operator.call("AddUserInstrumentPermissionsBulk", **bulk)["result"] is True
    assert (held(first), held(second)) == ([1, 2, 3], [1, 2])
    assert operator.call("RemoveUserInstrumentPermissions", **one)["result"] is True
    assert (held(first), held(second)) == ([1, 2], [1, 2])
    half = operator.call("AddUserInstrumentPermissionsBulk", **bulk | {"InstrumentIds": [3, 99]})
    assert refused(half, 104)
    assert held(first) == [1, 2]
    assert refused(venue.trader.call("AddUserInstrumentPermissions", **one), 20)


def test_product_grants_singly_and_in_bulk(venue: Venue) -> None:
    operator, first, second = venue.operator, venue.user("trader"), venue.user("second_trader")

    def held(user_id: int) -> list[int]:
        rows = operator.call("GetAllUserProductPermissions", userIds=user_id)
        return [row["productId"] for row in rows]

    one = {"OMSId": 1, "ProductId": 3, "UserId": first}
    assert operator.call("AddUserProductPermissions", **one)["result"] is True
    bulk = {"omsid": 1, "productids": [1, 2], "userids": [first, second]}
    assert operator.call("AddUserProductPermissionsBulk", **bulk)["result"] is True
    assert (held(first), held(second)) == ([1, 2, 3], [1, 2])
    assert operator.call("RemoveUserProductPermissions", **one)["result"] is True
    assert (held(first), held(second)) == ([1, 2], [1, 2])
    half = operator.call("AddUserProductPermissionsBulk", **bulk | {"userids": [second, 999]})
    assert refused(half, 104)
    assert refused(operator.call("GetAllUserProductPermissions"), 100)


def test_trade_grants_count_only_when_the_exchange_restricts(venue: Venue) -> None:
    grants, user_id = venue.exchange.grants, venue.user("trader")
    assert grants.may_trade_instrument(user_id, 1)
    grants.restrict_instruments = grants.restrict_products = True
    assert not grants.may_trade_instrument(user_id, 1)

    venue.operator.call("AddUserInstrumentPermissions", OMSId=1, InstrumentId=1, UserId=user_id)

    assert grants.may_trade_instrument(user_id, 1)
    assert not grants.may_trade_product(user_id, 1)


def test_group_permission_shows_in_all_three_listings(venue: Venue) -> None:
    superuser = venue.superuser
    pair = {"UserGroupName": "Readers", "PermissionName": "GetAllBadges"}

    assert superuser.call("SetUserGroupPermission", **pair)["result"] is True

    rows = superuser.call("GetUserGroupPermissions")
    assert pair in rows
    assert superuser.call("GetAllUserGroups") == rows
    assert superuser.call("GetAllUserGroupPermissions") == rows
    bad_group = superuser.call("SetUserGroupPermission", **pair | {"UserGroupName": "x"})
    bad_name = superuser.call("SetUserGroupPermission", **pair | {"PermissionName": "x"})
    assert refused(bad_group, 104)
    assert refused(bad_name, 104)
    assert superuser.call("GetUserGroupPermissions") == rows
    assert refused(venue.operator.call("GetAllUserGroups"), 20)


def test_key_pair_logs_in_until_it_is_removed(venue: Venue) -> None:
    user_id = venue.user("trader")
    made = venue.trader.call("AddUserAPIKey", UserId=user_id, Permissions=["Deposit"])
    persona = venue.personas["trader"]
    object.__setattr__(persona, "api_key", made["APIKey"])
    object.__setattr__(persona, "api_secret", made["APISecret"])
    client = venue.anonymous()
    assert client.call("AuthenticateUser", **signed(venue, "trader"))["authenticated"] is True
    assert refused(client.call("GetUserConfig", userId=user_id), 20)

    rows = venue.trader.call("GetUserAPIKeys", UserId=user_id)
    assert [row["APIKey"] for row in rows][-1] == made["APIKey"]
    assert "APISecret" not in rows[-1]

    venue.trader.call("RemoveUserAPIKey", UserId=user_id, APIKey=made["APIKey"])
    reply = venue.anonymous().call("AuthenticateUser", **signed(venue, "trader"))
    assert reply["authenticated"] is False


@pytest.mark.parametrize("call", ["AddUserAPIKey", "GetUserAPIKeys"])
def test_keys_of_others_are_out_of_reach(venue: Venue, call: str) -> None:
    member(venue, "owner")
    client = venue.login("owner", PASSWORD)

    assert refused(client.call(call, UserId=venue.user("trader")), 20)


def test_enumerations_and_health_are_public(venue: Venue) -> None:
    client = venue.anonymous()

    rows = {row["Property"]: row["Enums"] for row in client.call("GetEnums")}

    assert {"name": "ProfitLoss", "description": "", "number": 2} in rows["AccountType"]
    assert client.call("HealthCheck")["result"] is True
