"""Random walks: any sequence of changes leaves what the changes describe.

Each walk is decided by the run's seed, so a failure repeats.
"""

from __future__ import annotations

from random import Random

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from scenarios.users.models import walk_config, walk_grants, walk_links


@clause("workflows/users/config-model")
def test_configuration_behaves_like_a_dictionary(world: World, verify: Verifier) -> None:
    """Set and remove in any order: what is left is what a dictionary would hold.

    Front ends keep their settings here and trust every read.
    """
    walk = walk_config(world, Random(f"config/{world.seed}"))

    verify.equal("configuration, step by step", walk.found, walk.required,
                 *world.operator.turns[-3:])


@clause("workflows/users/link-model")
def test_links_behave_like_a_set(world: World, verify: Verifier) -> None:
    """Link and unlink in any order: what is left is the set the changes describe."""
    walk = walk_links(world, Random(f"links/{world.seed}"))

    verify.equal("accounts, step by step", walk.found, walk.required,
                 *world.operator.turns[-3:])


@clause("workflows/permissions/grant-model")
def test_grants_behave_like_sets(world: World, verify: Verifier) -> None:
    """Grant and revoke of all four kinds in any order: each kind is the set it should be."""
    walk = walk_grants(world, Random(f"grants/{world.seed}"))

    verify.equal("permissions, step by step", walk.found, walk.required,
                 *world.operator.turns[-6:])
