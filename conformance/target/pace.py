"""Keeps a run within the request rate that its target file allows."""

from __future__ import annotations

import asyncio
import time


class Pace:
    """At most ``per_second`` requests a second over all sessions; None is no limit."""

    def __init__(self, per_second: float | None) -> None:
        self._interval_s = 1 / per_second if per_second else 0.0
        self._next = 0.0

    @property
    def limited(self) -> bool:
        """Is there a limit at all?"""
        return bool(self._interval_s)

    async def wait(self) -> None:
        """Wait for this request's turn."""
        if not self._interval_s:
            return
        now = time.monotonic()
        at = max(self._next, now)
        self._next = at + self._interval_s
        if at > now:
            await asyncio.sleep(at - now)
