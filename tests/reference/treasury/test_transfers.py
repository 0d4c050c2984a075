"""Transfers between users, with and without asking."""

from __future__ import annotations

import pytest

from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import USD, amount, hold, ok


def transfer(venue: Venue, size: object = 25, **changes: object) -> object:
    terms = {"OMSId": 1, "SenderAccountId": venue.account("trader"), "ProductId": USD,
             "Amount": size, "Notes": "rent", "ReceiverUserName": "second_trader"}
    return venue.trader.call("TransferFunds", **terms | changes)


def balances(venue: Venue) -> tuple[object, object]:
    accounts = venue.account("trader"), venue.account("second_trader")
    return amount(venue.operator, accounts[0]), amount(venue.operator, accounts[1])


def test_transfer_moves_funds_and_is_listed_at_both_ends(venue: Venue) -> None:
    sent, received = balances(venue)
    sender, receiver = venue.account("trader"), venue.account("second_trader")

    assert ok(transfer(venue))

    (made,) = venue.trader.call("GetTransfers", OMSId=1, AccountId=sender)
    got = venue.second_trader.call("GetTransfersReceived", OMSId=1, AccountId=receiver)
    single = venue.trader.call(
        "GetTransfer", OMSId=1, AccountId=sender, TransferId=made["transferId"]
    )
    assert balances(venue) == (sent - 25, received + 25)
    assert got[-1] == made == single


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Amount": 0}, 100),
        ({"Amount": 99_999_999}, 101),
        ({"ReceiverUserName": "nobody"}, 104),
        ({"ReceiverUserName": "trader"}, 101),
        ({"ProductId": 999}, 104),
        ({"SenderAccountId": 999_999}, 104),
    ],
)
def test_wrong_transfer_moves_nothing(
    venue: Venue, changes: dict[str, object], code: int
) -> None:
    before = balances(venue)

    assert refused(transfer(venue, **changes), code)

    assert balances(venue) == before


def test_foreign_account_cannot_be_emptied(venue: Venue) -> None:
    before = balances(venue)

    reply = transfer(venue, SenderAccountId=venue.account("second_trader"))

    assert refused(reply, 20)
    assert balances(venue) == before


def test_executed_transfer_cannot_be_cancelled(venue: Venue) -> None:
    transfer(venue)
    before = balances(venue)
    sender = venue.account("trader")
    (made,) = venue.trader.call("GetTransfers", OMSId=1, AccountId=sender)

    reply = venue.trader.call(
        "CancelTransferFunds", OMSId=1, AccountId=sender, TransferId=made["transferId"]
    )

    assert refused(reply, 101)
    assert balances(venue) == before


def ask_for_confirmation(venue: Venue) -> None:
    config = {"key": "ConfirmTransfers", "value": "true"}
    venue.trader.call("SetAccountConfig", accountId=venue.account("trader"), config=config)


def test_transfer_waits_for_confirmation_where_asked(venue: Venue) -> None:
    sent, received = balances(venue)
    ask_for_confirmation(venue)

    assert ok(transfer(venue))
    assert balances(venue) == (sent, received)
    assert hold(venue.trader, venue.account("trader")) == 25
    code = venue.exchange.mailbox.to("trader@example.com")[-1].code

    assert ok(venue.trader.call("ConfirmTransferFunds", VerifyCode=code))
    assert refused(venue.trader.call("ConfirmTransferFunds", VerifyCode=code), 101)
    assert refused(venue.trader.call("ConfirmTransferFunds"), 104)
    assert balances(venue) == (sent - 25, received + 25)


def test_newest_own_transfer_is_confirmed_without_keys(venue: Venue) -> None:
    sent, received = balances(venue)
    ask_for_confirmation(venue)
    transfer(venue)
    transfer(venue, 10)

    assert refused(venue.second_trader.call("ConfirmTransferFunds"), 104)
    assert ok(venue.trader.call("ConfirmTransferFunds"))

    assert balances(venue) == (sent - 10, received + 10)


def test_waiting_transfer_is_cancelled(venue: Venue) -> None:
    before = balances(venue)
    ask_for_confirmation(venue)
    transfer(venue)
    sender = venue.account("trader")
    (made,) = venue.trader.call("GetTransfers", OMSId=1, AccountId=sender)

    reply = venue.trader.call(
        "CancelTransferFunds", OMSId=1, AccountId=sender, TransferId=made["transferId"]
    )

    assert ok(reply)
    assert balances(venue) == before
    assert hold(venue.trader, sender) == 0


def ask(venue: Venue) -> str:
    """The second trader asks the trader for funds."""
    reply = venue.second_trader.call(
        "RequestTransferFunds", OMSId=1, ProductId=USD, Amount=30, Notes="lunch",
        ReceiverUserName="trader",
    )
    assert reply["result"] is True
    return str(reply["requestcode"])


def test_request_moves_nothing_until_the_payer_confirms(venue: Venue) -> None:
    sent, received = balances(venue)
    code = ask(venue)
    terms = {"OMSId": 1, "RequestCode": code, "OperatorId": 1}
    found = venue.trader.call("GetRequestTransfer", omsId=1, operatorId=1, requestCode=code)
    assert (found["amount"], found["payerUsername"]) == (30, "trader")
    assert balances(venue) == (sent, received)

    own = venue.second_trader.call("ConfirmRequestTransferFunds", **terms)
    first = venue.trader.call("ConfirmRequestTransferFunds", **terms)
    second = venue.trader.call("ConfirmRequestTransferFunds", **terms)

    assert (own["result"], own["errorcode"]) == (False, 20)
    assert first == {"result": True, "requestcode": code}
    assert second["result"] is False
    assert balances(venue) == (sent - 30, received + 30)
    gone = venue.trader.call("GetRequestTransfer", omsId=1, operatorId=1, requestCode=code)
    assert refused(gone, 104)


def test_rejected_request_cannot_be_confirmed(venue: Venue) -> None:
    before = balances(venue)
    terms = {"OMSId": 1, "RequestCode": ask(venue), "OperatorId": 1}

    rejected = venue.trader.call("RejectRequestTransferFunds", **terms)
    confirmed = venue.trader.call("ConfirmRequestTransferFunds", **terms)

    assert (rejected["result"], confirmed["result"]) == (True, False)
    assert balances(venue) == before
