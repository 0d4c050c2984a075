"""Whose accounts and users a run may write to: those lent to it, and those it made itself.

Every request passes :meth:`Ownership.check` in the transport, on every target, ours included. Lent
are the personas of the target file and whoever else could be logged in; made is what the leak
ledger notes of this run. An id that no exchange has handed out is nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conformance.contract.call import Call
from conformance.target.fence import HARMLESS, Fenced
from conformance.target.target_file import Persona

if TYPE_CHECKING:
    from conformance.target.session import Turn

ABSENT_ID = 2_000_000_011
"""An id that no exchange has handed out, within 32 bits."""
LARGEST_ID = 2**31 - 1
"""Ids of accounts and users are documented as 32-bit integers; nothing larger can be one."""
LEND = {"Account": "account_id", "User": "user_id"}
"""The key of a persona that lends an entity of this kind."""
NAMING, LOGIN, READ = "users/CreateUser", "users/AuthenticateUser", "users/GetUserInfo"
Keys = Mapping[str, str]
"""Key in lower case to the kind of entity it names."""


class Ownership:
    """The accounts and users that are ours on one target."""

    def __init__(self, personas: Iterable[Persona] = (), *, alone: bool = False) -> None:
        self._alone = alone
        self._ours: dict[str, set[int]] = {"Account": {ABSENT_ID}, "User": {ABSENT_ID}}
        self._made: set[int] = set()
        self._names: set[str] = set()
        for persona in personas:
            self.lend(persona.user_id, persona.account_id)

    def lend(self, user_id: Any, account_id: Any) -> None:
        """Take note of a user and its account; what is no id is passed over."""
        for kind, number in (("User", user_id), ("Account", account_id)):
            if type(number) is int:
                self._ours[kind].add(number)

    def made(self, kind: str, number: Any) -> None:
        """Take note of something that this run brought into being; only ids count."""
        if kind in self._ours and type(number) is int:
            self._ours[kind].add(number)
            if kind == "User":
                self._made.add(number)

    def learn(self, call: Call | None, turn: Turn) -> None:
        """Take note of whom a reply shows to be ours; the ledger tells what was made."""
        if call is None or turn.reply is None:
            return
        if call.key == NAMING and turn.get("result") is True:
            self._names.update(_values_of(turn.sent, "username"))
        elif call.key == LOGIN and turn.get("authenticated") is True:
            user = _lowered(turn.get("user"))
            self.lend(user.get("userid", turn.get("userId")), user.get("accountid"))
        elif call.key == READ:
            user_id = turn.get("userId")
            if turn.get("userName") in self._names:
                self.made("User", user_id)
            if user_id in self._made:
                self.made("Account", turn.get("accountId"))

    @contextmanager
    def on_purpose(self, kind: str, number: int) -> Iterator[None]:
        """Let a case write to what is no one's, such as the accounts of the exchange itself.

        For rules about just that; raises Fenced unless nobody else uses the target.
        """
        if not self._alone:
            raise Fenced(
                f"the rule is about {kind.lower()} {number}, which is not ours; "
                "set exclusive = true in the target file to allow it"
            )
        added = {number} - self._ours[kind]
        self._ours[kind] |= added
        try:
            yield
        finally:
            self._ours[kind] -= added

    def check(self, call: Call | None, text: str) -> None:
        """Raise Fenced where a request would write to a stranger's account or user."""
        if call is None or call.effect in HARMLESS:
            return
        keys = owner_keys(call)
        if not keys:
            return
        for key, kind, number in _named(text, keys):
            if number not in self._ours[kind]:
                raise Fenced(
                    f"{call.name} would write to {kind.lower()} {number} ({key}), which is neither "
                    "lent nor made by this run; lend it in the target file: a persona with "
                    f"{LEND[kind]} = {number}"
                )


def owner_keys(call: Call) -> Keys:
    """The keys of a request, at any depth, that name an account or a user; once per call."""
    cache, place = call.store.cache, ("owner keys", call.key)
    if place not in cache:
        root = call.bundled("request")
        cache[place] = {
            name.lower(): kind for name, schema in _properties(root)
            if (kind := owner_of(schema, root))
        }
    found: Keys = cache[place]
    return found


def _properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Every documented key of a bundled schema with its own schema."""
    if isinstance(node, list):
        for item in node:
            yield from _properties(item)
    elif isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        for item in node.values():
            yield from _properties(item)


def owner_of(schema: Any, root: Mapping[str, Any]) -> str:
    """The kind of owner that a key names, by itself or in a list; empty if it names none."""
    piece = schema if isinstance(schema, dict) else {}
    if piece.get("x-role") == "declares":
        return ""
    if piece.get("x-entity") in LEND:
        return str(piece["x-entity"])
    inner = [piece.get("items"), *piece.get("anyOf", ()), *piece.get("oneOf", ())]
    reference = piece.get("$ref")
    if isinstance(reference, str):
        inner.append(root["$defs"][reference.removeprefix("#/$defs/")])
    return next((kind for each in inner if each and (kind := owner_of(each, root))), "")


class _Object(list[tuple[str, Any]]):
    """A JSON object with every key as often as it stands there."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Object)


def _named(text: str, keys: Keys) -> Iterator[tuple[str, str, int]]:
    """Key, kind and id of every owner that a request names, letter case and depth aside."""
    for name, value in _pairs(text):
        kind = keys.get(name.lower())
        if kind is not None:
            for each in value if isinstance(value, list) else (value,):
                number = _id(each)
                if number is not None:
                    yield name, kind, number


def _pairs(text: str) -> list[tuple[str, Any]]:
    """Every key with its value, at any depth, a key that stands twice both times.

    JSON inside of text counts too. In what is no JSON, numbers behind keys are looked for: a
    target may be more forgiving than we are.
    """
    try:
        value = _DECODER.decode(text)
        return list(_inside(value)) if type(value) in _DEEPER else []
    except (ValueError, RecursionError):
        return _BROKEN.findall(text)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Object):
        for pair in value:
            yield pair
            if type(pair[1]) in _DEEPER:
                yield from _inside(pair[1])
    elif isinstance(value, list):
        for item in value:
            if type(item) in _DEEPER:
                yield from _inside(item)
    elif value.lstrip()[:1] in ("{", "["):
        yield from _pairs(value)


_DEEPER = (_Object, list, str)
_BROKEN = re.compile(r'"(\w+)"\s*:\s*"?(\d+)"?\s*[,}\]]')


def _id(value: Any) -> int | None:
    """The id that a value may be taken for, also as text or as 7.0; None where it is none."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= len(str(LARGEST_ID)):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 < value <= LARGEST_ID else None


def _values_of(text: str, key: str) -> Iterator[str]:
    return (
        value for name, value in _pairs(text) if name.lower() == key and isinstance(value, str)
    )


def _lowered(value: Any) -> dict[str, Any]:
    return {k.lower(): v for k, v in value.items()} if isinstance(value, dict) else {}
