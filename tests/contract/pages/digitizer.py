"""Facts of the Digitizer's page: object fields, signatures, example documents and replies.

Kept apart from `facts`: the page speaks GraphQL, not request and response tables.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from . import source

DIGEST = Path(__file__).with_name("digitizer-3.1.json")
FIELD = re.compile(r"^\| *(\w+) *\| *\*\*(\[?\w+!?\]?!?)\.?\*\*", re.M)
SIGNATURE = re.compile(r"^\*(\w+(?: ?\([^)]*\))?: ?\[?\w+!?\]?!?)\*", re.M)
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.M | re.S)
DOCUMENT = re.compile(r"^(?:query|mutation|subscription)\b.*?^}", re.M | re.S)
REPLY = re.compile(r"^{.*?^}", re.M | re.S)


def read(root: Path) -> dict[str, Any]:
    """Object types with their fields; per operation signature, documents and replies."""
    text = (root / "digitizer" / "_api_digitizer_doc.md").read_text(encoding="utf-8")
    objects, _, operations = text.partition("\n# Queries")
    return {
        "objects": {
            title: dict(FIELD.findall(body))
            for title, body in _chapters(objects.split("## Object Types")[1], "###")
            if title
        },
        "operations": {
            title[0].lower() + title[1:]: _operation(body)
            for title, body in _chapters(operations, "##")
        },
    }


def _chapters(text: str, level: str) -> list[tuple[str, str]]:
    outside = re.split(rf"^{level} +(.*?) *$", text, flags=re.M)
    return list(zip((title.strip() for title in outside[1::2]), outside[2::2], strict=True))


def _operation(body: str) -> dict[str, Any]:
    fences = "\n".join(FENCE.findall(body)).replace("\u00a0", " ")
    return {
        "signature": next(iter(SIGNATURE.findall(body)), ""),
        "documents": [" ".join(one.split()) for one in DOCUMENT.findall(fences)],
        "replies": [" ".join(one.split()) for one in REPLY.findall(fences)],
    }


def dump(found: dict[str, Any]) -> str:
    """The digest's text."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def facts() -> dict[str, Any]:
    """The facts from the page, or from the digest where there is no page."""
    root = source.docs_root()
    return read(root) if root else dict(json.loads(DIGEST.read_text(encoding="utf-8")))
