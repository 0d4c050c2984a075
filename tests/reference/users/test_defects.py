"""Every fault of this area does break what it says, seen from the outside."""

from __future__ import annotations

import pytest

from conformance.reference.defects import KNOWN
from tests.reference.client import Venue
from tests.reference.users.steps import PASSWORD, attempt, enrol, mailed_code, member, sign_up
from tests.reference.users.test_reports import generate, records, tickets


def fault(name: str) -> pytest.MarkDecorator:
    """Run the test on an exchange with this fault."""
    return pytest.mark.parametrize("fault", [name])


@pytest.fixture(autouse=True)
def _broken(venue: Venue, fault: str) -> None:
    assert fault in KNOWN
    venue.restart_with(fault)


@fault("users/accepts-wrong-password")
def test_accepts_wrong_password(venue: Venue, fault: str) -> None:
    assert attempt(venue, "trader", "wrong")["authenticated"] is True


@fault("users/never-locks")
def test_never_locks(venue: Venue, fault: str) -> None:
    replies = [attempt(venue, "trader", "wrong") for _ in range(6)]

    assert replies[-1]["locked"] is False


@fault("users/locked-user-logs-in")
def test_locked_user_logs_in(venue: Venue, fault: str) -> None:
    venue.exchange.users.named("trader").locked = True

    assert attempt(venue, "trader", venue.personas["trader"].password)["authenticated"] is True


@fault("users/unverified-logs-in")
def test_unverified_logs_in(venue: Venue, fault: str) -> None:
    sign_up(venue, "early")

    assert attempt(venue, "early")["authenticated"] is True


@fault("users/ignores-signature")
def test_ignores_signature(venue: Venue, fault: str) -> None:
    who = venue.personas["trader"]
    reply = venue.anonymous().call("AuthenticateUser", APIKey=who.api_key, Signature="x",
                                   UserId=str(who.user_id), Nonce="1")

    assert reply["authenticated"] is True


@fault("users/skips-2fa-code")
def test_skips_2fa_code(venue: Venue, fault: str) -> None:
    enrol(venue, venue.trader)
    client = venue.anonymous()
    client.call("AuthenticateUser", UserName="trader", Password=venue.personas["trader"].password)

    assert client.call("Authenticate2FA", Code="nonsense")["Authenticated"] is True


@fault("users/confirmation-code-works-twice")
def test_confirmation_code_works_twice(venue: Venue, fault: str) -> None:
    user_id = member(venue, "again")
    code = mailed_code(venue, "again@example.com")

    reply = venue.anonymous().call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)

    assert reply["result"] is True


@fault("users/reset-keeps-old-password")
def test_reset_keeps_old_password(venue: Venue, fault: str) -> None:
    user_id = member(venue, "reset")
    venue.operator.call("ResetPassword", UserName="reset")
    code = mailed_code(venue, "reset@example.com")
    venue.anonymous().call("ResetPassword2", UserId=user_id, Password="new", PendingCode=code)

    assert attempt(venue, "reset", PASSWORD)["authenticated"] is True


@fault("users/logout-keeps-token")
def test_logout_keeps_token(venue: Venue, fault: str) -> None:
    client, password = venue.anonymous(), venue.personas["trader"].password
    token = client.call("AuthenticateUser", UserName="trader", Password=password)["SessionToken"]
    client.call("LogOut")

    reply = venue.anonymous().call("AuthenticateUser", SessionToken=token)

    assert reply["authenticated"] is True


@fault("users/session-never-expires")
def test_session_never_expires(venue: Venue, fault: str) -> None:
    client = venue.persona("trader")
    venue.pass_time(10 * 3_600_000)

    assert client.call("GetUserInfo", OMSId=1, userName="trader")["userName"] == "trader"


@fault("users/revoke-has-no-effect")
def test_revoke_has_no_effect(venue: Venue, fault: str) -> None:
    user_id = venue.user("trader")
    venue.operator.call("RevokeUserPermission", UserId=user_id, Permission="Trading")

    assert "trading" in venue.operator.call("GetUserPermissions", UserId=user_id)


@fault("users/skips-a-permission-check")
def test_skips_a_permission_check(venue: Venue, fault: str) -> None:
    assert len(venue.anonymous().call("GetAllBadges", OMSId=1)) == 2


