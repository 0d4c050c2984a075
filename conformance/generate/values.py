"""Values for one schema: boundaries that hold, values that do not, and a sampler for the rest.

Works on resolved pieces of a call's bundled schema. Nothing here knows calls or targets.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Schema = dict[str, Any]
Named = tuple[str, Any]
Sampler = Callable[[random.Random], Any]

# Two values of every JSON type, to find those a schema does not allow.
_OTHER_TYPES: tuple[Named, ...] = (
    ("null", None),
    ("a boolean", True),
    ("an integer", 7),
    ("a fraction", Decimal("1.5")),
    ("text", "not-a-number"),
    ("an empty array", []),
    ("an empty object", {}),
)
_TEXTS = ("", "a", "Ünïcödé ☃", "x" * 255, "<b>&'\"", " leading and trailing ")
_UUID = "5a4c9c6e-1d3f-4a53-9a0c-0f8f7f6b2d11"
_ISO = "2026-01-02T03:04:05Z"


def resolve(schema: Any, root: Schema) -> Schema:
    """The schema with a reference followed; keywords beside the reference win."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target = resolve(root["$defs"][reference.removeprefix("#/$defs/")], root)
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def alternatives(schema: Any, root: Schema) -> list[Schema]:
    """The alternatives of a schema, itself if it has none; marked tolerances left out."""
    resolved = resolve(schema, root)
    branches = resolved.get("anyOf") or resolved.get("oneOf")
    if not branches or "properties" in resolved:
        return [resolved]
    flat = [option for branch in branches for option in alternatives(branch, root)]
    return [option for option in flat if "x-basis" not in option]


def valid_values(schema: Any, root: Schema) -> Iterator[Named]:
    """Named values at the edges of what a schema allows."""
    for option in alternatives(schema, root):
        if "const" in option:
            yield "its constant", option["const"]
        elif "enum" in option:
            yield from ((f"member {member}", member) for member in option["enum"])
        else:
            yield from _edges(option)


def _edges(option: Schema) -> Iterator[Named]:
    kinds = option.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind == "integer":
            yield from _integer_edges(option)
        elif kind == "number":
            yield from (
                (f"number {text}", Decimal(text))
                for text in ("0", "1", "0.00000001", "123456789.12345678", "-1")
            )
        elif kind == "boolean":
            yield from (("true", True), ("false", False))
        elif kind == "string":
            yield from ((f"text {text[:12]!r}", text) for text in _texts(option))
        elif kind == "null":
            yield "null", None


def _integer_edges(option: Schema) -> Iterator[Named]:
    low, high = option.get("minimum", -(2**63)), option.get("maximum", 2**63 - 1)
    for value in dict.fromkeys((low, -1, 0, 1, high)):
        if low <= value <= high:
            yield f"integer {value}", value


def _texts(option: Schema) -> tuple[str, ...]:
    if option.get("format") == "uuid":
        return (_UUID,)
    if "pattern" in option or "format" in option:
        return (_ISO, "2026-01-02", "2026-01-02T03:04:05.678Z", _UUID, "YWJjZA==")
    return _TEXTS


def invalid_values(schema: Any, root: Schema) -> Iterator[Named]:
    """Named values that look wrong for a schema; the caller confirms each."""
    yield from ((f"{name} instead", value) for name, value in _OTHER_TYPES)
    for option in alternatives(schema, root):
        if isinstance(option.get("maximum"), int):
            yield "one above the maximum", option["maximum"] + 1
        if isinstance(option.get("minimum"), int):
            yield "one below the minimum", option["minimum"] - 1
        numbers = [m for m in option.get("enum", ()) if isinstance(m, int)]
        if numbers:
            yield "a number outside the enumeration", max(numbers) + 1
        elif option.get("enum"):
            yield "a name outside the enumeration", "NoSuchMember"
        if "pattern" in option or "format" in option:
            yield "badly formed text", "not well formed"


def sampler(schema: Any, root: Schema) -> Sampler:
    """A compiled sampler: seed in, valid value out."""
    options = [_option_sampler(option, root) for option in alternatives(schema, root)]
    if len(options) == 1:
        return options[0]
    return lambda rng: rng.choice(options)(rng)


def _option_sampler(option: Schema, root: Schema) -> Sampler:
    if "const" in option:
        constant = option["const"]
        return lambda rng: constant
    if "enum" in option:
        members = list(option["enum"])
        return lambda rng: rng.choice(members)
    kind = option.get("type")
    if isinstance(kind, list):
        choices = [_option_sampler({**option, "type": one}, root) for one in kind]
        return lambda rng: rng.choice(choices)(rng)
    return _typed_sampler(kind, option, root)


def _typed_sampler(kind: Any, option: Schema, root: Schema) -> Sampler:
    if kind == "integer":
        low, high = option.get("minimum", -(2**63)), option.get("maximum", 2**63 - 1)
        return lambda rng: _integer(rng, low, high)
    if kind == "number":
        return lambda rng: Decimal(rng.randrange(0, 10**8)).scaleb(-rng.randrange(0, 9))
    if kind == "boolean":
        return lambda rng: rng.random() < 0.5
    if kind == "string":
        texts = _texts(option)
        return lambda rng: rng.choice(texts)
    if kind == "array":
        item = sampler(option.get("items", {}), root)
        low = option.get("minItems", 0)
        return lambda rng: [item(rng) for _ in range(rng.randrange(low, low + 3))]
    if kind == "object":
        return _object_sampler(option, root)
    return lambda rng: None


def _integer(rng: random.Random, low: int, high: int) -> int:
    """Small numbers mostly, any magnitude sometimes."""
    if rng.random() < 0.7:
        return max(low, min(high, rng.randrange(0, 1000)))
    magnitude = rng.randrange(0, max(1, int(math.log2(max(2, high - low)))))
    return max(low, min(high, rng.choice((-1, 1)) * rng.getrandbits(magnitude + 1)))


def _object_sampler(option: Schema, root: Schema) -> Sampler:
    required = {key.lower() for key in option.get("required", ())}
    fields = [
        (key, key.lower() in required, sampler(value, root))
        for key, value in option.get("properties", {}).items()
    ]

    def draw(rng: random.Random) -> dict[str, Any]:
        return {key: make(rng) for key, must, make in fields if must or rng.random() < 0.5}

    return draw
