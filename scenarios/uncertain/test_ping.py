"""Ping: answered by anybody, keeps a session alive, does nothing else."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from scenarios.users.vocabulary import facets, logged_in_again, person, require_login

MINUTE_MS = 60_000


@clause("uncertain/Ping/before-login")
def test_ping_is_answered_before_a_log_in(world: World, verify: Verifier) -> None:
    """A client can test the connection before it has credentials."""
    verify.succeeded(world.deployment.connect().call("Ping"))


@clause("uncertain/Ping/keeps-alive")
def test_session_that_pings_does_not_expire(world: World, verify: Verifier) -> None:
    """A client that only watches stays logged in by pinging; one that does not, expires."""
    who = person(world)
    watcher, sleeper = logged_in_again(world, who), logged_in_again(world, who)

    world.deployment.advance_clock(40 * MINUTE_MS)
    verify.succeeded(watcher.call("Ping"))
    world.deployment.advance_clock(40 * MINUTE_MS)

    require_login(verify, watcher, required=True)
    require_login(verify, sleeper, required=False)


@clause("uncertain/Ping/no-other-effect")
def test_ping_changes_nothing(world: World, verify: Verifier) -> None:
    """A ping logs nobody in and leaves the user as it is."""
    who = person(world)
    stranger = world.deployment.connect()
    stranger.user_id = who.user_id

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(who.call("Ping"))
        verify.succeeded(stranger.call("Ping"))

    require_login(verify, stranger, required=False)