@fault("users/stranger-is-readable")
def test_stranger_is_readable(venue: Venue, fault: str) -> None:
    found = venue.trader.call("GetUserInfo", OMSId=1, userName="second_trader")

    assert found["userName"] == "second_trader"


@fault("users/leaks-password-hash")
def test_leaks_password_hash(venue: Venue, fault: str) -> None:
    assert venue.trader.call("GetUserInfo", OMSId=1, userName="trader")["passwordHash"] != ""


@fault("users/remove-config-clears-all")
def test_remove_config_clears_all(venue: Venue, fault: str) -> None:
    pairs = [{"Key": "A", "Value": "1"}, {"Key": "B", "Value": "2"}]
    venue.operator.call("SetUserConfig", userName="trader", config=pairs)
    venue.operator.call("RemoveUserConfig", userName="trader", key="A")

    assert venue.operator.call("GetUserConfig", userName="trader") == []


@fault("users/bulk-grants-only-first")
def test_bulk_grants_only_first(venue: Venue, fault: str) -> None:
    user_id = venue.user("trader")
    venue.operator.call("AddUserInstrumentPermissionsBulk", OMSId=1, InstrumentIds=[1, 2],
                        UserId=[user_id])

    rows = venue.operator.call("GetAllUserInstrumentPermissions", userId=user_id)

    assert [row["instrumentId"] for row in rows] == [1]


@fault("users/market-data-removal-keeps-level1")
def test_market_data_removal_keeps_level1(venue: Venue, fault: str) -> None:
    grant = {"userId": venue.user("trader"), "omsId": 1, "instrumentId": 1}
    venue.operator.call("AddUserMarketDataPermission", **grant, level2=True)
    venue.operator.call("RemoveUserMarketDataPermission", **grant)

    rows = venue.trader.call("GetUserMarketDataPermissions", UserId=venue.user("trader"))

    assert grant | {"level2": False} in rows


@fault("users/affiliate-count-off-by-one")
def test_affiliate_count_off_by_one(venue: Venue, fault: str) -> None:
    reply = venue.trader.call("GetUserAffiliateCount", OMSId=1, UserId=venue.user("trader"))

    assert reply == {"Count": 2}


@fault("users/forced-logoff-keeps-socket")
def test_forced_logoff_keeps_socket(venue: Venue, fault: str) -> None:
    client = venue.persona("trader")
    venue.superuser.call("ForceUserLogoff", username="trader")

    assert client.call("GetUserInfo", OMSId=1, userName="trader")["userName"] == "trader"


@fault("reports/cancelled-report-completes")
def test_cancelled_report_completes(venue: Venue, fault: str) -> None:
    ticket = generate(venue)
    venue.trader.call("CancelUserReport", UserReportId=ticket["RequestId"])
    venue.pass_time(5_000)

    assert tickets(venue)[ticket["RequestId"]]["RequestStatus"] == "Completed"


@fault("reports/records-oldest-first")
def test_records_oldest_first(venue: Venue, fault: str) -> None:
    ticket = generate(venue)
    venue.pass_time(5_000)

    assert records(venue)[-1]["urtTicketId"] == ticket["RequestId"]


@fault("badges/edit-adds-a-second-badge")
def test_edit_adds_a_second_badge(venue: Venue, fault: str) -> None:
    badge = venue.operator.call("GetBadgeAccount", OMSId=1, Badge="TR1")
    venue.operator.call("AddEditAccountBadge", **badge | {"Active": False})

    assert len(venue.operator.call("GetAllBadges", OMSId=1)) == 3


@fault("uncertain/group-permission-is-lost")
def test_group_permission_is_lost(venue: Venue, fault: str) -> None:
    pair = {"UserGroupName": "Readers", "PermissionName": "Trading"}
    assert venue.superuser.call("SetUserGroupPermission", **pair)["result"] is True

    assert pair not in venue.superuser.call("GetUserGroupPermissions")


@fault("user_verification/level-is-not-set")
def test_level_is_not_set(venue: Venue, fault: str) -> None:
    user_id = venue.user("trader")
    venue.operator.call("SetUserVerificationLevel", UserId=user_id, VerificationLevel=5)

    rows = venue.trader.call("GetUserAccountInfos", OMSId=1, UserId=user_id)
    assert rows[0]["VerificationLevel"] == 1
