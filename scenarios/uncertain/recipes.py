"""How to reach success for the calls of uncertain origin, and what their scenarios share."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.users.vocabulary import person

Pair = tuple[str, str]


@recipe("uncertain/GetAllUserInstrumentPermissions")
def get_all_user_instrument_permissions(world: World) -> Prepared:
    """Somebody who has one to show."""
    who = person(world)
    world.operator.call(
        "AddUserInstrumentPermissions", OMSId=world.oms_id, UserId=who.user_id,
        InstrumentId=world.market.instrument_id,
    )
    return Prepared(world.operator, {"userId": who.user_id})


@recipe("uncertain/GetAllUserProductPermissions")
def get_all_user_product_permissions(world: World) -> Prepared:
    """Somebody who has one to show."""
    who = person(world)
    world.operator.call(
        "AddUserProductPermissions", OMSId=world.oms_id, UserId=who.user_id,
        ProductId=world.market.product1,
    )
    return Prepared(world.operator, {"userIds": who.user_id})


@recipe("uncertain/SetUserGroupPermission")
def set_user_group_permission(world: World) -> Prepared:
    group, permission = a_pair(world)
    payload = {"UserGroupName": group, "PermissionName": permission}
    return Prepared(world.superuser, payload, ((world.superuser, "GetUserGroupPermissions", {}),))


def pairs(session: Session, call: str = "GetUserGroupPermissions") -> list[Pair]:
    """All (group, permission) pairs that a listing shows, permissions in lower case."""
    rows = session.call(call).value
    if not isinstance(rows, list):
        raise Unavailable(f"{call} lists nothing: {str(rows)[:200]}")
    return [
        (str(lookup(row, "UserGroupName")), str(lookup(row, "PermissionName")).casefold())
        for row in rows
    ]


def a_pair(world: World) -> Pair:
    """A pair that exists already: setting it again changes nothing."""
    found = pairs(world.superuser)
    if not found:
        raise Unavailable("no user group has a permission, and no call creates a group")
    return found[0]


def new_pair(world: World) -> Pair:
    """A group, and a permission it does not have; mapping it cannot be undone by any call."""
    held = pairs(world.superuser)
    if not held:
        raise Unavailable("there is no user group, and no call creates one")
    group = held[0][0]
    names = world.operator.call("GetAvailablePermissionList").get("permissionList") or ()
    for name in names:
        if (group, str(name).casefold()) not in held:
            return group, str(name)
    raise Unavailable(f"group {group} has every permission already")
