"""A replay capsule: one failing conversation as one JSON file, without secrets.

It holds all connections with the persona behind each, every message in order, what was required
and what came. Secrets stand as names in double braces, equal secrets under equal names.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Literal

import msgspec

from conformance.contract.errors import ContractError
from conformance.verdict.outcome import Outcome, Verdict

FOLDER = "capsules"
GZIP = b"\x1f\x8b"  # how Allure reports carry the longer ones
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class CapsuleError(ContractError):
    """The file is no capsule that this suite can replay."""


class CapsuleConnection(msgspec.Struct, frozen=True):
    """One connection. ``adopted``: it was there, logged in, before the conversation began.

    ``base`` is the connection whose login it shares, 0 for none; ``token`` is the name that its
    session token has in the lines.
    """

    number: int
    surface: str
    persona: str
    username: str = ""
    user_id: int = 0
    account_id: int = 0
    token: str = ""
    adopted: bool = False
    base: int = 0
    local_address: str = ""


class CapsuleLine(msgspec.Struct, frozen=True):
    """One message; a ``note`` is something asked of a hook. ``cut``: too long to be kept whole."""

    at_ms: float
    connection: int
    way: Literal["sent", "received", "note"]
    text: str
    cut: bool = False


class Capsule(msgspec.Struct, frozen=True):
    """``deciding`` are the places in ``lines`` of the requests whose replies were judged last.

    ``clock_ms`` is the target's clock when the conversation began, 0 if nobody knows.
    """

    format: Literal["conformance-capsule/1"]
    suite_version: str
    api_version: str
    clause: str
    text: str
    basis: str
    source: str
    surface: str
    persona: str
    verdict: Verdict
    kind: str
    required: str
    received: str
    test: str
    seed: int
    effort: str
    target: str
    environment: str
    oracle: str = ""
    state: str = ""
    defects: tuple[str, ...] = ()
    clock_ms: int = 0
    connections: tuple[CapsuleConnection, ...] = ()
    lines: tuple[CapsuleLine, ...] = ()
    deciding: tuple[int, ...] = ()
    forgotten: int = 0


def capsule_name(outcome: Outcome) -> str:
    """The path inside the run's folder: the clause's words and a hash of what tells it apart."""
    words = _UNSAFE.sub("-", outcome.clause.replace("/", "."))
    return f"{FOLDER}/{words}-{outcome.identity}.json"


def encode(capsule: Capsule) -> bytes:
    """The capsule as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(capsule), indent=1) + b"\n"


def read_capsule(path: Path) -> Capsule:
    """Read a capsule, gzip-compressed or not; raises CapsuleError."""
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = gzip.decompress(data)
        return msgspec.json.decode(data, type=Capsule)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CapsuleError(f"{path}: {reason}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CapsuleError(f"{path}: no replay capsule: {error}") from None
