"""Payload texts: JSON read without loss and written back as plain decimals.

Every number with a fraction or an exponent becomes decimal.Decimal with all its digits, every other
number an int of any size. What JSON leaves open is decided here: duplicate keys, lone surrogates,
NaN, and texts that are too deep, too large or hold absurd numbers are refused.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from conformance.contract.errors import PayloadError

MAX_DEPTH = 64  # the deepest documented payload has 6 levels
MAX_BYTES = 16 * 1024 * 1024
# .NET decimals have 29 digits and CPython refuses integers over 4300 digits; between the two,
# enough for any honest number and too little for 1e999999999 to fill the memory when written out.
MAX_DIGITS = 4300
_encode = msgspec.json.Encoder().encode
_quoted = json.encoder.encode_basestring
_WORDS = {None: "null", True: "true", False: "false"}
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_COLON = re.compile(r"[ \t\r\n]*:")


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    Accepts text or UTF-8 bytes, with or without a byte order mark. Raises PayloadError with
    reason and position when it is no JSON, names a key of an object twice, nests over 64 levels,
    is larger than 16 MB, or holds a lone surrogate or a number of over 4300 digits.
    """
    text = _decoded(text)
    try:
        value = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, InvalidOperation):
        return _parse_carefully(text)
    return value if _accounted_for(text, value) else _parse_carefully(text)


def dump_json(value: Any) -> str:
    """Return compact JSON in which a Decimal stands as a plain decimal with all its digits.

    Raises PayloadError for a value that JSON cannot say: NaN, infinities, other types.
    """
    pieces: list[str] = []
    _write(value, pieces, 1)
    return "".join(pieces)


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_BYTES:
        raise PayloadError("larger than 16 MB", MAX_BYTES)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise PayloadError("not UTF-8", problem.start) from None
    return text[1:] if text.startswith("\ufeff") else text


def _accounted_for(text: str, value: Any) -> bool:
    """Is the value certainly all that the text says, and not too deep?

    A duplicate key leaves a colon in the text that the value, written again, does not have. An
    escaped colon (\\u003a) could hide one.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        return False
    if "\\u003" in text:
        return False
    try:
        return _encode(value).count(b":") == text.count(":")
    except (OverflowError, ValueError):
        return False


def _exact(literal: str) -> Decimal:
    """A number with a fraction or an exponent; raises ValueError for an absurd one.

    An integer can only be absurd by digits of which CPython refuses as many itself.
    """
    number = Decimal(literal)
    if len(literal) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError
    return number


_DECODER = msgspec.json.Decoder(float_hook=_exact)


def _depth(value: Any) -> int:
    """Levels of nesting, counted no further than one too many."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            item
            for container in level
            for item in (container.values() if type(container) is dict else container)
            if type(item) is dict or type(item) is list
        ]
    return depth


def _parse_carefully(text: str) -> Any:
    """Parse with the standard library, which is slower and tells more."""
    _check_depth(text)
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) != len(items):
            names = [name for name, _ in items]
            duplicates.extend(name for name in result if names.count(name) > 1)
        return result

    try:
        value = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as problem:
        raise PayloadError(
            problem.msg[:1].lower() + problem.msg[1:], problem.pos, problem.lineno, problem.colno
        ) from None
    except _Refused as refused:
        raise _placed(text, refused.reason, text.find(refused.literal)) from None
    if duplicates:
        raise _placed(text, f"duplicate key {duplicates[0]!r}", _second_key(text, duplicates[0]))
    _refuse_surrogates(text, value)
    return value


class _Refused(Exception):
    def __init__(self, reason: str, literal: str) -> None:
        self.reason = reason
        self.literal = literal
        super().__init__(reason)


def _decimal(literal: str) -> Decimal:
    try:
        number = Decimal(literal)
    except InvalidOperation:
        raise _Refused("number out of range", literal) from None
    if abs(number.adjusted()) > MAX_DIGITS or len(literal) > MAX_DIGITS:
        raise _Refused(f"number of more than {MAX_DIGITS} digits", literal)
    return number


def _integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS:
        raise _Refused(f"number of more than {MAX_DIGITS} digits", literal)
    return int(literal)


def _constant(literal: str) -> Any:
    raise _Refused(f"{literal} is no JSON value", literal)


def _check_depth(text: str) -> None:
    depth = 0
    for match in _STRUCTURE.finditer(text):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _placed(text, f"nested deeper than {MAX_DEPTH} levels", match.start())
        elif mark in "]}":
            depth -= 1


def _refuse_surrogates(text: str, value: Any) -> None:
    if "\\u" not in text and not _SURROGATE.search(text):
        return
    if _SURROGATE.search(json.dumps(value, ensure_ascii=False, default=str)):
        found = re.search(r"\\u[dD][89a-fA-F]", text) or _SURROGATE.search(text)
        raise _placed(text, "lone surrogate in a string", found.start() if found else 0)


def _second_key(text: str, key: str) -> int:
    """Return where a key that stands twice in one object stands for the second time."""
    scopes: list[set[str]] = [set()]
    for match in _STRUCTURE.finditer(text):
        mark = match.group()
        if mark in "[{":
            scopes.append(set())
        elif mark in "]}":
            scopes.pop()
        elif _COLON.match(text, match.end()) and json.loads(mark) == key:
            if key in scopes[-1]:
                return match.start()
            scopes[-1].add(key)
    return 0


def _placed(text: str, reason: str, position: int) -> PayloadError:
    position = max(position, 0)
    line = text.count("\n", 0, position) + 1
    return PayloadError(reason, position, line, position - text.rfind("\n", 0, position))


def _write(value: Any, pieces: list[str], depth: int) -> None:
    if depth > 4 * MAX_DEPTH:
        raise PayloadError(f"nested deeper than {4 * MAX_DEPTH} levels")
    if isinstance(value, str):
        pieces.append(_quoted(value))
    elif value is None or isinstance(value, bool):
        pieces.append(_WORDS[value])
    elif isinstance(value, int):
        pieces.append(int.__repr__(value))
    elif isinstance(value, dict):
        _write_object(value, pieces, depth)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            pieces.append("," if position else "[")
            _write(item, pieces, depth + 1)
        pieces.append("]" if value else "[]")
    elif isinstance(value, Decimal):
        if not value.is_finite():
            raise PayloadError(f"{value} cannot be written as JSON")
        pieces.append(format(value, "f"))
    elif isinstance(value, float):
        _write(Decimal(repr(value)), pieces, depth)
    else:
        raise PayloadError(f"{type(value).__name__} cannot be written as JSON")


def _write_object(value: dict[Any, Any], pieces: list[str], depth: int) -> None:
    for position, (key, item) in enumerate(value.items()):
        pieces.append("," if position else "{")
        if not isinstance(key, str):
            raise PayloadError(f"key {key!r} is not a text")
        pieces.append(_quoted(key) + ":")
        _write(item, pieces, depth + 1)
    pieces.append("}" if value else "{}")
