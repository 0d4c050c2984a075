"""Reading the past: filters first, then the index window, then the time window.

Index 0 is the newest element; ``depth`` None means everything. The index counts over what the
filters left, before the time window cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a history is wanted. Times are milliseconds since 1970, ends included."""

    start: int = 0
    depth: int | None = None
    from_ms: int | None = None
    to_ms: int | None = None

    def cut(self, newest_first: Iterable[T], time_of: Callable[[T], int]) -> list[T]:
        """The elements inside both windows."""
        items = list(newest_first)
        end = len(items) if self.depth is None else self.start + self.depth
        return [
            item
            for item in items[self.start : end]
            if (self.from_ms is None or time_of(item) >= self.from_ms)
            and (self.to_ms is None or time_of(item) <= self.to_ms)
        ]
