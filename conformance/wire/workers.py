"""Many requests over a surface whose connections carry few at a time: some workers, one queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator

from conformance.wire.surface import Before, OnWireReply, WireReply
from conformance.wire.websocket import Lost
from conformance.wire.window import Window

Ask = Callable[[str], Awaitable[tuple[WireReply | None, float]]]
"""Sends one payload; the reply and its milliseconds. Raises Lost."""


async def pump(
    ask: Ask, payloads: Iterable[str], window: Window, on_reply: OnWireReply,
    before: Before | None, *, workers: int, stop_when_lost: bool = False,
) -> None:
    """Ask every payload, as many at once as there are workers and the window allows.

    ``stop_when_lost``: all share one connection, so after its loss nothing more is drawn.
    """
    waiting = iter(enumerate(payloads))
    await asyncio.gather(*(
        _work(ask, waiting, window, on_reply, before, stop_when_lost) for _ in range(workers)
    ))


async def _work(
    ask: Ask, waiting: Iterator[tuple[int, str]], window: Window, on_reply: OnWireReply,
    before: Before | None, stop_when_lost: bool,
) -> None:
    for position, payload in waiting:
        answer: WireReply | Lost | None
        await window.take()
        started = time.perf_counter()
        try:
            if before is not None:
                await before()
            answer, elapsed_ms = await ask(payload)
        except Lost as lost:
            answer, elapsed_ms = lost, (time.perf_counter() - started) * 1000
        finally:
            window.give()
        on_reply(position, answer, elapsed_ms)
        if stop_when_lost and isinstance(answer, Lost):
            return
