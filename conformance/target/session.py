"""A session: one persona's connection to the target, used one call after the other.

Synchronous on the outside; inside, one event loop that runs only while something is awaited, so a
property test, a state machine and a plain test use it alike.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.errors import PayloadError, UnknownName
from conformance.contract.payload import dump_json, parse_json
from conformance.target.exposure import Exposure
from conformance.target.fence import Fence, Fenced
from conformance.target.leaks import LeakLedger
from conformance.target.ownership import Ownership
from conformance.target.pace import Pace
from conformance.target.secrets import secretive
from conformance.target.transcript import Tap, Transcript
from conformance.wire.frames import Frame, FrameError, MessageType
from conformance.wire.surface import OnWireReply, Surface, WebSocketSurface, WireReply
from conformance.wire.websocket import Lost
from conformance.wire.window import Window

T = TypeVar("T")
OnTurn = Callable[[int, "Turn", Lost | None], None]
"""Called per request of a batch: its position, the turn, and the loss if the connection broke."""


Request: TypeAlias = "tuple[Session, str, Any]"
"""Who sends it, the call, and its payload."""


class MissingKey(KeyError):
    """A reply lacks a key that a case reads on from."""

    def __init__(self, turn: Turn, key: str) -> None:
        super().__init__(f"{turn.call}: no key {key!r} in {turn.text[:300]}")
        self.turn = turn
        self.key = key


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and what came back. ``reply`` is None when nothing came in time."""

    call: str
    persona: str
    surface: str
    sent: str
    reply: WireReply | None
    elapsed_ms: float
    _parsed: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The reply's payload text, empty if there was none."""
        return self.reply.payload if self.reply is not None else ""

    @property
    def value(self) -> Any:
        """The reply's payload with exact numbers; text that is no JSON stays text.

        It is read once, so it must not be changed.
        """
        if not self._parsed:
            try:
                self._parsed.append(parse_json(self.text))
            except PayloadError:
                self._parsed.append(self.text)
        return self._parsed[0]

    def get(self, key: str, default: Any = None) -> Any:
        """A key of an object reply, letter case aside."""
        return lookup(self.value, key, default)

    def __getitem__(self, key: str) -> Any:
        found = lookup(self.value, key, _ABSENT)
        if found is _ABSENT:
            raise MissingKey(self, key)
        return found


_ABSENT = object()
SERVICES = ("apad", "digitizer")
"""Surfaces that are services of their own, each with the section of its name."""
RECENT = 100
"""Turns that a session remembers at least: cases look back at the last few."""
NO_SESSION = "5f0c1f6e-0d5b-4c55-9a52-7d6b7b8f2e11"
"""A session id that no exchange has handed out."""


def together(requests: Sequence[Request]) -> list[Turn]:
    """Send requests at once, over as many sessions as they name; the turns in the same order."""
    if not requests:
        return []

    async def sent() -> list[Turn]:
        return await asyncio.gather(
            *(session.sending(call, dump_json(payload), {}) for session, call, payload in requests)
        )

    turns = requests[0][0].run(sent())
    for (session, _, _), turn in zip(requests, turns, strict=True):
        session._remember(turn)
    return turns


def section_on(surface: str) -> str | None:
    """The one section whose calls travel on a surface; None where most sections do."""
    return surface if surface in SERVICES else None


def lookup(value: Any, key: str, default: Any = None) -> Any:
    """A key of an object, letter case aside."""
    if isinstance(value, dict):
        wanted = key.lower()
        for name, item in value.items():
            if name.lower() == wanted:
                return item
    return default


