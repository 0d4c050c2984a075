"""Logging in and out: passwords, signatures, tokens, lock-out, forced logoff."""

from __future__ import annotations

import pytest

from conformance.reference.domain.authentication import signature
from tests.reference.client import Venue, refused
from tests.reference.users.steps import HOUR_MS, attempt, member


def signed(venue: Venue, persona: str, **change: str) -> dict[str, str]:
    """Login by signature for a persona."""
    who = venue.personas[persona]
    made = signature(who.api_secret, "12345", str(who.user_id), who.api_key)
    credentials = {"APIKey": who.api_key, "Signature": made, "UserId": str(who.user_id),
                   "Nonce": "12345"}
    return credentials | change


def test_login_names_the_user_and_opens_private_calls(venue: Venue) -> None:
    client, trader = venue.anonymous(), venue.personas["trader"]
    assert refused(client.call("GetUserInfo", OMSId=1, UserId=trader.user_id), 20)

    reply = client.call("AuthenticateUser", UserName="trader", Password=trader.password)

    assert reply["user"]["userId"] == trader.user_id
    assert reply["requires2FA"] is False
    assert client.call("GetUserInfo", OMSId=1, UserId=trader.user_id)["userName"] == "trader"


def test_login_by_signature(venue: Venue) -> None:
    client = venue.anonymous()

    reply = client.call("AuthenticateUser", **signed(venue, "trader"))

    assert reply["authenticated"] is True
    assert client.call("GetUserPermissions", UserId=venue.user("trader"))


@pytest.mark.parametrize("change", [{"Signature": "0" * 64}, {"Nonce": "12346"}, {"UserId": "1"}])
def test_refuses_a_signature_over_something_else(venue: Venue, change: dict[str, str]) -> None:
    client = venue.anonymous()

    reply = client.call("AuthenticateUser", **signed(venue, "second_trader", **change))

    assert reply["authenticated"] is False
    assert refused(client.call("GetUserPermissions", UserId=2), 20)


def test_incomplete_credentials_are_an_invalid_request(venue: Venue) -> None:
    assert refused(venue.anonymous().call("AuthenticateUser", UserName="trader"), 100)


def test_web_login_answers_flat(venue: Venue) -> None:
    password = venue.personas["trader"].password

    reply = venue.anonymous().call("WebAuthenticateUser", UserName="trader", Password=password)

    assert reply["Authenticated"] is True
    assert reply["UserId"] == venue.user("trader")
    wrong = venue.anonymous().call("WebAuthenticateUser", UserName="trader", Password="no")
    assert wrong["Authenticated"] is False


@pytest.mark.parametrize("call", ["AuthenticateUser", "WebAuthenticateUser", "Authenticate2FA"])
def test_token_resumes_the_session(venue: Venue, call: str) -> None:
    token = attempt(venue, "trader", venue.personas["trader"].password)["SessionToken"]
    client = venue.anonymous()

    reply = client.call(call, SessionToken=token)

    assert {key.lower(): value for key, value in reply.items()}["authenticated"] is True
    assert client.call("GetUserInfo", OMSId=1, UserId=venue.user("trader"))["userName"] == "trader"


def test_logout_kills_the_token_and_leaves_other_logins(venue: Venue) -> None:
    password = venue.personas["trader"].password
    client = venue.anonymous()
    token = client.call("AuthenticateUser", UserName="trader", Password=password)["SessionToken"]

    assert client.call("LogOut")["result"] is True

    assert refused(client.call("GetUserInfo", OMSId=1, UserId=venue.user("trader")), 20)
    again = venue.anonymous().call("AuthenticateUser", SessionToken=token)
    assert again["authenticated"] is False
    info = venue.trader.call("GetUserInfo", OMSId=1, UserId=venue.user("trader"))
    assert info["userName"] == "trader"


def test_session_expires_after_an_hour_without_activity(venue: Venue) -> None:
    client, user_id = venue.trader, venue.user("trader")
    client.call("Ping")
    venue.pass_time(HOUR_MS - 60_000)
    assert client.call("Ping") == "PONG"
    venue.pass_time(HOUR_MS - 60_000)
    assert client.call("GetUserInfo", OMSId=1, UserId=user_id)["userId"] == user_id

    venue.pass_time(HOUR_MS + 1)

    assert refused(client.call("GetUserInfo", OMSId=1, UserId=user_id), 20)


def test_five_wrong_passwords_lock_the_user_until_an_operator_unlocks(venue: Venue) -> None:
    user_id = member(venue, "forgetful")
    replies = [attempt(venue, "forgetful", "wrong") for _ in range(5)]

    assert [reply["locked"] for reply in replies] == [False] * 4 + [True]
    assert attempt(venue, "forgetful") == {
        "authenticated": False, "locked": True,
        "errormsg": "User is locked. Please contact administrator",
    }
    locked = venue.operator.call("GetLockedUsers")
    assert [row["userId"] for row in locked] == [user_id]
    assert not locked[0]["lockedDateTime"].startswith("0001")
    assert venue.operator.call("UnLockUser", UserId=user_id) is True
    assert venue.operator.call("UnLockUser", UserId=user_id) is False
    assert venue.operator.call("GetLockedUsers") == []
    assert attempt(venue, "forgetful")["authenticated"] is True


def test_a_user_operator_sees_and_unlocks_only_near_ones(venue: Venue) -> None:
    user_id = member(venue, "helper")
    venue.operator.call("AddUserPermission", UserId=user_id, Permission="UserOperator", Value=1)
    helper = venue.login("helper", "correct horse 1")
    stranger = venue.exchange.users.get(venue.user("second_trader"))
    stranger.locked = True

    assert helper.call("GetLockedUsers") == []
    assert refused(helper.call("UnLockUser", UserId=stranger.user_id), 20)
    assert stranger.locked is True


def test_token_names_its_user_to_a_superuser(venue: Venue) -> None:
    token = attempt(venue, "trader", venue.personas["trader"].password)["SessionToken"]

    found = venue.superuser.call("GetLoggedInUserBySessionToken", SessionToken=token)

    assert found["userName"] == "trader"
    assert found["passwordHash"] == ""
    absent = venue.superuser.call("GetLoggedInUserBySessionToken", SessionToken="none")
    assert refused(absent, 104)
    operator = venue.operator.call("GetLoggedInUserBySessionToken", SessionToken=token)
    assert refused(operator, 20)


def test_forced_logoff_drops_every_connection_of_the_user(venue: Venue) -> None:
    first, second = venue.trader, venue.persona("trader")

    assert venue.superuser.call("ForceUserLogoff", username="trader")["result"] is True

    assert first.hung_up()
    assert second.hung_up()
    assert venue.second_trader.call("Ping") == "PONG"
    assert refused(venue.operator.call("ForceUserLogoff", username="trader"), 20)


def test_a_superuser_who_logs_himself_off_is_still_answered(venue: Venue) -> None:
    assert venue.superuser.call("ForceUserLogoff", username="superuser")["result"] is True

    assert venue.superuser.hung_up()


def test_another_login_on_the_connection_replaces_the_first(venue: Venue) -> None:
    client = venue.persona("trader")
    password = venue.personas["second_trader"].password
    client.call("AuthenticateUser", UserName="second_trader", Password=password)

    venue.superuser.call("ForceUserLogoff", username="trader")

    info = client.call("GetUserInfo", OMSId=1, UserName="second_trader")
    assert info["userName"] == "second_trader"
