"""Comments, attachments, templates and wallet tickets."""

from __future__ import annotations

import json

from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import (
    BTC,
    ETH,
    USD,
    announce,
    attach,
    deposit_ticket,
    remark,
    withdraw,
)

FILE = "aGVsbG8="


def test_deposit_attachment_is_read_back(venue: Venue) -> None:
    ticket = deposit_ticket(venue, announce(venue))
    reply = attach(
        venue.trader, "AddDepositTicketAttachment", ticket["ticketNumber"], FILE,
        description="slip",
    )
    number = reply["attachmentid"]

    read = venue.trader.call("GetDepositTicketAttachment", attachmentId=number)

    assert reply["success"] is True
    assert (read["base64Attachment"], read["description"]) == (FILE, "slip")
    assert read["submittedByUserId"] == venue.user("trader")
    listed = deposit_ticket(venue, ticket["requestCode"])["attachments"]
    assert [row["attachmentId"] for row in json.loads(listed)] == [number]
    foreign = venue.second_trader.call("GetDepositTicketAttachment", attachmentId=number)
    assert refused(foreign, 20)


def test_withdraw_attachment_is_read_back(venue: Venue) -> None:
    ticket = withdraw(venue)
    number = ticket["ticketNumber"]
    reply = attach(venue.trader, "AddWithdrawTicketAttachment", number, FILE)

    read = venue.trader.call("GetWithdrawTicketAttachment", attachmentId=reply["attachmentid"])

    assert read["base64Attachment"] == FILE
    assert read["ticketNumber"] == ticket["ticketNumber"]


def test_what_is_no_base64_is_not_attached(venue: Venue) -> None:
    ticket = withdraw(venue)

    number = ticket["ticketNumber"]
    reply = attach(venue.trader, "AddWithdrawTicketAttachment", number, "?!")
    unknown = attach(venue.trader, "AddDepositTicketAttachment", 999_999, FILE)

    assert (reply["success"], reply["attachmentid"], reply["errorcode"]) == (False, 0, 100)
    assert (unknown["success"], unknown["errorcode"]) == (False, 104)
    assert venue.exchange.treasury.withdraw_attachments == {}


def test_comments_stand_on_the_deposit_ticket(venue: Venue) -> None:
    code = announce(venue)
    ticket = deposit_ticket(venue, code)

    remark(venue.trader, "SubmitDepositTicketComment", ticket, "hello")
    reply = remark(venue.operator, "SubmitDepositTicketComment", ticket, "seen")

    comments = json.loads(deposit_ticket(venue, code)["comments"])
    assert [row["comment"] for row in comments] == ["hello", "seen"]
    assert [row["enteredBy"] for row in comments] == [venue.user("trader"), venue.user("operator")]
    assert reply == {"success": True, "commentid": comments[1]["commentId"]}


def test_comments_stand_on_the_withdraw_ticket(venue: Venue) -> None:
    ticket = withdraw(venue)

    remark(venue.trader, "SubmitWithdrawTicketComment", ticket, "please")
    foreign = remark(venue.second_trader, "SubmitWithdrawTicketComment", ticket, "no")

    found = venue.trader.call(
        "GetWithdrawTicket", OMSId=1, AccountId=ticket["accountId"],
        RequestCode=ticket["requestCode"],
    )
    assert (foreign["success"], foreign["errorcode"]) == (False, 20)
    assert [row["comment"] for row in json.loads(found["Comments"])] == ["please"]


def test_each_withdraw_template_type_has_a_form(venue: Venue) -> None:
    types = venue.trader.call("GetWithdrawTemplateTypes", OMSId=1, ProductId=BTC)
    (name,) = types["TemplateTypes"]

    form = venue.trader.call("GetWithdrawTemplate", OMSId=1, ProductId=BTC, TemplateType=name)

    assert types["result"] is True
    assert "ExternalAddress" in json.loads(form["Template"])


def test_unknown_withdraw_template_is_told_in_the_envelope(venue: Venue) -> None:
    reply = venue.trader.call("GetWithdrawTemplate", OMSId=1, ProductId=BTC, TemplateType="none")

    assert (reply["result"], reply["Template"], reply["statuscode"]) == (False, "", None)


def test_deposit_templates_say_how_to_deposit(venue: Venue) -> None:
    (listed,) = venue.trader.call("GetAllDepositRequestInfoTemplates", OMSId=1, ProductId=ETH)
    (fiat,) = venue.trader.call("GetAllDepositRequestInfoTemplates", OMSId=1, ProductId=USD)

    single = venue.trader.call(
        "GetDepositRequestInfoTemplate", OMSId=1, ProductId=ETH,
        AccountId=venue.account("trader"), TemplateType="EthereumRPC",
    )

    assert single == listed
    assert listed["Template"]["DepositWorkflow"] == "CryptoWallet"
    assert fiat["Template"]["UseGetDepositWorkflow"] is False


def wallet(**changes: object) -> dict[str, object]:
    keys: dict[str, object] = {
        "assetManagerId": 1, "accountProviderId": 2, "assetId": BTC, "ticketId": "",
        "TicketType": 3, "TicketStatus": 1, "ticketNumber": 0, "assetManagerServiceId": "1",
        "startIndex": 0, "limit": 0,
    }
    return keys | changes


def test_wallet_ticket_is_opened_and_updated(venue: Venue) -> None:
    reply = venue.operator.call("CreateAssetManagerWalletTicket", **wallet())
    number = reply["ticketnumber"]

    updated = venue.operator.call(
        "UpdateAssetManagerWalletTicket", **wallet(ticketNumber=number, TicketStatus=2)
    )

    found = venue.operator.call(
        "GetAssetManagerWalletTicket", **wallet(ticketNumber=number, TicketType=0, TicketStatus=0)
    )
    assert reply["success"] is True
    assert (updated["ticketStatus"], found["TicketStatus"]) == (2, 2)
    assert found["lastUpdatedBy"] == venue.user("operator")


def test_wallet_tickets_are_filtered_newest_first(venue: Venue) -> None:
    for kind in (3, 4, 3):
        venue.operator.call("CreateAssetManagerWalletTicket", **wallet(TicketType=kind))

    some = venue.operator.call("GetAllAssetManagerWalletTickets", **wallet(limit=9))
    newest = venue.operator.call("GetAllAssetManagerWalletTickets", **wallet(TicketType=0))

    assert [row["TicketType"] for row in some] == [3, 3]
    assert some[0]["ticketNumber"] > some[1]["ticketNumber"]
    assert newest == some[:1]


def test_wrong_wallet_ticket_is_not_opened(venue: Venue) -> None:
    count = len(venue.exchange.treasury.wallet_tickets.by_number)

    strange = venue.operator.call("CreateAssetManagerWalletTicket", **wallet(TicketType=9))
    unknown = venue.operator.call("CreateAssetManagerWalletTicket", **wallet(accountProviderId=99))

    assert (strange["success"], strange["errorcode"]) == (False, 100)
    assert (unknown["success"], unknown["errorcode"]) == (False, 104)
    assert len(venue.exchange.treasury.wallet_tickets.by_number) == count
