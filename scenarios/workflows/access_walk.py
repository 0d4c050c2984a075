"""A walk of three users through log-ins and rights, each step sent to the target and to the model.

What the pages leave open is not judged, and mostly not sent. Notes and orders planted on the way
are canaries: they must reach nobody who could not have asked for them.
"""

from __future__ import annotations

from typing import Any

from conformance.generate.world import World
from conformance.oracle.models.access import IDLE_MINUTES, SUPERUSER, Standing, Verdict
from conformance.target.session import Session
from scenarios.oms_orders.vocabulary import BUY, own_floor, terms
from scenarios.users.vocabulary import (
    OTHER_PASSWORD,
    accounts_of,
    attempt,
    lock,
    permissions_of,
    record_of,
    with_second_factor,
)
from scenarios.workflows.access_connections import Connections
from scenarios.workflows.access_lines import (
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
"""The third user logs in in two steps."""
FOLLOW = "SubscribeAccountEvents"
MINUTE_MS = 60_000


class Walk(Connections):
    """Three users, the connections that they have, and the model of both."""

    def __init__(self, world: World) -> None:
        users = [world.customer() for _ in SECOND_FACTORS]
        super().__init__(world, users, [
            with_second_factor(world, user) if needed else ""
            for user, needed in zip(users, SECOND_FACTORS, strict=True)
        ])
        self.floor = own_floor(world)
        self.wires = [Wire(user, token=user.token) for user in self.users]
        for number, wire in enumerate(self.wires):
            self.model.was_logged_in(wire.line, number)
        self.canaries: list[tuple[int, str]] = []
        self._remember()

    def first(self, who: int) -> Wire:
        """The connection that the user has from the beginning."""
        return next(wire for wire in self.wires if wire.session is self.users[who])

    def guess(self, who: int) -> None:
        """A wrong password, which may lock the user: how many do, no page says."""
        self.verify.refused(attempt(self.world, self.users[who], OTHER_PASSWORD))
        if record_of(self.world, self.users[who].user_id).get("locked") is True:
            self.model.people[who].locked = True

    def lock_out(self, who: int) -> None:
        """Wrong passwords until the user is locked."""
        lock(self.world, self.users[who])
        self.model.people[who].locked = True

    def unlock(self, who: int) -> None:
        """An operator lets a locked user in again."""
        self._done("UnLockUser", UserId=self.users[who].user_id)
        self.model.people[who].locked = False

    def grant(self, who: int, permission: str) -> None:
        """An operator gives a permission, perhaps one that is held already."""
        self.verify.succeeded(self._giver(permission).call(
            "AddUserPermission", UserId=self.users[who].user_id, Permission=permission, Value=1))
        self.model.people[who].permissions.add(permission)
        self._remember()

    def revoke(self, who: int, permission: str) -> None:
        """An operator takes a permission."""
        self.verify.succeeded(self._giver(permission).call(
            "RevokeUserPermission", UserId=self.users[who].user_id, Permission=permission))
        self.model.people[who].permissions.discard(permission)

    def link(self, who: int, whose: int) -> None:
        """An operator links a user to another's account."""
        self._done("AddUserAccount", accountId=self.users[whose].account_id,
                   userId=self.users[who].user_id)
        self.model.people[who].accounts.add(whose)
        self._remember()

    def unlink(self, who: int, whose: int) -> None:
        """An operator unlinks a user from another's account."""
        self._done("RemoveUserAccount", accountId=self.users[whose].account_id,
                   userId=self.users[who].user_id)
        self.model.people[who].accounts.discard(whose)

    def hang_up(self, wire: Wire) -> None:
        """A connection breaks, whatever it carried; nobody comes back to it."""
        self._drop(wire)

    def throw_out(self, who: int) -> None:
        """A superuser ends all log-ins of a user. Of half a log-in no page speaks."""
        call = self.world.superuser.call
        self.verify.succeeded(call("ForceUserLogoff", UserName=self.users[who].username))
        self.model.throw_out(who)
        self._drop_half_open(who)
        self._drop_over()

    def wait(self, minutes: int) -> None:
        """Nobody does anything for a while. Whether half a log-in outlives it, no page says."""
        self.world.deployment.advance_clock(minutes * MINUTE_MS)
        self.model.minutes_pass(minutes)
        self._drop_half_open(*range(len(self.users)))
        if minutes > IDLE_MINUTES:
            self._drop_over()

    def look_around(self, wire: Wire, whom: int) -> None:
        """Somebody reads all there is about a user."""
        for call in READS:
            self._judge(wire, call, whom, about(self.world, self.users[whom]))

    def reach_out(self, wire: Wire, call: str, whom: int) -> None:
        """Somebody without the right to tries to get rights, or to harm a user."""
        caller = wire.caller if wire.caller is not None else whom
        payload = raising(self.world, self.users[caller], self.users[whom])
        if self.verdict(wire, call, whom) is Verdict.REFUSED:
            self._judge(wire, call, whom, payload)

    def follow(self, wire: Wire, whom: int) -> None:
        """Somebody subscribes to the events of an account."""
        self._judge(wire, FOLLOW, whom, about(self.world, self.users[whom]))
        if self.verdict(wire, FOLLOW, whom) is Verdict.ADMITTED:
            wire.follows.add(whom)

    def note(self, wire: Wire) -> None:
        """A user keeps a note of its own."""
        owner, note = wire.caller or 0, canary_note(self.world)
        self.verify.succeeded(wire.session.call(
            "SetUserConfig", UserId=self.users[owner].user_id,
            config=[{"Key": "note", "Value": note}],
        ))
        self.canaries.append((owner, note))

    def order(self, wire: Wire) -> None:
        """A user's order rests; whoever follows the account hears of it."""
        owner, mark = wire.caller or 0, canary_id(self.world)
        payload = terms(self.users[owner], self.floor, BUY, ClientOrderId=mark)
        turn = wire.session.send("SendOrder", payload)
        self.verify.equal("status", turn.get("status"), "Accepted", turn)
        self.canaries.append((owner, str(mark)))
        for follower in self._followers(owner):
            heard = any(sings(str(mark), text) for text in follower.listen())
            self.verify.holds("who follows the account is told of the order", heard,
                              follower.told[-3:], turn)

    def check(self) -> None:
        """Target and model agree on everybody's rights and connections, and no canary escaped."""
        self._rights_agree()
        self._connections_agree()
        self._canaries_stay()

    def able(self, call: str) -> list[Wire]:
        """Connections whose user may do this with what is its own."""
        return [wire for wire in self.standing(Standing.ACTIVE)
                if self.verdict(wire, call, wire.caller or 0) is Verdict.ADMITTED]

    def _rights_agree(self) -> None:
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

    def _connections_agree(self) -> None:
        """On each connection, a call about its own user is admitted or refused as predicted."""
        for wire in self.wires:
            own = wire.caller or 0
            self._judge(wire, WHO_AM_I, own, about(self.world, self.users[own]))

    def _canaries_stay(self) -> None:
        """No reply and no event told anybody what was not to be told to him."""
        for wire in self.wires:
            for text in wire.listen():
                escaped = [canary for owner, canary in self.canaries
                           if sings(canary, text) and not self.model.may_know(wire.line, owner)]
                self.verify.equal("what a stranger was told", escaped, [])
            wire.told.clear()
            if wire.line.log_in is not None:
                wire.line.log_in.idle_minutes = 0

    def _drop_over(self) -> None:
        """What was ended from outside serves nobody any more."""
        for wire in list(self.wires):
            if wire.line.log_in is not None and wire.line.log_in.over:
                self._require_refused(wire)
                self.lose(wire)

    def _drop_half_open(self, *people: int) -> None:
        for wire in self.standing(Standing.HALF_OPEN):
            if wire.caller in people:
                self._drop(wire)

    def _giver(self, permission: str) -> Session:
        """Who may give and take it: nobody hands out more than he holds."""
        return self.world.superuser if permission == SUPERUSER else self.world.operator

    def _done(self, call: str, **payload: Any) -> None:
        self.verify.succeeded(self.world.operator.call(call, **payload))

    def _remember(self) -> None:
        self.model.remember(*(demand(self.world.contract, call) for call in TELLING))

    def _followers(self, owner: int) -> list[Wire]:
        """Connections that must be told what happens on an account."""
        return [wire for wire in self.wires if owner in wire.follows
                and self.verdict(wire, FOLLOW, owner) is Verdict.ADMITTED]
