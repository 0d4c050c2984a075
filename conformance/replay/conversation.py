"""The conversation of a capsule, sent again over connections like those it was recorded on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pyotp

from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.generate.world import World
from conformance.replay.moments import Moments
from conformance.replay.values import Values
from conformance.target.deployment import Deployment
from conformance.target.session import Session, Turn, lookup
from conformance.target.target_file import named_secrets
from conformance.target.transcript import message
from conformance.verdict.capsule import Capsule, CapsuleConnection, CapsuleLine
from conformance.wire.frames import Frame, FrameError
from conformance.wire.graphql import GraphqlSurface
from conformance.wire.surface import WebSocketSurface
from conformance.wire.websocket import Lost

EVENT = 3


@dataclass(slots=True)
class Replayed:
    """One request: what came then, and the turn of now (None: the connection was lost)."""

    place: int
    session: Session
    call: str
    sent: str
    then: str | None
    turn: Turn | None = None
    lost: Lost | None = None

    @property
    def now(self) -> str | None:
        """The reply of now."""
        return self.turn.text if self.turn is not None and self.turn.reply is not None else None


class Conversation:
    """One capsule on one deployment."""

    def __init__(self, capsule: Capsule, world: World) -> None:
        self.capsule = capsule
        self._world = world
        self._deployment: Deployment = world.deployment
        self._sessions: dict[int, Session] = {}
        self._known = {connection.number: connection for connection in capsule.connections}
        secrets = {
            "{{" + label + "}}": value
            for value, label in named_secrets(self._deployment.target).items()
        }
        stamp = time.time_ns() // 1_000_000
        moments = Moments(capsule.clock_ms, self._deployment.now_ms())
        self._values = Values(secrets, stamp, self._one_time_code, moments)

    def send(self) -> list[Replayed]:
        """Send everything in order; what went out together then goes out together now."""
        replayed: list[Replayed] = []
        for group in self._groups():
            if group[0][1].way == "note":
                self._ask_hook(group[0][1])
            else:
                replayed += self._exchange(group)
        return replayed

    def strays(self) -> list[Frame | FrameError]:
        """What came on any connection without being asked for."""
        return [stray for session in self._sessions.values() for stray in session.strays()]

    def _groups(self) -> Iterator[list[tuple[int, CapsuleLine]]]:
        group: list[tuple[int, CapsuleLine]] = []
        for place, line in enumerate(self.capsule.lines):
            if line.way == "sent":
                if group and group[0][1].connection != line.connection:
                    yield group
                    group = []
                group.append((place, line))
                continue
            if group:
                yield group
                group = []
            if line.way == "note":
                yield [(place, line)]
        if group:
            yield group

    def _exchange(self, group: list[tuple[int, CapsuleLine]]) -> list[Replayed]:
        session = self._session(group[0][1].connection)
        found: list[Replayed] = []
        work: list[Coroutine[Any, Any, Turn | None]] = []
        for place, line in group:
            told = message(line.text)
            framed = _is_request(session, told)
            renewed = self._values.renewed(told["o"] if framed else line.text)
            replayed = Replayed(place, session, str(told["n"]), renewed, self._recorded(place))
            found.append(replayed)
            work.append(self._one(replayed, told) if framed else _garbage(session, renewed))
        for replayed, turn in zip(found, session.run(_together(work)), strict=True):
            if isinstance(turn, Lost):
                replayed.lost = turn
            elif isinstance(turn, BaseException):
                raise turn
            else:
                replayed.turn = turn
            self._learn(replayed)
        return found

    async def _one(self, replayed: Replayed, told: dict[str, Any]) -> Turn:
        session = replayed.session
        if isinstance(session.surface, GraphqlSurface):
            return await self._operation(replayed, session.surface)
        wire = {}
        if session.surface.kind == "websocket":
            wire = {"kind": told["m"], "sequence": told["i"]}
        return await session.sending(replayed.call, replayed.sent, wire)

    async def _operation(self, replayed: Replayed, surface: GraphqlSurface) -> Turn:
        section = self._world.contract.section("digitizer")
        call = next((c.name for c in section if c.operation == replayed.call), replayed.call)
        replayed.call = call
        replayed.session.allow(call, replayed.sent)
        reply, elapsed_ms = await surface.post(replayed.sent)
        return Turn(call, replayed.session.persona, surface.kind, replayed.sent, reply, elapsed_ms)

    def _recorded(self, place: int) -> str | None:
        """The payload of the reply that came then."""
        asked = self.capsule.lines[place]
        number = message(asked.text)["i"]
        for line in self.capsule.lines[place + 1:]:
            if line.connection == asked.connection and line.way == "received":
                told = message(line.text)
                if told["i"] == number and told.get("m") != EVENT:
                    return str(told["o"])
        return None

    def _learn(self, replayed: Replayed) -> None:
        then, now = _parsed(replayed.then), _parsed(_wire_text(replayed))
        self._values.learn(then, now)
        session, turn = replayed.session, replayed.turn
        if turn is None or turn.get("authenticated") is not True:
            return
        session.token = str(turn.get("sessionToken") or session.token)
        user = turn.get("user")
        session.user_id = int(lookup(user, "userId") or turn.get("userId") or 0)
        session.account_id = int(lookup(user, "accountId") or 0)
        asked = _parsed(turn.sent)
        session.username = str(lookup(asked, "username") or session.username)
        session.password = str(lookup(asked, "password") or session.password)

    def _session(self, number: int) -> Session:
        if number not in self._sessions:
            self._sessions[number] = self._opened(self._known[number])
        return self._sessions[number]

    def _opened(self, connection: CapsuleConnection) -> Session:
        if connection.base:
            return self._session(connection.base).via(connection.surface)
        if not connection.adopted or not connection.username:
            return self._deployment.connect(
                connection.persona, local_address=connection.local_address or None
            )
        if connection.persona in self._deployment.target.personas:
            session = self._deployment.fresh(connection.persona)
        else:
            session = self._world.customer()
        self._values.learn(
            {"userId": connection.user_id, "accountId": connection.account_id,
             "userName": connection.username},
            {"userId": session.user_id, "accountId": session.account_id,
             "userName": session.username},
        )
        self._values.text(connection.token, session.token)
        return session

    def _ask_hook(self, line: CapsuleLine) -> None:
        asked = parse_json(line.text)
        if "clock" in asked:
            self._deployment.advance_clock(int(asked["clock"]))
            return
        kind = "mail" if "mail" in asked else "identity"
        address = self._values.value(asked[kind])
        ask = self._deployment.mail_code if kind == "mail" else self._deployment.access_code
        self._values.text(str(asked["value"]), ask(address))

    def _one_time_code(self, seed: str) -> str:
        return pyotp.TOTP(seed).at(self._deployment.now_ms() // 1000)


def _is_request(session: Session, told: dict[str, Any]) -> bool:
    """Can this message be sent as a request, or only as the text it was?"""
    named = isinstance(told["o"], str) and isinstance(told["n"], str) and bool(told["n"])
    return named and (session.surface.kind != "websocket" or type(told["m"]) is int)


async def _garbage(session: Session, text: str) -> None:
    if isinstance(session.surface, WebSocketSurface):
        await session.surface.client.send_text(text)


async def _together(
    work: list[Coroutine[Any, Any, Turn | None]],
) -> list[Turn | BaseException | None]:
    return await asyncio.gather(*work, return_exceptions=True)


def _wire_text(replayed: Replayed) -> str | None:
    """The reply of now as the transcript would have recorded it."""
    turn = replayed.turn
    if turn is None or turn.reply is None:
        return None
    if turn.surface == "apad":
        return str(message(turn.reply.raw)["o"])
    return turn.reply.raw or turn.reply.payload


def _parsed(text: str | None) -> Any:
    try:
        value = parse_json(text or "")
    except PayloadError:
        return text
    return _unpacked(value)


def _unpacked(value: Any) -> Any:
    """APAD puts JSON text inside JSON text."""
    payload = value.get("payload") if isinstance(value, dict) else None
    if isinstance(payload, str) and payload[:1] in ("{", "["):
        return {**value, "payload": _parsed(payload)}
    return value
