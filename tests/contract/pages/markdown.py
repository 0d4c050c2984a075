"""Markdown of one page, cut into the calls, parts, tables and fenced samples that stand in it.

Knows the layout of the pages; does not know what a key or a type means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"^(#{2,4})\s*(.*?)\s*$")
ASIDE = re.compile(r"^>\s*To send\b", re.I)  # a payload to send, shown among the replies
FENCE = re.compile(r"^\s*(?:>\s*)?```")
RULE = re.compile(r"^\|?\s*:?-{3,}")


@dataclass
class Part:
    """Request, response or one event: rows of its tables, texts of its samples, of pieces apart."""

    name: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    inside: bool = False  # below a heading that names a piece of the part

    def add_sample(self, text: str) -> None:
        (self.nested if self.inside else self.samples).append(text)


@dataclass
class Page:
    """One call as its page prints it."""

    title: str
    header: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    aside: bool = False


def part_name(heading: str) -> str | None:
    """The part a heading opens, or None where the heading only divides the current part."""
    word = heading.strip("*# ").lower()
    if word in ("request", "requests"):
        return "request"
    if word in ("response", "reply", "result"):
        return "response"
    if heading.endswith(("Event", "Update")) and " " not in heading:
        return heading
    return None


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(line: str) -> tuple[str, str] | None:
    if not line.lstrip().startswith("|") or RULE.match(line.strip()):
        return None
    cells = _cells(line)
    if len(cells) < 2 or cells[0] in ("Key", "String", "") or not cells[1].strip("- "):
        return None
    return cells[0], " | ".join(cells[1:])


def pages(text: str) -> list[Page]:
    """All calls of a Markdown text, each opened by a second-level heading."""
    found: list[Page] = []
    fence: list[str] | None = None
    for line in text.splitlines():
        if FENCE.match(line):
            if fence is not None and found:
                _target(found[-1]).add_sample("\n".join(fence))
            fence = [] if fence is None else None
        elif fence is not None:
            fence.append(line)
        elif heading := HEADING.match(line):
            _open(found, heading.group(1), heading.group(2))
        elif found:
            _take(found[-1], line)
    return found


def _open(found: list[Page], level: str, title: str) -> None:
    if len(level) == 2:
        found.append(Page(title))
    elif found and (name := part_name(title)):
        found[-1].aside = False
        found[-1].parts.append(Part(name))
    elif found:
        _current(found[-1]).inside = True


def _take(page: Page, line: str) -> None:
    if not page.parts:
        page.header.append(line)
    page.aside = page.aside or bool(ASIDE.match(line))
    if row := _row(line):
        _current(page).rows.append(row)


def _current(page: Page) -> Part:
    if not page.parts:
        page.parts.append(Part("request"))
    return page.parts[-1]


def _target(page: Page) -> Part:
    """The part the next sample belongs to."""
    return page.parts[0] if page.aside and page.parts else _current(page)
