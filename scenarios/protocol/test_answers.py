"""What every answer owes: the standard object, its codes and texts, and no effect of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.replies import require_answer
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.protocol.vocabulary import (
    ABSENT_ID,
    FAILURE_TEXTS,
    failure_of,
    frame_of,
    has_documented_text,
    own_query,
    require_alive,
)
from scenarios.users.vocabulary import affiliate, config_of, facets, person, somebody

Request = tuple[str, Any]
MISSING: Request = ("AddUserPermission", {})
WRONG_TYPE = ("SetUserConfig", {"userId": "one", "config": 7})
UNKNOWN_ID = ("GetUserInfo", {"OMSId": 1, "UserId": ABSENT_ID})
NOT_ALLOWED: Request = ("GetAvailablePermissionList", {})
BROKEN = (MISSING, WRONG_TYPE)
FAILING = (WRONG_TYPE, UNKNOWN_ID, NOT_ALLOWED)


def cases(clause_id: str, requests: tuple[Request, ...]) -> list[Any]:
    """One row of a table for each request."""
    return [clause_case(f"protocol/frame/{clause_id}", *request) for request in requests]


@pytest.mark.parametrize(
    ("name", "payload"),
    [*cases("always-answered", (MISSING, WRONG_TYPE, UNKNOWN_ID, NOT_ALLOWED)),
     *cases("broken-request-refused", BROKEN)],
)
def test_bad_request_is_answered_and_refused(
    world: World, operator: Session, verify: Verifier, name: str, payload: Any
) -> None:
    """Never silence, never a dropped connection: a client must learn what became of it."""
    turn = operator.send(name, payload)

    require_answer(turn)
    answered = turn.get("result") is False or turn.value == [] or (name, payload) not in BROKEN
    verify.holds("a broken request fails", answered, turn.text, turn)
    require_alive(verify, operator)


@clause("protocol/frame/unknown-call")
def test_unknown_call_is_answered_with_a_failure(
    anonymous: Session, verify: Verifier
) -> None:
    """A slip in a call's name must not look like a slow server."""
    turn = anonymous.send("NoSuchCall", {})

    frame = frame_of(turn)
    verify.holds("type 5, or result false", frame.kind == 5 or turn.get("result") is False,
                 frame.raw, turn)


@pytest.mark.parametrize(
    "text",
    [clause_case("protocol/frame/malformed-payload", text)
     for text in ("{not json", '{"OMSId":1,}', "hello", '{"OMSId":')],
)
def test_payload_that_is_no_json_fails(world: World, verify: Verifier, text: str) -> None:
    """A payload nobody can read is refused, not guessed at."""
    who = somebody(world)

    verify.refused(who.send("GetUserInfo", text))

    require_alive(verify, who)


