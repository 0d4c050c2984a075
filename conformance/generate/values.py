"""Named values for one piece of schema: edges that hold, and values that do not.

Works on resolved pieces of a call's bundled schema. Nothing here knows calls or targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from conformance.contract.validators import PartValidator
from conformance.generate.edits import text_of
from conformance.generate.pieces import Schema, alternatives, kinds, resolve
from conformance.target.ownership import ABSENT_ID, LEND

__all__ = ["Named", "edges", "example", "fits", "resolve", "texts", "wrong"]

Named = tuple[str, Any]

LOWEST, HIGHEST = -(2**63), 2**63 - 1
MANY = 20
"""Items at which an array without a limit counts as long."""

# One value of every JSON type, to find those a schema does not allow. Whoever reads a number where
# a name or a list of ids belongs must find nobody by it.
_OTHER_TYPES: tuple[Named, ...] = (
    ("null", None),
    ("a boolean", True),
    ("an integer", ABSENT_ID),
    ("a fraction", Decimal("1.5")),
    ("text", "not-a-number"),
    ("an empty array", []),
    ("an empty object", {}),
)
_TEXTS = ("", "a", "Ünïcödé ☃", "x" * 255, "<b>&'\"", " leading and trailing ", "line\nbreak")
_NUMBERS = ("0", "1", "0.00000001", "123456789.12345678", "-1")
# Candidates for text with a pattern or a format; a validator keeps those that fit.
_FORMED = (
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.1234567+02:00",
    "2026-01-02", "2026-01-02 03:04", "5a4c9c6e-1d3f-4a53-9a0c-0f8f7f6b2d11",
    "00000000-0000-0000-0000-000000000000", "someone@example.com", "a.b+c@mail.example.org",
    "+1234567890123", "0x" + "1f" * 20, "0x" + "Ab" * 20, "0x" + "0a" * 32, "9f" * 32,
    "", "A", "abc123", "Z" * 64, "YWJjZA==", "https://example.com/path",
)
_MALFORMED = ("not well formed", "2026-13-45T99:00:00Z", "0x12", "no-at-sign", "…")


def fits(option: Schema, root: Schema) -> Callable[[Any], bool]:
    """A check of values against one piece, compiled."""
    piece = {**option, "$defs": root.get("$defs", {})}
    check: Callable[[Any], bool] = PartValidator(piece).strict.is_valid
    return check


def example(schema: Any, root: Schema, *, full: bool, depth: int = 0) -> Any:
    """A plain value of the schema: every key if ``full``, else only the required ones."""
    option = alternatives(schema, root)[0]
    if "const" in option:
        return option["const"]
    if "enum" in option:
        return option["enum"][0]
    kind = next(iter(kinds(option)), "null")
    if kind == "object":
        return _example_object(option, root, full, depth)
    if kind == "array":
        count = option.get("minItems", 1 if full and depth < 4 else 0)
        return [example(option.get("items", {}), root, full=full, depth=depth + 1)] * count
    if kind == "string":
        return (texts(option, root) or ("a",))[-1 if "contentSchema" in option else 0]
    if kind == "integer" and option.get("x-entity") in LEND:
        return ABSENT_ID
    if kind == "integer":
        return max(option.get("minimum", 1), min(1, option.get("maximum", 1)))
    return {"number": Decimal(1), "boolean": True}.get(kind)


def _example_object(option: Schema, root: Schema, full: bool, depth: int) -> dict[str, Any]:
    wanted = {key.lower() for key in option.get("required", ())}
    for branch in option.get("anyOf", ())[:1]:
        wanted |= {key.lower() for key in branch.get("required", ())}
    return {
        key: example(sub, root, full=full, depth=depth + 1)
        for key, sub in option.get("properties", {}).items()
        if key.lower() in wanted or (full and depth < 4)
    }


def edges(schema: Any, root: Schema) -> Iterator[Named]:
    """Named values at the edges of what a schema allows."""
    for option in alternatives(schema, root):
        if "const" in option:
            yield "its constant", option["const"]
        elif "enum" in option:
            names = {v: k for k, v in _names(option).items()}
            for member in option["enum"]:
                yield f"member {member}" + (f" {names[member]}" if member in names else ""), member
        else:
            for kind in kinds(option):
                yield from _EDGES.get(kind, _no_edges)(option, root)


def _names(option: Schema) -> dict[str, Any]:
    found = option.get("x-names")
    if isinstance(found, list) and len(found) == len(option["enum"]):
        return dict(zip(found, option["enum"], strict=True))
    return {}


def _no_edges(option: Schema, root: Schema) -> Iterator[Named]:
    yield "null", None


def _integer_edges(option: Schema, root: Schema) -> Iterator[Named]:
    low, high = option.get("minimum", LOWEST), option.get("maximum", HIGHEST)
    for value in dict.fromkeys((low, low + 1, -1, 0, 1, high - 1, high)):
        if low <= value <= high:
            yield f"integer {value}", value


def _number_edges(option: Schema, root: Schema) -> Iterator[Named]:
    for text in _NUMBERS:
        value = Decimal(text)
        if value >= option.get("minimum", value) and value > option.get("exclusiveMinimum", -2):
            yield f"number {text}", value


def _boolean_edges(option: Schema, root: Schema) -> Iterator[Named]:
    yield from (("true", True), ("false", False))


def _string_edges(option: Schema, root: Schema) -> Iterator[Named]:
    for text in texts(option, root):
        yield f"text {text[:24]!r}", text


def _array_edges(option: Schema, root: Schema) -> Iterator[Named]:
    item = option.get("items", {})
    least, most = option.get("minItems", 0), option.get("maxItems", MANY)
    for count in dict.fromkeys((least, 1, 2, most)):
        if least <= count <= most:
            yield f"{count} items", [example(item, root, full=True) for _ in range(count)]
    if isinstance(item, dict) and not kinds(resolve(item, root)).count("object"):
        yield from ((f"one item: {name}", [value]) for name, value in edges(item, root))


def _object_edges(option: Schema, root: Schema) -> Iterator[Named]:
    yield "required keys only", example(option, root, full=False)
    yield "every key", example(option, root, full=True)


_EDGES: dict[str, Callable[[Schema, Schema], Iterator[Named]]] = {
    "integer": _integer_edges,
    "number": _number_edges,
    "boolean": _boolean_edges,
    "string": _string_edges,
    "array": _array_edges,
    "object": _object_edges,
}


def texts(option: Schema, root: Schema) -> tuple[str, ...]:
    """Texts that fit a string piece."""
    if "contentSchema" in option:
        inner = option["contentSchema"]
        values = (example(inner, root, full=full) for full in (False, True))
        return tuple(dict.fromkeys(text_of(value) for value in values))
    allowed = fits(option, root)
    formed = "pattern" in option or "format" in option
    least = "m" * option.get("minLength", 0)
    most = "M" * min(option.get("maxLength", 1024), 4096)
    pool = _FORMED if formed else (*_TEXTS, least, most)
    return tuple(text for text in dict.fromkeys(pool) if allowed(text))


def wrong(schema: Any, root: Schema) -> Iterator[Named]:
    """Named values a schema does not allow, each different in kind."""
    allowed = fits(resolve(schema, root), root)
    for name, value in _suspects(schema, root):
        if not allowed(value):
            yield name, value


def _suspects(schema: Any, root: Schema) -> Iterator[Named]:
    yield from ((f"{name} instead", value) for name, value in _OTHER_TYPES)
    for option in alternatives(schema, root):
        for bound, step, name in (("maximum", 1, "above"), ("minimum", -1, "below")):
            if isinstance(option.get(bound), int):
                yield f"one {name} the {bound}", option[bound] + step
        if "exclusiveMinimum" in option:
            yield "the excluded minimum", option["exclusiveMinimum"]
        yield from _outside_enumeration(option)
        yield from _badly_formed(option)
        if "items" in option or "array" in kinds(option):
            yield from _wrong_arrays(option, root)


def _outside_enumeration(option: Schema) -> Iterator[Named]:
    members = option.get("enum", [option["const"]] if "const" in option else [])
    numbers = [m for m in members if isinstance(m, int) and not isinstance(m, bool)]
    if numbers:
        yield "a number above the enumeration", max(numbers) + 1
        yield "a number below the enumeration", min(numbers) - 1
    elif members:
        yield "a name outside the enumeration", "NoSuchMember"
        yield "empty text", ""


def _badly_formed(option: Schema) -> Iterator[Named]:
    if "pattern" in option or "format" in option:
        yield from ((f"badly formed: {text}", text) for text in _MALFORMED)
    if option.get("minLength"):
        yield "text too short", "m" * (option["minLength"] - 1)
    if "maxLength" in option:
        yield "text too long", "M" * (option["maxLength"] + 1)
    if "contentSchema" in option:
        yield "text that is not JSON", "{not json"
        yield "JSON of another shape", "7"


def _wrong_arrays(option: Schema, root: Schema) -> Iterator[Named]:
    item = option.get("items", {})
    good = example(item, root, full=True)
    if option.get("minItems"):
        yield "too few items", [good] * (option["minItems"] - 1)
    if "maxItems" in option:
        yield "too many items", [good] * (option["maxItems"] + 1)
    if option.get("uniqueItems"):
        yield "one item twice", [good, good]
    for name, value in wrong(item, root):
        yield f"an item wrong: {name}", [value]
        if name.startswith("null"):
            yield "a wrong item after a good one", [good, value]
