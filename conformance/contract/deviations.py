"""What a payload has otherwise than documented: path, keyword, expected, found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from conformance.contract.payload import dump_json

MAX_DEVIATIONS = 50  # more say nothing new about one payload
_MAX_TEXT = 120
_PHRASES = {
    "x-content": "a JSON text of the documented shape",
    "falseSchema": "nothing at this place",
    "not": "another value",
    "oneOf": "exactly one alternative to hold",
    "anyOf": "a documented alternative",
    "uniqueItems": "no item twice",
    "propertyNames": "keys of the documented form",
    "contains": "a documented item",
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference. ``path`` is a JSONPath in the payload's own spelling; ``expected`` and
    ``found`` are short texts for people.
    """

    path: str
    keyword: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}  {self.keyword}: expected {self.expected}, found {self.found}"


def describe(
    validator: Any, folded: Any, value: Any, spelling: Callable[[str], str]
) -> tuple[Deviation, ...]:
    """Return why a compiled validator refuses a folded value, at most MAX_DEVIATIONS entries.

    ``value`` is the payload as sent, for paths and findings in its own spelling; ``spelling``
    gives a folded key its documented spelling.
    """
    found: dict[Deviation, None] = {}
    for error in validator.iter_errors(folded):
        for leaf in _leaves(error):
            found.setdefault(_deviation(leaf, value, spelling))
            if len(found) >= MAX_DEVIATIONS:
                return tuple(found)
    return tuple(found)


def _leaves(error: Any) -> Iterator[Any]:
    """Replace "no alternative holds" by what is wrong with the likeliest alternative."""
    branches = [b for b in getattr(error.kind, "context", None) or () if b]
    here = len(error.instance_path)

    def distance(branch: list[Any]) -> tuple[bool, int]:
        wrong_kind = any(
            len(e.instance_path) == here and e.kind.name in ("type", "const", "enum")
            for e in branch
        )
        return wrong_kind, len(branch)

    likely = [branch for branch in branches if not distance(branch)[0]]
    if not likely:
        yield error
        return
    for inner in min(likely, key=distance):
        yield from _leaves(inner)


def _deviation(error: Any, value: Any, spelling: Callable[[str], str]) -> Deviation:
    path, place = _locate(value, error.instance_path)
    keyword = str(error.kind.name)
    expected = _expected(error, spelling)
    if keyword == "required":
        found = "absent"
    elif keyword == "x-content":
        keyword, found = "contentSchema", str(error.message)[:_MAX_TEXT]
    else:
        found = _short(place)
    return Deviation(path, keyword, expected, found)


def _expected(error: Any, spelling: Callable[[str], str]) -> str:
    keyword, wanted = error.kind.name, getattr(error.kind, "value", None)
    branches = [b for b in getattr(error.kind, "context", None) or () if b]
    if branches:
        texts = dict.fromkeys(_expected(_decisive(branch), spelling) for branch in branches)
        return " or ".join(texts)[: 3 * _MAX_TEXT]
    if keyword == "required":
        return f"key {spelling(str(wanted))}"
    return _phrase(keyword, error.kind.as_dict(), wanted)


def _decisive(branch: list[Any]) -> Any:
    """Return the error that says most about an alternative: the narrowest at its root."""
    order = ("const", "enum", "type")
    return min(branch, key=lambda e: order.index(e.kind.name) if e.kind.name in order else 3)


def _phrase(keyword: str, facts: dict[str, Any], wanted: Any) -> str:
    if keyword in _PHRASES:
        return _PHRASES[keyword]
    if keyword == "type":
        return " or ".join(facts["types"])
    if keyword == "enum":
        return "one of " + _short(facts["options"])
    if keyword == "const":
        return _short(facts["expected_value"])
    return f"{keyword} {_short(wanted)}"


def _locate(value: Any, steps: list[Any]) -> tuple[str, Any]:
    """Follow a folded path through the payload as sent."""
    path, place = "$", value
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
            place = place[step] if isinstance(place, list) and step < len(place) else None
            continue
        keys = [k for k in place if k.lower() == step.lower()] if isinstance(place, dict) else []
        key = keys[-1] if keys else str(step)
        path += f".{key}"
        place = place[key] if keys else None
    return path, place


def _short(value: Any) -> str:
    try:
        text = dump_json(value)
    except ValueError:
        text = repr(value)
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"
