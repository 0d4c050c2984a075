"""The treasury as deployments spell it: what public clients of real venues rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.reference.client import Client, Venue
from tests.reference.treasury.steps import BTC, USD


@pytest.fixture
def user(deployment: Venue) -> Iterator[Client]:
    """The first trader."""
    client = Client(deployment.embedded)
    persona = deployment.personas["trader"]
    client.call("AuthenticateUser", UserName=persona.username, Password=persona.password)
    yield client
    client.close()


def test_deposit_info_is_an_object_with_keys_as_text(deployment: Venue, user: Client) -> None:
    reply = user.call(
        "GetDepositInfo", OMSId=1, AccountId=deployment.account("trader"), ProductId=BTC,
        GenerateNewKey="true",
    )

    assert (reply["result"], reply["statuscode"], reply["AssetId"]) == (True, 0, BTC)
    assert len(json.loads(reply["DepositInfo"])) == 2


def test_deposit_ticket_as_web_clients_send_it(deployment: Venue, user: Client) -> None:
    account = deployment.account("trader")
    reply = user.call(
        "CreateDepositTicket", OMSId=1, OperatorId=1, accountId=account, assetId=USD,
        assetName="USD", amount="12.5", RequestUser=deployment.user("trader"), Status="New",
        DepositInfo='{"Full Name": "Ann"}', Comments="rent",
    )

    (ticket,) = user.call("GetDepositTickets", OMSId=1, OperatorId=1, AccountId=account)

    assert ticket["RequestCode"] == reply["Requestcode"]
    assert (ticket["Status"], ticket["Amount"]) == ("New", Decimal("12.5"))
    assert json.loads(ticket["DepositInfo"]) == {"Full Name": "Ann"}


def test_withdrawal_is_asked_for_and_cancelled(deployment: Venue, user: Client) -> None:
    account = deployment.account("trader")
    form = json.dumps({"TemplateType": "ToExternalBitCoinAddress", "ExternalAddress": "x"})
    types = user.call("GetWithdrawTemplateTypes", OMSId=1, ProductId=BTC)["TemplateTypes"]
    user.call(
        "CreateWithdrawTicket", OMSId=1, AccountId=account, ProductId=BTC, Amount="0.5",
        TemplateType=types[0]["TemplateName"], TemplateForm=form,
    )
    (ticket,) = user.call(
        "GetWithdrawTickets", OMSId=1, AccountId=account, StartIndex=0, Limit=10
    )

    user.call("CancelWithdraw", OMSId=1, UserId=deployment.user("trader"), AccountId=account,
              RequestCode=ticket["RequestCode"])

    (row,) = user.call("GetWithdraws", OMSId=1, AccountId=account)
    assert ticket["Status"] == "Pending2Fa"
    assert (row["TicketStatus"], row["AssetType"]) == ("UserCanceled", "CryptoCurrency")


def test_transfer_is_described_in_the_acknowledgement(deployment: Venue, user: Client) -> None:
    reply: dict[str, Any] = user.call(
        "TransferFunds", OMSId=1, SenderAccountId=deployment.account("trader"), ProductId=USD,
        Amount=1, ReceiverUserName="second_trader",
    )

    detail = json.loads(reply["detail"])

    assert reply["errormsg"] is None
    assert (detail["SenderUserName"], detail["TransferState"]) == ("trader", "Executed")


def test_account_and_positions_carry_names_and_values(deployment: Venue, user: Client) -> None:
    account = deployment.account("trader")

    info = user.call("GetAccountInfo", omsId=1, AccountId=account)
    rows = user.call("GetAccountPositions", omsId=1, AccountId=account)

    assert (info["OMSID"], info["AccountType"], info["RiskType"]) == (1, "Asset", "Normal")
    usd = next(row for row in rows if row["ProductSymbol"] == "USD")
    assert usd["NotionalValue"] == usd["Amount"] * usd["NotionalRate"]
