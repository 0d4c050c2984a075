"""A random walk of three users through log-ins and rights; the steps are those of a Walk.

After every step target and model must agree on what everybody may do and where each connection
stands, and no canary may have escaped.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conformance.generate.world import World
from conformance.oracle.models.access import Standing, Verdict
from scenarios.workflows.access_lines import RAISES, Wire
from scenarios.workflows.access_walk import SECOND_FACTORS, Walk
from scenarios.workflows.drawing import drawn

MOST_WIRES = 6
# Two waits of the shorter kind are an hour for who does nothing, and none for who does something.
WAITS = (31, 61)
GRANTED = ("Trading", "Trading", "AccountReadOnly", "UserOperator", "GetAllBadges",
           "GetUserConfig", "Operator", "SUPERUSER")
people = st.integers(0, len(SECOND_FACTORS) - 1)
gifts = st.lists(st.sampled_from(GRANTED[1:]), min_size=1, max_size=3, unique=True)


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
        for wire in drawn(data, self.walk.standing(Standing.HALF_OPEN)):
            self.walk.answer(wire, right=right)

    @rule(who=people)
    def wrong_password(self, who: int) -> None:
        """Somebody guesses."""
        self.walk.guess(who)

    @precondition(lambda self: self._people(locked=False))
    @rule(data=st.data())
    def lock_out(self, data: st.DataObject) -> None:
        """Somebody guesses until the user is locked."""
        for who in drawn(data, self._people(locked=False)):
            self.walk.lock_out(who)

    @precondition(lambda self: self._people(locked=True))
    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        """An operator lets a locked user in again."""
        for who in drawn(data, self._people(locked=True)):
            self.walk.unlock(who)

    @rule(who=people, permission=st.sampled_from(GRANTED))
    def grant(self, who: int, permission: str) -> None:
        """An operator gives a permission."""
        self.walk.grant(who, permission)

    @rule(who=people, data=st.data())
    def revoke(self, who: int, data: st.DataObject) -> None:
        """An operator takes a permission."""
        for permission in drawn(data, sorted(self.walk.model.people[who].permissions)):
            self.walk.revoke(who, permission)

    @rule(who=people, whose=people)
    def link(self, who: int, whose: int) -> None:
        """An operator links a user to another's account."""
        self.walk.link(who, whose)

    @rule(who=people, data=st.data())
    def unlink(self, who: int, data: st.DataObject) -> None:
        """An operator unlinks a user, never from its default account: no page says what then."""
        for whose in drawn(data, sorted(self.walk.model.people[who].accounts - {who})):
            self.walk.unlink(who, whose)

    @precondition(lambda self: self.walk.standing(Standing.ACTIVE))
    @rule(data=st.data(), politely=st.booleans())
    def leave(self, data: st.DataObject, politely: bool) -> None:
        """A user logs out on one connection, or loses it."""
        for wire in drawn(data, self.walk.standing(Standing.ACTIVE)):
            (self.walk.log_out if politely else self.walk.lose)(wire)

    @precondition(lambda self: self.walk.lost and self._room())
    @rule(data=st.data(), call=st.sampled_from(["Authenticate2FA", "AuthenticateUser"]))
    def resume(self, data: st.DataObject, call: str) -> None:
        """A token is presented on a new connection."""
        resumes = self.walk.model.resumes
        known = [lost for lost in self.walk.lost if resumes(lost[0]) is not Verdict.OPEN]
        for lost in drawn(data, known):
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
        for wire in drawn(data, self.walk.wires):
            self.walk.look_around(wire, whom)

    @precondition(lambda self: self.walk.wires)
    @rule(data=st.data(), call=st.sampled_from(RAISES), whom=people)
    def reach_out(self, data: st.DataObject, call: str, whom: int) -> None:
        """Somebody tries to give itself rights, or to harm another. It must be in vain."""
        for wire in drawn(data, self.walk.wires):
            self.walk.reach_out(wire, call, whom)

    @precondition(lambda self: self.walk.wires)
    @rule(data=st.data(), whom=people)
    def follow(self, data: st.DataObject, whom: int) -> None:
        """Somebody subscribes to the events of an account."""
        for wire in drawn(data, self.walk.wires):
            self.walk.follow(wire, whom)

    @precondition(lambda self: self.walk.able("SendOrder"))
    @rule(data=st.data(), order=st.booleans())
    def plant(self, data: st.DataObject, order: bool) -> None:
        """A user sends an order that rests, or keeps a note."""
        for wire in drawn(data, self.walk.able("SendOrder")):
            (self.walk.order if order else self.walk.note)(wire)

    @precondition(lambda self: self._room())
    @rule()
    def log_in_by_code(self) -> None:
        """A log-in in two steps, looked at after each: password, wrong code, right code.

        This and what follows are short stories. Single random steps seldom make one.
        """
        who = SECOND_FACTORS.index(True)
        wire = self.walk.log_in(who)
        if wire.line.standing is Standing.HALF_OPEN:
            for right in (False, True):
                self.walk.look_around(wire, who)
                self.walk.answer(wire, right=right)
            self.walk.look_around(wire, who)
        self.walk.hang_up(wire)

    @precondition(lambda self: self._room())
    @rule(who=people)
    def log_in_twice(self, who: int) -> None:
        """Somebody logs in once more and out again: the other log-ins go on, this one is over."""
        for wire in self._anew(who):
            self.walk.log_out(wire)
            self.walk.check()
            self.walk.hang_up(self.walk.resume(self.walk.lost[-1]))

    @precondition(lambda self: self._room())
    @rule(who=people, minutes=st.sampled_from([None, *WAITS]))
    def interrupt(self, who: int, minutes: int | None) -> None:
        """A connection is lost; its token comes back after some time or an end of all log-ins."""
        for wire in self._anew(who):
            lost = self.walk.lose(wire)
            if minutes is None:
                self.walk.throw_out(lost[0].person)
            else:
                self.walk.wait(minutes)
            self.walk.hang_up(self.walk.resume(lost))

    @precondition(lambda self: self._room())
    @rule(who=people, whose=people, permission=st.sampled_from(GRANTED))
    def share(self, who: int, whose: int, permission: str) -> None:
        """A user is linked to another's account and unlinked again; both look before and after.

        What the owner is granted meanwhile is the owner's alone.
        """
        self.walk.link(who, whose)
        self.walk.grant(whose, permission)
        self.walk.check()
        self.walk.revoke(whose, permission)
        self._glances((who, whose), (whose, who))
        if who != whose:
            self.walk.unlink(who, whose)
            self._glances((who, whose))

    @precondition(lambda self: self._room())
    @rule(who=people, whom=people, permissions=gifts)
    def empower(self, who: int, whom: int, permissions: list[str]) -> None:
        """A user gets permissions and loses each again, using them with a log-in of each time."""
        for permission in permissions:
            self.walk.grant(who, permission)
            self._glances((who, whom))
        for permission in permissions:
            self.walk.revoke(who, permission)
        self._glances((who, whom))

    @precondition(lambda self: self._room())
    @rule(who=people)
    def lock_and_unlock(self, who: int) -> None:
        """A user is locked, tries to log in, is unlocked and logs in."""
        for locked in self._unlocked(who):
            self.walk.lock_out(locked)
            self.walk.hang_up(self.walk.log_in(locked))
            self.walk.check()
            self.walk.unlock(locked)
            self._glances((locked, locked))

    @precondition(lambda self: self._room())
    @rule(who=people, beside=st.integers(1, len(SECOND_FACTORS) - 1))
    def overhear(self, who: int, beside: int) -> None:
        """A connection that followed an account goes to another user; orders are sent meanwhile."""
        for wire in self._anew(who):
            owner = wire.caller or 0
            self.walk.follow(wire, owner)
            self.walk.log_out(wire)
            if wire not in self.walk.wires:
                return
            self.walk.log_in((owner + beside) % len(SECOND_FACTORS), wire)
            for other in self._anew(owner):
                if other in self.walk.able("SendOrder"):
                    self.walk.order(other)
                    self.walk.note(other)
                    self.walk.look_around(wire, owner)
                self.walk.check()
                self.walk.lose(other)
            self.walk.hang_up(wire)

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Rights, connections, canaries."""
        self.walk.check()

    def teardown(self) -> None:
        """Close everybody's connections."""
        self.walk.close()

    def _unlocked(self, who: int) -> list[int]:
        """The user, or another in its place where it is locked."""
        each = self._people(locked=False)
        return [who if who in each else each[who % len(each)]] if each else []

    def _anew(self, who: int) -> list[Wire]:
        """One more connection of a user, logged in; none when everybody is locked."""
        found = [self.walk.log_in(each) for each in self._unlocked(who)]
        for wire in found:
            if wire.line.standing is Standing.HALF_OPEN:
                self.walk.answer(wire)
        return found

    def _glances(self, *pairs: tuple[int, int]) -> None:
        """Users look around with a log-in of now, which is lost thereafter."""
        for who, whom in pairs:
            for wire in self._anew(who):
                self.walk.look_around(wire, whom)
                self.walk.lose(wire)

    def _free(self) -> list[Wire]:
        return self.walk.standing(Standing.ANONYMOUS)

    def _room(self) -> bool:
        return len(self.walk.wires) < MOST_WIRES

    def _people(self, *, locked: bool) -> list[int]:
        return [each.number for each in self.walk.model.people if each.locked is locked]


def machine_for(world: World) -> type[AccessMachine]:
    """The machine against one target."""
    return type("AccessMachineHere", (AccessMachine,), {"world": world})
