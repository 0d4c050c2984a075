"""A session: one persona's connection to the target, used one call after the other.

Synchronous on the outside; inside, one event loop that runs only while something is awaited, so a
property test, a state machine and a plain test use it alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.errors import PayloadError, UnknownName
from conformance.contract.payload import dump_json, parse_json
from conformance.target.fence import Fence
from conformance.target.pace import Pace
from conformance.wire.frames import Frame, FrameError, MessageType
from conformance.wire.surface import Surface, WireReply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and what came back. ``reply`` is None when nothing came in time."""

    call: str
    persona: str
    surface: str
    sent: str
    reply: WireReply | None
    elapsed_ms: float

    @property
    def text(self) -> str:
        """The reply's payload text, empty if there was none."""
        return self.reply.payload if self.reply is not None else ""

    @property
    def value(self) -> Any:
        """The reply's payload with exact numbers; text that is no JSON stays text."""
        try:
            return parse_json(self.text)
        except PayloadError:
            return self.text

    def get(self, key: str, default: Any = None) -> Any:
        """A key of an object reply, letter case aside."""
        return lookup(self.value, key, default)

    def __getitem__(self, key: str) -> Any:
        found = lookup(self.value, key, _ABSENT)
        if found is _ABSENT:
            raise KeyError(f"{self.call}: no key {key!r} in {self.text[:300]}")
        return found


_ABSENT = object()


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
    in_flight: int
    latency_budget_ms: int
    username: str = ""
    password: str = ""
    user_id: int = 0
    account_id: int = 0
    token: str = ""
    turns: list[Turn] = field(default_factory=list)

    def call(self, name: str, /, **payload: Any) -> Turn:
        """Send a request whose payload is an object."""
        return self.send(name, payload)

    def send(self, name: str, payload: Any, **wire: int) -> Turn:
        """Send any payload: text goes as it is, everything else as JSON.

        ``kind`` and ``sequence`` set the frame's ``m`` and ``i``.
        """
        text = payload if isinstance(payload, str) else dump_json(payload)
        self.fence.check(self._call_of(name))
        turn = self._run(self._send(name, text, wire))
        self.turns.append(turn)
        return turn

    def batch(self, name: str, payloads: Sequence[str]) -> list[Turn]:
        """Send many payload texts of one call, many in flight; turns in the order sent."""
        self.fence.check(self._call_of(name))
        turns = self._run(self._batch(name, payloads))
        return list(turns)

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

    def _call_of(self, name: str) -> Call | None:
        try:
            return self.contract.call(name)
        except UnknownName:
            return None

    async def _send(self, name: str, text: str, wire: dict[str, int]) -> Turn:
        await self.pace.wait()
        reply, elapsed = await self.surface.request(self.aliases.get(name, name), text, **wire)
        return Turn(name, self.persona, self.surface.kind, text, reply, elapsed)

    async def _batch(self, name: str, payloads: Iterable[str]) -> list[Turn]:
        gate = asyncio.Semaphore(self.in_flight)

        async def one(text: str) -> Turn:
            async with gate:
                return await self._send(name, text, {})

        return list(await asyncio.gather(*(one(text) for text in payloads)))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)
