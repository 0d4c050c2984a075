"""The same request written otherwise: keys permuted, keys in another case, one key more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Spelling = tuple[str, Any]


def spellings(base: Any) -> Iterator[Spelling]:
    """Each documented way to write the same request differently."""
    yield "keys in reverse order", _reversed(base)
    yield "keys in lower case", _recased(base, str.lower)
    yield "keys in upper case", _recased(base, str.upper)
    if isinstance(base, dict):
        yield "one unknown key more", {**base, "ConformanceUnknownKey": "ignore me"}


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
