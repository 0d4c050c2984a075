"""Ending sessions: LogOut, ForceUserLogoff, the external log-in, and whose token is whose."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.recipes import oauth_login, oauth_session
from scenarios.users.vocabulary import (
    events_heard,
    facets,
    is_logged_in,
    logged_in_again,
    new_identity,
    person,
    require_login,
    resume,
)

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@pytest.mark.parametrize(
    "_",
    [clause_case("users/LogOut/effect", ()), clause_case("users/LogOut/ends-session", ())],
)
def test_log_out_ends_the_session(world: World, verify: Verifier, _: object) -> None:
    """After LogOut the connection is closed or anonymous, and nothing else about the user changed.

    Who leaves a shared machine relies on it.
    """
    who = person(world)
    line = logged_in_again(world, who)

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(line.call("LogOut"))

    require_login(verify, line, required=False)


@clause("users/LogOut/other-connections")
def test_log_out_leaves_other_connections_alone(world: World, verify: Verifier) -> None:
    """A trader who logs out in the browser keeps the connection of its trading program."""
    program = person(world)
    browser = logged_in_again(world, program)

    verify.succeeded(browser.call("LogOut"))

    require_login(verify, program, required=True)


@clause("users/LogOut/ends-subscriptions")
def test_no_event_after_log_out(world: World, verify: Verifier) -> None:
    """What happens on the account is not told to whoever sits there after the log-out."""
    who = person(world)
    line = logged_in_again(world, who)
    line.call("SubscribeAccountEvents", OMSId=world.oms_id, AccountId=who.account_id)
    world.deployment.fund(who.account_id, world.market.product2, Decimal(1))
    heard = events_heard(line)
    verify.holds("events arrive while logged in", bool(heard), heard)

    line.call("LogOut")
    world.deployment.fund(who.account_id, world.market.product2, Decimal(1))

    verify.equal("events after LogOut", events_heard(line), [], *line.turns[-1:])


@clause("users/CoinsOAuthAuthenticateUser/effect")
def test_external_log_in_opens_the_connection(world: World, verify: Verifier) -> None:
    """The provider's word opens a session of the user with that address, and changes no record."""
    who = person(world)
    line = world.deployment.connect(who.username)
    line.user_id = who.user_id
    payload = oauth_login(world, who)

    with verify.unchanged(*facets(world, who.user_id)):
        turn = verify.succeeded(line.send("CoinsOAuthAuthenticateUser", payload))
        require_login(verify, line, required=True)

    verify.equal("User", turn["User"], who.username, turn)


@clause("users/CoinsOAuthAuthenticateUser/unknown-email")
def test_external_log_in_of_a_stranger_is_refused(world: World, verify: Verifier) -> None:
    """The provider may vouch for anybody; only users of the exchange get in."""
    email = new_identity(world).email
    code = world.deployment.access_code(email)

    turn = world.deployment.connect().call(
        "CoinsOAuthAuthenticateUser", AccessCode=code, Email=email
    )

    verify.refused(turn)


@clause("users/CoinsOAuthAuthenticateUser/token-life")
def test_access_token_lives_an_hour_or_until_log_out(world: World, verify: Verifier) -> None:
    """The access token resumes the session until it was idle for an hour, or was logged out."""
    left, closed = (oauth_session(world, person(world)) for _ in range(2))

    verify.succeeded(resume(world, left.token))
    verify.succeeded(closed.call("CoinsOAuthLogout"))
    verify.refused(resume(world, closed.token))
    world.deployment.advance_clock(HOUR_MS + MINUTE_MS)

    verify.refused(resume(world, left.token))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/CoinsOAuthLogout/effect", ()),
     clause_case("users/CoinsOAuthLogout/ends-session", ())],
)
def test_external_log_out_ends_the_session(
    world: World, verify: Verifier, _: object
) -> None:
    """Afterwards the connection is closed or anonymous; the user is as before."""
    who = person(world)
    line = oauth_session(world, who)
    require_login(verify, line, required=True)

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(line.call("CoinsOAuthLogout"))

    require_login(verify, line, required=False)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/ForceUserLogoff/effect", ()),
     clause_case("users/ForceUserLogoff/ends-sessions", ())],
)
def test_forced_log_off_ends_every_session(
    world: World, superuser: Session, verify: Verifier, _: object
) -> None:
    """All connections of the user are closed or anonymous; its record and funds stay.

    It is how an intruder is thrown out at once.
    """
    who = person(world)
    lines = [logged_in_again(world, who), logged_in_again(world, who)]

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(superuser.call("ForceUserLogoff", username=who.username))

    still_in = [is_logged_in(line) for line in lines]
    verify.equal("connections logged in", still_in, [False, False], *superuser.turns[-1:])


@clause("users/ForceUserLogoff/others-untouched")
def test_forced_log_off_spares_the_others(
    world: World, superuser: Session, verify: Verifier
) -> None:
    """Throwing one user out interrupts nobody else's trading."""
    who, other = person(world), person(world)

    verify.succeeded(superuser.call("ForceUserLogoff", username=who.username))

    require_login(verify, other, required=True)


@clause("users/GetLoggedInUserBySessionToken/live-token")
def test_token_leads_to_its_user(world: World, superuser: Session, verify: Verifier) -> None:
    """Of two live tokens each leads to the user it was given to."""
    who, other = person(world), person(world)

    turn = superuser.call("GetLoggedInUserBySessionToken", SessionToken=who.token)
    second = superuser.call("GetLoggedInUserBySessionToken", SessionToken=other.token)

    verify.equal("userId", verify.succeeded(turn)["userId"], who.user_id, turn)
    verify.equal("userId", verify.succeeded(second)["userId"], other.user_id, second)


@clause("users/GetLoggedInUserBySessionToken/dead-token")
def test_token_of_a_closed_session_leads_nowhere(
    world: World, superuser: Session, verify: Verifier
) -> None:
    """After LogOut the token names nobody."""
    who = person(world)
    query = {"SessionToken": who.token}
    verify.succeeded(superuser.send("GetLoggedInUserBySessionToken", query))

    who.call("LogOut")

    verify.refused(superuser.send("GetLoggedInUserBySessionToken", query))
