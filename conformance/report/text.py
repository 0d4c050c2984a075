"""Whatever a target sent is text: made visible and bounded here, once, for every format.

Escaping for HTML, XML or Markdown stays with the format; characters that could act on a terminal,
a browser or a reader's eye are written out before they get there.
"""

from __future__ import annotations

import re

_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Control characters, bidirectional and invisible marks, half characters, non-characters."""


def visible(text: str, limit: int | None = None) -> str:
    """The text with acting characters written out, cut to ``limit`` characters and saying so."""
    if limit is None or len(text) <= limit:
        return _ACTING.sub(_written_out, text)
    return f"{_ACTING.sub(_written_out, text[:limit])} … {len(text) - limit:,} more characters"


def one_line(text: str, limit: int | None = None) -> str:
    """Visible and on one line: line ends and tabs are written out too."""
    return visible(text, limit).replace("\n", "\\n").replace("\t", "\\t")


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
