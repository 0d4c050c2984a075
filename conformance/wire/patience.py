"""How long requests that are in flight together wait for their answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Patience:
    """A latency budget in seconds; any answer prolongs the wait of the others.

    While others are answered the target works through what was sent at once, and the time that a
    request waits for its turn is our doing. Alone, a request waits just for the budget.
    """

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s
        self._waiting: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def wait(self) -> AsyncIterator[None]:
        """Around one request; raises TimeoutError when it was silent for too long."""
        async with asyncio.timeout(self._budget_s) as deadline:
            self._waiting.add(deadline)
            try:
                yield
            finally:
                self._waiting.discard(deadline)
            self._prolong()

    def _prolong(self) -> None:
        until = asyncio.get_running_loop().time() + self._budget_s
        for deadline in self._waiting:
            if not deadline.expired():
                deadline.reschedule(until)
