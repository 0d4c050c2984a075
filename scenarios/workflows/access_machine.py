"""A random walk of three users through log-ins and rights; the steps are those of a Walk.

After every step target and model must agree on what everybody may do and where each connection
stands, and no canary may have escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conformance.generate.world import World
from conformance.oracle.models.access import Standing, Verdict
from scenarios.workflows.access_lines import RAISES, Wire
from scenarios.workflows.access_walk import SECOND_FACTORS, Walk

MOST_WIRES = 6
# Two waits of the shorter kind are an hour for who does nothing, and none for who does something.
WAITS = (31, 61)
GRANTED = ("Trading", "Trading", "AccountReadOnly", "UserOperator", "GetAllBadges",
           "GetUserConfig", "Operator")
T = TypeVar("T")
people = st.integers(0, len(SECOND_FACTORS) - 1)


class AccessMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.walk = Walk(self.world)

    @precondition(lambda self: self._free() or self._room())
    @rule(who=people, fresh=st.booleans())
    def right_password(self, who: int, fresh: bool) -> None:
        """A user logs in, on a new connection or on one that somebody logged out of."""
        free = self._free()
        self.walk.log_in(who, None if not free or (fresh and self._room()) else free[0])

    @precondition(lambda self: self.walk.standing(Standing.HALF_OPEN))
    @rule(data=st.data(), right=st.booleans())
    def code(self, data: st.DataObject, right: bool) -> None:
        """The second step of a log-in, with the right code or another."""
        for wire in _drawn(data, self.walk.standing(Standing.HALF_OPEN)):
            self.walk.answer(wire, right=right)

    @rule(who=people)
    def wrong_password(self, who: int) -> None:
        """Somebody guesses."""
        self.walk.guess(who)

    @precondition(lambda self: self._people(locked=False))
    @rule(data=st.data())
    def lock_out(self, data: st.DataObject) -> None:
        """Somebody guesses until the user is locked."""
        for who in _drawn(data, self._people(locked=False)):
            self.walk.lock_out(who)

    @precondition(lambda self: self._people(locked=True))
    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        """An operator lets a locked user in again."""
        for who in _drawn(data, self._people(locked=True)):
            self.walk.unlock(who)

    @rule(who=people, permission=st.sampled_from(GRANTED))
    def grant(self, who: int, permission: str) -> None:
        """An operator gives a permission."""
        self.walk.grant(who, permission)

    @rule(who=people, data=st.data())
    def revoke(self, who: int, data: st.DataObject) -> None:
        """An operator takes a permission."""
        for permission in _drawn(data, sorted(self.walk.model.people[who].permissions)):
            self.walk.revoke(who, permission)

    @rule(who=people, whose=people)
    def link(self, who: int, whose: int) -> None:
        """An operator links a user to another's account."""
        self.walk.link(who, whose)

    @rule(who=people, data=st.data())
    def unlink(self, who: int, data: st.DataObject) -> None:
        """An operator unlinks a user, never from its default account: no page says what then."""
        for whose in _drawn(data, sorted(self.walk.model.people[who].accounts - {who})):
            self.walk.unlink(who, whose)

    @precondition(lambda self: self.walk.standing(Standing.ACTIVE))
    @rule(data=st.data(), politely=st.booleans())
    def leave(self, data: st.DataObject, politely: bool) -> None:
        """A user logs out on one connection, or loses it."""
        for wire in _drawn(data, self.walk.standing(Standing.ACTIVE)):
            (self.walk.log_out if politely else self.walk.lose)(wire)

    @precondition(lambda self: self.walk.lost and self._room())
    @rule(data=st.data(), call=st.sampled_from(["Authenticate2FA", "AuthenticateUser"]))
    def resume(self, data: st.DataObject, call: str) -> None:
        """A token is presented on a new connection."""
        resumes = self.walk.model.resumes
        known = [lost for lost in self.walk.lost if resumes(lost[0]) is not Verdict.OPEN]
        for lost in _drawn(data, known):
            self.walk.resume(lost, call)

    @rule(who=people)
    def throw_out(self, who: int) -> None:
        """A superuser ends all log-ins of a user."""
        self.walk.throw_out(who)

    @rule(minutes=st.sampled_from(WAITS))
    def wait(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        self.walk.wait(minutes)

    @precondition(lambda self: self.walk.wires)
    @rule(data=st.data(), whom=people)
    def look_around(self, data: st.DataObject, whom: int) -> None:
        """Somebody reads all there is about a user."""
        for wire in _drawn(data, self.walk.wires):
            self.walk.look_around(wire, whom)

    @precondition(lambda self: self.walk.wires)
    @rule(data=st.data(), call=st.sampled_from(RAISES), whom=people)
    def reach_out(self, data: st.DataObject, call: str, whom: int) -> None:
        """Somebody tries to give itself rights, or to harm another. It must be in vain."""
        for wire in _drawn(data, self.walk.wires):
            self.walk.reach_out(wire, call, whom)

    @precondition(lambda self: self.walk.wires)
    @rule(data=st.data(), whom=people)
    def follow(self, data: st.DataObject, whom: int) -> None:
        """Somebody subscribes to the events of an account."""
        for wire in _drawn(data, self.walk.wires):
            self.walk.follow(wire, whom)

    @precondition(lambda self: self.walk.able("SendOrder"))
    @rule(data=st.data(), order=st.booleans())
    def plant(self, data: st.DataObject, order: bool) -> None:
        """A user sends an order that rests, or keeps a note."""
        for wire in _drawn(data, self.walk.able("SendOrder")):
            (self.walk.order if order else self.walk.note)(wire)

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Rights, connections, canaries."""
        self.walk.check()

    def teardown(self) -> None:
        """Close everybody's connections."""
        self.walk.close()

    def _free(self) -> list[Wire]:
        return self.walk.standing(Standing.ANONYMOUS)

    def _room(self) -> bool:
        return len(self.walk.wires) < MOST_WIRES

    def _people(self, *, locked: bool) -> list[int]:
        return [each.number for each in self.walk.model.people if each.locked is locked]


def machine_for(world: World) -> type[AccessMachine]:
    """The machine against one target."""
    return type("AccessMachineHere", (AccessMachine,), {"world": world})


def _drawn(data: st.DataObject, found: Iterable[T]) -> list[T]:
    """One of them, by its place: names differ from run to run. None where there is none."""
    each = list(found)
    return [each[data.draw(st.integers(0, len(each) - 1), "which")]] if each else []
