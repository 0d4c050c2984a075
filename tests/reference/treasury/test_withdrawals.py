"""Withdraw tickets: reserved, decided, paid or given back."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from conformance.reference.domain.treasury import providers
from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import (
    BANK,
    BTC,
    USD,
    amount,
    decide,
    hold,
    newest_withdrawal,
    ok,
    position,
    status,
    withdraw,
)

NEW, ACCEPTED, REJECTED, DONE, FAILED = 0, 2, 3, 5, 6
PENDING_2FA, DELAYED, USER_CANCELED, ADMIN_CANCELED, CONFIRMED_2FA = 8, 10, 11, 12, 22
FEE = 5


def update(venue: Venue, ticket: dict[str, object], **changes: object) -> object:
    now = newest_withdrawal(venue)
    kept = {key: now[key] for key in
            ("requestCode", "assetManagerId", "accountId", "assetId", "amount", "Status")}
    assert kept["requestCode"] == ticket["requestCode"]
    return venue.operator.call("UpdateWithdrawTicket", **{"omsId": 1} | kept | changes)


def test_new_withdrawal_reserves_amount_and_fee(venue: Venue) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)

    ticket = withdraw(venue, 100)

    row = position(venue.trader, account)
    assert (ticket["Status"], ticket["feeAmt"]) == (NEW, FEE)
    assert row == before | {"hold": 100 + FEE, "pendingWithdraws": 100 + FEE}


def test_accepted_withdrawal_is_paid_once(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.trader, account)
    fees = amount(venue.operator, 1)
    ticket = withdraw(venue, 100)

    assert ok(decide(venue, "AcceptWithdrawTicket", ticket))
    assert status(venue, ticket) == ACCEPTED
    assert ok(decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket))
    assert refused(decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket), 101)

    row = position(venue.trader, account)
    assert row["amount"] == before - 100 - FEE
    assert (row["hold"], row["pendingWithdraws"], row["totalDayWithdraws"]) == (0, 0, 100)
    assert amount(venue.operator, 1) == fees + FEE


def test_paid_withdrawal_appears_in_lists(venue: Venue) -> None:
    account = venue.account("trader")
    ticket = withdraw(venue, 100)
    decide(venue, "AcceptWithdrawTicket", ticket)
    decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket)

    (row,) = venue.trader.call("GetWithdraws", OMSId=1, AccountId=account)
    booked = venue.trader.call("GetAccountWithdrawTransactions", OMSId=1, AccountId=account)

    assert (row["withdrawCode"], row["TicketStatus"]) == (ticket["requestCode"], DONE)
    assert sum(transaction["dr"] for transaction in booked) == 100 + FEE
    assert {transaction["referenceType"] for transaction in booked} == {3}


def test_new_withdrawal_cannot_skip_acceptance(venue: Venue) -> None:
    ticket = withdraw(venue)

    assert refused(decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket), 101)

    assert status(venue, ticket) == NEW


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Amount": 99_999_999}, 100),
        ({"Amount": 0}, 100),
        ({"Amount": "1"}, 100),
        ({"ProductId": 999}, 104),
        ({"TemplateType": "Elsewhere"}, 104),
        ({"TemplateForm": "no form"}, 100),
        ({"AccountId": 999_999}, 104),
    ],
)
def test_wrong_withdrawal_reserves_nothing(
    venue: Venue, changes: dict[str, object], code: int
) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)
    terms = {"OMSId": 1, "AccountId": account, "ProductId": USD, "Amount": 1,
             "TemplateForm": {}, "TemplateType": "Standard"}

    assert refused(venue.trader.call("CreateWithdrawTicket", **terms | changes), code)

    assert position(venue.trader, account) == before


def test_crypto_withdrawal_needs_an_address(venue: Venue) -> None:
    reply = venue.trader.call(
        "CreateWithdrawTicket", OMSId=1, AccountId=venue.account("trader"), ProductId=BTC,
        Amount=1, TemplateForm={}, TemplateType="ToExternalBitCoinAddress",
    )

    assert refused(reply, 100)
    assert hold(venue.trader, venue.account("trader"), BTC) == 0


def test_owner_cancels_and_gets_the_funds_back(venue: Venue) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)
    ticket = withdraw(venue)
    terms = {"OMSId": 1, "UserId": venue.user("trader"), "AccountId": account,
             "RequestCode": ticket["requestCode"]}

    assert ok(venue.trader.call("CancelWithdraw", **terms))
    assert refused(venue.trader.call("CancelWithdraw", **terms), 101)

    assert status(venue, ticket) == USER_CANCELED
    assert position(venue.trader, account) == before


def test_stranger_cannot_cancel(venue: Venue) -> None:
    ticket = withdraw(venue)
    terms = {"OMSId": 1, "UserId": venue.user("second_trader"),
             "RequestCode": ticket["requestCode"]}

    own = venue.second_trader.call(
        "CancelWithdraw", **terms, AccountId=venue.account("second_trader")
    )
    foreign = venue.second_trader.call(
        "CancelWithdraw", **terms, AccountId=venue.account("trader")
    )

    assert refused(own, 101)
    assert refused(foreign, 20)
    assert status(venue, ticket) == NEW


def test_operator_cancels(venue: Venue) -> None:
    ticket = withdraw(venue)

    assert ok(decide(venue, "MarkWithdrawTicketAsCancelled", ticket))
    assert refused(decide(venue, "AcceptWithdrawTicket", ticket), 101)

    assert status(venue, ticket) == ADMIN_CANCELED
    assert hold(venue.trader, venue.account("trader")) == 0


def test_rejected_withdrawal_can_be_accepted_again(venue: Venue) -> None:
    account = venue.account("trader")
    ticket = withdraw(venue)
    assert ok(update(venue, ticket, Status=REJECTED))
    assert hold(venue.trader, account) == 0

    assert ok(update(venue, ticket, Status=ACCEPTED))

    (row,) = venue.trader.call("GetWithdraws", OMSId=1, AccountId=account)
    assert row["reaccepted"] is True
    assert hold(venue.trader, account) == 100 + FEE


def test_update_changes_amount_and_hold_together(venue: Venue) -> None:
    account = venue.account("trader")
    ticket = withdraw(venue)

    assert ok(update(venue, ticket, amount=40, feeAmt=1))
    assert refused(update(venue, ticket, amount=99_999_999), 101)

    row = newest_withdrawal(venue)
    assert (row["amount"], row["feeAmt"]) == (40, 1)
    assert hold(venue.trader, account) == 41


def test_crypto_withdrawal_waits_for_the_mailed_code(venue: Venue) -> None:
    ticket = withdraw(venue, 1, BTC)
    assert ticket["Status"] == PENDING_2FA
    mail = venue.exchange.mailbox.to("trader@example.com")[-1]
    stranger, user = venue.anonymous(), venue.user("trader")

    wrong = stranger.call("ConfirmWithdraw", UserId=user, VerifyCode="0000")
    right = stranger.call("ConfirmWithdraw", UserId=user, VerifyCode=mail.code)

    assert wrong["result"] is False
    assert right == {"result": True}
    assert status(venue, ticket) == CONFIRMED_2FA


def test_operator_confirms_in_the_users_place(venue: Venue) -> None:
    ticket = withdraw(venue, 1, BTC)

    assert ok(decide(venue, "MarkWithdrawTicketAsConfirmed", ticket))
    assert refused(decide(venue, "MarkWithdrawTicketAsConfirmed", ticket), 101)
    assert refused(decide(venue, "AcceptWithdrawTicket", ticket), 101)

    assert status(venue, ticket) == CONFIRMED_2FA


def test_small_crypto_withdrawal_goes_out_by_itself(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.trader, account, BTC)
    ticket = withdraw(venue, 1, BTC)
    decide(venue, "MarkWithdrawTicketAsConfirmed", ticket)
    running = venue.exchange.treasury.withdrawal(ticket["ticketNumber"])

    seen = [int(providers.advance_withdrawal(venue.exchange, running)) for _ in range(6)]

    (row,) = venue.trader.call("GetWithdraws", OMSId=1, AccountId=account)
    assert seen == [17, 9, 4, 19, 20, DONE]
    assert "TxId" in json.loads(row["WithdrawTransactionDetails"])
    assert amount(venue.trader, account, BTC) == before - 1 - Decimal("0.0005")


def test_failed_withdrawal_is_resubmitted_or_cancelled(venue: Venue) -> None:
    ticket = withdraw(venue)
    assert refused(decide(venue, "ResubmitFailedWithdrawTicket", ticket), 101)
    update(venue, ticket, Status=ACCEPTED)
    update(venue, ticket, Status=FAILED)
    assert ok(decide(venue, "ResubmitFailedWithdrawTicket", ticket))
    assert status(venue, ticket) == NEW
    assert refused(decide(venue, "CancelFailedWithdrawTicket", ticket), 101)
    update(venue, ticket, Status=ACCEPTED)
    update(venue, ticket, Status=FAILED)

    assert ok(decide(venue, "CancelFailedWithdrawTicket", ticket))

    assert status(venue, ticket) == ADMIN_CANCELED
    assert hold(venue.trader, venue.account("trader")) == 0


def test_withdrawal_beyond_the_limit_is_rejected(venue: Venue) -> None:
    venue.operator.call(
        "EditVerificationLevelConfig", verificationLevel=1, omsId=1, productId=USD,
        dailyWithdrawLimit=150,
    )

    first, second = withdraw(venue, 100), withdraw(venue, 100)

    assert (first["Status"], second["Status"]) == (NEW, 18)
    assert hold(venue.trader, venue.account("trader")) == 100 + FEE


def test_processing_delay_holds_an_accepted_withdrawal_back(venue: Venue) -> None:
    venue.exchange.verification.product(1, USD).withdraw_processing_delay_sec = 60
    ticket = withdraw(venue)
    running = venue.exchange.treasury.withdrawal(ticket["ticketNumber"])

    decide(venue, "AcceptWithdrawTicket", ticket)
    early = int(providers.advance_withdrawal(venue.exchange, running))
    venue.pass_time(60_000)
    late = int(providers.advance_withdrawal(venue.exchange, running))

    assert (early, late) == (DELAYED, ACCEPTED)


def test_withdraw_hold_is_listed_and_reversed(venue: Venue) -> None:
    account = venue.account("trader")
    withdraw(venue)
    (row,) = venue.operator.call(
        "GetOpenWithdrawHolds", omsId=1, accountId=account, TransactionReferenceType=6
    )

    reply = venue.operator.call(
        "ReverseWithdrawHold", omsId=1, accountId=account, assetId=USD,
        transactionId=row["transactionId"], referenceId=row["referenceId"],
        TransactionReferenceType=6,
    )

    assert ok(reply)
    assert (row["ReferenceType"], row["dr"]) == ("WithdrawHold", 100 + FEE)
    assert hold(venue.trader, account) == 0


def test_ticket_pages_run_from_the_newest_back(venue: Venue) -> None:
    made = [withdraw(venue, size)["requestCode"] for size in (1, 2, 3)]
    who = {"OMSId": 1, "AccountId": venue.account("trader")}

    page = venue.trader.call("GetWithdrawTickets", **who, StartIndex=1, Limit=1)
    whole = venue.operator.call("GetAllWithdrawTickets", OMSId=1, OperatorId=1, Limit=3)

    assert [ticket["requestCode"] for ticket in page] == [made[1]]
    assert [ticket["requestCode"] for ticket in whole] == made[::-1]
    assert refused(venue.operator.call("GetAllWithdrawTickets", OMSId=1), 100)


def test_one_ticket_needs_all_three_selectors(venue: Venue) -> None:
    ticket = withdraw(venue)
    who = {"OMSId": 1, "AccountId": venue.account("trader")}

    found = venue.trader.call("GetWithdrawTicket", **who, RequestCode=ticket["requestCode"])

    assert found == ticket
    assert refused(venue.trader.call("GetWithdrawTicket", **who), 100)
    assert refused(venue.trader.call("GetWithdrawTicket", **who, RequestCode="x"), 104)


def test_fee_is_what_the_schedule_says(venue: Venue) -> None:
    lines = venue.trader.call("GetOMSWithdrawFees", OMSId=1, ProductId=USD)
    fee = venue.trader.call(
        "GetWithdrawFee", OMSId=1, AccountId=venue.account("trader"), ProductId=USD, Amount=1
    )

    assert [line["FeeCalcType"] for line in lines] == ["FlatRate", "Percentage"]
    assert [line["IsActive"] for line in lines] == [True, False]
    assert fee == {"FeeAmount": FEE}


def test_old_withdraw_call_opens_a_ticket_too(venue: Venue) -> None:
    reply = venue.trader.call(
        "Withdraw", omsId=1, accountId=venue.account("trader"), productId=USD, amount=1,
        templateForm=BANK, templateFormType="Standard",
    )

    assert ok(reply)
    assert newest_withdrawal(venue)["amount"] == 1
