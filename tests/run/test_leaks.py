"""The ledger tells what is left open, and which call removes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.run.stub import deployment_of, reply

ORDER = {"OMSId": 1, "AccountId": 2_000_000_011, "Quantity": 3}
TICKET = {"RequestId": "AAECAwQFBgcICQoLDA0ODw==", "RequestingUser": 4}
SERIES = "03020100-0504-0706-0809-0a0b0c0d0e0f"


def left(*turns: tuple[str, Any, Any]) -> list[tuple[str, str, str]]:
    """What the ledger holds after these calls: name, payload, and what the target answers."""
    answers = iter([answer for _, _, answer in turns])
    with deployment_of(lambda frame: [reply(frame, next(answers))]) as deployment:
        session = deployment.connect()
        for name, payload, _ in turns:
            session.batch(name, [json.dumps(payload)])
        taken = deployment.leaks.take()
    return [(leak["entity"], leak["identity"], leak["removal"]) for leak in taken]


SENT = ("SendOrder", ORDER, {"status": "Accepted", "errormsg": "", "OrderId": 9})
OPEN = ("Orders", "AccountId 2000000011", 'CancelAllOrders {"OMSId":1,"AccountId":2000000011}')
CANCELLED = ("CancelAllOrders", {"omsid": 1, "accountid": 2_000_000_011}, {"result": True})


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([SENT], [OPEN]),
        ([SENT, SENT], [OPEN]),
        ([("SendOrder", ORDER, {"status": "Rejected", "errormsg": "no", "errorcode": 101})], []),
        ([SENT, CANCELLED], []),
        ([SENT, (*CANCELLED[:2], {"result": False, "errorcode": 20})], [OPEN]),
        ([("ScheduleTradeActivityReport", {}, TICKET)],
         [("ReportSeries", f"UserReportId {SERIES.replace('-', '')}",
           f'CancelUserReport {{"UserReportId":"{SERIES}"}}')]),
        ([("ScheduleTradeActivityReport", {}, TICKET),
          ("CancelUserReport", {"UserReportId": SERIES}, {"result": True})], []),
        ([("RegisterUser", {}, {"UserId": 5})], [("User", "5", "")]),
        ([("RegisterUser", {}, {"result": False, "errorcode": 101})], []),
    ],
)
def test_what_is_left_open(
    turns: list[tuple[str, Any, Any]], expected: list[tuple[str, str, str]]
) -> None:
    assert left(*turns) == expected


def test_a_hold_and_a_withdrawal_say_where_the_rest_of_their_removal_is_read() -> None:
    hold = {"omsId": 1, "accountId": 2_000_000_011, "assetId": 3, "amount": 5}
    ticket = {"OMSId": 1, "AccountId": 2_000_000_011}

    found = left(
        ("AddAccountHold", hold, {"result": True}), ("CreateWithdrawTicket", ticket, {"result": 1})
    )

    assert [entity for entity, _, _ in found] == ["Hold", "WithdrawTicket"]
    assert found[0][2].startswith("ReverseAccountHold ")
    assert '"accountId":2000000011,"assetId":3' in found[0][2]
    assert "see GetAccountTransactions" in found[0][2]
    assert found[1][2].startswith("CancelWithdraw ")
    assert "see GetWithdraws" in found[1][2]
