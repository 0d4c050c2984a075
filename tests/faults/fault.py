"""What a fault is, and the ways in which most are made."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.proxy import Link

Frame = dict[str, Any]
Frames = list[Frame | str]
REFUSAL = {"result": False, "errormsg": "Invalid Request", "errorcode": 100, "detail": None}
SUCCESS = {"result": True, "errormsg": None, "errorcode": 0, "detail": None}
SOUND = "none"
"""The name under which nothing is broken."""


class Fault:
    """Nothing is broken; each fault overrides one or two of these."""

    async def request(self, link: Link, frame: Frame) -> Frames:
        """What goes to the exchange for a request."""
        return [frame]

    async def garbage(self, link: Link, text: str) -> Frames:
        """The same for a text that is no frame."""
        return [text]

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        """What goes to the client for a reply."""
        return [frame]

    async def event(self, link: Link, frame: Frame) -> Frames:
        """What goes to the client for an event."""
        return [frame]


Work = Callable[["Link", Frame, Frame], "Awaitable[Frames] | Frames"]


class OnReply(Fault):
    """Breaks the replies of one call."""

    def __init__(self, call: str, work: Work) -> None:
        self._call = call
        self._work = work

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        if frame.get("n") != self._call:
            return [frame]
        done = self._work(link, frame, asked)
        return done if isinstance(done, list) else await done


class OnEvent(Fault):
    """Breaks the events of one name."""

    def __init__(self, name: str, work: Callable[[Link, Frame], Frames]) -> None:
        self._name = name
        self._work = work

    async def event(self, link: Link, frame: Frame) -> Frames:
        return self._work(link, frame) if frame.get("n") == self._name else [frame]


class OnRequest(Fault):
    """Answers or drops requests of one call before the exchange sees them."""

    def __init__(self, call: str, work: Callable[[Link, Frame], Awaitable[Frames]]) -> None:
        self._call = call
        self._work = work

    async def request(self, link: Link, frame: Frame) -> Frames:
        return await self._work(link, frame) if frame.get("n") == self._call else [frame]


def parsed(text: Any) -> Any:
    """A payload; text that is no JSON stays text."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def rewrite(call: str, change: Callable[[Any, Any], Any]) -> Callable[[], Fault]:
    """Change the payload of successful replies: it gets what was answered and what was asked."""

    def work(link: Link, frame: Frame, asked: Frame) -> Frames:
        value = parsed(frame["o"])
        if refused(value):
            return [frame]
        return [{**frame, "o": json.dumps(change(value, parsed(asked.get("o"))))}]

    return lambda: OnReply(call, work)


def retold(name: str, change: Callable[[Any], Any]) -> Callable[[], Fault]:
    """Change the payload of events."""

    def work(link: Link, frame: Frame) -> Frames:
        return [{**frame, "o": json.dumps(change(parsed(frame["o"])))}]

    return lambda: OnEvent(name, work)


def framed(call: str, change: Callable[[Frame], Frames]) -> Callable[[], Fault]:
    """Change the frames of replies."""
    return lambda: OnReply(call, lambda link, frame, asked: change(frame))


def without(value: Any, key: str) -> Any:
    """An object without a key."""
    return {name: item for name, item in value.items() if name != key}


def each(value: Any, change: Any) -> Any:
    """Every row changed."""
    return [change(row) for row in value] if isinstance(value, list) else change(value)


def renamed(value: Any, key: str, other: str) -> Any:
    """An object with another name for a key."""
    return {other if name == key else name: item for name, item in value.items()}


def refused(value: Any) -> bool:
    """Is this payload a refusal?"""
    return isinstance(value, dict) and (
        value.get("result") is False or bool(value.get("errorcode"))
        or value.get("status") == "Rejected"
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault of the catalogue: what must catch it, where that case stands, what it must say."""

    name: str
    clause: str
    kind: str
    make: Callable[[], Fault]
    where: str = "test_obligations.py"
