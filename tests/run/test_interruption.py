"""Ctrl-C while the loop runs: what is awaited ends where it waits, and all can be closed after."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from conformance.reference.embedded import EmbeddedReference
from conformance.target.loop import DrivenLoop, interruptible


@pytest.fixture
def loop() -> Iterator[DrivenLoop]:
    loop = DrivenLoop()
    with interruptible(loop):
        yield loop
    loop.close()


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


async def undisturbed(steps: list[str]) -> None:
    """A callback's worth of work that must not be torn, and a wait that may be."""
    steps.append("begun")
    press_ctrl_c()
    steps.append("done")
    await asyncio.sleep(60)
    steps.append("waited to the end")


def test_work_between_two_waits_is_not_torn(loop: DrivenLoop) -> None:
    steps: list[str] = []

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(undisturbed(steps))

    assert steps == ["begun", "done"]


def test_others_on_the_loop_go_on(loop: DrivenLoop) -> None:
    """The exchange that shares the loop must still answer while everything closes."""
    other = loop.create_task(asyncio.sleep(0.01, "answered"))

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(undisturbed([]))

    assert loop.run_until_complete(other) == "answered"


def test_interruption_is_not_lost_when_the_work_was_just_done(loop: DrivenLoop) -> None:
    async def last_moment() -> None:
        press_ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(last_moment())


def test_second_one_strikes_at_once(loop: DrivenLoop) -> None:
    async def deaf() -> None:
        press_ctrl_c()
        press_ctrl_c()
        pytest.fail("the second one came too late")

    struck = loop.create_task(deaf())
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(struck)

    # Asked for here: asyncio would log it when the task is collected, in the middle of any other
    # test, and Python 3.11 loses count of a syntax tree that it makes just then.
    assert isinstance(struck.exception(), KeyboardInterrupt)


def test_outside_of_the_loop_it_strikes_as_ever(loop: DrivenLoop) -> None:
    with pytest.raises(KeyboardInterrupt):
        press_ctrl_c()


def test_cancelled_work_is_no_interruption(loop: DrivenLoop) -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(cancelled())


def test_handler_is_put_back() -> None:
    before, loop = signal.getsignal(signal.SIGINT), DrivenLoop()

    with interruptible(loop):
        assert signal.getsignal(signal.SIGINT) is not before
    loop.close()

    assert signal.getsignal(signal.SIGINT) is before


def test_embedded_exchange_leaves_signals_and_no_task_behind() -> None:
    """A loop that is closed has nothing left to do, and the signals belong to the run."""
    before = signal.getsignal(signal.SIGINT)
    exchange = EmbeddedReference(heartbeat=True)
    during = signal.getsignal(signal.SIGINT)
    waiting = exchange.loop.create_task(asyncio.sleep(60))
    exchange.close()

    assert before == during == signal.getsignal(signal.SIGINT)
    assert waiting.cancelled()
