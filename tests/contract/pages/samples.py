"""The pages' samples as values: repaired where not JSON, completed where they are templates.

Three repairs are mechanical and each is reported by name, so that a test can ask for the erratum
that admits it; all others are literal replacements listed in the errata.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from . import errata
from .facts import Call
from .instances import Unbuildable, build
from .judge import Judge
from .schema_view import Node

PLACE_HOLDERS = ("", 0, False, None)
TRAILING = re.compile(r",(?=\s*[}\]])")
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


@dataclass(frozen=True)
class Sample:
    """One sample; `value` is missing where the text is not JSON even after repair."""

    part: str
    text: str
    value: Any = None
    json: bool = False
    repairs: tuple[str, ...] = ()


def samples(call: Call, part: str) -> list[Sample]:
    """The samples of a part, in the page's order."""
    return [_sample(call.page, part, text) for text in call.parts[part].samples]


def _sample(page: str, part: str, text: str) -> Sample:
    repaired = errata.repair(page, text)
    done = ["errata"] if _json(text) is None and repaired != text else []
    holder = _json(repaired)
    if holder is None:
        done.append("trailing-comma")
        repaired = _outside_strings(repaired)
        holder = _json(repaired) or _json(errata.repair(page, repaired))
    if holder is None:
        return Sample(part, text, repairs=tuple(done))
    value = _options(holder[0])
    done += ["options"] if value != holder[0] else []
    return Sample(part, text, value, True, tuple(done))


def _json(text: str) -> tuple[Any] | None:
    try:
        return (json.loads(text),)
    except ValueError:
        return None


def _outside_strings(text: str) -> str:
    """Trailing commas gone, those inside strings kept."""
    kept = QUOTED.findall(text)
    parts = TRAILING.sub("", QUOTED.sub("\0", text).rstrip().rstrip(","))
    pieces = parts.split("\0")
    return "".join(piece + quoted for piece, quoted in zip(pieces, [*kept, ""], strict=True))


def _options(value: Any) -> Any:
    """`{"Options": [...]}` lists what the key may hold; the first stands for all."""
    if isinstance(value, dict):
        if list(value) == ["Options"] and value["Options"]:
            return value["Options"][0]
        return {key: _options(item) for key, item in value.items()}
    return [_options(item) for item in value] if isinstance(value, list) else value


def pieces(call: Call, part: str, node: Node) -> list[str]:
    """What is wrong with the samples of pieces, one entry each; bare data fits any free object."""
    found = []
    for text in call.parts[part].nested:
        key = re.match(r'"(\w+)" ?:', text)
        sample = _sample(call.page, part, "{" + text + "}" if key else text)
        if not sample.json:
            known = key and errata.explains(call.page, key.group(1))
            found += [] if known else [f"not JSON even after repair: {text}"]
        elif key:
            found += [_piece(node, name, value) for name, value in sample.value.items()]
    return [one for one in found if one]


def _piece(node: Node, key: str, value: Any) -> str:
    below = [one for name, one in node.everything() if name == key.lower()]
    if any(not conforms(Judge(one), value) for one in below):
        return ""
    return f"{key} fits nothing below: {conforms(Judge(below[0]), value) if below else 'no key'}"


def conforms(judge: Judge, value: Any) -> list[str]:
    """What is wrong with a sample; an empty string or 0 that only fills a place is completed."""
    for _ in range(40):
        errors = judge.errors(value)
        filled = value
        for path, _, instance in errors:
            if instance in PLACE_HOLDERS:
                filled = _fill(filled, path.split("/"), [judge.node])
        if filled == value:
            return [f"{path or '(whole)'}: {message}" for path, message, _ in errors]
        value = filled
    return ["filling does not end"]


def _fill(value: Any, path: list[str], nodes: list[Node]) -> Any:
    if not path or path == [""]:
        return _placeholder(value, nodes)
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [
            _fill(item, rest, [one for node in nodes for one in node.items(at)])
            if str(at) == step
            else item
            for at, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    return {
        key: _fill(item, rest, [one for node in nodes for one in node.child(key)])
        if key.lower() == step
        else item
        for key, item in value.items()
    }


def _placeholder(value: Any, nodes: list[Node]) -> Any:
    """A valid value of the same type, where the schema has one."""
    for node in (one for each in nodes for one in each.opened):
        try:
            found = build(node)
        except Unbuildable:
            continue
        if value is None or type(found) is type(value):
            return found
    return value
