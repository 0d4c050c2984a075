"""The message frame as a client writes and reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import msgspec


class MessageType(IntEnum):
    """The frame's ``m``."""

    REQUEST = 0
    REPLY = 1
    SUBSCRIBE = 2
    EVENT = 3
    UNSUBSCRIBE = 4
    ERROR = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as received. ``payload`` is the text of ``o``, unparsed."""

    kind: int
    sequence: int
    name: str
    payload: str
    raw: str


class FrameError(ValueError):
    """What came is no frame; the text is kept as evidence."""

    def __init__(self, reason: str, raw: str) -> None:
        super().__init__(reason)
        self.raw = raw


class _Frame(msgspec.Struct):
    m: int
    i: int
    n: str
    o: str


_decode = msgspec.json.Decoder(_Frame).decode
_encode = msgspec.json.Encoder().encode


def encode_frame(kind: int, sequence: int, name: str, payload: str) -> str:
    """A frame as text; ``payload`` is JSON text and is escaped into ``o``."""
    return _encode({"m": kind, "i": sequence, "n": name, "o": payload}).decode()


def decode_frame(text: str) -> Frame:
    """Parse a frame with exactly typed keys; raises FrameError."""
    try:
        frame = _decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FrameError(str(error), text) from None
    return Frame(frame.m, frame.i, frame.n, frame.o, text)
