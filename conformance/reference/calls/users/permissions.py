"""GetAvailablePermissionList, GetUserPermissions, AddUserPermission, RevokeUserPermission."""

from __future__ import annotations

from functools import cache

from conformance.reference.calls.registry import call, load_calls
from conformance.reference.calls.request import Empty, Request
from conformance.reference.calls.users.locks import UserNumber
from conformance.reference.calls.users.selection import require_default_account_scope
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import BUNDLES, OPERATOR, allows
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, NotFound
from conformance.reference.rendering.standard import ACKNOWLEDGED

REVOKES_NOTHING = defect(
    "users/revoke-has-no-effect", "RevokeUserPermission is acknowledged and takes nothing away."
)


class PermissionGrant(Request):
    """``value`` 1 grants; 0 is the older form of taking away, which deployments still take."""

    user_id: int
    permission: str
    value: int


class PermissionRevocation(Request):
    """One permission of one user."""

    user_id: int
    permission: str


@cache
def available_permissions() -> list[str]:
    """Every bundle, and one permission per call."""
    return sorted({*BUNDLES, *(spec.name for spec in load_calls().values())})


@cache
def _spelled() -> dict[str, str]:
    return {name.casefold(): name for name in available_permissions()}


def canonical_permission(name: str) -> str:
    """The permission's own spelling; raises NotFound for one that does not exist."""
    known = _spelled().get(name.casefold())
    if known is None:
        raise NotFound(f"Invalid Permission: {name}")
    return known


def require_grantable(context: Context, permission: str) -> str:
    """Nobody hands out more than he holds: SUPERUSER is for a superuser to give or take."""
    if not allows(context.permissions, (permission,), permission):
        raise NotAuthorized
    return permission


@call("GetAvailablePermissionList", permissions=(OPERATOR,), request=Empty)
def get_available_permission_list(context: Context, request: Empty) -> object:
    """Names that can be granted."""
    return {"permissionList": available_permissions()}


@call("GetUserPermissions", permissions=(OPERATOR, "Trading", "AccountReadOnly"),
      request=UserNumber)
def get_user_permissions(context: Context, request: UserNumber) -> object:
    """What a user holds, in lower case like the page."""
    user = context.exchange.users.get(request.user_id)
    require_default_account_scope(context, user)
    return sorted(permission.lower() for permission in user.permissions)


@call("AddUserPermission", permissions=(OPERATOR,), request=PermissionGrant)
def add_user_permission(context: Context, request: PermissionGrant) -> object:
    """Grant one permission; a second time changes nothing."""
    user = context.exchange.users.get(request.user_id)
    permission = require_grantable(context, canonical_permission(request.permission))
    if request.value != 1 and not (context.venues and request.value == 0):
        raise InvalidRequest("Value must be 1")
    if request.value:
        user.permissions.add(permission)
    else:
        user.permissions.discard(permission)
    return ACKNOWLEDGED


@call("RevokeUserPermission", permissions=(OPERATOR,), request=PermissionRevocation)
def revoke_user_permission(context: Context, request: PermissionRevocation) -> object:
    """Take one permission away, at once also for sessions that are open."""
    user = context.exchange.users.get(request.user_id)
    permission = require_grantable(context, canonical_permission(request.permission))
    if not context.exchange.defects(REVOKES_NOTHING):
        user.permissions.discard(permission)
    return ACKNOWLEDGED
