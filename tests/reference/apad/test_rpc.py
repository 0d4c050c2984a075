"""The frame of the private shares service, and whom it lets in."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.reference.domain.clock import HOUR_MS
from tests.reference.apad.client import Platform, RpcClient, parse


def test_version_needs_no_session(platform: Platform) -> None:
    assert platform.anonymous().call("Version") == "3.1"


def test_reply_has_three_layers(platform: Platform) -> None:
    reply = platform.anonymous().send(
        {"RequestUniqueId": "a-1", "FunctionName": "version", "Parameter": "{}",
         "MessageType": "RPCCall"}
    )

    assert reply["MessageType"] == "RCPReply"
    assert reply["RequestUniqueId"] == "a-1"
    assert parse(reply["Parameter"]) == {"success": True, "payload": '"3.1"'}


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("{", ""), ("[]", ""),
        ({"MessageType": "RPCCall", "FunctionName": "Version", "RequestUniqueId": 5}, ""),
        ({"MessageType": "Call", "FunctionName": "Version", "RequestUniqueId": "b"}, "b"),
        ({"MessageType": "RPCCall", "FunctionName": "Version", "Parameter": {},
          "RequestUniqueId": "b"}, "b"),
        ({"MessageType": "RPCCall", "FunctionName": "Version", "Parameter": "{",
          "RequestUniqueId": "b"}, "b"),
    ],
)
def test_malformed_call_is_an_invalid_request(
    platform: Platform, message: Any, number: str
) -> None:
    reply = platform.anonymous().send(message)

    assert reply["RequestUniqueId"] == number
    assert parse(reply["Parameter"])["err"] == "Invalid Request"


def test_unknown_call_is_not_supported(admin: RpcClient) -> None:
    assert admin.refused("NoSuchCall") == "Operation Not Supported"


@pytest.mark.parametrize("session", ["nobody", ""])
def test_unknown_session_is_refused(platform: Platform, session: str) -> None:
    assert platform.with_session(session).refused("GetCompanies") == "Not Authorized"


def test_missing_session_is_an_invalid_request(platform: Platform) -> None:
    assert platform.anonymous().refused("GetCompanies") == "Invalid Request"


def test_session_ends_with_the_exchange_session(platform: Platform, admin: RpcClient) -> None:
    platform.venue.exchange.clock.advance(HOUR_MS + 1)

    assert admin.refused("GetCompanies") == "Not Authorized"


def test_user_from_session(shareholder: RpcClient, platform: Platform) -> None:
    assert shareholder.call("GetUserFromSession") == {
        "Permissions": ["Enabled", "Investor", "CompanyShareholder"],
        "RoleNamesByCompanyName": {"Breeze Energy Ltd": "CoShareholder"},
        "UserName": "shareholder",
        "Email": "shareholder@example.com",
        "ExternalId": platform.venue.user("shareholder"),
    }
