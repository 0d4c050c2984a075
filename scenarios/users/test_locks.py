"""GetLockedUsers and UnLockUser: who is locked out, and who may let them in again."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.vocabulary import (
    MOST_ATTEMPTS,
    NOT_AUTHORISED,
    attempt,
    colleague_of,
    facets,
    holder_of,
    lock,
    locked_ids,
    person,
    record_of,
)

ABSENT_USER = 2_000_000_011
"""An id that no exchange has handed out, within 32 bits."""


@clause("users/GetLockedUsers/exactly-the-locked")
def test_list_holds_exactly_the_locked(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Support works through this list: nobody locked is missing, nobody else is on it."""
    free = person(world)
    locked = lock(world, person(world))

    listed = locked_ids(operator)

    flags = {user_id: record_of(world, user_id).get("locked") for user_id in listed}
    verify.equal("records of the listed that are not locked",
                 [user_id for user_id, flag in flags.items() if flag is not True], [])
    verify.equal("the locked user is listed", locked.user_id in listed, True)
    verify.equal("a free user is listed", free.user_id in listed, False)


@clause("users/GetLockedUsers/own-accounts-only")
def test_user_operator_sees_its_own_accounts(world: World, verify: Verifier) -> None:
    """Whoever looks after the users of a firm does not see those of others."""
    keeper = holder_of(world, "UserOperator")
    colleague = lock(world, colleague_of(world, keeper))
    stranger = lock(world, person(world))

    listed = locked_ids(keeper)

    seen = (colleague.user_id in listed, stranger.user_id in listed)
    verify.equal("colleague and stranger are listed", seen, (True, False), *keeper.turns[-1:])


@pytest.mark.parametrize(
    "_",
    [clause_case("users/UnLockUser/effect", ()), clause_case("users/UnLockUser/unlocks", ())],
)
def test_unlocked_user_is_off_the_list_and_logs_in(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """True means done: not listed any more, and the right password opens again."""
    who, other = lock(world, person(world)), lock(world, person(world))

    with verify.unchanged(*facets(world, who.user_id, "record"), *facets(world, other.user_id)):
        turn = verify.succeeded(operator.call("UnLockUser", UserId=who.user_id))

    verify.equal("the reply", turn.value, True, turn)
    listed = locked_ids(operator)
    verify.equal("the user is listed", who.user_id in listed, False, *operator.turns[-1:])
    verify.succeeded(attempt(world, who))


@clause("users/UnLockUser/user-operator-scope")
def test_user_operator_unlocks_itself_only(world: World, verify: Verifier) -> None:
    """UserOperator opens its own lock and nobody else's."""
    keeper, stranger = holder_of(world, "UserOperator"), lock(world, person(world))
    lock(world, keeper)

    with verify.unchanged(*facets(world, stranger.user_id)):
        verify.refused(keeper.call("UnLockUser", UserId=stranger.user_id), code=NOT_AUTHORISED)

    verify.succeeded(keeper.call("UnLockUser", UserId=keeper.user_id))


@clause("users/UnLockUser/unknown-user")
def test_nobody_cannot_be_unlocked(operator: Session, verify: Verifier) -> None:
    """An id nobody has is answered with false or a failure, never with true."""
    verify.refused(operator.call("UnLockUser", UserId=ABSENT_USER))


@clause("workflows/sessions/lock-and-unlock")
def test_locked_user_is_let_in_again(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Locked out by failures, unlocked by support, in again: and a new failure does not lock."""
    who = lock(world, person(world))
    verify.refused(attempt(world, who))

    verify.succeeded(operator.call("UnLockUser", UserId=who.user_id))

    verify.succeeded(attempt(world, who))
    failures = record_of(world, who.user_id)["numberOfFailedAttempt"]
    verify.holds("the failures before the lock count no longer", failures < MOST_ATTEMPTS,
                 failures, *world.operator.turns[-1:])
