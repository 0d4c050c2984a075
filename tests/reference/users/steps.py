"""What the tests of the users area share."""

from __future__ import annotations

from typing import Any

import pyotp

from tests.reference.client import Client, Venue

PASSWORD = "correct horse 1"
HOUR_MS = 3_600_000


def sign_up(venue: Venue, name: str, **extra: Any) -> int:
    """Register a user who is not verified yet; returns the user's id."""
    info = {"UserName": name, "passwordHash": PASSWORD, "Email": f"{name}@example.com"}
    reply = venue.anonymous().call(
        "RegisterUser", UserInfo=info, OperatorId=1, **{"AffiliateTag": "", **extra}
    )
    return int(reply["UserId"])


def mailed_code(venue: Venue, address: str) -> str:
    """The code of the last mail to an address."""
    return str(venue.exchange.mailbox.to(address)[-1].code)


def member(venue: Venue, name: str) -> int:
    """Register a user and confirm the address; returns the user's id."""
    user_id = sign_up(venue, name)
    code = mailed_code(venue, f"{name}@example.com")
    venue.anonymous().call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)
    return user_id


def attempt(venue: Venue, name: str, password: str = PASSWORD) -> Any:
    """The reply to a login on a connection of its own."""
    return venue.anonymous().call("AuthenticateUser", UserName=name, Password=password)


def code_now(venue: Venue, secret: str) -> str:
    """The one-time code at the exchange's time."""
    return pyotp.TOTP(secret).at(venue.exchange.clock.now() // 1000)


def enrol(venue: Venue, client: Client) -> str:
    """Give a logged-in client Google 2FA; returns the secret."""
    qr = client.call("EnableGoogle2FA")["GoogleQRCode"]
    secret = str(pyotp.parse_uri(qr).secret)
    assert client.call("Activate2FA", Code=code_now(venue, secret))["Activated"] is True
    return secret
