"""The HTTP gateway: five ways to be somebody, and what it does with queries and bodies."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from conformance.reference.domain.authentication import signature
from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue, refused
from tests.reference.users.steps import HOUR_MS, code_now, enrol

ACCOUNTS = "GetUserAccounts?omsId=1&userName=trader"

class Http:
    """Requests to one exchange over real HTTP."""

    def __init__(self, embedded: EmbeddedReference) -> None:
        self._embedded = embedded

    def request(
        self, method: str, path: str, *, control: bool = False, **options: Any
    ) -> tuple[int, str]:
        """Status and body text of one request."""
        base = self._embedded.control_url if control else self._embedded.http_url

        async def run() -> tuple[int, str]:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, base + path, **options) as response,
            ):
                return response.status, await response.text()

        return self._embedded.run(run())

    def get(self, path: str, **options: Any) -> Any:
        """The parsed body of a GET that is answered with 200."""
        status, text = self.request("GET", path, **options)
        assert status == 200, (status, text)
        return json.loads(text)

    def post(self, path: str, **options: Any) -> Any:
        """The parsed body of a POST that is answered with 200."""
        status, text = self.request("POST", path, **options)
        assert status == 200, (status, text)
        return json.loads(text)


@pytest.fixture
def http(deployment: Venue) -> Http:
    return Http(deployment.embedded)


def basic(venue: Venue, persona: str) -> dict[str, str]:
    """The Basic authentication header of a persona."""
    who = venue.personas[persona]
    return {"Authorization": aiohttp.encode_basic_auth(who.username, who.password)}


def signed(venue: Venue, persona: str, nonce: str = "77") -> dict[str, str]:
    """The four signature headers of a persona."""
    who = venue.personas[persona]
    user_id = str(who.user_id)
    return {"Nonce": nonce, "APIKey": who.api_key, "UserId": user_id,
            "Signature": signature(who.api_secret, nonce, user_id, who.api_key)}


def login(deployment: Venue, client: Any) -> Any:
    """Log a persona in over a socket of the venues dialect."""
    who = deployment.personas["trader"]
    return client.call("AuthenticateUser", UserName=who.username, Password=who.password)


def test_basic_login_gives_a_token_for_the_header(deployment: Venue, http: Http) -> None:
    reply = http.get("Authenticate?grant_type=client_credentials",
                     headers=basic(deployment, "trader"))

    assert reply["Authenticated"] is True
    assert reply["UserId"] == deployment.user("trader")
    headers = {"aptoken": reply["SessionToken"]}
    accounts = http.get(f"GetUserAccounts?omsId=1&userId={reply['UserId']}", headers=headers)
    assert accounts == [deployment.account("trader")]
    assert http.get("LogOut", headers=headers)["result"] is True
    assert refused(http.get("GetUserAccounts?omsId=1&userName=trader", headers=headers), 20)


def test_basic_login_refused(deployment: Venue, http: Http) -> None:
    wrong = aiohttp.encode_basic_auth("trader", "wrong")

    reply = http.get("Authenticate", headers={"Authorization": wrong})

    assert reply == {"Authenticated": False, "errormsg": "Invalid username or password"}
    assert deployment.exchange.users.named("trader").failed_attempts == 1
    assert refused(http.get("Authenticate", headers={"Authorization": "Basic !"}), 100)


def test_login_waiting_for_its_code_goes_on_with_its_token(
    deployment: Venue, http: Http
) -> None:
    client = deployment.anonymous()
    login(deployment, client)
    secret = enrol(deployment, client)
    pending = http.get("Authenticate", headers=basic(deployment, "trader"))
    assert (pending["Requires2FA"], pending["AuthType"]) == (True, "Google")
    headers = {"Pending2FaToken": pending["Pending2FaToken"]}
    assert refused(http.get("GetUserAccounts?omsId=1&userName=trader", headers=headers), 20)
    assert http.get("Authenticate2FA?Code=000000", headers=headers)["Authenticated"] is False

    code = code_now(deployment, secret)
    reply = http.get(f"Authenticate2FA?Code={code}", headers=headers)

    assert (reply["Authenticated"], reply["UserId"]) == (True, deployment.user("trader"))
    token = {"APToken": reply["SessionToken"]}
    assert http.get(ACCOUNTS, headers=token) == [deployment.account("trader")]


@pytest.mark.parametrize(("method", "call"), [("POST", "Authenticate"),
                                              ("GET", "AuthenticateUser")])
def test_signed_login_answers_in_full(
    deployment: Venue, http: Http, method: str, call: str
) -> None:
    _, text = http.request(method, call, headers=signed(deployment, "trader"))
    reply = json.loads(text)

    assert reply["User"]["UserId"] == deployment.user("trader")
    assert (reply["Requires2FA"], reply["TwoFAType"], reply["errormsg"]) == (False, None, None)
    token = {"APToken": reply["SessionToken"]}
    assert http.get(ACCOUNTS, headers=token) == [deployment.account("trader")]


def test_every_request_can_be_signed_without_a_session(deployment: Venue, http: Http) -> None:
    headers = signed(deployment, "trader")

    assert http.get(ACCOUNTS, headers=headers) == [deployment.account("trader")]

    assert deployment.exchange.sessions.by_token == {}
    assert refused(http.get(ACCOUNTS, headers=headers | {"Nonce": "78"}), 20)


def test_token_expires_over_http_too(deployment: Venue, http: Http) -> None:
    reply = http.get("Authenticate", headers=basic(deployment, "trader"))
    deployment.pass_time(HOUR_MS + 1)

    headers = {"APToken": reply["SessionToken"]}

    assert refused(http.get("GetUserAccounts?omsId=1&userName=trader", headers=headers), 20)


def test_query_and_body_are_merged_and_may_be_text(deployment: Venue, http: Http) -> None:
    headers = signed(deployment, "operator")
    user_id = deployment.user("trader")

    reply = http.post("setuserconfig?userid=999", headers=headers, data=json.dumps(
        {"UserId": str(user_id), "Config": [{"Key": "K", "Value": "V"}]}))

    assert reply == {"result": True, "errormsg": None, "errorcode": 0, "detail": None}
    assert deployment.exchange.users.get(user_id).config["K"] == "V"


def test_bare_text_body(deployment: Venue, http: Http) -> None:
    headers = signed(deployment, "trader")
    guid = next(iter(deployment.exchange.reports.tickets))

    reply = http.post("RemoveUserReportTicket", headers=headers, data=str(guid))

    assert reply["result"] is True
    assert guid not in deployment.exchange.reports.tickets


def test_unknown_call_is_not_found_and_others_answer_200(http: Http) -> None:
    assert http.request("GET", "NoSuchCall")[0] == 404
    assert http.get("/Ping") == {"msg": "PONG"}
    assert refused(http.get("GetAllBadges?OMSId=1"), 20)
    assert http.request("OPTIONS", "Ping")[0] == 204


def test_control_moves_the_clock_and_reads_mail(deployment: Venue, http: Http) -> None:
    before = http.get("clock", control=True)["now_ms"]
    after = http.post("clock", control=True, json={"advance_ms": 5_000_000})["now_ms"]
    assert after - before >= 5_000_000
    assert http.request("POST", "clock", control=True, json={"advance_ms": -1})[0] == 400

    info = {"UserName": "mail", "passwordHash": "p", "Email": "mail@example.com"}
    http.post("RegisterNewUser", json={
        "UserInfo": info, "UserConfig": [], "AffiliateTag": "", "OperatorId": 1})

    mail = http.get("mailbox?to=mail@example.com", control=True)[0]
    assert mail["code"] == deployment.exchange.users.named("mail").pending_email_code
    assert http.get("audit", control=True)["ok"] is True


def test_control_issues_access_codes(deployment: Venue, http: Http) -> None:
    code = http.post("oauth", control=True, json={"email": "trader@example.com"})["code"]

    reply = http.post("CoinsOAuthAuthenticateUser",
                      json={"AccessCode": code, "Email": "trader@example.com"})

    assert reply["CoinsOAuthAuthenticated"] is True
    assert deployment.exchange.identity_provider.codes == {}
    assert http.request("POST", "oauth", control=True, data="[]")[0] == 400


def test_control_hands_out_what_a_report_wrote(deployment: Venue, http: Http) -> None:
    deployment.pass_time(1_000)
    user_id = deployment.user("trader")
    record = http.get(f"GetUserReportWriterResultRecords?userId={user_id}",
                      headers=signed(deployment, "trader"))[0]

    status, text = http.request(
        "GET", "reports", control=True, params={"path": record["reportOutputFilePathname"]})

    assert status == 200
    assert text.startswith("Transaction,Account,Product")
    assert http.request("GET", "reports?path=/none", control=True)[0] == 404


def test_socket_login_of_the_venues_dialect(deployment: Venue) -> None:
    reply = login(deployment, deployment.anonymous())

    assert list(reply) == ["Authenticated", "SessionToken", "User", "Locked", "Requires2FA",
                           "EnforceEnable2FA", "TwoFAType", "TwoFAToken", "errormsg"]
    failed = deployment.anonymous().call("AuthenticateUser", UserName="trader", Password="no")
    assert failed == {"Authenticated": False, "Locked": False,
                      "errormsg": "Invalid username or password"}
