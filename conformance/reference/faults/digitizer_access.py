"""Faults of the Digitizer: who is logged in, what they may ask, and what they are told."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from conformance.reference.defects import defect
from conformance.reference.faults.registry import Run, fault, rewrites

NO_LOGIN = defect("digitizer/no-login-needed", "Only who is logged in is told anything.")
EVERY_TOKEN = defect("digitizer/every-token-tells", "Only some templates raise events.")
TELLS_PAST = defect("digitizer/subscriber-hears-the-past", "Subscribers hear from now on.")
ME, USERS, LOGIN, LOGOUT = (
    f"digitizer/{call}" for call in ("me", "users", "login", "logout")
)


@rewrites("digitizer/me-is-somebody-else", "me is who logged in.", ME)
def _me_is_somebody_else(asking: Any, request: Any, reply: Any) -> object:
    return reply and {"userId": reply["userId"] + 1}


@rewrites("digitizer/ids-of-its-own", "A user has the id of the exchange.", ME, LOGIN)
def _ids_of_its_own(asking: Any, request: Any, reply: Any) -> object:
    return reply and {"userId": reply["userId"] + 1_000_000}


@rewrites("digitizer/caller-left-out", "The caller is among the users.", USERS)
def _caller_left_out(asking: Any, request: Any, reply: Any) -> object:
    return [row for row in reply if row["apexUserId"] != asking.require_user().user_id]


@fault("digitizer/any-password", "A wrong password is refused.", LOGIN)
def _any_password(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except GraphQLError:
        user = asking.exchange.users.named(request["username"])
        if user is None:
            raise
        session = asking.exchange.sessions.open(
            asking.exchange.ids.guid(), user.user_id, asking.peer, pending_2fa=False
        )
        asking.token = asking.new_cookie = session.token
        return {"userId": user.user_id}


@fault("digitizer/login-forgotten", "A login is remembered.", LOGIN)
def _login_forgotten(asking: Any, request: Any, run: Run) -> object:
    reply = run()
    asking.new_cookie = None
    return reply


@rewrites("digitizer/logout-answers-true", "A logout answers false.", LOGOUT)
def _logout_answers_true(asking: Any, request: Any, reply: Any) -> object:
    return True


@fault("digitizer/logout-everywhere", "A logout ends one login.", LOGOUT)
def _logout_everywhere(asking: Any, request: Any, run: Run) -> object:
    user = asking.user
    for session in list(asking.exchange.sessions.by_token.values()):
        if user is not None and session.user_id == user.user_id:
            asking.exchange.sessions.end(session)
    return run()
