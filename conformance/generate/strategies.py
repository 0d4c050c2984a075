"""Hypothesis strategies for requests, built from the bundled schemas.

For the smaller number of requests where shrinking pays: each draw costs about a millisecond, fifty
times more than our own generator's. Entities keep the base's value here too.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.generate.edits import ABSENT
from conformance.generate.pieces import Schema, alternatives, kinds
from conformance.generate.places import Place
from conformance.generate.requests import RequestGenerator
from conformance.generate.values import HIGHEST, LOWEST, fits, texts
from conformance.target.ownership import ABSENT_ID, LEND

MAX_TEXT = 64
MAX_ITEMS = 4
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=MAX_TEXT)


def valid_requests(generator: RequestGenerator, base: Any) -> SearchStrategy[Any]:
    """Valid requests around a base, which shrink towards few keys and small values."""
    return _around(generator.place, base).filter(
        lambda payload: generator.expectation(payload) == "answer"
    )


def _around(place: Place, base: Any) -> SearchStrategy[Any]:
    if place.entity is not None:
        return st.just(base)
    if isinstance(base, dict) and place.fields:
        return _object_around(place, base)
    item = place.item
    if isinstance(base, list) and base and item is not None and (item.entity or item.fields):
        return st.just(base)
    return values(place.schema, place.root)


def _object_around(place: Place, base: dict[str, Any]) -> SearchStrategy[Any]:
    spelled = {name.lower(): name for name in base}
    kept: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for field in place.fields:
        name = spelled.get(field.name.lower(), field.name)
        present = base.get(name, ABSENT)
        if present is ABSENT and field.place.entity is not None:
            continue
        must = field.required or field.never_omit or field.place.entity is not None
        (kept if must else optional)[name] = _around(field.place, present)
    return st.fixed_dictionaries(kept, optional=optional)


def values(schema: Any, root: Schema, depth: int = 0) -> SearchStrategy[Any]:
    """Values that a piece of schema allows."""
    options = [_of_option(option, root, depth) for option in alternatives(schema, root)]
    return options[0] if len(options) == 1 else st.one_of(options)


def _of_option(option: Schema, root: Schema, depth: int) -> SearchStrategy[Any]:
    if "const" in option:
        return st.just(option["const"])
    if "enum" in option:
        return st.sampled_from(option["enum"])
    found = [_of_kind(kind, option, root, depth) for kind in kinds(option)]
    return st.one_of(found) if found else st.none()


def _of_kind(kind: str, option: Schema, root: Schema, depth: int) -> SearchStrategy[Any]:
    if kind == "integer" and option.get("x-entity") in LEND:
        return st.just(ABSENT_ID)  # an id drawn by chance may be somebody's
    if kind == "integer":
        return st.integers(option.get("minimum", LOWEST), option.get("maximum", HIGHEST))
    if kind == "number":
        low = option.get("minimum") or option.get("exclusiveMinimum") or -(10**12)
        return st.decimals(Decimal(low), Decimal(10) ** 12, places=8, allow_nan=False)
    if kind == "boolean":
        return st.booleans()
    if kind == "string":
        return _strings(option, root)
    if kind == "array":
        item = values(option.get("items", {}), root, depth + 1)
        least = option.get("minItems", 0)
        most = max(least, MAX_ITEMS if depth < MAX_ITEMS else least)
        return st.lists(item, min_size=least, max_size=min(most, option.get("maxItems", most)))
    if kind == "object":
        return _objects(option, root, depth)
    return st.none()


def _strings(option: Schema, root: Schema) -> SearchStrategy[Any]:
    if option.get("format") == "uuid":
        return st.uuids().map(str)
    if "contentSchema" in option or "format" in option:
        return st.sampled_from(texts(option, root) or ("",))
    allowed = fits(option, root)
    if "pattern" in option:
        pattern = re.compile(option["pattern"], re.ASCII)
        return st.from_regex(pattern, fullmatch=True).filter(allowed)
    least = option.get("minLength", 0)
    return _TEXT.filter(allowed) if least <= 1 else _TEXT.map(lambda text: text.ljust(least, "m"))


def _objects(option: Schema, root: Schema, depth: int) -> SearchStrategy[Any]:
    required = {key.lower() for key in option.get("required", ())}
    for branch in option.get("anyOf", ())[:1]:
        required |= {key.lower() for key in branch.get("required", ())}
    pieces = {
        key: values(sub, root, depth + 1)
        for key, sub in option.get("properties", {}).items()
        if depth < MAX_ITEMS or key.lower() in required
    }
    must = {key: piece for key, piece in pieces.items() if key.lower() in required}
    may = {key: piece for key, piece in pieces.items() if key.lower() not in required}
    return st.fixed_dictionaries(must, optional=may)
