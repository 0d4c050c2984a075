"""What judging one payload costs, beside the plain jsonschema library.

Prints microseconds per payload; run ``python benchmarks/validation.py``. The budget for a reply
of 25 keys is 50 µs; GetLevel1's comes close to that size. No timed test: machines differ.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conformance.contract import dump_json, judge, load_contract, parse_json, validator_for
from conformance.contract.folding import Folded

ROUNDS = 7
VALUES = {"integer": 1, "number": 7279.77, "string": "x", "boolean": False, "null": None}


def example(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """Return a plain instance: every documented key, the first alternative, a value by type."""
    if "$ref" in schema:
        return example(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return example(schema[word][0], root)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {key: example(sub, root) for key, sub in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema["items"], root)]
    return VALUES[kind]


def microseconds(action: Callable[[], Any], number: int) -> float:
    """Return the median over ROUNDS of the time one action takes."""
    action()
    times = timeit.repeat(action, number=number, repeat=ROUNDS)
    return statistics.median(times) / number * 1e6


def main() -> None:
    """Measure and print, one line each."""
    call = load_contract().call("GetLevel1")
    part = validator_for(call, "response")
    text = dump_json(example(part.bundled, part.bundled))
    value = parse_json(text)
    judgement = judge(call, "response", value)
    print(f"GetLevel1 reply, {len(value)} keys, {len(text)} characters: {judgement.verdict}")

    plain = jsonschema.Draft202012Validator(Folded(part.bundled, strict=False).schema)
    folded = {key.lower(): item for key, item in value.items()}
    rows = {
        "parse_json (Decimal, duplicates refused)": (lambda: parse_json(text), 5000),
        "judge (folding, verdict, evidence)": (lambda: judge(call, "response", value), 5000),
        "  of which the compiled validator": (lambda: part.strict.is_valid(folded), 5000),
        "jsonschema, verdict only": (lambda: plain.is_valid(folded), 50),
    }
    for name, (action, number) in rows.items():
        print(f"{name:<42} {microseconds(action, number):9.2f} µs")


if __name__ == "__main__":
    main()
