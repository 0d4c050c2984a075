"""Facts of the pages: per call and part the keys, types, enumerations and samples. No prose.

Reads the pages where this machine has them, the committed digest otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from . import markdown, source, tolerant, types

OR = re.compile(r"(?<=\}) or (?=\{)")


@dataclass
class Key:
    """One row of a table."""

    key: str
    type: str | None
    enum: dict[str, str] = field(default_factory=dict)
    default: str | None = None


@dataclass
class Part:
    """What a page says of one part: table rows, samples, and samples of a piece of it."""

    keys: list[Key] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)


@dataclass
class Call:
    """What a page says of one call."""

    name: str
    section: str
    page: str
    listed: bool
    category: str
    permissions: list[str]
    mode: str
    deprecated: bool
    parts: dict[str, Part]

    @property
    def id(self) -> str:
        """Section and name: a name alone is not unique, CreateUser is in users and in apad."""
        return f"{self.section}/{self.name}"


def read(root: Path) -> dict[str, Call]:
    """The facts of all calls of the index, and of the pages known to be missing from it."""
    apad = {page.title.lower(): page for page in markdown.pages(source.apad_text(root))}
    found: dict[str, Call] = {}
    for entry in [*source.call_entries(root), *source.UNLISTED]:
        if entry.startswith(source.APAD_INCLUDES):
            page = apad[entry.rsplit("_", 1)[1]]
            call = _call(page, "apad", entry)
        else:
            text = source.page_path(root, entry).read_text(encoding="utf-8")
            call = _call(markdown.pages(text)[0], entry.split("/")[0], entry)
        assert call.id not in found, f"{call.id}: two pages"
        found[call.id] = call
    return found


def _call(page: markdown.Page, section: str, entry: str) -> Call:
    header = " ".join(page.header).replace("<br />", " ")
    parts: dict[str, Part] = {}
    for part in page.parts:
        into = parts.setdefault(part.name, Part())
        into.keys += [
            Key(name, types.canonical(cell), types.enumeration(cell), types.default(cell))
            for keys, cell in part.rows
            for name in _names(keys)
        ]
        into.samples += [
            text for sample in part.samples for text in OR.split(_plain(sample)) if text
        ]
        into.nested += [_plain(text) for text in part.nested]
    return Call(
        name=re.sub(r"\s*\(.*\)$", "", page.title).strip(),
        section=section,
        page=entry,
        listed=entry not in source.UNLISTED,
        category=_fact(header, "Category"),
        permissions=[word for word in re.split(r"[,\s]+", _fact(header, "Permissions?")) if word],
        mode=_fact(header, r"Call ?Type").lower(),
        deprecated="DEPRECATED" in page.title,
        parts=parts,
    )


def _plain(sample: str) -> str:
    return tolerant.collapse(tolerant.strip_comments(sample))


def _fact(header: str, label: str) -> str:
    found = re.search(rf"\*\*{label}:?\s*\*\*:?\s*(?:\*\*)?(.*?)\s*(?=\*\*|$|<|  )", header, re.I)
    return found.group(1).strip() if found else ""


def _names(cell: str) -> Iterator[str]:
    """The keys a cell names: usually one, sometimes several; a column as `3 (Price)`."""
    if column := re.match(r"^\d+ \((.*?)\)?$", cell):
        cell = column.group(1)
    for name in re.split(r"<br ?/?>|,|\s+or\s+", cell):
        word = name.strip("*`: ")
        if word and not word.isspace():
            yield word


def dump(calls: dict[str, Call]) -> str:
    """The digest: one call a line, so that a change of one page is a change of one line."""
    lines = [
        json.dumps({name: _slim(asdict(call))}, ensure_ascii=False)[1:-1]
        for name, call in calls.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _slim(call: dict[str, Any]) -> dict[str, Any]:
    for part in call["parts"].values():
        part["keys"] = [_row(row) for row in part["keys"]]
        if not part["nested"]:
            del part["nested"]
    return call


def _row(row: dict[str, Any]) -> list[Any]:
    """Key and type; enumeration and default only where the row has them."""
    found = [row["key"], row["type"], row["enum"], row["default"]]
    while not found[-1]:
        found.pop()
    return found


def load(text: str) -> dict[str, Call]:
    """The facts of a digest."""
    found = {}
    for name, data in json.loads(text).items():
        parts = {
            part: Part([Key(*row) for row in body["keys"]], body["samples"], body.get("nested", []))
            for part, body in data.pop("parts").items()
        }
        found[name] = Call(**data, parts=parts)
    return found


@cache
def facts() -> dict[str, Call]:
    """The facts from the pages, or from the digest where there are no pages."""
    root = source.docs_root()
    return read(root) if root else load(source.DIGEST.read_text(encoding="utf-8"))
