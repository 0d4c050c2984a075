"""``conformance validate``: judge recorded payloads without a target."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from conformance.contract.catalog import load_contract
from conformance.contract.errors import ContractError, PayloadError
from conformance.contract.payload import MAX_BYTES, parse_json
from conformance.contract.validators import Judgement, judge

Numbered = tuple[int, bytes]
_MAX_KEYS = 20  # enough to recognise a foreign shape by


def validate_file(call_name: str, part: str, api_version: str, file: Path) -> int:
    """Judge every payload of a file and print a verdict for each.

    A file is one JSON payload or JSON Lines. Returns the exit code: 2 when a payload could not be
    read, else 1 when one fails, else 0. Raises ContractError for unknown names and files.
    """
    call = load_contract(api_version).call(call_name)
    call.part_name(part)
    if str(file) == "-":
        return _run(sys.stdin.buffer, "-", lambda value: judge(call, part, value))
    try:
        with file.open("rb") as stream:
            return _run(stream, file.name, lambda value: judge(call, part, value))
    except OSError as problem:
        raise ContractError(f"cannot read {file}: {problem.strerror}") from problem


def _run(stream: BinaryIO, name: str, judge_value: Callable[[Any], Judgement]) -> int:
    start = stream.read(MAX_BYTES + 1)
    if len(start) > MAX_BYTES or _is_lines(start, name):
        return _judge_lines(_numbered_lines(start, stream), judge_value)
    verdict = _judge_one("", start, judge_value)
    return _exit_code(Counter([verdict]))


def _judge_lines(lines: Iterator[Numbered], judge_value: Callable[[Any], Judgement]) -> int:
    counts = Counter(_judge_one(f"line {n}: ", line, judge_value) for n, line in lines)
    print(", ".join(f"{counts[v]} {v}" for v in ("pass", "lenient", "fail", "refused")))
    return _exit_code(counts)


def _exit_code(counts: Counter[str]) -> int:
    if counts["refused"] or not counts:
        return 2
    return 1 if counts["fail"] else 0


def _is_lines(content: bytes, name: str) -> bool:
    """Tell JSON Lines from one payload, also when some of it is broken."""
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    if name.endswith((".jsonl", ".ndjson")):
        return True
    return not _parses(content) and any(
        line[:1] in (b"{", b"[", b'"') and _parses(line) for line in lines
    )


def _parses(text: bytes) -> bool:
    try:
        parse_json(text)
    except PayloadError:
        return False
    return True


def _numbered_lines(start: bytes, stream: BinaryIO) -> Iterator[Numbered]:
    """Yield the non-blank lines with their numbers; of one over the limit only its start."""
    number, pending, dropping = 0, start, False
    while pending:
        *complete, rest = pending.split(b"\n")
        for line in complete:
            number += 1
            if line.strip() and not dropping:
                yield number, line
            dropping = False
        if len(rest) > MAX_BYTES and not dropping:
            yield number + 1, rest
            dropping = True
        more = stream.read(MAX_BYTES)
        if not more:
            if rest.strip() and not dropping:
                yield number + 1, rest
            return
        pending = more if dropping else rest + more


def _judge_one(prefix: str, text: bytes, judge_value: Callable[[Any], Judgement]) -> str:
    try:
        value = parse_json(text)
    except PayloadError as problem:
        place = f" at position {problem.position}" if problem.position is not None else ""
        print(f"{prefix}refused: {problem.reason}{place}" if prefix else f"refused: {problem}")
        return "refused"
    judgement = judge_value(value)
    outcome = f" ({judgement.outcome})" if judgement.outcome else ""
    errata = f"  errata: {', '.join(judgement.errata)}" if judgement.errata else ""
    print(f"{prefix}{judgement.verdict}{outcome}{errata}")
    for deviation in judgement.deviations:
        print(f"  {_printable(str(deviation))}")
    for what in ("missing_expected", "undocumented"):
        if keys := getattr(judgement, what):
            print(f"  {what.replace('_', ' ')}: {_printable(', '.join(keys[:_MAX_KEYS]))}")
    return judgement.verdict


def _printable(text: str) -> str:
    """Return the text with everything escaped that a terminal might obey."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )
