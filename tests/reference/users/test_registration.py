"""Signing up, confirming the address, resetting a password, logging in by OAuth."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused
from tests.reference.users.steps import PASSWORD, attempt, mailed_code, member, sign_up

ADDRESS = "newcomer@example.com"


def test_newcomer_logs_in_after_confirming_the_address(venue: Venue) -> None:
    user_id = sign_up(venue, "newcomer")
    record = venue.operator.call("GetUserInfo", OMSId=1, UserId=user_id)
    assert record["pendingEmailCode"] == mailed_code(venue, ADDRESS)
    assert attempt(venue, "newcomer")["authenticated"] is False
    code = record["pendingEmailCode"]
    client = venue.anonymous()
    wrong = client.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code[::-1])
    assert refused(wrong, 101)

    assert client.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)["result"] is True

    assert attempt(venue, "newcomer")["authenticated"] is True
    assert venue.operator.call("GetUserInfo", OMSId=1, UserId=user_id)["pendingEmailCode"] == ""
    again = client.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)
    assert refused(again, 101)


def test_newcomer_has_an_account_and_the_default_permissions(venue: Venue) -> None:
    user_id = sign_up(venue, "newcomer", UserConfig=[{"Key": "Country", "Value": "CA"}])
    operator = venue.operator

    accounts = operator.call("GetUserAccounts", OMSId=1, UserId=user_id)

    assert accounts == [operator.call("GetUserInfo", OMSId=1, UserId=user_id)["accountId"]]
    held = operator.call("GetUserPermissions", UserId=user_id)
    assert held == ["deposit", "trading", "withdraw"]
    config = operator.call("GetUserConfig", UserId=user_id)
    assert config == [{"Key": "Country", "Value": "CA"}]


def test_register_new_user_is_the_same_call(venue: Venue) -> None:
    info = {"UserName": "rest", "passwordHash": PASSWORD, "Email": "rest@example.com"}

    reply = venue.anonymous().call(
        "RegisterNewUser", UserInfo=info, AffiliateTag="", OperatorId=1
    )

    assert venue.operator.call("GetUserInfo", OMSId=1, UserName="rest")["userId"] == reply["UserId"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"UserName": "TRADER"}, 101),
        ({"Email": "trader@example.com"}, 101),
        ({"Email": "nowhere"}, 100),
        ({"passwordHash": ""}, 100),
        ({"UserName": 5}, 100),
    ],
)
def test_refused_sign_up_leaves_no_user(venue: Venue, change: dict[str, object], code: int) -> None:
    before = len(venue.exchange.users.by_id), len(venue.exchange.accounts.by_id)
    info = {"UserName": "newcomer", "passwordHash": PASSWORD, "Email": ADDRESS} | change

    reply = venue.anonymous().call(
        "RegisterUser", UserInfo=info, AffiliateTag="", OperatorId=1
    )

    assert refused(reply, code)

    assert (len(venue.exchange.users.by_id), len(venue.exchange.accounts.by_id)) == before
    assert venue.exchange.mailbox.mails == []


def test_operator_creates_a_verified_user(venue: Venue) -> None:
    info = {"userName": "made", "email": "made@example.com", "passwordHash": PASSWORD,
            "emailVerified": True, "userId": 999, "locked": True, "omsId": 1}
    pairs = [{"Key": "Desk", "Value": "7"}]

    reply = venue.operator.call("CreateUser", userInfo=info, operatorId=1, userConfig=pairs)

    assert reply["result"] is True
    record = venue.operator.call("GetUserInfo", OMSId=1, userName="made")
    assert (record["email"], record["emailVerified"], record["locked"]) == (
        "made@example.com", True, False)
    assert record["userId"] != 999
    assert venue.operator.call("GetUserConfig", userName="made") == pairs
    assert attempt(venue, "made")["authenticated"] is True
    assert refused(venue.trader.call("CreateUser", userInfo=info, operatorId=1), 20)


def test_resent_code_replaces_the_first(venue: Venue) -> None:
    user_id = sign_up(venue, "newcomer")
    first = mailed_code(venue, ADDRESS)

    assert venue.anonymous().call("ResendVerificationEmail", email=ADDRESS)["result"] is True

    second = mailed_code(venue, ADDRESS)
    client = venue.anonymous()
    assert refused(client.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=first), 101)
    assert client.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=second)["result"]
    assert refused(client.call("ResendVerificationEmail", email=ADDRESS), 101)
    assert refused(client.call("ResendVerificationEmail", email="nobody@example.com"), 104)


def test_password_reset_by_mail(venue: Venue) -> None:
    user_id = member(venue, "newcomer")
    assert venue.operator.call("ResetPassword", UserName="newcomer")["result"] is True
    code, client = mailed_code(venue, ADDRESS), venue.anonymous()
    assert attempt(venue, "newcomer")["authenticated"] is True
    new = {"UserId": str(user_id), "Password": "another 2"}
    assert refused(client.call("ResetPassword2", **new, PendingCode="nonsense"), 101)

    assert client.call("ResetPassword2", **new, PendingCode=code)["result"] is True

    assert attempt(venue, "newcomer")["authenticated"] is False
    assert attempt(venue, "newcomer", "another 2")["authenticated"] is True
    assert refused(client.call("ResetPassword2", **new, PendingCode=code), 101)


def test_trader_cannot_reset_a_strangers_password(venue: Venue) -> None:
    assert refused(venue.trader.call("ResetPassword", UserName="second_trader"), 20)
    assert refused(venue.trader.call("ResetPassword", UserName="nobody"), 104)

    assert venue.exchange.mailbox.mails == []


def test_access_code_of_the_identity_provider_logs_in_once(venue: Venue) -> None:
    venue.exchange.identity_provider.issue("code-1", "trader@example.com")
    login = {"AccessCode": "code-1", "Email": "trader@example.com"}
    client = venue.anonymous()

    reply = client.call("CoinsOAuthAuthenticateUser", **login)

    assert (reply["CoinsOAuthAuthenticated"], reply["User"]) == (True, "trader")
    token = reply["AccessToken"]
    assert venue.anonymous().call("AuthenticateUser", SessionToken=token)["authenticated"] is True
    again = venue.anonymous().call("CoinsOAuthAuthenticateUser", **login)
    assert again["CoinsOAuthAuthenticated"] is False
    assert client.call("CoinsOAuthLogout") == {"CoinsOAuthLogout": True, "User": "trader"}
    assert refused(client.call("GetUserInfo", OMSId=1, UserName="trader"), 20)
    assert venue.anonymous().call("AuthenticateUser", SessionToken=token)["authenticated"] is False


def test_oauth_logout_leaves_an_ordinary_login_alone(venue: Venue) -> None:
    assert venue.trader.call("CoinsOAuthLogout") == {"CoinsOAuthLogout": False, "User": ""}

    assert venue.trader.call("GetUserInfo", OMSId=1, UserName="trader")["userName"] == "trader"
