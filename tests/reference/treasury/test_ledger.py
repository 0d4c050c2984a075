"""Manual ledger entries, positions and holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import BTC, USD, amount, book, hold, ok, position

MANUAL_HOLD = 9


def test_entry_moves_the_position_exactly(venue: Venue) -> None:
    account = venue.account("trader")
    before = amount(venue.trader, account)

    reply = book(venue.operator, account, "12.345678901")

    assert reply["enteredBy"] == venue.user("operator")
    assert reply["oneSidedTransaction"] == 0
    assert amount(venue.trader, account) == before + Decimal("12.345678901")


def test_entry_is_read_back_by_id_and_in_the_list(venue: Venue) -> None:
    account = venue.account("trader")
    entry = book(venue.operator, account, "5", comment="bonus", oneSidedTransaction=True)
    number = entry["accountLedgerEntryId"]

    single = venue.operator.call("GetAccountLedgerEntry", AccountLedgerEntryId=number)
    listed = venue.operator.call("GetLedgerEntriesByAccount", AccountId=account)

    assert {key.lower(): value for key, value in single.items()} == {
        key.lower(): value for key, value in entry.items()
    }
    assert listed[-1] == entry


def test_two_sided_entry_moves_the_counterparty(venue: Venue) -> None:
    first, second = venue.account("trader"), venue.account("second_trader")
    before = amount(venue.operator, first), amount(venue.operator, second)

    book(venue.operator, first, "7", counterPartyId=second)

    assert amount(venue.operator, first) == before[0] + 7
    assert amount(venue.operator, second) == before[1] - 7


def test_entry_without_effect_on_balance_only_stands_in_the_list(venue: Venue) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)

    entry = book(venue.operator, account, "9", doNotAffectBalance=True, balance=1)

    assert position(venue.trader, account) == before
    assert venue.operator.call("GetLedgerEntriesByAccount", AccountId=account)[-1] == entry


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"accountId": 999_999}, 104),
        ({"productId": 999_999}, 104),
        ({"cR_Amt": -1}, 100),
        ({"cR_Amt": "1"}, 100),
        ({"transactionType": 9}, 100),
        ({"transactionReferenceType": 14}, 100),
        ({"accountChangeReason": 13}, 100),
        ({"transactionTime": "yesterday"}, 100),
        ({"comment": None}, 100),
        ({"cR_Amt": 1, "dR_Amt": 1, "oneSidedTransaction": True}, 101),
        ({"cR_Amt": 0}, 101),
        ({"cR_Amt": 0, "dR_Amt": 99_999_999}, 101),
        ({"doNotAffectBalance": True}, 100),
    ],
)
def test_wrong_entry_is_refused_and_moves_nothing(
    venue: Venue, terms: dict[str, object], code: int
) -> None:
    account = venue.account("trader")
    before = position(venue.trader, account)
    entry = {"omsId": 1, "accountId": account, "productId": USD, "cR_Amt": 1, "dR_Amt": 0,
             "comment": ""}

    reply = venue.operator.call("SubmitAccountLedgerEntry", **entry | terms)

    assert refused(reply, code)
    assert position(venue.trader, account) == before


def test_trader_may_not_book(venue: Venue) -> None:
    assert refused(book(venue.trader, venue.account("trader"), "1"), 20)


def test_manual_hold_is_listed_and_reversed_once(venue: Venue) -> None:
    account, operator = venue.account("trader"), venue.operator
    assert ok(operator.call("AddAccountHold", omsId=1, accountId=account, assetId=USD, amount=30))
    assert hold(venue.trader, account) == 30
    (row,) = operator.call(
        "GetOpenHolds", omsId=1, accountId=account, TransactionReferenceType=MANUAL_HOLD
    )
    assert (row["ReferenceType"], row["TransactionType"], row["dr"]) == ("ManualHold", "Hold", 30)

    terms = {
        "omsId": 1, "accountId": account, "assetId": USD, "transactionId": row["transactionId"],
        "referenceId": row["referenceId"], "TransactionReferenceType": MANUAL_HOLD,
    }

    assert ok(operator.call("ReverseAccountHold", **terms))
    assert refused(operator.call("ReverseAccountHold", **terms), 104)
    assert hold(venue.trader, account) == 0


@pytest.mark.parametrize(("size", "code"), [(0, 100), (-1, 100), (99_999_999, 101)])
def test_hold_beyond_what_is_free_is_refused(venue: Venue, size: int, code: int) -> None:
    account = venue.account("trader")

    reply = venue.operator.call(
        "AddAccountHold", omsId=1, accountId=account, assetId=USD, amount=size
    )

    assert refused(reply, code)
    assert hold(venue.trader, account) == 0


def test_reset_releases_all_holds_of_one_product(venue: Venue) -> None:
    account = venue.account("trader")
    for asset in (USD, USD, BTC):
        venue.operator.call("AddAccountHold", omsId=1, accountId=account, assetId=asset, amount=1)

    reply = venue.superuser.call("ResetHolds", omsId=1, accountId=account, assetId=USD)

    assert ok(reply)
    assert hold(venue.trader, account, USD) == 0
    assert hold(venue.trader, account, BTC) == 1


def test_operator_may_not_reset(venue: Venue) -> None:
    account = venue.account("trader")
    for call in ("ResetHolds", "ResetTradingLimits", "ResetTreasuryLimits"):
        assert refused(venue.operator.call(call, omsId=1, accountId=account, assetId=USD), 20)


def test_foreign_positions_are_not_shown(venue: Venue) -> None:
    foreign = venue.account("second_trader")

    assert refused(venue.trader.call("GetAccountPositions", OMSId=1, AccountId=foreign), 20)
    assert refused(venue.trader.call("GetAccountPositions", OMSId=1, AccountId=999_999), 104)
    assert refused(venue.trader.call("GetAccountPositions", OMSId=9, AccountId=foreign), 104)


def test_all_positions_agree_with_each_account(venue: Venue) -> None:
    account = venue.account("trader")
    own = venue.operator.call("GetAccountPositions", OMSId=1, AccountId=account)

    page = venue.operator.call(
        "GetAllAccountPositions", omsId=1, startIndex=account, limit=len(own)
    )

    assert page == own


def test_position_is_listed_once_something_moved(venue: Venue) -> None:
    """No page says whether products an account never had are listed: here they are not."""
    account = venue.account("read_only")
    untouched = venue.operator.call("GetAccountPositions", OMSId=1, AccountId=account)

    book(venue.operator, account, "1")

    assert untouched == []
    assert amount(venue.operator, account) == 1


def test_reader_sees_only_related_positions(venue: Venue) -> None:
    book(venue.operator, venue.account("read_only"), "1")

    rows = venue.read_only.call("GetAllAccountPositions", omsId=1, startIndex=0, limit=1000)

    assert {row["accountId"] for row in rows} == {venue.account("read_only")}
    assert refused(venue.trader.call("GetAllAccountPositions", omsId=1), 20)


def test_treasury_products_are_known_symbols(venue: Venue) -> None:
    symbols = venue.trader.call(
        "GetTreasuryProductsForAccount", OMSId=1, AccountId=venue.account("trader")
    )

    known = {product["product"] for product in venue.trader.call("GetProducts", OMSId=1)}
    assert {"USD", "BTC", "ETH"} <= set(symbols) <= known


def test_account_fees_follow_the_schedule(venue: Venue) -> None:
    account = venue.account("trader")
    rows = venue.trader.call("GetAccountFees", OMSId=1, AccountId=account)

    assert len(rows) == len(venue.exchange.fees.rules)
    assert all(row["accountId"] == account for row in rows)


def test_position_event_tells_what_the_position_is(venue: Venue) -> None:
    account = venue.account("trader")
    venue.trader.call("SubscribeAccountEvents", OMSId=1, AccountId=account)

    book(venue.operator, account, "3")

    (event,) = venue.trader.events("AccountPositionEvent")
    assert event["Amount"] == amount(venue.trader, account)