@dataclass(eq=False)
class Session:
    """A persona on one connection, opened by a Deployment."""

    persona: str
    contract: Contract
    fence: Fence
    pace: Pace
    loop: asyncio.AbstractEventLoop
    surface: Surface
    aliases: dict[str, str]
    window: Window
    latency_budget_ms: int
    username: str = ""
    password: str = ""
    user_id: int = 0
    account_id: int = 0
    token: str = ""
    turns: list[Turn] = field(default_factory=list)
    twin: Callable[[Session, str], Session] | None = None
    renewal: Callable[[Session], Session] | None = None
    transcript: Transcript | None = None
    tap: Tap | None = None
    exposure: Exposure | None = None
    owned: Ownership = field(default_factory=Ownership)
    leaks: LeakLedger = field(default_factory=LeakLedger)
    _twins: dict[str, Session] = field(default_factory=dict)

    def call(self, name: str, /, **payload: Any) -> Turn:
        """Send a request whose payload is an object."""
        return self.send(name, payload)

    def send(self, name: str, payload: Any, **wire: int) -> Turn:
        """Send any payload: text goes as it is, everything else as JSON.

        ``kind`` and ``sequence`` set the frame's ``m`` and ``i``.
        """
        text = payload if isinstance(payload, str) else dump_json(payload)
        self.allow(name, text)
        turn = self._exchange(name, text, wire)
        self._remember(turn)
        self._learn(name, turn)
        return turn

    async def sending(self, name: str, text: str, wire: dict[str, int]) -> Turn:
        """The same as a coroutine, so that several requests can leave together."""
        self.allow(name, text)
        await self.window.take()
        try:
            turn = await self._send(name, text, wire)
        finally:
            self.window.give()
        self._learn(name, turn)
        return turn

    def allow(self, name: str, text: str) -> None:
        """Raise Fenced where the target file does not let this be sent."""
        call = self._call_of(name)
        self.fence.check(call)
        self.owned.check(call, text)
        if self.exposure is not None:
            self.exposure.take(call, text)

    def aside(self) -> AbstractContextManager[None]:
        """What is sent inside is no part of the conversation that a failure shows."""
        return self.transcript.aside() if self.transcript is not None else nullcontext()

    def batch(self, name: str, payloads: Sequence[str]) -> list[Turn]:
        """Send many payload texts of one call, many in flight; turns in the order sent."""
        turns: dict[int, Turn] = {}
        losses: list[Lost] = []

        def keep(position: int, turn: Turn, lost: Lost | None) -> None:
            turns[position] = turn
            losses.extend([lost] if lost else [])

        self.stream(name, payloads, keep)
        if losses:
            raise losses[0]
        if len(turns) < len(payloads):
            if self.closed:
                raise Lost("the connection is closed")
            raise Fenced(f"{name}: some requests go beyond the limits of the target file")
        return [turns[position] for position in range(len(payloads))]

    def stream(self, name: str, payloads: Iterable[str], on_turn: OnTurn) -> None:
        """Send payload texts of one call as they are drawn; each turn is handed over as it comes.

        ``on_turn`` must not raise. After the connection is lost nothing more is drawn.
        """
        self._run(self.streaming(name, payloads, on_turn))

    async def streaming(self, name: str, payloads: Iterable[str], on_turn: OnTurn) -> None:
        """The same as a coroutine, so that several calls can be in flight together."""
        call = self._call_of(name)
        self.fence.check(call)
        sent: dict[int, tuple[int, str]] = {}
        persona, kind, leaving = self.persona, self.surface.kind, itertools.count()
        strangers: list[Fenced] = []

        def drawn() -> Iterable[str]:
            for position, text in enumerate(payloads):
                if not self._within(call, text, strangers):
                    continue  # too large for the limits of this target: left out
                sent[next(leaving)] = (position, text)
                yield text

        def receive(position: int, answer: WireReply | Lost | None, elapsed_ms: float) -> None:
            lost = answer if isinstance(answer, Lost) else None
            reply = answer if isinstance(answer, WireReply) else None
            place, text = sent.pop(position)
            turn = Turn(name, persona, kind, text, reply, elapsed_ms)
            self._own(call, turn)
            on_turn(place, turn, lost)

        before = self.pace.wait if self.pace.limited else None
        if self._answers_nothing(name):
            await self._one_by_one(name, drawn(), receive)
        else:
            with self.aside():
                await self.surface.pump(
                    self.aliases.get(name, name), drawn(), self.window, receive, before
                )
        if strangers:
            raise strangers[0]  # no limit of the target but a mistake in the case

    async def _one_by_one(self, name: str, texts: Iterable[str], receive: OnWireReply) -> None:
        for position, text in enumerate(texts):
            with self.aside():
                turn = await self._send(name, text, {})
            receive(position, turn.reply, turn.elapsed_ms)

    def claimed(self, payload: Any) -> Any:
        """The payload as this session sends it: calls of APAD carry their caller's session."""
        if self.surface.kind != "apad" or not isinstance(payload, dict):
            return payload
        own = {key: value for key, value in payload.items() if key.lower() != "sessionid"}
        return {"sessionId": self.token or NO_SESSION, **own}

    def via(self, surface: str) -> Session:
        """The same login over another surface: ``websocket``, ``http``, or a service's own."""
        if surface == self.surface.kind:
            return self
        if surface not in self._twins:
            assert self.twin is not None
            self._twins[surface] = self.twin(self, surface)
        return self._twins[surface]

    def logins(self) -> tuple[Session, ...]:
        """This session and its logins over other surfaces."""
        return (self, *self._twins.values())

    def renewed(self) -> Session:
        """A new connection with the same login."""
        assert self.renewal is not None
        return self.renewal(self)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the session's loop, for work over several sessions at once."""
        return self._run(work)

    def send_and_cut(
        self, name: str, payloads: Sequence[Any], *, replies: int = 0, part: Any = None
    ) -> list[str]:
        """Send requests together and cut the connection when so many are answered.

        ``part`` is one more request, of which the end is never sent. Returns the payloads of the
        replies; over frames only.
        """
        texts = [dump_json(payload) for payload in payloads]
        beginning = dump_json(part) if part is not None else ""
        for text in (*texts, *([beginning] if beginning else ())):
            self.allow(name, text)
        assert isinstance(self.surface, WebSocketSurface)
        frames = self._run(self.surface.client.send_and_cut(
            self.aliases.get(name, name), texts, replies=replies, part=beginning
        ))
        return [frame.payload for frame in frames]

    def events(self, *names: str) -> list[Frame]:
        """Events that arrived so far. A Ping is the fence: what came before it is complete."""
        self.send("Ping", "{}")
        return [frame for frame in self.strays() if isinstance(frame, Frame)
                and frame.kind == MessageType.EVENT and (not names or frame.name in names)]

    def strays(self) -> list[Frame | FrameError]:
        """Everything that came without being asked for, taken out."""
        return self.surface.take_unasked()

    def close(self) -> None:
        """Close the connection."""
        self._run(self.surface.close())

    @property
    def closed(self) -> bool:
        """Is the connection gone?"""
        return self.surface.closed

    def _remember(self, turn: Turn) -> None:
        self.turns.append(turn)
        if len(self.turns) > 2 * RECENT:
            del self.turns[:-RECENT]

    def _within(self, call: Call | None, text: str, strangers: list[Fenced]) -> bool:
        try:
            self.owned.check(call, text)
        except Fenced as refusal:
            strangers.append(refusal)
            return False
        try:
            if self.exposure is not None:
                self.exposure.take(call, text)
        except Fenced:
            return False
        return True

    def _learn(self, name: str, turn: Turn) -> None:
        """Take note of what a reply tells, and of the secrets in a request or reply with any."""
        call = self._call_of(name)
        self._own(call, turn)
        if self.transcript is None:
            return
        if secretive(call, "request"):
            self.transcript.secrets.learn(turn.sent)
        if secretive(call, "response"):
            self.transcript.secrets.learn(turn.text)

    def _own(self, call: Call | None, turn: Turn) -> None:
        """Take note of what this run made, what it left open, and who is ours."""
        self.leaks.learn(call, turn)
        self.owned.learn(call, turn)

    def _call_of(self, name: str) -> Call | None:
        try:
            return self.contract.call(name, section_on(self.surface.kind))
        except UnknownName:
            return None

    def _exchange(self, name: str, text: str, wire: dict[str, int]) -> Turn:
        """Send and wait. Most requests go this way, so the short cut over frames pays."""
        if not isinstance(self.surface, WebSocketSurface) or self.pace.limited:
            return self._run(self._send(name, text, wire))
        reply, elapsed = self.surface.ask(
            self.loop, self.aliases.get(name, name), text, silent=self._answers_nothing(name),
            **wire,
        )
        return Turn(name, self.persona, self.surface.kind, text, reply, elapsed)

    async def _send(self, name: str, text: str, wire: dict[str, int]) -> Turn:
        await self.pace.wait()
        request = self.surface.request
        if isinstance(self.surface, WebSocketSurface) and self._answers_nothing(name):
            request = self.surface.request_in_silence
        reply, elapsed = await request(self.aliases.get(name, name), text, **wire)
        return Turn(name, self.persona, self.surface.kind, text, reply, elapsed)

    def _answers_nothing(self, name: str) -> bool:
        call = self._call_of(name)
        return call is not None and not call.replies

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)
