"""Authenticate2FA: the code that completes a log-in, and the token that resumes a session."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.users.vocabulary import (
    code_for,
    connect_from_elsewhere,
    facets,
    full_token,
    half_open,
    is_logged_in,
    logged_in_again,
    person,
    require_login,
    resume,
    with_second_factor,
    wrong_code,
)

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@clause("users/Authenticate2FA/effect")
def test_right_code_opens_the_connection(world: World, verify: Verifier) -> None:
    """The half-open connection becomes a full session; the user's record stays as it was."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)

    with verify.unchanged(*facets(world, who.user_id)):
        require_login(verify, line, required=False)
        verify.succeeded(line.call("Authenticate2FA", Code=code_for(world, secret)))
        require_login(verify, line, required=True)


@clause("users/Authenticate2FA/good-code")
def test_right_code_yields_a_session_token(world: World, verify: Verifier) -> None:
    """With the code the log-in is complete, and the token to go on with comes along."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)

    turn = verify.succeeded(line.call("Authenticate2FA", Code=code_for(world, secret)))

    verify.holds("SessionToken is not empty", bool(turn.get("SessionToken")), turn.text, turn)
    require_login(verify, line, required=True)


@clause("users/Authenticate2FA/needs-first-step")
def test_code_without_password_is_worth_nothing(world: World, verify: Verifier) -> None:
    """A code on a connection that gave no password opens nothing, though it is the right one."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = world.deployment.connect(who.username)
    line.user_id = who.user_id

    verify.refused(line.call("Authenticate2FA", Code=code_for(world, secret)))

    require_login(verify, line, required=False)


@clause("users/Authenticate2FA/wrong-code")
def test_wrong_code_does_not_complete_the_log_in(world: World, verify: Verifier) -> None:
    """Who has the password but not the device stays outside."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)

    verify.refused(line.call("Authenticate2FA", Code=wrong_code(world, secret)))

    require_login(verify, line, required=False)


@clause("users/Authenticate2FA/retry-after-wrong-code")
def test_slip_of_the_finger_is_forgiven(world: World, verify: Verifier) -> None:
    """After a wrong code the right one is accepted on the same connection."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)

    verify.refused(line.call("Authenticate2FA", Code=wrong_code(world, secret)))
    verify.succeeded(line.call("Authenticate2FA", Code=code_for(world, secret)))

    require_login(verify, line, required=True)


@pytest.mark.parametrize(
    "call",
    [clause_case("users/Authenticate2FA/resume", "Authenticate2FA"),
     clause_case("users/Authenticate2FA/resume-on-authenticate-user", "AuthenticateUser")],
)
def test_token_resumes_an_interrupted_session(
    world: World, verify: Verifier, call: str
) -> None:
    """After a lost connection the token is enough: no password, no second factor."""
    who = person(world)
    token = full_token(world, who, with_second_factor(world, who))
    line = world.deployment.connect(who.username)
    line.user_id = who.user_id

    verify.succeeded(line.call(call, SessionToken=token))

    require_login(verify, line, required=True)


@clause("users/Authenticate2FA/resume-same-address")
def test_token_is_worth_nothing_elsewhere(world: World, verify: Verifier) -> None:
    """A stolen token does not open the session from another machine."""
    who = person(world)
    token = full_token(world, who, with_second_factor(world, who))
    thief = connect_from_elsewhere(world)
    thief.user_id = who.user_id

    verify.refused(thief.call("Authenticate2FA", SessionToken=token))
    require_login(verify, thief, required=False)

    verify.succeeded(resume(world, token))


@clause("users/Authenticate2FA/token-expiry")
def test_token_dies_an_hour_after_the_last_activity(world: World, verify: Verifier) -> None:
    """A token found later on a machine that was left alone opens nothing."""
    who = person(world)
    token = full_token(world, who, with_second_factor(world, who))

    verify.succeeded(resume(world, token))
    world.deployment.advance_clock(HOUR_MS - MINUTE_MS)
    verify.succeeded(resume(world, token))
    world.deployment.advance_clock(HOUR_MS + MINUTE_MS)

    verify.refused(resume(world, token))


@clause("users/Authenticate2FA/token-after-logout")
def test_token_dies_with_log_out(world: World, verify: Verifier) -> None:
    """Who logs out is out: the token of that session does not bring it back."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)
    token = str(line.call("Authenticate2FA", Code=code_for(world, secret))["SessionToken"])

    verify.succeeded(line.call("LogOut"))

    verify.refused(resume(world, token))


@clause("workflows/sessions/idle-hour")
def test_idle_session_is_over_after_an_hour(world: World, verify: Verifier) -> None:
    """A screen left alone for an hour no longer trades; up to then it does."""
    line = logged_in_again(world, person(world))

    world.deployment.advance_clock(HOUR_MS - MINUTE_MS)
    require_login(verify, line, required=True)
    world.deployment.advance_clock(HOUR_MS + MINUTE_MS)

    require_login(verify, line, required=False)


@clause("workflows/sessions/second-factor-life")
def test_life_of_a_second_factor(world: World, verify: Verifier) -> None:
    """Enrolled, activated, used and given up, the factor leaves the user as it was before."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        secret = with_second_factor(world, who)
        line = half_open(world, who)
        verify.succeeded(line.call("Authenticate2FA", Code=code_for(world, secret)))
        verify.succeeded(line.call("Disable2FA"))

    line = logged_in_again(world, who)
    require_login(verify, line, required=True)


@clause("workflows/sessions/states")
def test_session_moves_along_the_documented_steps(world: World, verify: Verifier) -> None:
    """Anonymous, half open, active, ended: each state allows what it should and no more."""
    who = person(world)
    secret = with_second_factor(world, who)
    line = half_open(world, who)
    stages: list[bool] = [is_logged_in(line)]

    line.call("Authenticate2FA", Code=wrong_code(world, secret))
    stages.append(is_logged_in(line))
    line.call("Authenticate2FA", Code=code_for(world, secret))
    stages.append(is_logged_in(line))
    line.call("LogOut")
    stages.append(is_logged_in(line))

    verify.equal("logged in, by stage", stages, [False, False, True, False], *line.turns)
