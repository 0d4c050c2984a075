"""Seeded faults of permissions: listed, granted, revoked, and what they admit to."""

from __future__ import annotations

from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotAuthorized, NotFound, OperationFailed
from conformance.reference.faults.reach import not_for_operators
from conformance.reference.faults.registry import Run, fault, forgets, opens, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED


@rewrites("users/permission-list-without-tasks", "The list of permissions lacks the tasks.",
          "GetAvailablePermissionList")
def _(context: Context, request: Any, reply: Any) -> object:
    tasks = ("Operator", "Trading", "Deposit", "Withdraw")
    return {"permissionList": [n for n in reply["permissionList"] if n not in tasks]}


@rewrites("users/permission-list-without-calls", "The list of permissions lacks a call.",
          "GetAvailablePermissionList")
def _(context: Context, request: Any, reply: Any) -> object:
    return {"permissionList": [n for n in reply["permissionList"] if n != "GetUserInfo"]}


@rewrites("users/permissions-listed-twice", "Permissions of a user are listed twice.",
          "GetUserPermissions")
def _(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@fault("users/grant-replaces", "A granted permission takes the place of all others.",
       "AddUserPermission")
def _(context: Context, request: Any, run: Run) -> object:
    context.exchange.users.get(request.user_id).permissions.clear()
    return run()


@fault("users/grant-does-not-bite", "A granted permission is listed and admits to nothing.",
       "GetAllUserInstrumentPermissions")
def _(context: Context, request: Any, run: Run) -> object:
    if not context.is_operator:
        raise NotAuthorized
    return run()


@fault("users/second-grant-revokes", "Granting twice revokes.", "AddUserPermission")
def _(context: Context, request: Any, run: Run) -> object:
    held = context.exchange.users.get(request.user_id).permissions
    if request.permission in held:
        held.discard(request.permission)
        return ACKNOWLEDGED
    return run()


@fault("users/grants-any-name", "A permission that does not exist is granted.",
       "AddUserPermission")
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        context.exchange.users.get(request.user_id).permissions.add(request.permission)
        return ACKNOWLEDGED


@fault("users/revokes-everything", "Revoking one permission takes all.", "RevokeUserPermission")
def _(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.users.get(request.user_id).permissions.clear()
    return reply


@fault("users/market-data-always-level2", "Every market data permission is for Level 2.",
       "AddUserMarketDataPermission")
def _(context: Context, request: Any, run: Run) -> object:
    request.level2 = True
    return run()


@fault("users/market-data-never-level2", "No market data permission is for Level 2.",
       "AddUserMarketDataPermission")
def _(context: Context, request: Any, run: Run) -> object:
    request.level2 = False
    return run()


@rewrites("users/market-data-listed-twice", "Market data permissions are listed twice.",
          "GetUserMarketDataPermissions")
def _(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("users/market-data-of-nobody", "Rows of market data permissions name no user.",
          "GetUserMarketDataPermissions")
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "userId": 0} for row in reply]


_FEEDS = ("SubscribeLevel1", "SubscribeTicker", "SubscribeTrades", "SubscribeLevel2")
opens("users/market-data-for-everybody", *_FEEDS)


@fault("users/market-data-for-everybody", "Feeds need no permission.", *_FEEDS)
def _(context: Context, request: Any, run: Run) -> object:
    granted = context.exchange.grants.market_data
    before = dict(granted.get(context.user.user_id, {}))
    context.exchange.grants.grant_market_data(
        context.user.user_id, request.instrument_id, level2=True
    )
    try:
        return run()
    finally:
        granted[context.user.user_id] = before


forgets("users/market-data-is-not-granted", "A market data permission is acknowledged and lost.",
        "AddUserMarketDataPermission")
forgets("users/trade-permission-is-lost", "A permission to trade is acknowledged and lost.",
        "AddUserInstrumentPermissions", "AddUserProductPermissions")


@fault("users/trade-removal-takes-all", "Removing one permission to trade removes all.",
       "RemoveUserProductPermissions", "RemoveUserInstrumentPermissions")
def _(context: Context, request: Any, run: Run) -> object:
    reply, grants = run(), context.exchange.grants
    grants.products = {pair for pair in grants.products if pair[0] != request.user_id}
    grants.instruments = {pair for pair in grants.instruments if pair[0] != request.user_id}
    return reply


_LISTS = ("GetAllUserInstrumentPermissions", "GetAllUserProductPermissions")


@rewrites("uncertain/trade-permissions-twice", "Permissions to trade are listed twice.", *_LISTS)
def _(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("uncertain/trade-permissions-of-nobody", "Rows of permissions name no user.", *_LISTS)
def _(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "userId": 0} for row in reply]


@fault("uncertain/singular-key-refused", "Only the plural key names the user.", _LISTS[1])
def _(context: Context, request: Any, run: Run) -> object:
    if request.user_ids is None:
        raise OperationFailed
    return run()


@rewrites("uncertain/group-listings-differ", "One listing of groups lacks a pair.",
          "GetAllUserGroups")
def _(context: Context, request: Any, reply: Any) -> object:
    return reply[1:]


@fault("uncertain/maps-unknown-names", "Names that do not exist are mapped.",
       "SetUserGroupPermission")
def _(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        groups = context.exchange.grants.groups
        groups.setdefault(request.user_group_name, []).append(request.permission_name)
        return ACKNOWLEDGED


@fault("uncertain/mapping-twice-is-two", "Mapping twice makes two pairs.",
       "SetUserGroupPermission")
def _(context: Context, request: Any, run: Run) -> object:
    group = context.exchange.grants.groups.get(request.user_group_name, [])
    held = {name.casefold() for name in group}
    reply = run()
    if request.permission_name.casefold() in held:
        group.append(request.permission_name)
    return reply


fault("uncertain/tick-time-not-for-operators", "An operator needs a grant for the tick time.",
      "GetEarliestTickTime")(not_for_operators)


@fault("user_verification/level-of-everybody", "A level is set for every account.",
       "SetUserVerificationLevel")
def _(context: Context, request: Any, run: Run) -> object:
    for account in context.exchange.accounts.by_id.values():
        account.verification_level = request.verification_level
        account.fee_group_id += 1
    return run()


@fault("user_verification/validator-fails", "CreateValidatorConfig fails.",
       "CreateValidatorConfig")
def _(context: Context, request: Any, run: Run) -> object:
    raise OperationFailed


@fault("users/bulk-grants-before-checking", "A refused bulk grant grants what it could.",
       "AddUserProductPermissionsBulk")
def _(context: Context, request: Any, run: Run) -> object:
    for user_id in request.user_ids:
        context.exchange.grants.products.add((user_id, request.product_ids[0]))
    return run()


@fault("users/any-oms", "A request for another OMS is answered from this one.",
       "GetUserInfo", "GetUserAccounts", "GetInstruments")
def _(context: Context, request: Any, run: Run) -> object:
    request.oms_id = context.exchange.oms_id
    return run()


@fault("users/unknown-id-is-first", "An id nobody has leads to the first user.",
       "GetUserInfo", "GetUserPermissions")
def _(context: Context, request: Any, run: Run) -> object:
    if request.user_id not in context.exchange.users.by_id:
        request.user_id = next(iter(context.exchange.users.by_id))
    return run()
