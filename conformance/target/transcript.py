"""What a case sends and receives, in order over all its connections, with times.

The deployment keeps one and starts it afresh for each case. Texts lie here as they travelled and
leave only without secrets: :meth:`Transcript.lines` and :meth:`Transcript.exchanges` mask them.
What a sweep sends by the hundred is kept apart, so that a conversation stays readable.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from conformance.target.secrets import Secrets

if TYPE_CHECKING:
    from conformance.target.session import Session

LIMIT, ASIDE_LIMIT = 2000, 400
"""Lines kept of the conversation, and of what sweeps send; older ones are counted."""
TEXT_LIMIT = 20_000
"""Characters shown of one message."""
Way = Literal["sent", "received", "note"]


class Tap:
    """One connection's place in the transcript; a surface reports through :meth:`note`."""

    __slots__ = ("base", "case", "kind", "local_address", "note", "number", "session")

    def __init__(self, number: int, kind: str, case: int, note: Callable[[str, str], None]) -> None:
        self.number = number
        self.kind = kind
        self.case = case
        self.note = note
        self.session: Session | None = None
        self.base: Tap | None = None
        self.local_address = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, secrets masked; ``connection`` 0 is what was asked of hooks."""

    at_ms: float
    connection: int
    way: Way
    text: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its reply, or one message that came by itself (``sent`` is empty then)."""

    call: str
    persona: str
    surface: str
    sent: str
    received: str
    elapsed_ms: float
    connection: int


class Transcript:
    """The conversation of the running case."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self._case = 0
        self._taps = 0
        self._asides = 0
        self._start = time.perf_counter()
        self._lines: deque[tuple[float, Tap | None, Way, str]] = deque(maxlen=LIMIT)
        self._aside: deque[tuple[float, Tap | None, Way, str]] = deque(maxlen=ASIDE_LIMIT)
        self._count = 0

    def begin(self) -> None:
        """A new case, or a new example of one: forget what was said so far."""
        self._case += 1
        self._count = 0
        self._lines.clear()
        self._aside.clear()
        self._start = time.perf_counter()

    def tap(self, kind: str) -> Tap:
        """A place for one more connection."""
        self._taps += 1
        tap = Tap(self._taps, kind, self._case, lambda way, text: None)
        tap.note = self._noting(tap)
        return tap

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is said inside belongs to a sweep, not to the conversation."""
        self._asides += 1
        try:
            yield
        finally:
            self._asides -= 1

    def remark(self, **facts: Any) -> None:
        """Something asked of a hook that a replay must ask again."""
        self._count += 1
        self._lines.append((time.perf_counter(), None, "note", json.dumps(facts)))

    def elapsed_ms(self) -> float:
        """How long ago the conversation began by the target's clock, which may have been moved."""
        notes = (json.loads(text) for _, _, way, text in self._lines if way == "note")
        moved = sum(int(note.get("clock", 0)) for note in notes)
        return (time.perf_counter() - self._start) * 1000 + moved

    def mark(self) -> int:
        """A place in the conversation to come back to."""
        return self._count

    def rewind(self, mark: int) -> None:
        """Forget what was said since a mark: another example of the same case begins."""
        while self._count > mark and self._lines:
            self._lines.pop()
            self._count -= 1

    def lines(self) -> list[Line]:
        """Everything said, oldest first, with the names of secrets in their place."""
        found = [(*line, False) for line in self._lines] + [(*line, True) for line in self._aside]
        found.sort(key=lambda line: line[0])
        for _, _, _, text, _ in found:
            self.secrets.learn(text)
        return [
            Line(round((at - self._start) * 1000, 3), tap.number if tap is not None else 0, way,
                 self.secrets.labelled(text), aside)
            for at, tap, way, text, aside in found
        ]

    def taps(self) -> list[Tap]:
        """The connections of this conversation, in the order they were opened."""
        found = {tap.number: tap for _, tap, _, _ in (*self._lines, *self._aside) if tap}
        for tap in list(found.values()):
            if tap.base is not None:
                found[tap.base.number] = tap.base
        return [found[number] for number in sorted(found)]

    def adopted(self, tap: Tap) -> bool:
        """Was this connection there before the case began?"""
        return tap.case < self._case

    @property
    def forgotten(self) -> int:
        """Older lines of the conversation that are no longer kept."""
        return max(0, self._count - LIMIT)

    def exchanges(self, last: int) -> list[Exchange]:
        """The last exchanges of the conversation, secrets masked."""
        found = list(_paired(self._lines))[-last:]
        for exchange in found:
            self.secrets.learn(exchange.sent)
            self.secrets.learn(exchange.received)
        mask = self.secrets.mask
        return [
            Exchange(e.call, e.persona, e.surface, mask(e.sent)[:TEXT_LIMIT],
                     mask(e.received)[:TEXT_LIMIT], round(e.elapsed_ms, 3), e.connection)
            for e in found
        ]

    def _noting(self, tap: Tap) -> Callable[[str, str], None]:
        clock = time.perf_counter

        def note(way: Any, text: str) -> None:
            if self._asides:
                self._aside.append((clock(), tap, way, text))
            else:
                self._count += 1
                self._lines.append((clock(), tap, way, text))

        return note


def message(text: str) -> dict[str, Any]:
    """A message's number, call and payload by the keys ``i``, ``n`` and ``o``, on any surface."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"i": None, "n": "", "o": text}
    if not isinstance(value, dict):
        return {"i": None, "n": "", "o": text}
    if "RequestUniqueId" in value:
        return {"i": value["RequestUniqueId"], "n": value.get("FunctionName", ""),
                "o": value.get("Parameter", ""), "m": value.get("MessageType")}
    return {"i": value.get("i"), "n": value.get("n", ""), "o": value.get("o", ""),
            "m": value.get("m")}


def _paired(lines: Any) -> Iterator[Exchange]:
    """Requests with their replies in the order of the requests, events where they came."""
    open_at: dict[tuple[int, Any], int] = {}
    found: list[tuple[float, Tap, dict[str, Any], float | None, dict[str, Any] | None]] = []
    for at, tap, way, text in lines:
        if tap is None:
            continue
        told = message(text)
        key = (tap.number, str(told["i"]))
        if way == "sent":
            open_at[key] = len(found)
            found.append((at, tap, told, None, None))
        elif key in open_at and told.get("m") != 3:
            place = open_at.pop(key)
            found[place] = (*found[place][:3], at, told)
        else:
            found.append((at, tap, {"n": told["n"], "o": ""}, at, told))
    for at, tap, sent, came, received in found:
        persona = tap.session.persona if tap.session is not None else ""
        yield Exchange(
            str(sent["n"]), persona, tap.kind, _text(sent["o"]),
            _text(received["o"]) if received is not None else "",
            (came - at) * 1000 if came is not None else 0.0, tap.number,
        )


def _text(payload: Any) -> str:
    return payload if isinstance(payload, str) else json.dumps(payload)
