"""User groups: three listings that must agree, and the one call that changes them."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.uncertain.recipes import a_pair, new_pair, pairs
from scenarios.users.vocabulary import facets, person

UNKNOWN = "NoSuchName-5a4c9c6e"


@clause("uncertain/GetAllUserGroups/same-pairs")
def test_three_listings_agree(superuser: Session, verify: Verifier) -> None:
    """Nothing in the pages tells the three apart, so they must not contradict each other."""
    calls = ("GetAllUserGroups", "GetAllUserGroupPermissions", "GetUserGroupPermissions")

    first, second, third = (set(pairs(superuser, call)) for call in calls)

    verify.holds("a pair is listed", bool(first), first, *superuser.turns[-3:])
    verify.equal("GetAllUserGroupPermissions", second, first, *superuser.turns[-3:])
    verify.equal("GetUserGroupPermissions", third, first, *superuser.turns[-3:])


@pytest.mark.parametrize(
    "_",
    [clause_case("uncertain/SetUserGroupPermission/effect", ()),
     clause_case("uncertain/SetUserGroupPermission/grants", ())],
)
def test_mapped_permission_is_listed(
    world: World, superuser: Session, verify: Verifier, _: object
) -> None:
    """The one pair is added; other pairs and every user stay as they are."""
    who = person(world)
    before = set(pairs(superuser))
    group, permission = new_pair(world)

    with verify.unchanged(*facets(world, who.user_id)):
        turn = superuser.call(
            "SetUserGroupPermission", UserGroupName=group, PermissionName=permission
        )

    verify.succeeded(turn)
    required = before | {(group, permission.casefold())}
    verify.equal("pairs", set(pairs(superuser)), required, *superuser.turns[-2:])


@clause("uncertain/SetUserGroupPermission/repeat")
def test_mapping_twice_leaves_one_pair(
    world: World, superuser: Session, verify: Verifier
) -> None:
    """Repeating is harmless: the list is as it was."""
    group, permission = a_pair(world)
    before = sorted(pairs(superuser))

    superuser.call("SetUserGroupPermission", UserGroupName=group, PermissionName=permission)

    verify.equal("pairs", sorted(pairs(superuser)), before, *superuser.turns[-2:])


@pytest.mark.parametrize(
    ("group", "permission"),
    [clause_case("uncertain/SetUserGroupPermission/unknown-group", UNKNOWN, None),
     clause_case("uncertain/SetUserGroupPermission/unknown-permission", None, UNKNOWN)],
)
def test_both_names_must_exist(
    world: World, superuser: Session, verify: Verifier, group: str | None, permission: str | None
) -> None:
    """A slip in either name is refused, and maps nothing."""
    known_group, known_permission = a_pair(world)

    with verify.unchanged((superuser, "GetUserGroupPermissions", {})):
        turn = superuser.call(
            "SetUserGroupPermission", UserGroupName=group or known_group,
            PermissionName=permission or known_permission,
        )
        verify.refused(turn)
