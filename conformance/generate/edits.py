"""Changing a payload at one place without touching the original, and writing it as text.

A path is made of keys and positions; :data:`INSIDE` steps into JSON text carried by a string.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import msgspec

from conformance.contract.errors import PayloadError
from conformance.contract.payload import dump_json, parse_json


class _Inside:
    """The step from a string to the JSON value it carries."""

    def __str__(self) -> str:
        return "(json)"


INSIDE: Final = _Inside()
ABSENT: Final = object()
Step = str | int | _Inside
Path = tuple[Step, ...]

_encode = msgspec.json.Encoder(decimal_format="number").encode
_EXPONENT = re.compile(r"\dE[-+]?\d")
_SURROGATE = re.compile("[\ud800-\udfff]")


def get_at(payload: Any, path: Path) -> Any:
    """What stands at a path, or ABSENT."""
    for step in path:
        if isinstance(step, _Inside):
            payload = inside(payload)
            continue
        try:
            payload = payload[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return payload


def put_at(payload: Any, path: Path, value: Any) -> Any:
    """The payload with another value at a path; ABSENT removes the key that stands there.

    Only what lies on the path is copied. A path that leads nowhere changes nothing.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, _Inside):
        inner = inside(payload)
        return payload if inner is ABSENT else dump_json(put_at(inner, rest, value))
    if isinstance(payload, dict) and isinstance(step, str):
        changed = dict(payload)
        if value is ABSENT and not rest:
            changed.pop(step, None)
        elif not rest or step in payload:
            changed[step] = put_at(payload.get(step), rest, value)
        return changed
    if isinstance(payload, list) and isinstance(step, int) and step < len(payload):
        return [*payload[:step], put_at(payload[step], rest, value), *payload[step + 1 :]]
    return payload


def inside(text: Any) -> Any:
    """The JSON value that a text carries, or ABSENT."""
    if not isinstance(text, str):
        return ABSENT
    try:
        return parse_json(text)
    except PayloadError:
        return ABSENT


def folded(value: Any) -> Any:
    """The value with every key in lower case."""
    kind = type(value)
    if kind is dict:
        return {key.lower(): folded(item) for key, item in value.items()}
    if kind is list:
        return [folded(item) for item in value]
    return value


def without_nulls(value: Any) -> Any:
    """The value with every key left out whose value is null."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def has_null(value: Any) -> bool:
    """Does any key, at any depth, hold null?"""
    if isinstance(value, dict):
        return any(item is None or has_null(item) for item in value.values())
    return isinstance(value, list) and any(has_null(item) for item in value)


def text_of(value: Any) -> str:
    """The value as compact JSON with plain decimals."""
    try:
        text = _encode(value).decode()
    except (OverflowError, TypeError, UnicodeEncodeError, msgspec.MsgspecError):
        return json.dumps(value) if _has_surrogate(value) else dump_json(value)
    return dump_json(value) if _EXPONENT.search(text) else text


def _has_surrogate(value: Any) -> bool:
    return isinstance(value, str) and bool(_SURROGATE.search(value))
