"""Users over several calls: who may change them, who came with whom, and that they stay."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.users.affiliation import add_tag, affiliate_count, affiliates, sign_up_under
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    holder_of,
    permissions_of,
    person,
    record_of,
)


@clause("workflows/users/never-deleted")
def test_user_stays_whatever_is_taken_away(
    world: World, verify: Verifier
) -> None:
    """Logged off, unlinked, without rights and disabled, a user is still there under its name.

    Accounts, trades and tickets refer to users for ever.
    """
    who, operator = person(world), world.operator
    take_everything_away(world, who)

    record = verify.succeeded(record_of(world, who.user_id))

    found = (record["userId"], record["userName"])
    verify.equal("(userId, userName)", found, (who.user_id, who.username), record)
    again = operator.call("GetUserInfo", OMSId=world.oms_id, UserName=who.username)
    verify.equal("the record by name", again.get("userId"), who.user_id, again)


def take_everything_away(world: World, who: Session) -> None:
    """All that calls can take from a user."""
    operator = world.operator
    for permission in sorted(permissions_of(operator, who.user_id)):
        operator.call("RevokeUserPermission", UserId=who.user_id, Permission=permission)
    operator.call("RemoveUserAccount", accountId=who.account_id, userId=who.user_id)
    operator.call("SetUserInfo", UserId=who.user_id, EmailVerified=False)
    world.superuser.call("ForceUserLogoff", UserName=who.username)


@pytest.mark.parametrize("call", ["AddUserPermission", "RevokeUserPermission"])
@pytest.mark.parametrize("held", ["Trading", "AccountReadOnly", "UserOperator", "MarketMaker"])
@clause("workflows/permissions/operator-only-changes")
def test_only_operators_change_permissions(
    world: World, verify: Verifier, call: str, held: str
) -> None:
    """Nobody raises or lowers his own rights: without Operator both calls are refused."""
    who = holder_of(world, held)
    change = {"UserId": who.user_id, "Permission": "Deposit", "Value": 1}
    read = (world.operator, "GetUserPermissions", {"UserId": who.user_id})

    with verify.unchanged(read):
        verify.refused(who.send(call, change), code=NOT_AUTHORISED)

    verify.succeeded(world.operator.send(call, change))


@clause("workflows/affiliates/sign-up-under-tag")
def test_sign_up_under_a_tag_is_tracked_back(world: World, verify: Verifier) -> None:
    """Who is created under a tag is listed for its owner, counted, and for nobody else."""
    owner, other = person(world), person(world)
    tag, before = add_tag(world, owner), affiliate_count(owner, owner.user_id)
    add_tag(world, other)

    identity = sign_up_under(world, tag)

    rows = affiliates(world, owner.user_id)
    verify.equal("names listed", [lookup(row, "userName") for row in rows], [identity.name])
    verify.equal("count", affiliate_count(owner, owner.user_id), before + 1)
    verify.equal("affiliates of another", affiliates(world, other.user_id), [])
