"""A random walk of three users through log-ins and rights, and the model that predicts it.

Every step is sent to the target and applied to the model; then everybody's rights, and what each
connection may do, must be what the model says. What the pages leave open is not sent. Notes and
orders planted on the way are canaries: they must reach nobody who could not have asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conformance.generate.world import World
from conformance.oracle.models.access import IDLE_MINUTES, AccessModel, LogIn, Standing, Verdict
from conformance.oracle.verify import Verifier
from conformance.target.session import Turn
from scenarios.oms_orders.vocabulary import BUY, own_floor, terms
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    OTHER_PASSWORD,
    accounts_of,
    attempt,
    code_for,
    lock,
    log_in,
    permissions_of,
    record_of,
    with_second_factor,
    wrong_code,
)
from scenarios.workflows.access_lines import (
    RAISES,
    READS,
    TELLING,
    WHO_AM_I,
    Wire,
    about,
    canary_id,
    canary_note,
    demand,
    raising,
    sings,
)

SECOND_FACTORS = (False, False, True)
MOST_WIRES = 6
MINUTE_MS = 60_000
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
        self.verify = Verifier(self.world.contract)
        self.users = [self.world.customer() for _ in SECOND_FACTORS]
        self.secrets = [
            with_second_factor(self.world, user) if needed else ""
            for user, needed in zip(self.users, SECOND_FACTORS, strict=True)
        ]
        self.floor = own_floor(self.world)
        self.model = AccessModel.of(SECOND_FACTORS)
        self.wires = [Wire(user, token=user.token) for user in self.users]
        for number, wire in enumerate(self.wires):
            self.model.was_logged_in(wire.line, number)
        self.lost: list[tuple[LogIn, str]] = []
        self.canaries: list[tuple[int, str]] = []
        self._remember()

    @precondition(lambda self: self._free_wires() or len(self.wires) < MOST_WIRES)
    @rule(who=people, fresh=st.booleans())
    def right_password(self, who: int, fresh: bool) -> None:
        """A user logs in, on a new connection or on one that somebody logged out of."""
        free = self._free_wires()
        wire = self._opened() if not free or (fresh and len(self.wires) < MOST_WIRES) else free[0]
        turn = log_in(wire.session, self.users[who].username, self.users[who].password)
        standing = self.model.right_password(wire.line, who)
        if standing is Standing.ANONYMOUS:
            self.verify.refused(turn)
            return
        self.verify.succeeded(turn)
        half_open = standing is Standing.HALF_OPEN
        self.verify.equal("requires2FA", turn.get("requires2FA") is True, half_open, turn)
        self._keep_token(wire, turn)

    @precondition(lambda self: self._wires(Standing.HALF_OPEN))
    @rule(data=st.data(), right=st.booleans())
    def code(self, data: st.DataObject, right: bool) -> None:
        """The second step of a log-in, with the right code or another."""
        for wire in _drawn(data, self._wires(Standing.HALF_OPEN)):
            secret = self.secrets[wire.caller or 0]
            code = (code_for if right else wrong_code)(self.world, secret)
            turn = wire.session.call("Authenticate2FA", Code=code)
            if right:
                self.model.right_code(wire.line)
                self._keep_token(wire, self.verify.succeeded(turn))
            else:
                self.verify.refused(turn)

    @rule(who=people)
    def wrong_password(self, who: int) -> None:
        """Somebody guesses, which may lock the user: how many guesses do, no page says."""
        self.verify.refused(attempt(self.world, self.users[who], OTHER_PASSWORD))
        if record_of(self.world, self.users[who].user_id).get("locked") is True:
            self.model.people[who].locked = True

    @precondition(lambda self: self._unlocked())
    @rule(data=st.data())
    def lock_out(self, data: st.DataObject) -> None:
        """Somebody guesses until the user is locked."""
        for who in _drawn(data, self._unlocked()):
            lock(self.world, self.users[who])
            self.model.people[who].locked = True

    @precondition(lambda self: self._locked())
    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        """An operator lets a locked user in again."""
        for who in _drawn(data, self._locked()):
            self._done("UnLockUser", UserId=self.users[who].user_id)
            self.model.people[who].locked = False

    @rule(who=people, permission=st.sampled_from(GRANTED))
    def grant(self, who: int, permission: str) -> None:
        """An operator gives a permission, perhaps one that is held already."""
        self._done("AddUserPermission", UserId=self.users[who].user_id, Permission=permission,
                   Value=1)
        self.model.people[who].permissions.add(permission)
        self._remember()

    @rule(who=people, data=st.data())
    def revoke(self, who: int, data: st.DataObject) -> None:
        """An operator takes a permission."""
        held = self.model.people[who].permissions
        for permission in _drawn(data, sorted(held)):
            self._done("RevokeUserPermission", UserId=self.users[who].user_id,
                       Permission=permission)
            held.discard(permission)

    @rule(who=people, whose=people)
    def link(self, who: int, whose: int) -> None:
        """An operator links a user to another's account."""
        self._done("AddUserAccount", accountId=self.users[whose].account_id,
                   userId=self.users[who].user_id)
        self.model.people[who].accounts.add(whose)
        self._remember()

    @rule(who=people, data=st.data())
    def unlink(self, who: int, data: st.DataObject) -> None:
        """An operator unlinks a user, never from its default account: no page says what then."""
        linked = self.model.people[who].accounts
        for whose in _drawn(data, sorted(linked - {who})):
            self._done("RemoveUserAccount", accountId=self.users[whose].account_id,
                       userId=self.users[who].user_id)
            linked.discard(whose)

    @precondition(lambda self: self._wires(Standing.ACTIVE))
    @rule(data=st.data())
    def log_out(self, data: st.DataObject) -> None:
        """A user logs out on one connection; its token is worth nothing from now on."""
        for wire in _drawn(data, self._wires(Standing.ACTIVE)):
            assert wire.line.log_in is not None
            self.verify.succeeded(wire.session.call("LogOut"))
            self.lost.append((wire.line.log_in, wire.token))
            self.model.log_out(wire.line)
            wire.follows.clear()
            self._require_refused(wire)

    @precondition(lambda self: self._wires(Standing.ACTIVE))
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A connection breaks; its log-in can be gone on with."""
        for wire in _drawn(data, self._wires(Standing.ACTIVE)):
            assert wire.line.log_in is not None
            self.lost.append((wire.line.log_in, wire.token))
            self._drop(wire)

    @precondition(lambda self: self.lost and len(self.wires) < MOST_WIRES)
    @rule(data=st.data(), call=st.sampled_from(["Authenticate2FA", "AuthenticateUser"]))
    def resume(self, data: st.DataObject, call: str) -> None:
        """A token is presented on a new connection."""
        known = [each for each in self.lost if self.model.resumes(each[0]) is not Verdict.OPEN]
        for log, token in _drawn(data, known):
            wire = self._opened()
            turn = wire.session.call(call, SessionToken=token)
            if self.model.resumes(log) is Verdict.REFUSED:
                self.verify.refused(turn)
                continue
            wire.line.log_in, wire.token = log, token
            self._keep_token(wire, self.verify.succeeded(turn))
            self.lost.remove((log, token))

    @rule(who=people)
    def throw_out(self, who: int) -> None:
        """A superuser ends all log-ins of a user."""
        call = self.world.superuser.call
        self.verify.succeeded(call("ForceUserLogoff", UserName=self.users[who].username))
        self.model.throw_out(who)
        self._drop_over()

    @rule(minutes=st.sampled_from(WAITS))
    def wait(self, minutes: int) -> None:
        """Nobody does anything for a while. Whether half a log-in outlives it, no page says."""
        self.world.deployment.advance_clock(minutes * MINUTE_MS)
        self.model.minutes_pass(minutes)
        for wire in self._wires(Standing.HALF_OPEN):
            self._drop(wire)
        if minutes > IDLE_MINUTES:
            self._drop_over()

    @precondition(lambda self: self.wires)
    @rule(data=st.data(), whom=people)
    def look_around(self, data: st.DataObject, whom: int) -> None:
        """Somebody reads all there is about a user."""
        for wire in _drawn(data, self.wires):
            for call in READS:
                self._judge(wire, call, whom, about(self.world, self.users[whom]))

    @precondition(lambda self: self.wires)
    @rule(data=st.data(), call=st.sampled_from(RAISES), whom=people)
    def reach_out(self, data: st.DataObject, call: str, whom: int) -> None:
        """Somebody tries to give itself rights, or to harm another. It must be in vain."""
        for wire in _drawn(data, self.wires):
            caller = wire.caller if wire.caller is not None else whom
            payload = raising(self.world, self.users[caller], self.users[whom])
            if self._verdict(wire, call, whom) is Verdict.REFUSED:
                self._judge(wire, call, whom, payload)

    @precondition(lambda self: self.wires)
    @rule(data=st.data(), whom=people)
    def follow(self, data: st.DataObject, whom: int) -> None:
        """Somebody subscribes to the events of an account."""
        for wire in _drawn(data, self.wires):
            call = "SubscribeAccountEvents"
            self._judge(wire, call, whom, about(self.world, self.users[whom]))
            if self._verdict(wire, call, whom) is Verdict.ADMITTED:
                wire.follows.add(whom)

    @precondition(lambda self: self._able("SetUserConfig"))
    @rule(data=st.data())
    def plant_note(self, data: st.DataObject) -> None:
        """A user keeps a note of its own."""
        for wire in _drawn(data, self._able("SetUserConfig")):
            owner, note = wire.caller or 0, canary_note(self.world)
            self.verify.succeeded(wire.session.call(
                "SetUserConfig", UserId=self.users[owner].user_id,
                config=[{"Key": "note", "Value": note}],
            ))
            self.canaries.append((owner, note))

    @precondition(lambda self: self._able("SendOrder"))
    @rule(data=st.data())
    def plant_order(self, data: st.DataObject) -> None:
        """A user's order rests; whoever follows the account hears of it."""
        for wire in _drawn(data, self._able("SendOrder")):
            owner, mark = wire.caller or 0, canary_id(self.world)
            payload = terms(self.users[owner], self.floor, BUY, ClientOrderId=mark)
            turn = wire.session.send("SendOrder", payload)
            self.verify.equal("status", turn.get("status"), "Accepted", turn)
            self.canaries.append((owner, str(mark)))
            for follower in self._followers(owner):
                heard = any(sings(str(mark), text) for text in follower.listen())
                self.verify.holds("who follows the account is told of the order", heard,
                                  follower.told[-3:], turn)

    @invariant()
    def rights_are_those_of_the_model(self) -> None:
        """Permissions, accounts and lock of everybody, as an operator reads them."""
        for person, user in zip(self.model.people, self.users, strict=True):
            found = (
                permissions_of(self.world.operator, user.user_id),
                accounts_of(self.world, user.user_id),
                record_of(self.world, user.user_id).get("locked") is True,
            )
            self.verify.equal(f"(permissions, accounts, locked) of user {person.number}", found, (
                {permission.casefold() for permission in person.permissions},
                sorted(self.users[whose].account_id for whose in person.accounts),
                person.locked,
            ))

    @invariant()
    def connections_stand_where_the_model_says(self) -> None:
        """On each connection, a call about its own user is admitted or refused as predicted."""
        for wire in self.wires:
            own = wire.caller or 0
            self._judge(wire, WHO_AM_I, own, about(self.world, self.users[own]))

    @invariant()
    def canaries_stay_at_home(self) -> None:
        """No reply and no event told anybody what was not to be told to him."""
        for wire in self.wires:
            for text in wire.listen():
                escaped = [canary for owner, canary in self.canaries
                           if sings(canary, text) and not self.model.may_know(wire.line, owner)]
                self.verify.equal("what a stranger was told", escaped, [])
            wire.told.clear()
            if wire.line.log_in is not None:
                wire.line.log_in.idle_minutes = 0

    def teardown(self) -> None:
        """Close everybody's connections."""
        for wire in self.wires:
            wire.session.close()

    def _done(self, call: str, **payload: Any) -> None:
        self.verify.succeeded(self.world.operator.call(call, **payload))

    def _remember(self) -> None:
        self.model.remember(*(demand(self.world.contract, call) for call in TELLING))

    def _verdict(self, wire: Wire, call: str, whom: int) -> Verdict:
        return self.model.judges(wire.line, demand(self.world.contract, call), whom)

    def _judge(self, wire: Wire, call: str, whom: int, payload: dict[str, Any]) -> None:
        """Send it unless the model leaves it open, and see whether it goes as predicted."""
        verdict = self._verdict(wire, call, whom)
        if verdict is Verdict.ADMITTED:
            self.verify.succeeded(wire.session.send(call, payload))
        elif verdict is Verdict.REFUSED:
            self._refused(wire.ask(call, payload))

    def _refused(self, turn: Turn | None) -> None:
        """A connection that ended refuses everything, too."""
        if turn is not None:
            self.verify.refused(turn, code=NOT_AUTHORISED)

    def _require_refused(self, wire: Wire) -> None:
        self._refused(wire.ask(WHO_AM_I, {"UserId": self.users[wire.caller or 0].user_id}))
        if wire.session.closed:
            self._drop(wire)

    def _drop_over(self) -> None:
        """What was ended from outside serves nobody any more."""
        for wire in list(self.wires):
            if wire.line.log_in is not None and wire.line.log_in.over:
                self._require_refused(wire)
                self.lost.append((wire.line.log_in, wire.token))
                self._drop(wire)

    def _drop(self, wire: Wire) -> None:
        wire.session.close()
        self.wires = [each for each in self.wires if each is not wire]

    def _opened(self) -> Wire:
        wire = Wire(self.world.deployment.connect("walker"))
        self.wires.append(wire)
        return wire

    def _keep_token(self, wire: Wire, turn: Turn) -> None:
        wire.token = str(turn.get("SessionToken") or wire.token)

    def _wires(self, standing: Standing) -> list[Wire]:
        return [wire for wire in self.wires if wire.line.standing is standing]

    def _free_wires(self) -> list[Wire]:
        return self._wires(Standing.ANONYMOUS)

    def _able(self, call: str) -> list[Wire]:
        """Connections whose user may do this with what is its own."""
        return [wire for wire in self._wires(Standing.ACTIVE)
                if self._verdict(wire, call, wire.caller or 0) is Verdict.ADMITTED]

    def _followers(self, owner: int) -> list[Wire]:
        """Connections that must be told what happens on an account."""
        return [wire for wire in self.wires if owner in wire.follows
                and self._verdict(wire, "SubscribeAccountEvents", owner) is Verdict.ADMITTED]

    def _locked(self) -> list[int]:
        return [person.number for person in self.model.people if person.locked]

    def _unlocked(self) -> list[int]:
        return [person.number for person in self.model.people if not person.locked]


def machine_for(world: World) -> type[AccessMachine]:
    """The machine against one target."""
    return type("AccessMachineHere", (AccessMachine,), {"world": world})


def _drawn(data: st.DataObject, found: Iterable[T] | Sequence[T]) -> list[T]:
    """One of them, by its place: names differ from run to run. None where there is none."""
    each = list(found)
    return [each[data.draw(st.integers(0, len(each) - 1), "which")]] if each else []
