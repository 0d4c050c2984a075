"""Every seeded fault of the treasury breaks exactly what it says; without it the rule holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from conformance.reference.calls.registry import load_calls
from conformance.reference.defects import KNOWN
from conformance.reference.faults.registry import load_faults, standing_between
from tests.reference.client import Venue
from tests.reference.treasury import steps
from tests.reference.treasury.steps import BTC, USD, amount, hold, position

Rule = Callable[[Venue], bool]
RULES: dict[str, Rule] = {}
AREAS = ("treasury/", "accounts/", "products/", "instrs/")
ACCEPTED, REJECTED, DONE = 2, 3, 5


def rule(defect: str) -> Callable[[Rule], Rule]:
    """The rule that a defect breaks."""

    def register(check: Rule) -> Rule:
        RULES[defect] = check
        return check

    return register


def credited(venue: Venue) -> None:
    code = steps.announce(venue)
    steps.set_deposit(venue, code, Status=ACCEPTED)
    steps.set_deposit(venue, code, Status=DONE)


@rule("treasury/deposit-credited-twice")
def _deposit_once(venue: Venue) -> bool:
    before = amount(venue.trader, venue.account("trader"))
    credited(venue)
    return amount(venue.trader, venue.account("trader")) == before + 100


@rule("treasury/pending-deposit-not-cleared")
def _pending_cleared(venue: Venue) -> bool:
    credited(venue)
    return bool(position(venue.trader, venue.account("trader"))["pendingDeposits"] == 0)


@rule("treasury/finished-deposit-reopens")
def _deposit_stays_finished(venue: Venue) -> bool:
    code = steps.announce(venue)
    steps.set_deposit(venue, code, Status=REJECTED)
    steps.set_deposit(venue, code, Status=1)
    return bool(steps.deposit_ticket(venue, code)["Status"] == REJECTED)


@rule("treasury/day-total-not-updated")
def _day_total(venue: Venue) -> bool:
    credited(venue)
    return bool(position(venue.trader, venue.account("trader"))["totalDayDeposits"] == 100)


@rule("treasury/withdraw-hold-lost")
def _withdraw_holds(venue: Venue) -> bool:
    steps.withdraw(venue)
    return hold(venue.trader, venue.account("trader")) == 105


@rule("treasury/rejected-withdraw-keeps-hold")
def _rejected_gives_back(venue: Venue) -> bool:
    steps.decide(venue, "MarkWithdrawTicketAsCancelled", steps.withdraw(venue))
    return hold(venue.trader, venue.account("trader")) == 0


@rule("treasury/withdraw-fee-not-charged")
def _fee_charged(venue: Venue) -> bool:
    before = amount(venue.trader, venue.account("trader"))
    ticket = steps.withdraw(venue)
    steps.decide(venue, "AcceptWithdrawTicket", ticket)
    steps.decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket)
    return amount(venue.trader, venue.account("trader")) == before - 105


@rule("treasury/cancel-of-finished-ticket")
def _finished_stays(venue: Venue) -> bool:
    ticket = steps.withdraw(venue)
    steps.decide(venue, "AcceptWithdrawTicket", ticket)
    steps.decide(venue, "MarkWithdrawTicketAsFullyProcessed", ticket)
    steps.decide(venue, "MarkWithdrawTicketAsCancelled", ticket)
    return steps.status(venue, ticket) == DONE


@rule("treasury/accepted-ticket-skips-status")
def _accepted_is_accepted(venue: Venue) -> bool:
    ticket = steps.withdraw(venue)
    steps.decide(venue, "AcceptWithdrawTicket", ticket)
    return steps.status(venue, ticket) == ACCEPTED


@rule("treasury/withdraw-any-code-confirms")
def _own_code_only(venue: Venue) -> bool:
    ticket = steps.withdraw(venue, 1, BTC)
    user = venue.user("trader")
    venue.anonymous().call("ConfirmWithdraw", UserId=user, VerifyCode="wrong")
    return steps.status(venue, ticket) == 8


@rule("treasury/limits-ignored")
def _limits_count(venue: Venue) -> bool:
    venue.operator.call(
        "EditVerificationLevelConfig", verificationLevel=1, omsId=1, productId=USD,
        dailyWithdrawLimit=50,
    )
    return bool(steps.withdraw(venue)["Status"] == 18)


def _transfer(venue: Venue) -> None:
    venue.trader.call(
        "TransferFunds", OMSId=1, SenderAccountId=venue.account("trader"), ProductId=USD,
        Amount=10, Notes="", ReceiverUserName="second_trader",
    )


@rule("treasury/transfer-creates-money")
def _transfer_debits(venue: Venue) -> bool:
    before = amount(venue.trader, venue.account("trader"))
    _transfer(venue)
    return amount(venue.trader, venue.account("trader")) == before - 10


@rule("treasury/transfer-confirm-twice")
def _confirmed_once(venue: Venue) -> bool:
    before = amount(venue.trader, venue.account("trader"))
    asked = venue.second_trader.call(
        "RequestTransferFunds", OMSId=1, ProductId=USD, Amount=10, Notes="",
        ReceiverUserName="trader",
    )
    terms = {"OMSId": 1, "RequestCode": asked["requestcode"], "OperatorId": 1}
    venue.trader.call("ConfirmRequestTransferFunds", **terms)
    venue.trader.call("ConfirmRequestTransferFunds", **terms)
    return amount(venue.trader, venue.account("trader")) == before - 10


def _two_holds(venue: Venue) -> dict[str, object]:
    terms = {"omsId": 1, "accountId": venue.account("trader"), "assetId": USD}
    for size in (10, 20):
        venue.operator.call("AddAccountHold", **terms, amount=size)
    return terms


@rule("treasury/hold-reversal-double")
def _reverses_one(venue: Venue) -> bool:
    terms = _two_holds(venue)
    rows = venue.operator.call(
        "GetOpenHolds", omsId=1, accountId=venue.account("trader"), TransactionReferenceType=9
    )
    venue.operator.call(
        "ReverseAccountHold", **terms, transactionId=rows[0]["transactionId"],
        referenceId=rows[0]["referenceId"], TransactionReferenceType=9,
    )
    return hold(venue.trader, venue.account("trader")) == 20


@rule("accounts/reset-holds-misses-one")
def _resets_all(venue: Venue) -> bool:
    venue.superuser.call("ResetHolds", **_two_holds(venue))
    return hold(venue.trader, venue.account("trader")) == 0


@rule("treasury/attachment-lost")
def _attachment_kept(venue: Venue) -> bool:
    ticket = steps.withdraw(venue)
    number = ticket["ticketNumber"]
    reply = steps.attach(venue.trader, "AddWithdrawTicketAttachment", number, "aGk=")
    found = venue.trader.call("GetWithdrawTicketAttachment", attachmentId=reply["attachmentid"])
    return bool(found["base64Attachment"] == "aGk=")


@rule("treasury/comment-wrong-user")
def _comment_author(venue: Venue) -> bool:
    ticket = steps.withdraw(venue)
    steps.remark(venue.operator, "SubmitWithdrawTicketComment", ticket, "hi")
    (row,) = json.loads(steps.newest_withdrawal(venue)["Comments"])
    return bool(row["enteredBy"] == venue.user("operator"))


@rule("accounts/ledger-entry-rounds")
def _entry_is_exact(venue: Venue) -> bool:
    before = amount(venue.trader, venue.account("trader"))
    steps.book(venue.operator, venue.account("trader"), "0.123")
    return amount(venue.trader, venue.account("trader")) == before + Decimal("0.123")


@rule("accounts/ledger-entry-not-listed")
def _entry_is_listed(venue: Venue) -> bool:
    entry = steps.book(venue.operator, venue.account("trader"), "1")
    listed = venue.operator.call("GetLedgerEntriesByAccount", AccountId=venue.account("trader"))
    return entry in listed


@rule("accounts/foreign-position-readable")
def _foreign_positions(venue: Venue) -> bool:
    reply = venue.trader.call(
        "GetAccountPositions", OMSId=1, AccountId=venue.account("second_trader")
    )
    return isinstance(reply, dict)


@rule("accounts/config-delete-no-effect")
def _config_is_removed(venue: Venue) -> bool:
    account = venue.account("trader")
    venue.trader.call("SetAccountConfig", accountId=account, config={"key": "a", "value": "1"})
    venue.operator.call("RemoveAccountConfig", accountId=account, key="a")
    return bool(venue.trader.call("GetAccountConfig", omsId=1, accountId=account) == [])


@rule("accounts/update-clears-the-rest")
def _update_keeps_the_rest(venue: Venue) -> bool:
    terms = {"omsId": 1, "accountId": venue.account("trader")}
    venue.operator.call("UpdateAccount", **terms, firmName="Firm")
    venue.operator.call("UpdateAccount", **terms, firmId="F1")
    return bool(venue.operator.call("GetAccountInfo", **terms)["firmName"] == "Firm")


@rule("products/verification-edit-hits-other-level")
def _other_level_stays(venue: Venue) -> bool:
    product = {"verificationLevel": 7, "omsId": 1, "productId": USD, "dailyDepositLimit": 5}
    level = {"level": 7, "omsId": 1, "products": [product]}
    venue.operator.send("AddVerificationLevelConfig", [level])
    venue.operator.call(
        "EditVerificationLevelConfig", verificationLevel=1, omsId=1, productId=USD,
        dailyDepositLimit=9,
    )
    levels = venue.operator.call("GetVerificationLevelConfigs", OMSId=1)
    return bool(levels[-1]["products"][0]["dailyDepositLimit"] == 5)


def _attribute_survives(venue: Venue, kind: str) -> bool:
    which = {"OMSId": 1, f"{kind}Id": 1}
    for key in ("a", "b"):
        venue.operator.call(f"Add{kind}Attributes", **which, KeyName=key, KeyValue="1")
    venue.operator.call(f"Remove{kind}Attributes", **which, KeyName="a", KeyValue="1")
    rows = venue.operator.call(f"Get{kind}Attributes", **which)
    return "b" in [row["keyName"] for row in rows]


@rule("products/attribute-removal-removes-all")
def _product_attributes(venue: Venue) -> bool:
    return _attribute_survives(venue, "Product")


@rule("instrs/attribute-removal-removes-all")
def _instrument_attributes(venue: Venue) -> bool:
    return _attribute_survives(venue, "Instrument")


@rule("instrs/update-changes-type")
def _type_stays(venue: Venue) -> bool:
    which = {"OMSId": 1, "InstrumentId": 1}
    venue.operator.call("UpdateInstrument", **which, SortIndex=9)
    return bool(venue.operator.call("GetInstrument", **which)["instrumentType"] == 1)


@rule("instrs/trading-limits-ignored")
def _trading_limits_count(venue: Venue) -> bool:
    venue.operator.call(
        "EditInstrumentVerificationLevelConfig", verificationLevel=1, omsId=1, instrumentId=1,
        dailyBuyLimit=1,
    )
    reply = venue.trader.call(
        "SendOrder", OMSId=1, AccountId=venue.account("trader"), InstrumentId=1, Side=0,
        OrderType=2, TimeInForce=1, Quantity=2, LimitPrice=10,
    )
    return bool(reply["status"] == "Rejected")


@rule("products/aml-delete-no-effect")
def _aml_is_deleted(venue: Venue) -> bool:
    config = {"omsId": 1, "productId": BTC, "url": "u", "amlProviderType": 0, "apiToken": "",
              "enabled": True}
    venue.operator.call("CreateAmlProviderConfig", **config)
    venue.operator.call("DeleteAmlProviderConfig", **config)
    return bool(venue.operator.call("GetAmlProviderConfig", **config).get("errorcode") == 104)


def test_every_defect_has_its_rule() -> None:
    load_calls()
    load_faults()
    forks = KNOWN.keys() - standing_between()

    assert {name for name in forks if name.startswith(AREAS)} == set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_defect_breaks_its_rule(venue: Venue, name: str) -> None:
    assert RULES[name](venue)

    venue.restart((name,))

    assert not RULES[name](venue)
