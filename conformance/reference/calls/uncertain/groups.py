"""User groups and their permissions. Three readers answer alike; the pages do not tell them apart.

No call creates a group, puts a user into one, or takes a permission from one.
"""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, Request
from conformance.reference.calls.users.permissions import canonical_permission
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import SUPERUSER
from conformance.reference.rendering.standard import ACKNOWLEDGED

FORGETS_GROUP_GRANT = defect(
    "uncertain/group-permission-is-lost", "SetUserGroupPermission is acknowledged and forgotten."
)


class GroupGrant(Request):
    """One permission for one group; both exist already."""

    user_group_name: str
    permission_name: str


@call("GetAllUserGroups", permissions=(SUPERUSER,), request=Empty)
@call("GetAllUserGroupPermissions", permissions=(SUPERUSER,), request=Empty)
@call("GetUserGroupPermissions", permissions=(SUPERUSER,), request=Empty)
def get_user_group_permissions(context: Context, request: Empty) -> object:
    """Every pair of group and permission."""
    return [
        {"UserGroupName": group, "PermissionName": permission}
        for group, permission in context.exchange.grants.group_permissions()
    ]


@call("SetUserGroupPermission", permissions=(SUPERUSER,), request=GroupGrant)
def set_user_group_permission(context: Context, request: GroupGrant) -> object:
    """Map a permission to a group; a second time changes nothing."""
    permission = canonical_permission(request.permission_name)
    context.exchange.grants.require_group(request.user_group_name)
    if not context.exchange.defects(FORGETS_GROUP_GRANT):
        context.exchange.grants.grant_to_group(request.user_group_name, permission)
    return ACKNOWLEDGED
