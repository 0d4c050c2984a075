"""How a customer gets in and out: signs up, confirms, logs in, leaves, loses the connection.

Each step is sent to the target, judged by what the model says of it, and applied to the model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.generate.world import World
from conformance.oracle.models.access import LogIn, Person, Standing
from conformance.target.session import Session
from scenarios.tickets.vocabulary import ABSENT_CODE
from scenarios.users.vocabulary import (
    OTHER_PASSWORD,
    code_for,
    log_in,
    new_identity,
    record_of,
    register,
    registration,
    secret_in,
    wrong_code,
)
from scenarios.workflows.access_connections import Connections
from scenarios.workflows.access_lines import Wire, about

SOME_CODE = "123456"
PRIVATE = "GetAccountPositions"
"""Answered to whoever is logged in, of its own account, and to nobody else."""


class Entry(Connections):
    """One customer, on as many connections as it likes. It is nobody before ``register``."""

    def __init__(self, world: World) -> None:
        self.identity = new_identity(world)
        first = world.deployment.connect(self.identity.name)
        first.username, first.password = self.identity.name, self.identity.password
        super().__init__(world, [first], [""])
        self.wires.append(Wire(first))
        self.person.confirmed = False
        self.code = ""
        self.enrolling: tuple[Wire, str] | None = None
        """The connection on which a second factor was begun, and its secret."""

    @property
    def customer(self) -> Session:
        """What the customer is called and which account is its own, connected or not."""
        return self.users[0]

    @property
    def person(self) -> Person:
        """The customer in the model."""
        return self.model.people[0]

    @property
    def registered(self) -> bool:
        """Is there a user by now?"""
        return bool(self.customer.user_id)

    def active(self) -> list[Wire]:
        """The connections on which the customer is logged in."""
        return self.standing(Standing.ACTIVE)

    def register(self) -> None:
        """Sign up. The operator sees the new user, its account, and the code that was mailed."""
        user_id = register(self.world, self.identity)
        record = record_of(self.world, user_id)
        self.customer.user_id, self.customer.account_id = user_id, int(record["accountId"])
        self.code = str(
            record.get("pendingEmailCode") or self.world.deployment.mail_code(self.identity.email)
        )

    def register_again(self) -> None:
        """Somebody signs up by the same name, with another password. It must be in vain."""
        payload = registration(replace(self.identity, password=OTHER_PASSWORD))
        self.verify.refused(self.world.anonymous.send("RegisterUser", payload))

    def confirm(self, *, right: bool = True) -> None:
        """The mailed code comes back, or another one; it is good once."""
        turn = self.world.anonymous.call(
            "ConfirmUserEmail", UserId=self.customer.user_id,
            VerifyEmailCode=self.code if right else ABSENT_CODE,
        )
        if right and not self.person.confirmed:
            self.verify.succeeded(turn)
            self.person.confirmed = True
        else:
            self.verify.refused(turn)

    def log_in(self, who: int = 0, wire: Wire | None = None) -> Wire:
        """The right password; refused before the confirmation."""
        wire = super().log_in(who, wire)
        self._unlock()
        return wire

    def come_in(self) -> Wire:
        """Log in with all that it takes."""
        wire = self.log_in()
        if wire.line.standing is Standing.HALF_OPEN:
            self.answer(wire)
        return wire

    def guess(self) -> None:
        """A wrong password."""
        wire = self.stranger()
        self.verify.refused(log_in(wire.session, self.identity.name, OTHER_PASSWORD))
        self._drop(wire)
        self._unlock()

    def answer_alone(self) -> None:
        """The right code on a connection that gave no password. It must be in vain."""
        wire = self.stranger()
        code = code_for(self.world, self.secrets[0]) if self.secrets[0] else SOME_CODE
        self.verify.refused(wire.session.call("Authenticate2FA", Code=code))
        self._drop(wire)

    def begin_factor(self, wire: Wire) -> None:
        """A second factor is begun; it counts for nothing until it is activated."""
        turn = self.admitted(wire, "EnableGoogle2FA", {})
        if turn is not None:
            secret = secret_in(str(self.verify.succeeded(turn)["GoogleQRCode"]))
            self.world.deployment.keep_secret(secret)
            self.enrolling = (wire, secret)

    def activate(self, wire: Wire, *, right: bool = True) -> None:
        """The code that completes what was begun on this connection, or another code.

        Whether it can be completed on another connection, no page says.
        """
        begun = self.enrolling[1] if self.enrolling is not None else self.secrets[0]
        right = right and self.enrolling is not None and self.enrolling[0] is wire
        if right:
            code = code_for(self.world, begun)
        else:
            code = wrong_code(self.world, begun) if begun else SOME_CODE
        if not right:
            self.verify.refused(wire.session.call("Activate2FA", Code=code))
            return
        self._leave_but(wire)
        self.verify.succeeded(wire.session.call("Activate2FA", Code=code))
        self._factor_is(begun)

    def give_up_factor(self, wire: Wire) -> None:
        """The second factor goes; the password is enough again."""
        if wire.line.standing is Standing.ACTIVE:
            self._leave_but(wire)
        turn = self.admitted(wire, "Disable2FA", {})
        if turn is not None:
            self.verify.succeeded(turn)
            self._factor_is("")

    def cut(self, wire: Wire, call: str = "Ping", payload: dict[str, Any] | None = None) -> None:
        """The connection breaks behind a request, and nobody hears the reply."""
        wire.session.send_and_cut(call, [payload or {}])
        if wire.line.standing is Standing.ACTIVE:
            self.lose(wire)
        else:
            self._drop(wire)

    def resumable(self) -> list[tuple[LogIn, str]]:
        """Log-ins that were left or lost, and of which the token is known."""
        return [lost for lost in self.lost if lost[1]]

    def check(self) -> None:
        """The record is what the steps made of it, and each connection admits whom it should."""
        if self.registered:
            record = record_of(self.world, self.customer.user_id)
            found = tuple(record.get(key) for key in ("emailVerified", "use2FA", "locked"))
            required = (self.person.confirmed, self.person.second_factor, False)
            self.verify.equal("emailVerified, use2FA, locked", found, required, record)
        for wire in list(self.wires):
            self._judge(wire, PRIVATE, 0, about(self.world, self.customer))

    def _factor_is(self, secret: str) -> None:
        self.secrets[0], self.person.second_factor, self.enrolling = secret, bool(secret), None

    def _leave_but(self, wire: Wire) -> None:
        """Leave all other connections: what a change of factors does to them, no page says."""
        for other in [each for each in self.wires if each is not wire]:
            if other.line.standing is Standing.ACTIVE:
                self.log_out(other)
            self._drop(other)
        self.lost.clear()

    def _unlock(self) -> None:
        """How many refused log-ins lock a user, no page says: whoever is locked is let in again."""
        if self.registered and record_of(self.world, self.customer.user_id).get("locked") is True:
            self.verify.succeeded(
                self.world.operator.call("UnLockUser", UserId=self.customer.user_id))
