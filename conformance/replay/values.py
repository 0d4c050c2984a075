"""What stood for a value then, and what stands for it now.

A target hands out ids, tokens and codes: each time others. They are learnt by laying the recorded
reply beside the new one, and put into the requests that follow. Names that a run makes up are made
up anew, so that a conversation can be sent to the same target twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance.contract.errors import PayloadError
from conformance.contract.payload import dump_json, parse_json
from conformance.replay.moments import Moments

_NAME = re.compile(r"conformance-[A-Za-z0-9]+-(?:[a-z]*)(\d+)")
_LABEL = re.compile(r"\d{4,}N\d+")
_SECRET = re.compile(r"\{\{[^{}]+\}\}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]")
_SEED = re.compile(r"secret=([A-Z2-7]+)")
AS_THEY_STAND = Moments(0, 0)
SHORTEST = 4
"""A shorter text is a word of the contract rather than something the target made up."""


class Values:
    """The values of one replay. ``code`` tells the one-time code for a seed at this moment."""

    def __init__(
        self, secrets: Mapping[str, str], stamp: int, code: Callable[[str], str],
        moments: Moments = AS_THEY_STAND,
    ) -> None:
        self._texts = dict(secrets)
        self._numbers: dict[tuple[str, int], int] = {}
        self._stamp = stamp
        self._code = code
        self._moments = moments
        self._seed = ""

    def learn(self, then: Any, now: Any, key: str = "") -> None:
        """Lay a recorded value beside the new one, at any depth."""
        if isinstance(then, dict) and isinstance(now, dict):
            found = {name.lower(): value for name, value in now.items()}
            for name, value in then.items():
                if name.lower() in found:
                    self.learn(value, found[name.lower()], name)
        elif isinstance(then, list) and isinstance(now, list):
            for old, new in zip(then, now, strict=False):
                self.learn(old, new, key)
        elif isinstance(then, str) and isinstance(now, str):
            if _is_number(then, key) and _is_number(now, key):
                self._numbers[_stem(key), int(then)] = int(now)
            else:
                self._learn_text(then, now)
        elif type(then) is int and type(now) is int and _is_id(key):
            self._numbers[_stem(key), then] = now

    def text(self, then: str, now: str) -> None:
        """A text that is known by other means."""
        if then and then != now:
            self._texts[then] = now

    def renewed(self, payload: str) -> str:
        """A recorded payload with the values of now."""
        try:
            value = parse_json(payload)
        except PayloadError:
            return self._in_text(payload)
        if isinstance(value, str):
            return dump_json(self._in_text(value))
        return dump_json(self.value(value))

    def value(self, value: Any, key: str = "") -> Any:
        """A recorded value as it is now."""
        if isinstance(value, dict):
            return {name: self.value(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        if isinstance(value, str):
            if self._looks_nested(value):
                return self.renewed(value)
            if _is_number(value, key):
                return str(self._number(_stem(key), int(value)))
            return self._in_text(value)
        if type(value) is int and _is_id(key):
            return self._number(_stem(key), value)
        return self._moments.number(value) if type(value) is int else value

    def _number(self, key: str, value: int) -> int:
        for name in (key, "id"):  # some replies call what they made just Id
            known = self._numbers.get((name, value))
            if known is not None:
                return known
        others = {new for (_, old), new in self._numbers.items() if old == value}
        return others.pop() if len(others) == 1 else value

    def _learn_text(self, then: str, now: str) -> None:
        if _SECRET.search(then):
            seed = _SEED.search(now)
            if "qrcode" in then or "totpsecret" in then or "manualcode" in then:
                self._seed = seed[1] if seed else now
            if _SECRET.fullmatch(then):
                self._texts[then] = now
            return
        if then != now and len(then) >= SHORTEST and not _TIME.match(then):
            self._texts[then] = now

    def _in_text(self, text: str) -> str:
        if text in self._texts:
            return self._texts[text]
        moved = self._moments.text(text)
        if moved != text:
            return moved
        text = _SECRET.sub(lambda match: self._secret(match[0]), text)
        text = _NAME.sub(lambda match: f"conformance-r{self._stamp}-{match[1]}", text)
        return _LABEL.sub(self._label, text)

    def _secret(self, name: str) -> str:
        if name == "{{code}}" and self._seed:
            return self._code(self._seed)
        if name not in self._texts:
            made = hashlib.sha256(f"{name} at {self._stamp}".encode()).hexdigest()
            self._texts[name] = f"Pw-{made[:24]}"
        return self._texts[name]

    def _label(self, match: re.Match[str]) -> str:
        digits, _, number = match[0].partition("N")
        return f"{self._stamp % 10 ** len(digits):0{len(digits)}d}N{number}"

    @staticmethod
    def _looks_nested(text: str) -> bool:
        return text[:1] in "{[" and text[:2] != "{{"


def _is_id(key: str) -> bool:
    """Numbers that a target hands out stand under keys that end so, or alone."""
    return not key or _stem(key).endswith(("id", "idoco", "idtoreplace"))


def _is_number(text: str, key: str) -> bool:
    """Is this text a number that a target hands out?"""
    return bool(key) and _is_id(key) and text.isascii() and text.isdigit()


def _stem(key: str) -> str:
    """One word for AccountId, accountIds and accountIdList, or for TicketId and ticketNumber."""
    stem = key.lower().removesuffix("s").removesuffix("list")
    return f"{stem.removesuffix('number')}id" if stem.endswith("number") else stem
