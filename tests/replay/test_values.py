"""What a target handed out then stands for what it hands out now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.replay.moments import Moments
from conformance.replay.values import Values


@pytest.fixture
def values() -> Values:
    return Values({"{{trader.password}}": "of today"}, 1_700_000_000_123, lambda seed: f"<{seed}>")


def renewed(values: Values, payload: Any) -> Any:
    return json.loads(values.renewed(json.dumps(payload)))


def test_ids_follow_the_reply_that_handed_them_out(values: Values) -> None:
    values.learn({"OrderId": 86, "status": "Accepted"}, {"OrderId": 3, "status": "Accepted"})

    assert renewed(values, {"OrderId": 86, "Quantity": 86}) == {"OrderId": 3, "Quantity": 86}


def test_the_same_number_of_another_kind_stays_apart(values: Values) -> None:
    values.learn({"userId": 7, "accountId": 7}, {"userId": 70, "accountId": 71})

    assert renewed(values, {"AccountId": 7, "UserId": 7}) == {"AccountId": 71, "UserId": 70}


def test_what_was_made_is_sometimes_just_called_id(values: Values) -> None:
    values.learn({"accountId": 5}, {"accountId": 9})
    values.learn({"Id": 5}, {"Id": 4})

    assert renewed(values, {"InstrumentId": 5, "AccountId": 5}) == {
        "InstrumentId": 4, "AccountId": 9,
    }


def test_ids_in_lists_and_in_text_inside_text(values: Values) -> None:
    values.learn([{"OrderId": 1}, {"OrderId": 2}], [{"OrderId": 11}, {"OrderId": 12}])
    inner = json.dumps({"OrderIds": [2, 1]})

    assert json.loads(renewed(values, {"payload": inner})["payload"]) == {"OrderIds": [12, 11]}


def test_ids_in_named_lists_and_as_text(values: Values) -> None:
    values.learn({"accountId": 18, "userId": "7"}, {"accountId": 17, "userId": "70"})

    assert renewed(values, {"accountIdList": [18], "AccountId": "18", "UserId": 7}) == {
        "accountIdList": [17], "AccountId": "17", "UserId": 70,
    }


def test_a_ticket_is_asked_for_by_its_number(values: Values) -> None:
    values.learn({"ticketNumber": 5}, {"ticketNumber": 2})

    assert renewed(values, {"TicketId": 5}) == {"TicketId": 2}


def test_tokens_and_texts_follow_too(values: Values) -> None:
    values.learn(
        {"SessionToken": "{{sessiontoken 1}}", "Code": "abcd-then"},
        {"SessionToken": "fresh", "Code": "abcd-now"},
    )

    assert renewed(values, ["{{sessiontoken 1}}", "abcd-then"]) == ["fresh", "abcd-now"]


def test_secrets_of_the_target_file_come_from_the_file_of_now(values: Values) -> None:
    assert renewed(values, {"Password": "{{trader.password}}"}) == {"Password": "of today"}


def test_passwords_made_then_are_made_again_and_stay_equal(values: Values) -> None:
    first, again, other = renewed(
        values, ["{{password of a}}", "{{password of a}}", "{{password of b}}"]
    )

    assert first == again != other
    assert "{{" not in first


def test_names_made_then_are_made_anew(values: Values) -> None:
    name, mail = renewed(values, ["conformance-s0-4", "conformance-s0-4@example.com"])

    assert name != "conformance-s0-4"
    assert mail == f"{name}@example.com"


def test_one_time_codes_are_worked_out_from_the_seed_of_now(values: Values) -> None:
    values.learn(
        {"GoogleQRCode": "otpauth://totp/x?secret={{totpsecret 1}}"},
        {"GoogleQRCode": "otpauth://totp/x?secret=JBSWY3DP"},
    )

    told = values.renewed('{"Code":"{{code}}"}')
    assert told in ('{"Code":"<JBSWY3DP>"}', '{"Code": "<JBSWY3DP>"}')


def test_times_and_words_of_the_contract_stay(values: Values) -> None:
    values.learn(
        {"at": "2030-01-01T00:00:00Z", "side": "Buy"}, {"at": "2031-01-01T00:00:00Z", "side": "Sel"}
    )
    payload = {"From": "2030-01-01T00:00:00Z", "Side": "Buy", "Price": 100.10}

    assert renewed(values, payload) == payload


@pytest.mark.parametrize("text", ["", "{", '{"OrderId":', "null", '"words"', "[1,2]"])
def test_what_is_no_object_is_sent_as_it_was(values: Values, text: str) -> None:
    assert values.renewed(text) == text


HOUR, DAY = 3_600_000, 86_400_000
THEN = 1_900_000_000_000


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("2030-03-17T17:46:40Z", "2030-03-18T18:46:40Z"),
        ("2030-03-17T17:46:40.25Z", "2030-03-18T18:46:40.25Z"),
        ("2030-03-17 17:46:40", "2030-03-18 18:46:40"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("2030-13-17T17:46:40Z", "2030-13-17T17:46:40Z"),
        (THEN + 5, THEN + DAY + HOUR + 5),
        (1_000_000, 1_000_000),
    ],
)
def test_times_keep_their_distance(then: Any, now: Any) -> None:
    values = Values({}, 1, str, Moments(THEN, THEN + DAY + HOUR))

    assert renewed(values, {"Until": then}) == {"Until": now}
