"""Times in a recorded request, moved to where they stood to the moment it was recorded.

An order good until an hour from then must be good until an hour from now.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

NEAR_MS = 400 * 86_400_000
"""A time further away was meant as it stands: the beginning of time, or never."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z?)")


@dataclass(frozen=True, slots=True)
class Moments:
    """The target's clock when the conversation began, then and now, in milliseconds since 1970."""

    then_ms: int
    now_ms: int

    def number(self, value: int) -> int:
        """A number that may be a time in milliseconds."""
        near = self.then_ms and abs(value - self.then_ms) < NEAR_MS
        return value + self.now_ms - self.then_ms if near else value

    def text(self, value: str) -> str:
        """A text that may be a time, in the form it had."""
        found = _TIME.fullmatch(value)
        if found is None or not self.then_ms:
            return value
        try:
            told = dt.datetime.fromisoformat(found[1]).replace(tzinfo=dt.UTC)
            if abs(told.timestamp() * 1000 - self.then_ms) >= NEAR_MS:
                return value
            told += dt.timedelta(milliseconds=self.now_ms - self.then_ms)
        except (ValueError, OverflowError):
            return value
        whole = told.strftime(f"%Y-%m-%d{value[10]}%H:%M:%S")
        return whole + (f".{found[2]}" if found[2] else "") + found[3]
