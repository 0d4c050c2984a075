"""The message frame ``{m, i, n, o}``: reading what clients send, writing what we answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeGuard

import msgspec


class MessageType(IntEnum):
    REQUEST = 0
    REPLY = 1
    SUBSCRIBE = 2
    EVENT = 3
    UNSUBSCRIBE = 4
    ERROR = 5


_FROM_CLIENT = (MessageType.REQUEST, MessageType.SUBSCRIBE, MessageType.UNSUBSCRIBE)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Frame:
    """A client's frame; ``payload`` is the JSON text of ``o``."""

    sequence: int
    name: str
    payload: str


class BadFrame(Exception):
    """What came is no frame; ``sequence`` and ``name`` are what could be read of it."""

    def __init__(self, reason: str, sequence: int = 0, name: str = "") -> None:
        super().__init__(reason)
        self.sequence = sequence
        self.name = name


def read_frame(text: str) -> Frame:
    """Parse a client's frame; letter case and order of its keys do not matter."""
    try:
        value: Any = _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadFrame(f"frame is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadFrame("frame is not an object")
    keys = value if "m" in value else {key.lower(): item for key, item in value.items()}
    kind, sequence, name = keys.get("m"), keys.get("i"), keys.get("n")
    label = name if isinstance(name, str) else ""
    if not _is_integer(sequence):
        raise BadFrame("i must be an integer", 0, label)
    if kind not in _FROM_CLIENT or not _is_integer(kind):
        raise BadFrame("m must be 0, 2 or 4", sequence, label)
    if not label:
        raise BadFrame("n must name a call", sequence, label)
    payload = keys.get("o", "")
    if payload is not None and not isinstance(payload, str):
        raise BadFrame("o must be JSON text in a string", sequence, label)
    return Frame(sequence, label, payload or "")


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def write_frame(kind: int, sequence: int, name: str, payload: str) -> str:
    """One frame as text."""
    return _encode({"m": int(kind), "i": sequence, "n": name, "o": payload}).decode()
