"""The frame layer of the reference: what is echoed, what a bad frame gets, what order holds."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused


def test_answers_ping_before_login(venue: Venue) -> None:
    assert venue.anonymous().call("Ping") == "PONG"


def test_wrong_password_does_not_log_in(venue: Venue) -> None:
    client = venue.anonymous()

    reply = client.call("AuthenticateUser", UserName="trader", Password="wrong")

    assert reply["authenticated"] is False
    assert venue.exchange.users.named("trader").failed_attempts == 1


def test_unknown_call_gets_a_standard_error(venue: Venue) -> None:
    assert refused(venue.anonymous().call("NoSuchCall"), 104)


@pytest.mark.parametrize("payload", ["{", "[1", "nul", '{"UserName": NaN}'])
def test_malformed_payload_is_an_invalid_request(venue: Venue, payload: str) -> None:
    assert refused(venue.anonymous().send("AuthenticateUser", payload), 100)
