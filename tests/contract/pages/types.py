"""The pages' own words for types, and the enumerations they list, as canonical facts."""

from __future__ import annotations

import re

BOLD = re.compile(r"^\*\*\s*(?!\d)([^*]*?(?:\*[^*]+\*[^*]*?)?)\s*\*\*")
EXACT = {
    "integer": "integer",
    "int": "integer",
    "long integer": "long",
    "long": "long",
    "real": "real",
    "decimal": "real",
    "string": "string",
    "enumerated string": "string",
    "boolean": "boolean",
    "byte": "byte",
    "object": "object",
    "json object": "object",
    "json string object": "json string",
    "array": "array",
    "variable": "any",
}
NUMBER_FIRST = re.compile(r"\*\*(\d+)\*\*:?\s*=?\s*([A-Za-z_][\w ]*)")
NAME_FIRST = re.compile(r"(?:<br ?/?>|; |\*\*|: )\s*\**([A-Za-z_]\w*)\**\s*\((\d+)\)")
PLAIN_FIRST = re.compile(r"<br ?/?>\s*(\d+)\s*[=:]?\s*([A-Z]\w*)")
DEFAULT = re.compile(
    r"[Dd]efaults?(?: setting| value)?\*? (?:is|to|of) \*?(true|false|null|-?\d+)\b"
    r"|\*\*(\d+)\*\*:? \w+ \([^()]*the default\)"
)


def canonical(cell: str) -> str | None:
    """The type a table cell opens with, or None where it opens with something else."""
    found = BOLD.match(cell)
    if not found:
        lowered = cell.lower()
        return "object" if re.match(r"(json )?\w+ object", lowered) else None
    word = found.group(1).strip(" .:").lower().replace("*", "")
    if word in EXACT:
        return EXACT[word]
    if "array" in word:
        return _array(word)
    return None


def _array(word: str) -> str:
    if "integer" in word:
        return "array<integer>"
    if "object" in word or "key-value" in word:
        return "array<object>"
    return "array<string>" if "string" in word or "ids" in word else "array"


def enumeration(cell: str) -> dict[str, str]:
    """Number to name, where the cell lists an enumeration with numbers; error codes are not one."""
    if "errorcode" in cell.lower():
        return {}
    pairs = {number: name.strip() for number, name in NUMBER_FIRST.findall(cell)}
    pairs |= dict(PLAIN_FIRST.findall(cell))
    pairs |= {number: name for name, number in NAME_FIRST.findall(cell)}
    return pairs if len(pairs) > 1 else {}


def default(cell: str) -> str | None:
    """The default a cell states, as JSON text."""
    found = DEFAULT.search(cell)
    return (found.group(1) or found.group(2)) if found else None
