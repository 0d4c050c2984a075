"""Faults of access that no single call shows: a right or a session that outlives another step."""

from __future__ import annotations

import json
from typing import Any
from weakref import WeakKeyDictionary

from conformance.reference.dispatch import Context
from conformance.reference.domain.authentication import LoginRefused
from conformance.reference.domain.clock import HOUR_MS
from conformance.reference.domain.permissions import DEFAULT_BUNDLES
from conformance.reference.domain.refusals import NotAuthorized
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import without_bounds
from conformance.reference.faults.registry import Run, fault

LOG_IN, CODE = "AuthenticateUser", "Authenticate2FA"
_linked: WeakKeyDictionary[Exchange, set[tuple[int, int]]] = WeakKeyDictionary()


@fault("access/permission-for-the-account", "A permission is one user's.", "AddUserPermission")
def _for_the_account(context: Context, request: Any, run: Run) -> object:
    reply, users = run(), context.exchange.users
    account = context.exchange.accounts.get(users.get(request.user_id).account_id)
    for user_id in account.user_ids:
        users.get(user_id).permissions.add(request.permission)
    return reply


@fault("access/link-goes-both-ways", "A link goes one way.", "AddUserAccount")
def _both_ways(context: Context, request: Any, run: Run) -> object:
    reply, exchange = run(), context.exchange
    own = exchange.accounts.get(exchange.users.get(request.user_id).account_id)
    own.user_ids |= {
        user.user_id for user in exchange.users.by_id.values()
        if user.account_id == request.account_id
    }
    return reply


@fault("access/link-is-remembered", "An unlinked user reads no more.", "AddUserAccount",
       "GetOpenOrders")
def _remembers_links(context: Context, request: Any, run: Run) -> object:
    known = _linked.setdefault(context.exchange, set())
    if context.call == "AddUserAccount":
        known.add((request.user_id, request.account_id))
    elif (context.user.user_id, request.account_id) in known:
        return without_bounds(context, request, run)
    return run()


@fault("access/lost-session-outlives-all", "A forced log-off ends lost sessions too.",
       "ForceUserLogoff")
def _spares_lost(context: Context, request: Any, run: Run) -> object:
    sessions = context.exchange.sessions
    lost = [session for session in sessions.by_token.values() if not session.lines]
    reply = run()
    for session in lost:
        session.ended, sessions.by_token[session.token] = False, session
    return reply


@fault("access/half-an-hour", "A lost session can be gone on with for an hour.", LOG_IN, CODE)
def _half_an_hour(context: Context, request: Any, run: Run) -> object:
    session = context.exchange.sessions.by_token.get(request.session_token or "")
    now = context.exchange.clock.now()
    if session is not None and now - session.last_activity_ms > HOUR_MS // 2:
        raise LoginRefused("Invalid session token")
    return run()


@fault("access/one-session-each", "A user may be logged in twice.", LOG_IN)
def _one_each(context: Context, request: Any, run: Run) -> object:
    user = context.exchange.users.named(request.user_name or "")
    if user is not None and user.password_is(request.password or ""):
        context.exchange.sessions.end_all_of(user.user_id)
    return run()


@fault("access/guess-ends-sessions", "A wrong password ends nobody's session.", LOG_IN)
def _guess_ends(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused:
        user = context.exchange.users.named(request.user_name or "")
        if user is not None:
            context.exchange.sessions.end_all_of(user.user_id)
        raise


@fault("access/lock-for-the-account", "A lock is one user's.", LOG_IN)
def _locks_all(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except LoginRefused:
        exchange = context.exchange
        user = exchange.users.named(request.user_name or "")
        if user is not None and user.locked:
            for user_id in exchange.accounts.get(user.account_id).user_ids:
                exchange.users.get(user_id).locked = True
        raise


@fault("access/unlock-restores-rights", "Unlocking gives no rights back.", "UnLockUser")
def _restores(context: Context, request: Any, run: Run) -> object:
    context.exchange.users.get(request.user_id).permissions |= set(DEFAULT_BUNDLES)
    return run()


@fault("access/refusal-tells", "A refusal tells nothing of what it refuses.", "GetUserConfig")
def _tells(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotAuthorized as refusal:
        refusal.detail = json.dumps(context.exchange.users.get(request.user_id).config)
        raise
