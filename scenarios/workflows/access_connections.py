"""Connections of users whose log-ins a model follows: each step is sent, judged and applied.

What the pages leave open is not judged, and mostly not sent.
"""

from __future__ import annotations

from typing import Any

from conformance.generate.world import World
from conformance.oracle.models.access import AccessModel, LogIn, Standing, Verdict
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn
from scenarios.users.vocabulary import NOT_AUTHORISED, code_for, log_in, wrong_code
from scenarios.workflows.access_lines import WHO_AM_I, Wire, demand

Lost = tuple[LogIn, str]
"""A log-in that no connection carries any more, and its token."""


class Connections:
    """Users, the connections that they have, and the model of both."""

    def __init__(self, world: World, users: list[Session], secrets: list[str]) -> None:
        """``secrets`` are those of the users' second factors, empty where there is none."""
        self.world = world
        self.verify = Verifier(world.contract)
        self.users = users
        self.secrets = secrets
        self.model = AccessModel.of(tuple(bool(secret) for secret in secrets))
        self.wires: list[Wire] = []
        self.lost: list[Lost] = []

    def stranger(self) -> Wire:
        """A new connection without a log-in."""
        wire = Wire(self.world.deployment.connect("walker"))
        self.wires.append(wire)
        return wire

    def log_in(self, who: int, wire: Wire | None = None) -> Wire:
        """The right password, on a new connection or on one that somebody logged out of."""
        wire = wire or self.stranger()
        turn = log_in(wire.session, self.users[who].username, self.users[who].password)
        standing = self.model.right_password(wire.line, who)
        if standing is Standing.ANONYMOUS:
            self.verify.refused(turn)
            return wire
        self.verify.succeeded(turn)
        half_open = standing is Standing.HALF_OPEN
        self.verify.equal("requires2FA", turn.get("requires2FA") is True, half_open, turn)
        self._keep_token(wire, turn)
        return wire

    def answer(self, wire: Wire, *, right: bool = True) -> None:
        """The code that completes a log-in, or a wrong one."""
        secret = self.secrets[wire.caller or 0]
        code = (code_for if right else wrong_code)(self.world, secret)
        turn = wire.session.call("Authenticate2FA", Code=code)
        if right:
            self.model.right_code(wire.line)
            self._keep_token(wire, self.verify.succeeded(turn))
        else:
            self.verify.refused(turn)

    def log_out(self, wire: Wire) -> None:
        """A user logs out on one connection; its token is worth nothing from now on."""
        assert wire.line.log_in is not None
        self.verify.succeeded(wire.session.call("LogOut"))
        self.lost.append((wire.line.log_in, wire.token))
        self.model.log_out(wire.line)
        wire.follows.clear()
        self._require_refused(wire)

    def lose(self, wire: Wire) -> Lost:
        """A connection breaks; its log-in can be gone on with."""
        assert wire.line.log_in is not None
        self.lost.append((wire.line.log_in, wire.token))
        self._drop(wire)
        return self.lost[-1]

    def resume(self, lost: Lost, call: str = "Authenticate2FA") -> Wire:
        """A token is presented on a new connection."""
        wire, (log, token) = self.stranger(), lost
        turn = wire.session.call(call, SessionToken=token)
        if self.model.resumes(log) is Verdict.REFUSED:
            self.verify.refused(turn)
            return wire
        wire.line.log_in, wire.token = log, token
        self._keep_token(wire, self.verify.succeeded(turn))
        self.lost.remove(lost)
        return wire

    def admitted(self, wire: Wire, call: str, payload: dict[str, Any]) -> Turn | None:
        """The turn of a call that any log-in may send; None where there is none: it was refused."""
        if wire.line.standing is Standing.ACTIVE:
            return wire.session.send(call, payload)
        self._refused(wire.ask(call, payload))
        return None

    def verdict(self, wire: Wire, call: str, whom: int) -> Verdict:
        """What the model says of a call about a user, on this connection."""
        return self.model.judges(wire.line, demand(self.world.contract, call), whom)

    def standing(self, standing: Standing) -> list[Wire]:
        """The connections that got so far."""
        return [wire for wire in self.wires if wire.line.standing is standing]

    def close(self) -> None:
        """Close everybody's connections."""
        for wire in self.wires:
            wire.session.close()

    def _judge(self, wire: Wire, call: str, whom: int, payload: dict[str, Any]) -> None:
        """Send it unless the model leaves it open, and see whether it goes as predicted."""
        verdict = self.verdict(wire, call, whom)
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

    def _drop(self, wire: Wire) -> None:
        wire.session.close()
        self.wires = [each for each in self.wires if each is not wire]

    def _keep_token(self, wire: Wire, turn: Turn) -> None:
        wire.token = str(turn.get("SessionToken") or wire.token)
