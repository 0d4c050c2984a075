"""Second factors: enrolment, challenge at login, and giving them up."""

from __future__ import annotations

import pyotp
import pytest

from tests.reference.client import Venue, refused
from tests.reference.users.steps import attempt, code_now, enrol, mailed_code

PHONE = "+5511965536992"


def test_login_stays_half_open_until_the_code_is_right(venue: Venue) -> None:
    secret, user_id = enrol(venue, venue.trader), venue.user("trader")
    client, password = venue.anonymous(), venue.personas["trader"].password
    reply = client.call("AuthenticateUser", UserName="trader", Password=password)
    assert (reply["requires2FA"], reply["twoFAType"], reply["twoFAToken"]) == (True, "Google", "")
    assert "SessionToken" not in reply
    assert refused(client.call("GetUserInfo", OMSId=1, UserId=user_id), 20)
    assert client.call("Authenticate2FA", Code="000000")["Authenticated"] is False
    assert refused(client.call("GetUserInfo", OMSId=1, UserId=user_id), 20)

    answer = client.call("Authenticate2FA", Code=code_now(venue, secret))

    assert answer["Authenticated"] is True
    assert client.call("GetUserInfo", OMSId=1, UserId=user_id)["use2FA"] is True
    resumed = venue.anonymous().call("AuthenticateUser", SessionToken=answer["SessionToken"])
    assert resumed["authenticated"] is True


def test_code_without_a_login_is_refused(venue: Venue) -> None:
    assert venue.anonymous().call("Authenticate2FA", Code="123456")["Authenticated"] is False
    assert refused(venue.anonymous().call("Authenticate2FA"), 100)


def test_wrong_activation_code_leaves_the_login_as_it_was(venue: Venue) -> None:
    venue.trader.call("EnableGoogle2FA")

    reply = venue.trader.call("Activate2FA", Code="000000")

    assert reply["Activated"] is False
    assert reply["Error"]
    password = venue.personas["trader"].password
    assert attempt(venue, "trader", password)["requires2FA"] is False


def test_activation_without_enrolment_is_refused(venue: Venue) -> None:
    assert venue.trader.call("Activate2FA", Code="000000")["Activated"] is False
    assert venue.anonymous().call("Activate2FA", Code="000000")["Activated"] is False


def test_disabling_takes_the_challenge_away(venue: Venue) -> None:
    enrol(venue, venue.trader)

    assert venue.trader.call("Disable2FA")["result"] is True

    reply = attempt(venue, "trader", venue.personas["trader"].password)
    assert reply["requires2FA"] is False
    assert reply["user"]["use2FA"] is False


@pytest.mark.parametrize("capability", ["SMS", "Phone"])
def test_code_sent_to_a_phone_completes_the_login(venue: Venue, capability: str) -> None:
    enabled = venue.trader.call("EnableXP2FA", Phone=PHONE, Capability=capability)
    assert enabled == {"Enabled2FA": True, "Activate2FA": True}
    activated = venue.trader.call("Activate2FA", Code=mailed_code(venue, PHONE))
    assert activated["Activated"] is True
    client, password = venue.anonymous(), venue.personas["trader"].password
    login = client.call("AuthenticateUser", UserName="trader", Password=password)
    assert login["twoFAType"] == "XP"

    code = mailed_code(venue, PHONE)

    assert client.call("Authenticate2FA", Code=code)["Authenticated"] is True


def test_app_secret_sent_to_a_phone_makes_codes(venue: Venue) -> None:
    venue.trader.call("EnableXP2FA", Phone=PHONE, Capability="OTP")

    code = code_now(venue, mailed_code(venue, PHONE))

    assert venue.trader.call("Activate2FA", Code=code)["Activated"] is True


@pytest.mark.parametrize(("phone", "capability"), [("+551196553699", "SMS"), (PHONE, "Fax")])
def test_refuses_a_phone_or_capability_that_does_not_exist(
    venue: Venue, phone: str, capability: str
) -> None:
    assert refused(venue.trader.call("EnableXP2FA", Phone=phone, Capability=capability), 100)
    assert venue.exchange.users.named("trader").pending_two_factor is None


def test_demanded_without_enrolment_the_login_hands_out_a_qr_code(venue: Venue) -> None:
    venue.operator.call("SetUserInfo", UserId=venue.user("trader"), use2FA=True)
    client, password = venue.anonymous(), venue.personas["trader"].password
    reply = client.call("AuthenticateUser", UserName="trader", Password=password)
    secret = pyotp.parse_uri(reply["twoFAToken"]).secret

    assert client.call("Authenticate2FA", Code=code_now(venue, secret))["Authenticated"] is True

    again = attempt(venue, "trader", password)
    assert (again["requires2FA"], again["twoFAToken"]) == (True, "")
