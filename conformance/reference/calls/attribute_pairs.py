"""Pairs of text that operators keep with a product or an instrument."""

from __future__ import annotations

from conformance.reference.domain.refusals import InvalidRequest, NotFound

Pairs = dict[str, str]


def keep(pairs: Pairs, key: str, value: str) -> None:
    """Keep a pair; a key that is there already gets the new value. Raises InvalidRequest."""
    if not key:
        raise InvalidRequest("KeyName is Required")
    pairs[key] = value


def listed(pairs: Pairs, **owner: int) -> list[dict[str, object]]:
    """Every pair as it is printed, behind the ids of what it belongs to."""
    return [{**owner, "keyName": key, "keyValue": value} for key, value in pairs.items()]


def drop(pairs: Pairs, key: str, value: str | None = None) -> None:
    """Drop a pair, only with this value if one is given. Raises NotFound."""
    if key not in pairs or value not in (None, pairs[key]):
        raise NotFound(f"No such attribute: {key}")
    del pairs[key]
