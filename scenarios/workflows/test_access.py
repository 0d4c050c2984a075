"""Users, sessions and rights over many calls: who gets in, how far, and what nobody else hears."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.users.vocabulary import holder_of
from scenarios.workflows.access_machine import machine_for
from scenarios.workflows.access_walk import Walk
from scenarios.workflows.canaries import found_by, nest
from scenarios.workflows.efforts import converse

HALF_AN_HOUR = 31
"""Minutes: twice this is more than the hour after which an idle session is over."""

BELOW_OPERATOR = ("Trading", "AccountReadOnly", "UserOperator", "AccountOperator", "MarketMaker")


def own_permissions(walk: Walk) -> None:
    """A colleague on the same account gets a permission."""
    walk.link(1, 0)
    walk.grant(0, "UserOperator")
    walk.revoke(0, "Withdraw")


def link_one_way(walk: Walk) -> None:
    """The owner of an account looks at the account of who was linked to it."""
    walk.link(1, 0)
    walk.look_around(walk.log_in(0), 1)
    walk.look_around(walk.log_in(1), 0)


def unlinked(walk: Walk) -> None:
    """A user is linked, reads, and is unlinked again."""
    walk.link(1, 0)
    walk.look_around(walk.log_in(1), 0)
    walk.unlink(1, 0)
    walk.look_around(walk.log_in(1), 0)


def lost_and_thrown_out(walk: Walk) -> None:
    """A connection is lost, then its user is logged off by force."""
    lost = walk.lose(walk.first(0))
    walk.throw_out(0)
    walk.resume(lost)


def lost_for_half_an_hour(walk: Walk) -> None:
    """A session is gone on with after less than an hour."""
    lost = walk.lose(walk.first(0))
    walk.wait(HALF_AN_HOUR)
    walk.look_around(walk.resume(lost), 0)


def idle_by_itself(walk: Walk) -> None:
    """A session is lost for more than an hour, while another of the same user is busy."""
    walk.log_in(0)
    lost = walk.lose(walk.first(0))
    walk.wait(HALF_AN_HOUR)
    walk.check()
    walk.wait(HALF_AN_HOUR)
    walk.resume(lost)


def logged_in_twice(walk: Walk) -> None:
    """A user logs in a second time, and out again there."""
    second = walk.log_in(0)
    walk.check()
    walk.log_out(second)
    walk.resume(walk.lost[-1])


def guessed_at(walk: Walk) -> None:
    """Somebody tries a wrong password while the user works."""
    walk.guess(0)
    walk.look_around(walk.first(0), 0)


def colleague_locked(walk: Walk) -> None:
    """A user is locked; a colleague on the same account logs in."""
    walk.link(1, 0)
    walk.link(0, 1)
    walk.lock_out(0)
    walk.log_in(1)
    walk.log_in(0)


def unlocked_without_rights(walk: Walk) -> None:
    """A user whose permission was taken is locked and unlocked."""
    walk.revoke(0, "Trading")
    walk.lock_out(0)
    walk.unlock(0)
    walk.look_around(walk.log_in(0), 0)


def refusals_tell(walk: Walk) -> None:
    """Strangers ask for what a user noted and ordered."""
    walk.note(walk.first(0))
    walk.order(walk.first(0))
    walk.look_around(walk.first(1), 0)
    walk.look_around(walk.stranger(), 0)


def followed(walk: Walk) -> None:
    """Owner and colleague follow an account; somebody else tries to, and follows its own."""
    walk.link(1, 0)
    colleague = walk.log_in(1)
    walk.follow(walk.first(0), 0)
    walk.follow(colleague, 0)
    walk.follow(walk.first(2), 0)
    walk.follow(walk.first(2), 2)
    walk.order(walk.first(0))


def next_on_the_line(walk: Walk) -> None:
    """A user who followed its account logs out, and another logs in on that connection."""
    line, elsewhere = walk.first(0), walk.log_in(0)
    walk.follow(line, 0)
    walk.log_out(line)
    walk.log_in(1, line)
    walk.order(elsewhere)


def half_a_log_in(walk: Walk) -> None:
    """Password, wrong code, right code: what is open at each stage."""
    line = walk.log_in(2)
    walk.look_around(line, 2)
    walk.answer(line, right=False)
    walk.look_around(line, 2)
    walk.answer(line)
    walk.look_around(line, 2)


STORIES = {
    "own-permissions": own_permissions, "link-one-way": link_one_way,
    "unlinked-reads-nothing": unlinked, "lost-session-thrown-out": lost_and_thrown_out,
    "lost-session-kept": lost_for_half_an_hour, "idle-by-itself": idle_by_itself,
    "logged-in-twice": logged_in_twice, "guess-harms-nobody": guessed_at,
    "lock-of-one": colleague_locked, "unlock-gives-no-rights": unlocked_without_rights,
    "refusals-tell-nothing": refusals_tell, "followers-only": followed,
    "next-on-the-line": next_on_the_line, "half-a-log-in": half_a_log_in,
}


@pytest.mark.parametrize(
    "story", [clause_case(f"workflows/access/{rule}", story) for rule, story in STORIES.items()]
)
def test_story_goes_as_the_model_predicts(world: World, story: Callable[[Walk], None]) -> None:
    """Each call of the story is admitted or refused as a plain model of rights says.

    Afterwards everybody has the rights, and each connection the standing, that the story left.
    """
    walk = Walk(world)

    story(walk)

    walk.check()


@clause("workflows/access/readers-see-no-canary")
def test_no_reading_call_shows_a_stranger_what_is_anothers(
    world: World, verify: Verifier
) -> None:
    """Asked for by its ids in every reading call, nothing planted with a user comes out.

    Its owner finds all of it in the same way, so that what a stranger finds is no accident.
    """
    home = nest(world)

    seen = found_by(world, home.owner, home)
    strangers_sight = found_by(world, holder_of(world, *BELOW_OPERATOR), home)
    anybodys_sight = found_by(world, world.deployment.connect(), home)

    verify.equal("what the owner sees", seen, set(home.canaries))
    verify.equal("what a stranger sees", strangers_sight, set())
    verify.equal("what is seen without a log-in", anybodys_sight, set())


@clause("workflows/access/model-predicts")
def test_random_walk_goes_as_the_model_predicts(world: World) -> None:
    """Log-ins, locks, grants, links, lost and resumed sessions in any order: each call is admitted
    or refused as a plain model of rights says, and no note or order of one user reaches another.

    A right that outlives its end by one log-in is enough to empty an account.
    """
    converse(machine_for(world), world, least=16)
