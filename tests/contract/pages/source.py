"""Where the documentation pages are, and which of them the index lists.

Knows folders and file names only; what stands on a page is the business of `markdown` and `facts`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
SCHEMAS = CHECKOUT / "schemas"
DIGEST = Path(__file__).with_name("facts-3.1.json")
VERSION = "3.1"
APAD_INCLUDES = "apad-markdown-documentation/"
UNLISTED = ("users/api_users_system_resetpassword2",)
NOT_CALLS = re.compile(r"(_divider|_background|_digitizer_doc)(\.md)?$")


def docs_root() -> Path | None:
    """The folder of the 3.1 pages, or None where this machine has no copy of them."""
    named = os.environ.get("APEX_DOCS")
    root = Path(named) if named else CHECKOUT.parent / "shared" / "reference" / "docs"
    if not (root / "index.md").is_file():
        root = root / VERSION
    return root if (root / "index.md").is_file() else None


def index_entries(root: Path) -> list[str]:
    """The pages the index includes, in its order, as it spells them."""
    text = (root / "index.md").read_text(encoding="utf-8")
    includes = text.split("includes:", 1)[1].split("search:", 1)[0]
    return [line.strip()[2:].strip() for line in includes.splitlines() if line.strip()[:2] == "- "]


def call_entries(root: Path) -> list[str]:
    """The index entries that stand for one call each."""
    return [entry for entry in index_entries(root) if not NOT_CALLS.search(entry)]


def page_path(root: Path, entry: str) -> Path:
    """The file of an index entry; the folder keeps a leading underscore the index leaves out."""
    folder, _, name = entry.partition("/")
    return root / folder / f"_{name}.md"


def apad_text(root: Path) -> str:
    """The APAD chapter: the rendered text is newer than the draft pages and wins over them."""
    return (root / "apad-rendered.md").read_text(encoding="utf-8")
