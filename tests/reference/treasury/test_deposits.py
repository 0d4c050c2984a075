"""Deposit tickets: from announcement to credit, with everything that can be done to them."""

from __future__ import annotations

import pytest

from conformance.reference.domain.treasury import providers
from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import (
    BTC,
    USD,
    amount,
    announce,
    deposit_key,
    deposit_ticket,
    ok,
    position,
    set_deposit,
)

NEW, PROCESSING, ACCEPTED, REJECTED, DONE, FAILED, PENDING = 0, 1, 2, 3, 5, 6, 7


def test_announced_deposit_is_pending_and_not_credited(venue: Venue) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)

    code = announce(venue, 100)

    ticket = deposit_ticket(venue, code)
    assert (ticket["Status"], ticket["amount"], ticket["assetName"]) == (NEW, 100, "USD")
    assert position(venue.trader, account) == before | {"pendingDeposits": 100}


def test_accepted_deposit_is_credited_once(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.trader, account)
    code = announce(venue, 100)
    number = deposit_ticket(venue, code)["ticketNumber"]
    assert ok(set_deposit(venue, code, Status=ACCEPTED, feeAmt=2))

    mark = {"OMSId": 1, "TicketId": number}
    first = venue.operator.call("MarkDepositTicketAsFullyProcessed", **mark)
    second = venue.operator.call("MarkDepositTicketAsFullyProcessed", **mark)

    row = position(venue.trader, account)
    assert ok(first)
    assert refused(second, 101)
    assert row["amount"] == before + 98
    assert (row["pendingDeposits"], row["totalDayDeposits"]) == (0, 100)
    assert row["totalDayDeposits"] <= row["totalMonthDeposits"] <= row["totalYearDeposits"]


def test_credited_deposit_appears_in_lists(venue: Venue) -> None:
    account = venue.account("trader")
    code = announce(venue, 100)
    set_deposit(venue, code, Status=ACCEPTED)
    set_deposit(venue, code, Status=DONE)

    (row,) = venue.trader.call("GetDeposits", OMSId=1, AccountId=account)
    booked = venue.trader.call("GetAccountDepositTransactions", OMSId=1, AccountId=account)

    assert (row["productId"], row["amount"], row["subAccountId"]) == (USD, 100, 0)
    assert (booked[0]["cr"], booked[0]["referenceType"]) == (100, 2)


@pytest.mark.parametrize("final", [REJECTED, FAILED])
def test_deposit_that_ends_badly_credits_nothing(venue: Venue, final: int) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)
    code = announce(venue)

    assert ok(set_deposit(venue, code, Status=final))
    assert refused(set_deposit(venue, code, Status=ACCEPTED), 101)

    assert deposit_ticket(venue, code)["Status"] == final
    assert position(venue.trader, account) == before


def test_new_deposit_cannot_skip_acceptance(venue: Venue) -> None:
    code = announce(venue)

    assert refused(set_deposit(venue, code, Status=DONE), 101)

    assert deposit_ticket(venue, code)["Status"] == NEW


def test_every_review_status_is_reached(venue: Venue) -> None:
    code = announce(venue)
    seen = []
    for wanted in (PROCESSING, PENDING, 8, 9, 10, 13, ACCEPTED, 4, DONE):
        set_deposit(venue, code, Status=wanted)
        seen.append(deposit_ticket(venue, code)["Status"])

    assert seen == [PROCESSING, PENDING, 8, 9, 10, 13, ACCEPTED, 4, DONE]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"assetId": BTC}, 101),
        ({"assetId": 999}, 104),
        ({"amount": 0}, 100),
        ({"accountId": 999_999}, 104),
        ({"status": 2}, 100),
        ({"assetManagerId": None}, 100),
        ({"amount": "ten"}, 100),
    ],
)
def test_wrong_announcement_makes_no_ticket(
    venue: Venue, changes: dict[str, object], code: int
) -> None:
    terms = {"omsId": 1, "accountId": venue.account("trader"), "assetManagerId": 1,
             "assetId": USD, "amount": 1, "status": 0}
    count = len(venue.exchange.treasury.deposits)

    reply = venue.trader.call("CreateDepositTicket", **terms | changes)

    assert refused(reply, code)
    assert len(venue.exchange.treasury.deposits) == count


def test_foreign_tickets_are_not_shown(venue: Venue) -> None:
    code = announce(venue)
    who = {"OMSId": 1, "AccountId": venue.account("trader")}

    for call in ("GetDepositTickets", "GetDeposits"):
        assert refused(venue.second_trader.call(call, **who, OperatorId=1), 20)
    assert refused(venue.second_trader.call("GetDepositTicket", **who, RequestCode=code), 20)


