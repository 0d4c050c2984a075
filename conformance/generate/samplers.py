"""Random values for one piece of schema, compiled: a value then costs the call of a closure."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from conformance.generate.pieces import Schema, alternatives, kinds, resolve
from conformance.generate.values import HIGHEST, LOWEST, fits, texts, wrong
from conformance.target.ownership import ABSENT_ID, LEND, owner_of

Sampler = Callable[[random.Random], Any]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,äßçñЖ中☃'\"&<>/\\"


def sampler(schema: Any, root: Schema, depth: int = 0) -> Sampler:
    """A compiled sampler: random numbers in, valid value out."""
    options = [_option_sampler(option, root, depth) for option in alternatives(schema, root)]
    return options[0] if len(options) == 1 else _either(options)


def _either(options: Sequence[Sampler]) -> Sampler:
    return lambda rng: options[int(rng.random() * len(options))](rng)


def _option_sampler(option: Schema, root: Schema, depth: int) -> Sampler:
    members = [option["const"]] if "const" in option else option.get("enum")
    if members is not None:
        return lambda rng: members[int(rng.random() * len(members))]
    found = [_typed_sampler(kind, option, root, depth) for kind in kinds(option)]
    return _either(found) if found else lambda rng: None


def _typed_sampler(kind: str, option: Schema, root: Schema, depth: int) -> Sampler:
    if kind == "integer":
        return _integer_sampler(option)
    if kind == "number":
        low = Decimal(option.get("minimum") or option.get("exclusiveMinimum") or 0)
        return lambda rng: low + Decimal(f"{rng.randrange(10**6)}.{rng.randrange(1, 10**6):06d}")
    if kind == "boolean":
        return lambda rng: rng.random() < 0.5
    if kind == "string":
        return _text_sampler(option, root)
    if kind == "array":
        return _array_sampler(option, root, depth)
    if kind == "object":
        return _object_sampler(option, root, depth)
    return lambda rng: None


def _integer_sampler(option: Schema) -> Sampler:
    if option.get("x-entity") in LEND:
        return lambda rng: ABSENT_ID  # an id drawn by chance may be somebody's
    low, high = option.get("minimum", LOWEST), option.get("maximum", HIGHEST)
    bits = max(1, int(math.log2(max(2, high - low))))

    def draw(rng: random.Random) -> int:
        """Small numbers mostly, any magnitude sometimes."""
        if rng.random() < 0.7:
            value = int(rng.random() * 1000)
        else:
            value = rng.getrandbits(rng.randrange(1, bits + 1)) * (1 if rng.random() < 0.5 else -1)
        return int(max(low, min(high, value)))

    return draw


def _text_sampler(option: Schema, root: Schema) -> Sampler:
    pool = texts(option, root) or ("",)
    if any(word in option for word in ("pattern", "format", "contentSchema")):
        return lambda rng: pool[int(rng.random() * len(pool))]
    least, most = option.get("minLength", 0), min(option.get("maxLength", 24), 24)

    def draw(rng: random.Random) -> str:
        if rng.random() < 0.3:
            return pool[int(rng.random() * len(pool))]
        return "".join(rng.choices(_LETTERS, k=rng.randrange(least, max(least, most) + 1)))

    return draw


def _array_sampler(option: Schema, root: Schema, depth: int) -> Sampler:
    item = sampler(option.get("items", {}), root, depth + 1)
    low = option.get("minItems", 0)
    high = min(option.get("maxItems", low + 3), low + 3) if depth < 4 else low
    return lambda rng: [item(rng) for _ in range(rng.randrange(low, high + 1))]


def _object_sampler(option: Schema, root: Schema, depth: int) -> Sampler:
    required = {key.lower() for key in option.get("required", ())}
    for branch in option.get("anyOf", ())[:1]:
        required |= {key.lower() for key in branch.get("required", ())}
    fields = [
        (key, key.lower() in required, sampler(value, root, depth + 1))
        for key, value in option.get("properties", {}).items()
        if depth < 4 or key.lower() in required
    ]

    def draw(rng: random.Random) -> dict[str, Any]:
        return {key: make(rng) for key, must, make in fields if must or rng.random() < 0.5}

    return draw


def wrong_sampler(schema: Any, root: Schema) -> Sampler | None:
    """A compiled sampler of values a schema does not allow; None if it allows everything.

    Random values of types that are not allowed, beside the fixed ones. No text that reads as a
    number: many deployments take that for the number. Where an account or user is named, no number
    that could be somebody's.
    """
    fixed = [value for _, value in wrong(schema, root)]
    if not fixed:
        return None
    allowed = fits(resolve(schema, root), root)
    owned = bool(owner_of(schema, root))
    makers: list[Sampler] = [
        lambda rng: "".join(rng.choices(_LETTERS[:52], k=rng.randrange(1, 20))),
        lambda rng: ABSENT_ID if owned else rng.randrange(-(10**6), 10**6),
        lambda rng: Decimal(f"{rng.randrange(10**4)}.{rng.randrange(1, 100):02d}5"),
        lambda rng: [ABSENT_ID if owned else rng.randrange(1000) for _ in range(rng.randrange(4))],
        lambda rng: {"".join(rng.choices(_LETTERS[:26], k=4)): rng.randrange(1000)},
    ]

    def draw(rng: random.Random) -> Any:
        if rng.random() < 0.6:
            value = makers[int(rng.random() * len(makers))](rng)
            if not allowed(value):
                return value
        return fixed[int(rng.random() * len(fixed))]

    return draw
