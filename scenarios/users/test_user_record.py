"""GetUserInfo and SetUserInfo: what a user's record shows and how it changes."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    OTHER_PASSWORD,
    UNSET_TIME,
    asks_for_code,
    attempt,
    changed_keys,
    colleague_of,
    facets,
    new_identity,
    person,
    record_named,
    record_of,
)


@clause("users/GetUserInfo/by-id-or-name")
def test_id_and_name_lead_to_the_same_record(world: World, verify: Verifier) -> None:
    """Either key is enough, and both find the same user."""
    who = person(world)

    by_id = verify.succeeded(record_of(world, who.user_id))
    by_name = verify.succeeded(record_named(world, who.username))

    verify.equal("userId", by_id["userId"], who.user_id, by_id)
    verify.equal("the record", by_name.value, by_id.value, by_id, by_name)


@clause("users/GetUserInfo/unset-times")
def test_time_that_never_was_is_the_first_of_year_1(world: World, verify: Verifier) -> None:
    """A user that was never locked shows it so, not as null and not as 1970."""
    record = record_of(world, person(world).user_id)

    verify.equal("lockedTime", str(record["lockedTime"])[:19], UNSET_TIME, record)


@clause("users/SetUserInfo/effect")
def test_change_shows_and_touches_nothing_else(world: World, verify: Verifier) -> None:
    """The new address shows in the record; other keys, other facets and other users stay."""
    who, other, email = person(world), person(world), new_identity(world).email
    before = record_of(world, who.user_id)

    with verify.unchanged(*facets(world, who.user_id, "record"), *facets(world, other.user_id)):
        verify.succeeded(who.call("SetUserInfo", userId=who.user_id, email=email))

    record = record_of(world, who.user_id)
    verify.equal("email", record["email"], email, record)
    verify.equal("changed keys", changed_keys(before, record), {"email"}, record)


@clause("users/SetUserInfo/reply-is-record")
def test_reply_is_the_record_as_it_is_then(world: World, verify: Verifier) -> None:
    """A client may show the reply instead of reading again."""
    who = person(world)

    turn = who.call("SetUserInfo", userId=who.user_id, email=new_identity(world).email)

    verify.succeeded(turn)
    record = who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)
    verify.equal("the record", record.value, turn.value, turn, record)


@clause("users/SetUserInfo/id-and-name-fixed")
def test_id_and_name_never_change(world: World, verify: Verifier) -> None:
    """Id and name select a user; a record keeps both whatever else is set."""
    who, identity = person(world), new_identity(world)

    who.call("SetUserInfo", userId=who.user_id, userName=identity.name, email=identity.email)

    record = record_of(world, who.user_id)
    found = (record["userId"], record["userName"])
    verify.equal("id and name", found, (who.user_id, who.username), record)
    verify.refused(record_named(world, identity.name))


@clause("users/SetUserInfo/omitted-keys")
def test_key_left_out_keeps_its_value(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Setting nothing changes nothing: neither record nor password."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(operator.call("SetUserInfo", userId=who.user_id))

    verify.succeeded(attempt(world, who))


@clause("users/SetUserInfo/unique-email")
def test_address_of_another_is_refused(world: World, verify: Verifier) -> None:
    """Nobody takes over somebody else's address; a refused change changes nothing at all."""
    who, other = person(world), person(world)
    email = record_of(world, other.user_id)["email"]

    with verify.unchanged(*facets(world, who.user_id), *facets(world, other.user_id)):
        verify.refused(
            who.call("SetUserInfo", userId=who.user_id, email=email, password=OTHER_PASSWORD)
        )

    verify.succeeded(attempt(world, who))


@clause("users/SetUserInfo/unverified-blocks-login")
def test_unverified_user_stays_outside(
    world: World, operator: Session, verify: Verifier
) -> None:
    """It is the documented way to shut a user out for good, since users are never deleted."""
    who = person(world)
    verify.succeeded(attempt(world, who))

    verify.succeeded(operator.call("SetUserInfo", userId=who.user_id, emailVerified=False))

    verify.refused(attempt(world, who))


@clause("users/SetUserInfo/verified-allows-login")
def test_verified_user_comes_in(
    world: World, operator: Session, verify: Verifier
) -> None:
    """An operator can vouch for an address, and the user logs in without any mail."""
    who = person(world)
    operator.call("SetUserInfo", userId=who.user_id, emailVerified=False)
    verify.refused(attempt(world, who))

    verify.succeeded(operator.call("SetUserInfo", userId=who.user_id, emailVerified=True))

    verify.succeeded(attempt(world, who))


@clause("users/SetUserInfo/password")
def test_password_is_that_of_the_next_log_in(
    world: World, operator: Session, verify: Verifier
) -> None:
    """The new one is good from the next log-in on, and the old one is not."""
    who = person(world)

    verify.succeeded(
        operator.call("SetUserInfo", userId=who.user_id, password=OTHER_PASSWORD)
    )

    verify.succeeded(attempt(world, who, OTHER_PASSWORD))
    verify.refused(attempt(world, who))


@clause("users/SetUserInfo/second-factor")
def test_second_factor_can_be_demanded(
    world: World, operator: Session, verify: Verifier
) -> None:
    """use2FA true makes the next log-in ask for a code."""
    who = person(world)

    verify.succeeded(operator.call("SetUserInfo", userId=who.user_id, use2FA=True))

    verify.equal("the log-in asks for a code", asks_for_code(world, who), True)


@clause("users/SetUserInfo/scope")
def test_trader_changes_users_of_its_account_only(world: World, verify: Verifier) -> None:
    """A colleague on the default account may be changed; a stranger not, and nothing sticks."""
    who, stranger = person(world), person(world)
    colleague = colleague_of(world, who)
    email, other = new_identity(world).email, new_identity(world).email

    verify.succeeded(who.call("SetUserInfo", userId=colleague.user_id, email=email))
    with verify.unchanged(*facets(world, stranger.user_id)):
        verify.refused(
            who.call("SetUserInfo", userId=stranger.user_id, email=other), code=NOT_AUTHORISED
        )


@clause("users/SetUserInfo/operator-scope")
def test_operator_changes_anybody(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Support corrects the address of any customer."""
    who, email = person(world), new_identity(world).email

    verify.succeeded(operator.call("SetUserInfo", userId=who.user_id, email=email))

    record = record_of(world, who.user_id)
    verify.equal("email", record["email"], email, record)


@pytest.mark.parametrize(
    "key",
    [clause_case("workflows/users/never-deleted", key) for key in ("UserId", "UserName")],
)
def test_user_never_disappears(
    world: World, operator: Session, superuser: Session, verify: Verifier, key: str
) -> None:
    """Shut out, unlinked, stripped and thrown out, the user is still there: books name it."""
    who, owner = person(world), person(world)
    link = {"accountId": owner.account_id, "userId": who.user_id}
    operator.send("AddUserAccount", link)

    operator.send("RemoveUserAccount", link)
    operator.call("RevokeUserPermission", UserId=who.user_id, Permission="Trading")
    operator.call("SetUserInfo", userId=who.user_id, emailVerified=False)
    superuser.call("ForceUserLogoff", username=who.username)

    query = {"OMSId": world.oms_id, key: {"UserId": who.user_id, "UserName": who.username}[key]}
    turn = verify.succeeded(operator.send("GetUserInfo", query))
    verify.equal("userId", turn["userId"], who.user_id, turn)
