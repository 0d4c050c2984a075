"""Affiliate tags and who came with them; badges of accounts."""

from __future__ import annotations

from tests.reference.client import Venue, refused
from tests.reference.users.steps import sign_up

YEARS = {"startDate": "2000-01-01T00:00:00", "endDate": "2100-01-01T00:00:00"}


def test_tag_is_added_and_replaced(venue: Venue) -> None:
    user_id = venue.user("second_trader")
    entry = {"omsId": 1, "userId": user_id, "affiliateId": 7}
    client = venue.second_trader

    assert client.call("AddUserAffiliateTag", **entry, affiliateTag="ABC1")["result"] is True
    assert client.call("UpdateUserAffiliateTag", **entry, affiliateTag="ABC2")["result"] is True

    rows = client.call("GetUserAffiliateTag", omsId=1, userId=user_id)
    assert rows == [entry | {"affiliateTag": "ABC2"}]
    wrong = [
        client.call("AddUserAffiliateTag", **entry, affiliateTag="TRADERTAG"),
        client.call("AddUserAffiliateTag", **entry, affiliateTag="a b"),
        client.call("UpdateUserAffiliateTag", **entry | {"affiliateId": 8}, affiliateTag="X"),
        venue.trader.call("AddUserAffiliateTag", **entry, affiliateTag="X"),
    ]
    assert [reply["errorcode"] for reply in wrong] == [101, 100, 104, 20]
    assert client.call("GetUserAffiliateTag", omsId=1, userId=user_id) == rows


def test_sign_up_with_a_tag_counts_for_its_owner(venue: Venue) -> None:
    owner, operator = {"omsId": 1, "userId": venue.user("trader")}, venue.operator
    before = venue.trader.call("GetUserAffiliateCount", **owner)["Count"]

    user_id = sign_up(venue, "brought", AffiliateTag="TRADERTAG")

    assert venue.trader.call("GetUserAffiliateCount", **owner)["Count"] == before + 1
    rows = operator.call("GetUserAffiliates", **owner)
    assert len(rows) == before + 1
    assert rows[-1]["userId"] == user_id
    assert {row["affiliateId"] for row in rows} == {owner["userId"]}
    assert refused(venue.trader.call("GetUserAffiliates", **owner), 20)


def test_recent_registrations_by_tag_and_time(venue: Venue) -> None:
    owner, operator = venue.user("trader"), venue.operator
    sign_up(venue, "brought", AffiliateTag="TRADERTAG")

    def found(**query: str) -> list[str]:
        query = {"tag": "TRADERTAG"} | YEARS | query
        rows = operator.call("GetRecentAffiliateRegistrations", userId=owner, **query)
        return [row["userName"] for row in rows]

    assert found() == ["second_trader", "brought"]
    assert found(tag="OTHER") == []
    assert found(endDate="2001-01-01T00:00:00") == []
    bad = operator.call("GetRecentAffiliateRegistrations", userId=owner, tag="", startDate="x",
                        endDate="y")
    assert refused(bad, 100)


def test_unknown_tag_is_refused_at_sign_up(venue: Venue) -> None:
    info = {"UserName": "lost", "passwordHash": "p", "Email": "lost@example.com"}

    reply = venue.anonymous().call(
        "RegisterUser", UserInfo=info, AffiliateTag="NO", OperatorId=1
    )

    assert refused(reply, 104)

    assert venue.exchange.users.named("lost") is None


def test_badge_is_added_then_edited_in_place(venue: Venue) -> None:
    operator, account_id = venue.operator, venue.account("trader")
    entry = {"OMSId": 1, "AccountId": account_id, "Badge": "AP", "Active": True}
    before = operator.call("GetAllBadges", OMSId=1)

    assert operator.call("AddEditAccountBadge", **entry, BadgeId=0) == {"Success": True}
    made = operator.call("GetBadgeAccount", OMSId=1, Badge="AP")
    assert made == entry | {"BadgeId": made["BadgeId"]}
    changed = made | {"Badge": "AQ", "Active": False}
    assert operator.call("AddEditAccountBadge", **changed) == {"Success": True}

    assert operator.call("GetAllBadges", OMSId=1) == [*before, changed]
    assert changed in venue.trader.call("GetAccountBadges", OMSId=1, AccountId=account_id)
    assert refused(operator.call("GetBadgeAccount", OMSId=1, Badge="AP"), 104)


def test_refused_badges_change_nothing(venue: Venue) -> None:
    operator = venue.operator
    entry = {"OMSId": 1, "AccountId": venue.account("trader"), "BadgeId": 0, "Active": True}
    before = operator.call("GetAllBadges", OMSId=1)

    assert operator.call("AddEditAccountBadge", **entry, Badge="TR2") == {"Success": False}
    assert refused(operator.call("AddEditAccountBadge", **entry | {"BadgeId": 99}, Badge="N"), 104)
    assert refused(operator.call("AddEditAccountBadge", **entry | {"AccountId": 99}, Badge="N"),
                   104)
    assert refused(operator.call("AddEditAccountBadge", **entry, Badge=""), 100)
    assert refused(venue.trader.call("AddEditAccountBadge", **entry, Badge="N"), 20)

    assert operator.call("GetAllBadges", OMSId=1) == before


def test_badges_of_strangers_are_out_of_reach(venue: Venue) -> None:
    stranger = venue.account("second_trader")

    assert refused(venue.trader.call("GetAccountBadges", OMSId=1, AccountId=stranger), 20)
    assert refused(venue.trader.call("GetBadgeAccount", OMSId=1, Badge="TR2"), 20)
    mine = venue.trader.call("GetBadgeAccount", OMSId=1, Badge="TR1")
    assert mine["AccountId"] == venue.account("trader")
