"""The listed defects of the pages: which difference they explain, which sample they repair."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from . import source, tolerant

# Which kinds of erratum can explain which difference: that a key is misspelt does not explain that
# its type is another.
FITTING = {
    "key": ("spelling", "missing-key", "extra-key", "not-json"),
    "type": ("type", "deviation"),
    "enumeration": ("enumeration", "spelling"),
    "default": ("contradiction",),
    "presence": ("missing-key", "extra-key", "deviation"),
    "stranger": ("extra-key", "missing-key", "spelling", "not-json", "deviation"),
}


@cache
def entries() -> list[dict[str, Any]]:
    """All errata of all files."""
    found: list[dict[str, Any]] = []
    paths = [source.SCHEMAS / "errata.yaml"]
    for path in sorted(paths):
        found += yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
    return found


def tail(page: str) -> str:
    """The last step of a page's path without its underscore: APAD pages have two folders."""
    return page.rsplit("/", 1)[-1].lstrip("_").removesuffix(".md").lower()


def pages(entry: dict[str, Any]) -> list[str]:
    """The pages an entry names: one path or a list of paths."""
    named = entry["page"]
    return list(named) if isinstance(named, list) else [str(named)]


def collapsed(text: str) -> str:
    """The text of a repair in the form the samples have here."""
    return tolerant.collapse(tolerant.strip_comments(text))


def of_page(page: str) -> list[dict[str, Any]]:
    """The errata that name a page."""
    return [entry for entry in entries() if tail(page) in map(tail, pages(entry))]


def explains(page: str, key: str, difference: str | None = None) -> str | None:
    """The id of the erratum that names both page and key and is of a kind that fits."""
    word = re.compile(rf"(?<![\w]){re.escape(key)}(?![\w])", re.I)
    for entry in of_page(page):
        if difference and entry["kind"] not in FITTING[difference]:
            continue
        listed = [str(one).lower() for one in entry.get("keys", ())]
        if key.lower() in listed or word.search(f"{entry['defect']} {entry['reading']}"):
            return str(entry["id"])
    return None


def place(text: str) -> re.Pattern[str] | None:
    """Where a repair's `from` stands, white space apart; None where nothing but white space is."""
    pieces = [piece for piece in re.split(r"(\s+|[{}\[\],:])", collapsed(text)) if piece.strip()]
    return re.compile(r"\s*".join(map(re.escape, pieces))) if pieces else None


def repair(page: str, text: str) -> str:
    """A sample's text after the literal replacements listed for its page."""
    for entry in of_page(page):
        for step in entry.get("repair", ()):
            if found := place(step["from"]):
                text = collapsed(step["to"]).join(found.split(text))
    return text
