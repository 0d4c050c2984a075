"""The event loop that a run drives, and Ctrl-C while it is being driven.

Python raises KeyboardInterrupt between any two instructions. In the middle of a callback it leaves
sockets half registered and tasks half done, and the closing that follows fails or waits for ever.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar, cast

T = TypeVar("T")


class DrivenLoop(asyncio.SelectorEventLoop):
    """A loop that runs only while something is awaited; an interruption cancels just that."""

    _awaited: asyncio.Future[Any] | None = None
    _interrupted = False

    def run_until_complete(self, future: Generator[Any, None, T] | Awaitable[T]) -> T:
        """What is awaited; raises KeyboardInterrupt if it was interrupted."""
        awaited = asyncio.ensure_future(cast(Awaitable[T], future), loop=self)
        self._awaited = awaited
        try:
            found = super().run_until_complete(awaited)
        except asyncio.CancelledError:
            if self._interrupted:
                raise KeyboardInterrupt from None
            raise
        else:
            if self._interrupted:  # it was done before it could be cancelled
                raise KeyboardInterrupt
            return found
        finally:
            self._awaited, self._interrupted = None, False

    def interrupt(self) -> bool:
        """End what is awaited, at a point where it waits; False if nothing is, or once before."""
        if self._awaited is None or self._interrupted:
            return False
        self._interrupted = True
        self.call_soon_threadsafe(self._awaited.cancel)
        return True


@contextmanager
def interruptible(loop: DrivenLoop) -> Iterator[None]:
    """Let Ctrl-C interrupt the loop where it runs, and do what it did before elsewhere.

    The second Ctrl-C strikes wherever it finds us. Other threads than the first get no signals.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    strike: Callable[[int, FrameType | None], Any] = before

    def handle(number: int, frame: FrameType | None) -> None:
        if not loop.interrupt():
            strike(number, frame)

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
