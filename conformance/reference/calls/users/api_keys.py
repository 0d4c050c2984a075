"""AddUserAPIKey, GetUserAPIKeys, RemoveUserAPIKey: real clients send them, no page has them."""

from __future__ import annotations

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.locks import UserNumber
from conformance.reference.calls.users.permissions import canonical_permission, require_grantable
from conformance.reference.calls.users.selection import require_self
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.users import ApiKey
from conformance.reference.rendering.standard import ACKNOWLEDGED

_OWNERS = (OPERATOR, "Trading")
KEY_BITS = 128


class KeyRequest(Request):
    """What the key shall be good for; no permissions means all of the user's."""

    user_id: int
    permissions: list[str] = msgspec.field(default_factory=list)


class KeyReference(Request):
    """A key of a user."""

    user_id: int
    api_key: str


def _row(key: ApiKey) -> dict[str, object]:
    return {"APIKey": key.key, "UserId": key.user_id, "Permissions": sorted(key.permissions)}


@call("AddUserAPIKey", permissions=_OWNERS, request=KeyRequest)
def add_user_api_key(context: Context, request: KeyRequest) -> object:
    """Make a key pair; the secret is shown here and never again."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    carried = frozenset(
        require_grantable(context, canonical_permission(name)) for name in request.permissions
    )
    ids = context.exchange.ids
    key = ApiKey(ids.token(KEY_BITS), ids.token(KEY_BITS), user.user_id, carried)
    context.exchange.users.api_keys[key.key] = key
    return _row(key) | {"APISecret": key.secret}


@call("GetUserAPIKeys", permissions=_OWNERS, request=UserNumber)
def get_user_api_keys(context: Context, request: UserNumber) -> object:
    """The user's keys, without secrets."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    keys = context.exchange.users.api_keys.values()
    return [_row(key) for key in keys if key.user_id == user.user_id]


@call("RemoveUserAPIKey", permissions=_OWNERS, request=KeyReference)
def remove_user_api_key(context: Context, request: KeyReference) -> object:
    """The key no longer logs in; sessions it has opened live on."""
    user = require_self(context, context.exchange.users.get(request.user_id))
    key = context.exchange.users.api_keys.get(request.api_key)
    if key is None or key.user_id != user.user_id:
        raise NotFound("Invalid APIKey")
    del context.exchange.users.api_keys[key.key]
    return ACKNOWLEDGED