@pytest.mark.parametrize(
    ("name", "payload"),
    cases("success-object", (
        ("SetUserConfig", {"config": [{"Key": "Theme", "Value": "dark"}]}),
        ("ResetPassword", {}), ("Disable2FA", {}), ("LogOut", {}),
    )),
)
def test_success_has_code_0_and_no_message(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """result true, errorcode 0, no errormsg: three signs that must not contradict each other."""
    who = person(world)

    turn = who.send(name, {"userId": who.user_id, "UserName": who.username, **payload})

    result, code, text = failure_of(verify.succeeded(turn))
    verify.equal("result and errorcode", (result, code), (True, 0), turn)
    verify.holds("errormsg is empty", not text, text, turn)


@pytest.mark.parametrize(("name", "payload"), cases("failure-object", FAILING))
def test_failure_has_a_documented_code_and_a_message(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """result false comes with a code a program understands and a text a person does."""
    turn = verify.refused(somebody(world).send(name, payload))

    result, code, text = failure_of(turn)
    verify.equal("result", result, False, turn)
    verify.holds("errorcode is documented", code in FAILURE_TEXTS, code, turn)
    verify.holds("errormsg is not empty", bool(text), text, turn)


@pytest.mark.parametrize(("name", "payload"), cases("failure-text", FAILING))
def test_message_is_one_of_the_codes_texts(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """Code and text say the same."""
    turn = somebody(world).send(name, payload)

    _, code, text = failure_of(turn)
    verify.holds(f"errormsg is a text of code {code}", has_documented_text(code, text), text, turn)


@pytest.mark.parametrize(("name", "payload"), cases("failure-keys", FAILING))
def test_failure_has_its_three_keys(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """A client may read result, errormsg and errorcode without looking first."""
    turn = somebody(world).send(name, payload)

    keys = {key.casefold() for key in turn.value}
    missing = {"result", "errormsg", "errorcode"} - keys
    verify.equal("missing keys", missing, set(), turn)


@clause("protocol/frame/receipt-only")
def test_effect_shows_in_a_later_read(world: World, verify: Verifier) -> None:
    """true means received; that it was done is seen by reading, and it is seen."""
    who = person(world)
    pair = {"Key": "Theme", "Value": "dark"}

    turn = verify.succeeded(who.call("SetUserConfig", userId=who.user_id, config=[pair]))

    verify.equal("result", turn["result"], True, turn)
    verify.equal("configuration", config_of(who, who.user_id), {"Theme": "dark"}, *who.turns[-2:])


@pytest.mark.parametrize(
    ("name", "payload"),
    cases("failure-without-effect", (
        ("SetUserConfig", {"config": [{"Key": "Good", "Value": "x"}, {"Key": "Bad"}]}),
        ("SetUserInfo", {"email": "no address", "use2FA": True}),
        ("AddUserPermission", {"Permission": "NoSuchPermission", "Value": 1}),
        ("AddUserAccount", {"accountId": ABSENT_ID}),
        ("AddUserProductPermissionsBulk", {"omsid": 1, "productids": [1, ABSENT_ID]}),
    )),
)
def test_refused_request_changes_nothing(
    world: World, operator: Session, verify: Verifier, name: str, payload: Any
) -> None:
    """All or nothing: a request of which one part is wrong leaves no trace of the other."""
    who = person(world)
    several = {"userids": [who.user_id]} if "Bulk" in name else {"UserId": who.user_id}

    with verify.unchanged(*facets(world, who.user_id)):
        verify.refused(operator.send(name, {**payload, **several}))


@pytest.mark.parametrize(
    ("name", "payload"),
    cases("unknown-oms", (
        ("GetUserInfo", {"OMSId": 999_999}), ("GetUserAccounts", {"OMSId": 999_999}),
        ("GetInstruments", {"OMSId": 999_999}),
    )),
)
def test_unknown_oms_is_refused(
    world: World, verify: Verifier, name: str, payload: Any
) -> None:
    """A request for another OMS must not be answered from this one."""
    who = somebody(world)

    turn = verify.refused(who.send(name, {**payload, "UserId": who.user_id}))

    verify.holds("errorcode is 100 or 104", turn.get("errorcode") in (100, 104), turn.text, turn)


@pytest.mark.parametrize(
    ("name", "payload"),
    cases("unknown-id", (
        ("GetUserInfo", {"OMSId": 1, "UserId": ABSENT_ID}),
        ("GetAccountInfo", {"OMSId": 1, "AccountId": ABSENT_ID}),
        ("GetInstrument", {"OMSId": 1, "InstrumentId": ABSENT_ID}),
        ("GetUserPermissions", {"UserId": ABSENT_ID}),
        ("UnLockUser", {"UserId": ABSENT_ID}),
    )),
)
def test_unknown_id_is_refused(
    operator: Session, verify: Verifier, name: str, payload: Any
) -> None:
    """An id that names nothing is refused as such, not answered with something else."""
    turn = verify.refused(operator.send(name, payload))

    code = turn.get("errorcode")
    verify.holds("errorcode is 104, 100 or 101", code in (104, 100, 101), turn.text, turn)


@clause("protocol/frame/readers-are-pure")
def test_reading_changes_nothing(world: World, verify: Verifier) -> None:
    """Looking twice shows the same: reads have no side effects."""
    who = person(world)
    reads = facets(world, who.user_id)

    with verify.unchanged(*reads, *reads):
        verify.succeeded(who.send("GetUserInfo", own_query(world, who)))


@pytest.mark.parametrize(
    "read",
    [clause_case("protocol/frame/hash-hidden", read)
     for read in ("GetUserInfo", "SetUserInfo", "GetLoggedInUserBySessionToken",
                  "GetUserAffiliates")],
)
def test_password_hash_is_never_shown(
    world: World, superuser: Session, verify: Verifier, read: str
) -> None:
    """Whoever may read a record must not get at what guards its password."""
    who = affiliate(world)
    sponsor = who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)["affiliateId"]
    user_id = sponsor if read == "GetUserAffiliates" else who.user_id
    query = {"OMSId": world.oms_id, "UserId": user_id, "SessionToken": who.token}

    turn = verify.succeeded(superuser.send(read, query))

    records = turn.value if isinstance(turn.value, list) else [turn.value]
    shown = {lookup(record, "passwordHash") for record in records}
    verify.equal("passwordHash", shown, {""}, turn)
