"""GetAvailablePermissionList, GetUserPermissions, AddUserPermission, RevokeUserPermission."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    available_permissions,
    facets,
    holder_of,
    logged_in_again,
    permissions_of,
    person,
    somebody,
)

GRANTED = "AccountReadOnly"
"""A documented permission that a new user does not have."""


def grant(session: Session, who: Session, permission: str) -> Turn:
    """AddUserPermission."""
    return session.call(
        "AddUserPermission", UserId=who.user_id, Permission=permission, Value=1
    )


def revoke(session: Session, who: Session, permission: str) -> Turn:
    """RevokeUserPermission."""
    return session.call("RevokeUserPermission", UserId=who.user_id, Permission=permission)


@clause("users/GetAvailablePermissionList/holds-granted")
def test_list_holds_every_permission_somebody_has(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A tool that offers this list offers whatever a user may already have."""
    holder = holder_of(world, "Operator", "Trading", "Deposit", "Withdraw", GRANTED)

    available = available_permissions(operator)

    missing = permissions_of(operator, holder.user_id) - available
    verify.equal("permissions missing from the list", missing, set(), *operator.turns[-2:])


@clause("users/GetAvailablePermissionList/names-calls")
def test_list_has_a_name_for_every_call(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Besides tasks, each call can be granted by itself, so each has its name in the list."""
    calls = {call.name.casefold() for call in world.contract.calls
             if call.service == "exchange" and not call.public}

    missing = calls - available_permissions(operator)

    verify.equal("calls without a permission", missing, set(), *operator.turns[-1:])


@clause("users/GetUserPermissions/no-duplicates")
def test_no_permission_is_listed_twice(world: World, verify: Verifier) -> None:
    """Each name once, whatever its letter case."""
    who = somebody(world)

    turn = verify.succeeded(who.call("GetUserPermissions", UserId=who.user_id))

    names = [str(name).casefold() for name in turn.value]
    verify.equal("names listed", len(names), len(set(names)), turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/AddUserPermission/effect", ()),
     clause_case("users/AddUserPermission/grants", ())],
)
def test_granted_permission_is_added(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """The set grows by the one name; everything else about the user and others stays."""
    who, other = person(world), person(world)
    before = permissions_of(operator, who.user_id)
    reads = (*facets(world, who.user_id, "permissions"), *facets(world, other.user_id))

    with verify.unchanged(*reads):
        verify.succeeded(grant(operator, who, GRANTED))

    found = permissions_of(operator, who.user_id)
    verify.equal("permissions", found, before | {GRANTED.casefold()}, *operator.turns[-1:])


@clause("users/AddUserPermission/bites")
def test_granted_permission_admits(
    world: World, operator: Session, verify: Verifier
) -> None:
    """On a log-in made afterwards the calls are answered that were refused before."""
    who = person(world)
    query = {"userId": who.user_id}
    verify.refused(who.send("GetAllUserInstrumentPermissions", query), code=NOT_AUTHORISED)

    verify.succeeded(grant(operator, who, "Company"))

    line = logged_in_again(world, who)
    verify.succeeded(line.send("GetAllUserInstrumentPermissions", query))


@clause("users/AddUserPermission/repeat")
def test_granting_twice_is_granting_once(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A second grant changes nothing, and one revocation takes it away."""
    who = person(world)
    before = permissions_of(operator, who.user_id)
    grant(operator, who, GRANTED)

    with verify.unchanged(*facets(world, who.user_id)):
        grant(operator, who, GRANTED)

    verify.succeeded(revoke(operator, who, GRANTED))
    verify.equal("permissions", permissions_of(operator, who.user_id), before)


@clause("users/AddUserPermission/unknown-permission")
def test_unknown_permission_is_refused(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A slip in the name must not look like a grant."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        verify.refused(grant(operator, who, "NoSuchPermission"))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/RevokeUserPermission/effect", ()),
     clause_case("users/RevokeUserPermission/revokes", ())],
)
def test_revoked_permission_is_gone(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """The set shrinks by the one name; everything else about the user and others stays."""
    who, other = person(world), person(world)
    before = permissions_of(operator, who.user_id)
    reads = (*facets(world, who.user_id, "permissions"), *facets(world, other.user_id))

    with verify.unchanged(*reads):
        verify.succeeded(revoke(operator, who, "Withdraw"))

    found = permissions_of(operator, who.user_id)
    verify.equal("permissions", found, before - {"withdraw"}, *operator.turns[-1:])


@clause("users/RevokeUserPermission/bites")
def test_revoked_permission_shuts_out(
    world: World, operator: Session, verify: Verifier
) -> None:
    """On a log-in made afterwards the calls that need it are refused."""
    who = person(world)
    verify.succeeded(who.call("GetUserConfig", UserId=who.user_id))

    verify.succeeded(revoke(operator, who, "Trading"))

    line = logged_in_again(world, who)
    verify.refused(line.call("GetUserConfig", UserId=who.user_id), code=NOT_AUTHORISED)


@clause("users/RevokeUserPermission/repeat")
def test_revoking_what_is_not_granted_changes_nothing(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Whatever the reply, the user has what it had."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        revoke(operator, who, GRANTED)


@clause("workflows/permissions/effect-follows-set")
def test_call_is_allowed_while_a_permission_is_held(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Granted, revoked, granted again: each log-in made afterwards shows the state of then."""
    who = person(world)
    allowed = [may_read_grants(world, who)]

    grant(operator, who, "Company")
    allowed.append(may_read_grants(world, who))
    revoke(operator, who, "Company")
    allowed.append(may_read_grants(world, who))
    grant(operator, who, "Company")
    allowed.append(may_read_grants(world, who))

    verify.equal("allowed, step by step", allowed, [False, True, False, True])


@pytest.mark.parametrize(
    "held",
    [clause_case("workflows/permissions/operator-only-changes", held)
     for held in ("Trading", "UserOperator", "AccountOperator", "Company")],
)
def test_only_an_operator_changes_permissions(
    world: World, superuser: Session, verify: Verifier, held: str
) -> None:
    """Nobody below operator grants or revokes, not even for itself; a superuser does."""
    caller, who = holder_of(world, held), person(world)

    with verify.unchanged(*facets(world, who.user_id), *facets(world, caller.user_id)):
        verify.refused(grant(caller, caller, "Operator"), code=NOT_AUTHORISED)
        verify.refused(grant(caller, who, GRANTED), code=NOT_AUTHORISED)
        verify.refused(revoke(caller, who, "Trading"), code=NOT_AUTHORISED)

    verify.succeeded(grant(superuser, who, GRANTED))


def may_read_grants(world: World, who: Session) -> bool:
    """On a log-in of this moment, is a call answered that needs Operator or Company?"""
    line = logged_in_again(world, who)
    turn = line.call("GetAllUserInstrumentPermissions", userId=who.user_id)
    return isinstance(turn.value, list)
