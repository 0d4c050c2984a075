"""A reader for samples that are nearly JSON.

It never fails: comments go, `=` counts as `:`, missing and surplus commas are ignored, an object
inside an object without a key makes an array of it. Its result tells which keys a sample shows and
where; whether the sample is JSON is asked of `json` alone.
"""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\\n])*")|(?P<punct>[{}\[\]:=,])
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?P<word>[^\s{}\[\]:=,"]+)|(?P<bad>.))""",
    re.X,
)
WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False}
LINE = re.compile(r"""("(?:\\.|[^"\\\n])*")|(?<![:\\])(?://|\\\\)[^\n]*""")


def strip_comments(text: str) -> str:
    r"""The text without `//` and `\\` comments; strings are left alone."""
    return LINE.sub(lambda found: found.group(1) or "", text)


def collapse(text: str) -> str:
    """White space runs as one space, ends trimmed: the form repairs are written against."""
    return re.sub(r"[\s\u00a0]+", " ", text).strip()


def read(text: str) -> Any:
    """The value a sample means, as well as can be told; None for an empty one."""
    tokens = [_token(found) for found in TOKEN.finditer(strip_comments(text))]
    return _Reader([token for token in tokens if token]).value()


def _token(found: re.Match[str]) -> tuple[str, Any] | None:
    kind = found.lastgroup
    text = found.group(kind) if kind else ""
    if kind == "string":
        return "value", text[1:-1]
    if kind == "number":
        return "value", float(text) if re.search(r"[.eE]", text) else int(text)
    if kind == "word":
        return "value", WORDS.get(text, text)
    return ("punct", text) if kind == "punct" else None


class _Reader:
    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> tuple[str, Any]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", None)

    def take(self) -> tuple[str, Any]:
        token = self.peek()
        self.at += 1
        return token

    def value(self) -> Any:
        kind, value = self.take()
        if kind == "value":
            return value
        if value == "{":
            return self.members()
        if value == "[":
            return self.items()
        return None

    def members(self) -> Any:
        known: dict[str, Any] = {}
        loose: list[Any] = []
        while self.peek()[0] != "end":
            kind, value = self.peek()
            if value == "}" and kind == "punct":
                self.take()
                break
            if kind == "value":
                self.member(known, loose)
            elif value in ("{", "["):
                loose.append(self.value())
            else:
                self.take()
        if loose and not known:
            return loose
        return known

    def member(self, known: dict[str, Any], loose: list[Any]) -> None:
        key = self.take()[1]
        if self.peek() in (("punct", ":"), ("punct", "=")):
            self.take()
            kind, value = self.peek()
            blank = kind == "punct" and value in (",", "}", "]")
            known[str(key)] = None if blank else self.value()
        else:
            loose.append(key)

    def items(self) -> list[Any]:
        found: list[Any] = []
        while self.peek()[0] != "end":
            kind, value = self.peek()
            if kind == "punct" and value == "]":
                self.take()
                break
            if kind == "punct" and value not in ("{", "["):
                self.take()
            else:
                found.append(self.value())
        return found
