"""How much a state machine does at each effort."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from conformance.generate.world import World

# (conversations, steps each) by generated requests per call: quick, standard, certify.
_SIZES = {20: (3, 15), 100: (12, 30), 400: (250, 40)}


def machine_settings(world: World, least: int = 1) -> settings:
    """Deterministic, without deadline: the target may be slow, and a shrink must repeat.

    ``least`` conversations are held at every effort, by a machine whose steps are many and cheap.
    """
    conversations, steps = _SIZES.get(world.requests_per_call, (12, 30))
    return settings(
        max_examples=max(conversations, least), stateful_step_count=steps,
        deadline=None, database=None,
        derandomize=True, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
