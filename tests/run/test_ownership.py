"""The transport lets a run write only to what was lent to it and to what it made itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.generate.requests import generator_for
from conformance.plugin.session import serving
from conformance.target.deployment import Deployment
from conformance.target.fence import HARMLESS, Fenced
from conformance.target.ownership import ABSENT_ID, Ownership, owner_keys
from conformance.target.session import Session
from conformance.target.target_file import Persona
from tests.run.cases import run_cases
from tests.run.stub import deployment_of, reply
from tests.run.test_safety import Wire, wire

__all__ = ["wire"]

CONTRACT = load_contract()
OURS, OUR_USER, MADE, FOREIGN = 7, 5, 70, 8
EFFECT = "users/SetUserConfig/effect"


@contextmanager
def listening(answers: dict[str, Any] | None = None) -> Iterator[tuple[Deployment, list[str]]]:
    """A deployment with one lent persona, and the payloads that reached its server."""
    seen: list[str] = []

    def answer(frame: dict[str, Any]) -> list[dict[str, Any] | str]:
        seen.append(frame["o"])
        return [reply(frame, (answers or {}).get(frame["n"], {"result": True}))]

    with deployment_of(answer) as deployment:
        deployment.owned.lend(OUR_USER, OURS)
        yield deployment, seen


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("SendOrder", '{"AccountId":8}'),
        ("SendOrder", '{"accountid":8}'),
        ("SendOrder", '{"AccountId":"8"}'),
        ("SendOrder", '{"AccountId":8.0}'),
        ("SendOrder", r'{"\u0041ccountId":8}'),
        ("SendOrder", '{"AccountId":8,"AccountId":7}'),
        ("SendOrder", '{"AccountId":7,"accountId":8}'),
        ("SendOrder", '{"AccountId":8,}'),
        ("SubmitBlockTrade", '{"accountId":7,"counterPartyId":8}'),
        ("SetDistribution", '{"account":8}'),
        ("CreateUser", '{"userInfo":{"accountId":8}}'),
        ("AddUserProductPermissionsBulk", '{"userids":[5,8]}'),
        ("AddUserProductPermissionsBulk", '{"userids":8}'),
        ("SetUserInfo", '{"userId":8}'),
        ("SetDistribution", '{"account":8,"a":' + "[" * 5000 + "]" * 5000 + "}"),
        ("UpdateWithdrawTicket", r'{"Comments":"[{\"enteredBy\":8}]"}'),
    ],
)
def test_a_write_to_a_stranger_never_leaves(call: str, sent: str) -> None:
    with listening() as (deployment, seen):
        session = deployment.connect()
        with pytest.raises(Fenced, match=f"{call} would write to .* 8 .*target file"):
            session.send(call, sent)

    assert seen == []


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("SendOrder", '{"AccountId":7}'),
        ("SendOrder", '{"AccountId":70}'),
        ("SendOrder", f'{{"AccountId":{ABSENT_ID}}}'),
        ("SendOrder", '{"AccountId":0}'),
        ("SendOrder", '{"AccountId":1.5}'),
        ("SendOrder", '{"AccountId":9223372036854775807}'),
        ("SendOrder", '{"InstrumentId":8}'),
        ("SetUserInfo", '{"userId":5,"userName":"eight"}'),
        ("GetOpenOrders", '{"AccountId":8}'),
        ("NoSuchCall", '{"AccountId":8}'),
    ],
)
def test_everything_else_leaves(call: str, sent: str) -> None:
    with listening() as (deployment, seen):
        deployment.leaks.record("Account", MADE)
        deployment.connect().send(call, sent)

    assert seen == [sent]


@pytest.mark.parametrize(
    "sending",
    [
        lambda session, texts: session.batch("SendOrder", texts),
        lambda session, texts: session.stream("SendOrder", texts, lambda *_: None),
    ],
    ids=["batch", "stream"],
)
def test_of_many_only_ours_leave_and_the_case_hears_of_it(
    sending: Callable[[Session, list[str]], object],
) -> None:
    texts = [f'{{"AccountId":{account}}}' for account in (OURS, FOREIGN, OURS)]
    with listening() as (deployment, seen):
        session = deployment.connect()
        with pytest.raises(Fenced, match="account 8"):
            sending(session, texts)
        with pytest.raises(Fenced, match="account 8"):
            session.send_and_cut("SendOrder", [{"AccountId": FOREIGN}])

    assert seen == [texts[0], texts[2]]


@pytest.mark.parametrize(
    ("call", "said", "is_ours"),
    [
        ("AuthenticateUser", {"authenticated": True, "user": {"accountId": 8, "userId": 9}}, True),
        ("AuthenticateUser", {"authenticated": False, "user": {"accountId": 8}}, False),
        ("AddAccount", {"Success": True, "Id": 8}, True),
        ("GetUserInfo", {"userId": 50, "accountId": 8}, True),
        ("GetUserInfo", {"userId": 51, "accountId": 8}, False),
        ("GetAccountInfo", {"AccountId": 8}, False),
    ],
)
def test_what_is_ours_is_learned_from_replies(call: str, said: Any, is_ours: bool) -> None:
    """User 50 was registered here; whose account 51 has, a reply alone does not make ours."""
    with listening({"RegisterUser": {"UserId": 50}, call: said}) as (deployment, seen):
        session = deployment.connect()
        session.call("RegisterUser")
        session.call(call)
        if is_ours:
            session.call("CancelAllOrders", AccountId=FOREIGN)
        else:
            with pytest.raises(Fenced):
                session.call("CancelAllOrders", AccountId=FOREIGN)

    assert len(seen) == (3 if is_ours else 2)


def test_a_user_made_under_a_name_is_known_by_it() -> None:
    said = {"userId": 8, "accountId": 9, "userName": "new"}
    with listening({"GetUserInfo": said}) as (deployment, seen):
        session = deployment.connect()
        session.call("CreateUser", userInfo={"userName": "new"})
        session.call("GetUserInfo")
        session.call("SetUserInfo", userId=8, accountId=9)

    assert len(seen) == 3


def test_personas_are_lent_before_they_log_in() -> None:
    owned = Ownership([Persona(user_id=5, account_id=7)])

    owned.check(CONTRACT.call("SetUserInfo"), '{"userId":5,"accountId":7}')
    with pytest.raises(Fenced, match=r"user 8 .*a persona with user_id = 8"):
        owned.check(CONTRACT.call("SetUserInfo"), '{"userId":8}')


def test_on_purpose_is_for_those_who_are_alone_on_the_target() -> None:
    call, text = CONTRACT.call("SetDistribution"), '{"account":1}'
    alone = Ownership(alone=True)
    with alone.on_purpose("Account", 1):
        alone.check(call, text)
    with pytest.raises(Fenced, match="account 1"):
        alone.check(call, text)
    with pytest.raises(Fenced, match="exclusive = true"), Ownership().on_purpose("Account", 1):
        pass


def test_which_keys_name_an_owner() -> None:
    assert owner_keys(CONTRACT.call("SendOrder")) == {"accountid": "Account"}
    assert "refererid" in owner_keys(CONTRACT.call("CreateUser"))
    assert owner_keys(CONTRACT.call("ScheduleTradeActivityReport")) == {"accountidlist": "Account"}
    assert not owner_keys(CONTRACT.call("AddInstrument"))


@pytest.mark.parametrize(
    "call", [call for call in CONTRACT.calls if call.effect not in HARMLESS and owner_keys(call)],
    ids=lambda call: call.key,
)
def test_generated_requests_name_nobody_whom_their_base_does_not_name(call: Call) -> None:
    owned, generator = Ownership(), generator_for(call)
    base = generator.example(full=True)

    for case in (*generator.valid(base, 1, 200), *generator.invalid(base, 2, 200)):
        owned.check(call, case.payload)


def test_a_case_that_writes_to_a_stranger_is_not_exercised(tmp_path: Path, wire: Wire) -> None:
    """Account and user of somebody whom the target file does not lend, on our own reference."""
    with serving(tmp_path / "target.toml", 5) as file:
        code, run = run_cases(tmp_path, file, f"""
            @clause("{EFFECT}")
            def test_somebody_else(world):
                world.operator.call("SetUserConfig", userId=424242, config=[])
        """, EFFECT)

    assert code == 6
    clause = next(clause for clause in run.clauses if clause.id == EFFECT)
    assert clause.verdict == "unverified"
    assert "SetUserConfig would write to user 424242 (userId)" in clause.reason
    assert "user_id = 424242" in clause.reason
    assert not [text for _, way, text in wire.texts if way == "sent" and "424242" in text]