def test_one_ticket_is_found_by_code_or_number(venue: Venue) -> None:
    code = announce(venue)
    who = {"OMSId": 1, "AccountId": venue.account("trader")}

    (listed,) = venue.trader.call("GetDepositTickets", **who, OperatorId=1)
    number = listed["ticketNumber"]

    assert venue.trader.call("GetDepositTicket", **who, RequestCode=code) == listed
    assert venue.trader.call("GetDepositTicket", **who, TicketId=number) == listed
    both = venue.trader.call("GetDepositTicket", **who, RequestCode=code, TicketId=number + 1)
    assert refused(both, 104)


def test_all_tickets_start_as_far_back_as_asked(venue: Venue) -> None:
    codes = [announce(venue, size) for size in (1, 2, 3)]
    who = {"OMSId": 1, "OperatorId": 1}

    newest = venue.operator.call("GetAllDepositTickets", **who, StartIndex=0)
    two = venue.operator.call("GetAllDepositTickets", **who, StartIndex=2, Limit=50)

    assert [ticket["requestCode"] for ticket in newest] == codes[2:]
    assert [ticket["requestCode"] for ticket in two] == codes[1:]
    assert len(venue.operator.call("GetAllDepositTickets", **who, Limit=1)) == 1


def test_deposit_beyond_the_limit_is_rejected(venue: Venue) -> None:
    venue.operator.call(
        "EditVerificationLevelConfig", verificationLevel=1, omsId=1, productId=USD,
        dailyDepositLimit=150,
    )

    first, second = announce(venue, 100), announce(venue, 100)

    assert deposit_ticket(venue, first)["Status"] == NEW
    assert deposit_ticket(venue, second)["Status"] == 14
    assert position(venue.trader, venue.account("trader"))["pendingDeposits"] == 100


def test_limits_reset_starts_totals_anew(venue: Venue) -> None:
    account = venue.account("trader")
    code = announce(venue)
    set_deposit(venue, code, Status=ACCEPTED)
    set_deposit(venue, code, Status=DONE)
    assert position(venue.trader, account)["totalDayDeposits"] == 100

    reply = venue.superuser.call("ResetTreasuryLimits", omsId=1, accountId=account, assetId=USD)

    assert ok(reply)
    assert position(venue.trader, account)["totalYearDeposits"] == 0


def test_day_total_ends_with_the_day(venue: Venue) -> None:
    account = venue.account("market_maker")
    assert position(venue.operator, account)["totalDayDeposits"] == 2_500

    venue.pass_time(86_400_000)

    assert position(venue.persona("operator"), account)["totalDayDeposits"] == 0


def test_superuser_credits_directly(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.operator, account)
    terms = {"omsId": 1, "accountId": account, "instrumentId": USD, "amount": 40}

    assert ok(venue.superuser.call("Deposit", **terms))
    assert refused(venue.operator.call("Deposit", **terms), 20)

    assert amount(venue.operator, account) == before + 40


def test_deposit_keys_come_in_pairs_and_stay(venue: Venue) -> None:
    who = {"OMSId": 1, "AccountId": venue.account("trader"), "ProductId": BTC}

    first = venue.trader.call("GetDepositInfo", **who, GenerateNewKey=True)
    again = venue.trader.call("GetDepositInfo", **who, GenerateNewKey=False)
    fresh = venue.trader.call("GetDepositInfo", **who, GenerateNewKey=True)

    assert len(first) == 2
    assert again == first
    assert not set(first) & set(fresh)
    fiat = who | {"ProductId": USD, "GenerateNewKey": True}
    assert refused(venue.trader.call("GetDepositInfo", **fiat), 101)


def test_coins_that_arrive_are_credited_after_confirmation(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.trader, account, BTC)
    key = deposit_key(venue.trader, account)

    ticket = providers.coins_arrive(venue.exchange, key, 2)
    seen = [int(providers.advance_deposit(venue.exchange, ticket)) for _ in range(3)]

    assert seen == [8, 13, DONE]
    assert amount(venue.trader, account, BTC) == before + 2


def test_subscriber_hears_of_pending_deposits(venue: Venue) -> None:
    account = venue.account("trader")
    venue.trader.call("SubscribeAccountEvents", OMSId=1, AccountId=account)

    code = announce(venue, 100)
    set_deposit(venue, code, Status=REJECTED)

    events = venue.trader.events()
    pending = [e["TotalPendingDepositValue"] for e in events if "TotalPendingDepositValue" in e]
    assert pending == [100, 0]
