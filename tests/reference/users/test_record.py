"""User records, configuration, and links between users and accounts."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused
from tests.reference.users.steps import attempt, member


def test_id_and_name_select_the_same_record(venue: Venue) -> None:
    by_id = venue.trader.call("GetUserInfo", OMSId=1, userId=venue.user("trader"))

    assert by_id == venue.trader.call("GetUserInfo", OMSId=1, userName="trader")

    assert len(by_id) == 17
    assert (by_id["passwordHash"], by_id["lockedTime"]) == ("", "0001-01-01T00:00:00")


def test_strangers_are_hidden_until_they_share_an_account(venue: Venue) -> None:
    stranger = venue.user("second_trader")
    assert refused(venue.trader.call("GetUserInfo", OMSId=1, userId=stranger), 20)
    link = {"accountId": venue.account("trader"), "userId": stranger}

    venue.operator.call("AddUserAccount", **link)

    assert venue.trader.call("GetUserInfo", OMSId=1, userId=stranger)["userId"] == stranger


@pytest.mark.parametrize(
    ("query", "code"), [({}, 100), ({"userId": 999}, 104), ({"userName": "nobody"}, 104),
                        ({"userId": "one"}, 100), ({"userName": "trader", "OMSId": 9}, 104)])
def test_get_user_info_refuses(venue: Venue, query: dict[str, object], code: int) -> None:
    assert refused(venue.operator.call("GetUserInfo", **{"OMSId": 1, **query}), code)


def test_set_user_info_changes_what_is_named(venue: Venue) -> None:
    user_id = member(venue, "someone")
    before = venue.operator.call("GetUserInfo", OMSId=1, userId=user_id)

    after = venue.operator.call("SetUserInfo", userId=user_id, email="x@example.com",
                                password="changed 1")

    assert after == before | {"email": "x@example.com"}
    assert after == venue.operator.call("GetUserInfo", OMSId=1, userId=user_id)
    assert attempt(venue, "someone", "changed 1")["authenticated"] is True
    venue.operator.call("SetUserInfo", userId=user_id, emailVerified=False)
    assert attempt(venue, "someone", "changed 1")["authenticated"] is False


def test_refused_change_of_a_user_changes_nothing(venue: Venue) -> None:
    before = venue.operator.call("GetUserInfo", OMSId=1, userName="trader")
    taken = {"userName": "trader", "email": "operator@example.com", "password": "x"}
    elsewhere = {"userName": "trader", "accountId": venue.account("second_trader"), "use2FA": True}

    assert refused(venue.operator.call("SetUserInfo", **taken), 101)
    assert refused(venue.operator.call("SetUserInfo", **elsewhere), 101)
    assert refused(venue.second_trader.call("SetUserInfo", userName="trader", use2FA=True), 20)

    assert venue.operator.call("GetUserInfo", OMSId=1, userName="trader") == before
    password = venue.personas["trader"].password
    assert attempt(venue, "trader", password)["authenticated"] is True


def test_configuration_is_kept_pair_by_pair(venue: Venue) -> None:
    user_id = venue.user("second_trader")
    pairs = [{"Key": "A", "Value": "1"}, {"Key": "B", "Value": ""}]

    venue.second_trader.call("SetUserConfig", userId=user_id, config=pairs)
    venue.second_trader.call("SetUserConfig", userId=user_id, config=[{"Key": "C", "Value": "é"}])

    expected = [*pairs, {"Key": "C", "Value": "é"}]
    assert venue.second_trader.call("GetUserConfig", userId=user_id) == expected
    removal = {"userId": user_id, "key": "A"}
    assert venue.operator.call("RemoveUserConfig", **removal) == {"result": True}
    assert venue.operator.call("RemoveUserConfig", **removal) == {"result": False}
    assert venue.second_trader.call("GetUserConfig", userName="second_trader") == expected[1:]


def test_configuration_of_a_stranger_is_out_of_reach(venue: Venue) -> None:
    pair = [{"Key": "Language", "Value": "fr"}]

    assert refused(venue.second_trader.call("SetUserConfig", userName="trader", config=pair), 20)
    assert refused(venue.second_trader.call("GetUserConfig", userName="trader"), 20)
    bad = [{"Key": "Language", "Value": 5}]
    assert refused(venue.trader.call("SetUserConfig", userName="trader", config=bad), 100)

    held = venue.trader.call("GetUserConfig", userName="trader")
    assert held == [{"Key": "Language", "Value": "en"}]


def test_linking_is_undone_by_unlinking(venue: Venue) -> None:
    operator, user_id = venue.operator, venue.user("trader")
    before = operator.call("GetUserAccounts", omsId=1, userId=user_id)
    link = {"accountHandle": "second_trader", "userName": "trader"}

    assert operator.call("AddUserAccount", **link)["result"] is True
    linked = operator.call("GetUserAccounts", omsId=1, userId=user_id)
    assert linked == [*before, venue.account("second_trader")]
    infos = operator.call("GetUserAccountInfos", OMSId=1, UserId=user_id)
    assert [row["AccountId"] for row in infos] == linked
    assert (infos[1]["AccountType"], infos[1]["RiskType"]) == ("Asset", "Normal")

    assert operator.call("RemoveUserAccount", **link)["result"] is True
    assert operator.call("GetUserAccounts", omsId=1, userId=user_id) == before
    assert refused(operator.call("RemoveUserAccount", **link), 101)


def test_default_account_and_unknown_ones_cannot_be_unlinked(venue: Venue) -> None:
    own = {"accountId": venue.account("trader"), "userId": venue.user("trader")}
    operator = venue.operator

    assert refused(operator.call("RemoveUserAccount", **own), 101)
    assert refused(operator.call("AddUserAccount", **own | {"accountId": 999}), 104)
    assert refused(operator.call("AddUserAccount", **own | {"userId": 999}), 104)
    assert refused(operator.call("AddUserAccount", accountId=1), 100)
    assert refused(venue.trader.call("AddUserAccount", **own), 20)

    assert venue.trader.call("GetUserAccounts", omsId=1, userId=own["userId"]) == [own["accountId"]]


def test_links_of_a_stranger_are_out_of_reach(venue: Venue) -> None:
    assert refused(venue.read_only.call("GetUserAccounts", omsId=1, userName="trader"), 20)
    assert refused(venue.read_only.call("GetUserAccountInfos", OMSId=1, userName="trader"), 20)


def test_verification_level_shows_on_the_default_account(venue: Venue) -> None:
    change = {"UserId": venue.user("trader"), "VerificationLevel": 3}

    assert venue.operator.call("SetUserVerificationLevel", **change)["result"] is True

    row = venue.trader.call("GetUserAccountInfos", OMSId=1, UserId=change["UserId"])[0]
    assert row["VerificationLevel"] == 3
    assert refused(venue.trader.call("SetUserVerificationLevel", **change), 20)
    unknown = venue.operator.call("SetUserVerificationLevel", UserId=999, VerificationLevel=1)
    assert refused(unknown, 104)


def test_the_deprecated_validator_call_is_still_answered(venue: Venue) -> None:
    config = {"omsId": 1, "requestIdentifier": "", "username": "u", "password": "p", "uri": "u",
              "websiteUrl": "w", "enabled": True, "lastSequenceProcessed": 0}

    assert venue.operator.call("CreateValidatorConfig", **config)["result"] is True
    assert refused(venue.trader.call("CreateValidatorConfig", **config), 20)
