"""Many sweeps in flight together, over one window: what latency there is, is paid once.

Used where the sweeps cannot disturb each other. Each keeps its own evidence and findings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from conformance.oracle.sweep import Sweep

SIDE_BY_SIDE = 24
"""Sweeps at once: enough to fill the window even when each has few requests left."""


def run_together(sweeps: Sequence[Sweep]) -> None:
    """Send and judge all of them; what each found is asked of it afterwards."""
    if sweeps:
        sweeps[0].session.run(_all(sweeps))


async def _all(sweeps: Sequence[Sweep]) -> None:
    waiting = iter(sweeps)

    async def work() -> None:
        for sweep in waiting:
            await sweep.streaming()

    await asyncio.gather(*(work() for _ in range(min(SIDE_BY_SIDE, len(sweeps)))))
