"""GetUserConfig, SetUserConfig, RemoveUserConfig: free text pairs kept with a user."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.selection import require_default_account_scope, select_user
from conformance.reference.calls.users.shapes import ConfigPair, config_of
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.rendering.standard import ACKNOWLEDGED

REMOVES_ALL = defect(
    "users/remove-config-clears-all", "RemoveUserConfig removes every key of the user."
)


class ConfigQuery(Request):
    """A user by id or by name."""

    user_id: int | None = None
    user_name: str | None = None


class ConfigChange(Request, kw_only=True):
    """Pairs to set."""

    user_id: int | None = None
    user_name: str | None = None
    config: list[ConfigPair]


class ConfigRemoval(Request, kw_only=True):
    """The key to remove."""

    user_id: int | None = None
    user_name: str | None = None
    key: str


@call("GetUserConfig", permissions=(OPERATOR, "Trading"), request=ConfigQuery)
def get_user_config(context: Context, request: ConfigQuery) -> object:
    """All pairs; scope as for setting them."""
    user = select_user(context, request.user_id, request.user_name)
    require_default_account_scope(context, user)
    return [{"Key": key, "Value": value} for key, value in user.config.items()]


@call("SetUserConfig", permissions=(OPERATOR, "Trading"), request=ConfigChange)
def set_user_config(context: Context, request: ConfigChange) -> object:
    """Set the pairs given; keys that are not named survive."""
    user = select_user(context, request.user_id, request.user_name)
    require_default_account_scope(context, user)
    user.config.update(config_of(request.config))
    return ACKNOWLEDGED


@call("RemoveUserConfig", permissions=(OPERATOR,), request=ConfigRemoval)
def remove_user_config(context: Context, request: ConfigRemoval) -> object:
    """``result`` tells whether a pair was removed, not whether the call was received."""
    user = select_user(context, request.user_id, request.user_name)
    removed = user.config.pop(request.key, None) is not None
    if removed and context.exchange.defects(REMOVES_ALL):
        user.config.clear()
    return {"result": removed}
