"""How much a state machine does at each effort."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FlakyFailure, HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from conformance.generate.world import World

QUICK = 20
# (conversations, steps each) by generated requests per call: quick, standard, certify.
# Some walks end early: at certify each machine takes 10,000 steps (benchmarks/machine_steps.py).
_SIZES = {QUICK: (2, 10), 100: (12, 30), 400: (290, 40)}


def machine_settings(world: World, least: int = 1, least_steps: int = 1) -> settings:
    """Deterministic, without deadline: the target may be slow, and a shrink must repeat.

    From the standard effort on, with which `conformance selftest` proves that each rule's breach is
    seen, a machine holds at least so many conversations of at least so many steps: its kinds of
    step are many, or much goes before the first. A quick run only looks whether all is well.
    """
    conversations, steps = _SIZES.get(world.requests_per_call, (12, 30))
    if world.requests_per_call > QUICK:
        conversations, steps = max(conversations, least), max(steps, least_steps)
    return settings(
        max_examples=conversations, stateful_step_count=steps,
        deadline=None, database=None,
        derandomize=True, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )


def converse(machine: Any, world: World, least: int = 1, least_steps: int = 1) -> None:
    """Hold the conversations of a machine; see :func:`machine_settings`.

    What happened once and not again, such as one reply that came too late, is judged as what it is,
    and not as a machine that cannot be told again.
    """
    try:
        run_state_machine_as_test(machine, settings=machine_settings(world, least, least_steps))
    except FlakyFailure as flaky:
        first = (each for each in flaky.exceptions if not isinstance(each, HypothesisException))
        raise next(first, flaky) from None
