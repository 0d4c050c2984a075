"""The same request written otherwise: keys permuted, keys in another case, one key more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

Spelling = tuple[str, Any]
UNKNOWN = {"ConformanceUnknownKey": "ignore me"}


def respelled(base: Any) -> Any:
    """The same request with everything about its keys changed that may be changed, at once."""
    cases = cycle((str.upper, str.lower))
    value = _recased(_reversed(base), lambda key: next(cases)(key))
    return {**value, **UNKNOWN} if isinstance(value, dict) else value


def spellings(base: Any) -> Iterator[Spelling]:
    """Each documented way to write the same request differently."""
    yield "keys in reverse order", _reversed(base)
    yield "keys in lower case", _recased(base, str.lower)
    yield "keys in upper case", _recased(base, str.upper)
    if isinstance(base, dict):
        yield "one unknown key more", {**base, **UNKNOWN}


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return value


def _recased(value: Any, recase: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {recase(key): _recased(item, recase) for key, item in value.items()}
    if isinstance(value, list):
        return [_recased(item, recase) for item in value]
    return value
