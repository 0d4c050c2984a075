"""SendEmail and SendEndOfDay."""

from __future__ import annotations

from conformance.reference.domain.clock import DAY_MS
from tests.reference.client import Venue, refused

MAIL = {
    "operatorId": 1, "operatorName": "superuser", "templateName": "Deposit", "language": "en",
    "fromAddress": "a@example.com", "replyTo": "a@example.com", "function": "Deposit",
    "dateTimeFormat": "POSIX", "defaultTimeZone": "UTC", "isEnabled": True,
    "toAddresses": ["trader@example.com"], "bccAddresses": ["hidden@example.com"],
    "templateTokens": {"Amount": 5}, "template": "You deposited {{Amount}} {{Unit}}.",
}


def test_mail_reaches_open_and_hidden_addresses(venue: Venue) -> None:
    assert venue.superuser.call("SendEmail", **MAIL)["result"] is True

    (mail,) = venue.exchange.mailbox.to("trader@example.com")
    assert (mail.subject, mail.body) == ("Deposit", "You deposited 5 {{Unit}}.")
    assert len(venue.exchange.mailbox.to("hidden@example.com")) == 1


def test_only_a_superuser_mails(venue: Venue) -> None:
    assert refused(venue.operator.call("SendEmail", **MAIL), 20)
    assert refused(venue.superuser.call("SendEmail", **{**MAIL, "toAddresses": ["x"]}), 100)
    assert not venue.exchange.mailbox.to("trader@example.com")


def test_end_of_day_ends_orders_good_till_the_day(venue: Venue) -> None:
    account_id = venue.account("trader")
    order = {
        "InstrumentId": 1, "OMSId": 1, "AccountId": account_id, "TimeInForce": 6, "Side": 0,
        "Quantity": 0.01, "OrderType": 2, "LimitPrice": 100,
    }
    venue.trader.call("SendOrder", **order)
    query = {"OMSId": 1, "AccountId": account_id}
    assert len(venue.trader.call("GetOpenOrders", **query)) == 1

    venue.operator.call("SendEndOfDay", omsId=1)

    assert venue.trader.call("GetOpenOrders", **query) == []


def test_end_of_day_tells_everybody_the_days_end(venue: Venue) -> None:
    ends: list[int] = []
    venue.exchange.at_day_end.append(ends.append)

    assert venue.operator.call("SendEndOfDay", omsId=1)["result"] is True

    assert len(ends) == 1
    assert ends[0] % DAY_MS == 0
    assert refused(venue.operator.call("SendEndOfDay", omsId=9), 104)
