"""Login and the reads; documents that are wrong."""

from __future__ import annotations

import pytest

from tests.reference.digitizer.client import Digitizer


def test_login_and_logout(stranger: Digitizer) -> None:
    assert stranger.ask("{ me { userId } version }")["me"] is None

    assert stranger.login("trader") == stranger.venue.user("trader")
    assert stranger.ask("{ me { userId } }")["me"]["userId"] == stranger.venue.user("trader")

    assert stranger.ask("mutation { logout }") == {"logout": False}
    assert stranger.ask("{ me { userId } }") == {"me": None}


def test_logout_kills_the_session(digitizer: Digitizer) -> None:
    sessions = digitizer.venue.exchange.sessions.by_token
    assert len(sessions) == 1

    digitizer.ask("mutation { logout }")

    assert not sessions


def test_wrong_password_is_refused(stranger: Digitizer) -> None:
    why = stranger.refused(
        'mutation { login(username: "trader", password: "wrong") { userId } }'
    )

    assert why == "Invalid username or password"


@pytest.mark.parametrize(
    "document",
    [
        "{ networks { id } }", "{ users { name } }", "{ templates { id } }", "{ assets { id } }",
        "{ events { type } }", "{ protocols { id } }", '{ asset(assetId: "0x0") { id } }',
        'mutation { pause(assetId: "0x0") }',
    ],
)
def test_stranger_reads_and_changes_nothing(stranger: Digitizer, document: str) -> None:
    assert stranger.refused(document) == "Not Authorized"


def test_lists(digitizer: Digitizer) -> None:
    data = digitizer.ask(
        "{ networks { id name enabled etherscanDomain } protocols { name } "
        "templates { name } users { name apexUserId } }"
    )

    assert data["networks"][0]["id"] == "42"
    assert data["protocols"] == [{"name": "Ethereum"}]
    assert {"name": "RABT"} in data["templates"]
    ids = [user["apexUserId"] for user in data["users"]]
    assert ids == sorted(digitizer.venue.exchange.users.by_id, reverse=True)


def test_events_are_those_of_tokens_that_report(digitizer: Digitizer) -> None:
    digitizer.mint(digitizer.deploy("MegaERC20"), 1)
    assert digitizer.ask("{ events { type } }")["events"] == []

    digitizer.mint(digitizer.deploy("RTOKEN", symbol="RT", cap=20), 1)

    events = digitizer.ask("{ events { type symbol confirmation requiredConfirmations } }")
    assert events["events"][0]["type"] == "PendingEvent"
    assert events["events"][1] == {
        "type": "ConfirmationEvent", "symbol": "RT", "confirmation": 1,
        "requiredConfirmations": 12,
    }


def test_last_hundred_events_are_kept(digitizer: Digitizer) -> None:
    address = digitizer.deploy("RTOKEN", cap=20)
    for _ in range(9):
        digitizer.mint(address, 1)
    digitizer.mine(12)

    assert len(digitizer.ask("{ events { type } }")["events"]) == 100


@pytest.mark.parametrize(
    "document",
    ["{", "{ nothing }", "{ asset { id } ", "{ version " + "{ version " * 3000, "", "mutation"],
)
def test_wrong_document_is_an_error(digitizer: Digitizer, document: str) -> None:
    assert digitizer.refused(document)


@pytest.mark.parametrize("body", [[], 5, {}, {"query": 5}, [{"query": "{ version }"}]])
def test_wrong_body_does_not_break_the_server(digitizer: Digitizer, body: object) -> None:
    digitizer.post(body)

    assert digitizer.ask("{ version }")["version"]


def test_exchange_session_is_good_here_too(stranger: Digitizer) -> None:
    persona = stranger.venue.personas["trader"]
    reply = stranger.venue.anonymous().call(
        "AuthenticateUser", UserName=persona.username, Password=persona.password
    )
    stranger._http.headers["Authorization"] = f"Bearer {reply['SessionToken']}"

    assert stranger.ask("{ me { userId } }")["me"]["userId"] == persona.user_id
