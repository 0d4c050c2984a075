"""How many steps the state machines take, and how long that takes.

``python benchmarks/machine_steps.py token company --effort certify`` runs machines against our own
reference as their clauses do, and prints walks, steps and seconds. A walk may end before its last
step, and what Hypothesis gives up counts as well: steps are counted where they are checked.
"""

from __future__ import annotations

import argparse
import importlib
import time
from dataclasses import dataclass
from typing import Any

import msgspec
from generated_part import SEED, reference
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from conformance.contract.catalog import load_contract
from conformance.generate.world import World
from conformance.plugin.options import EFFORTS
from conformance.target.deployment import Deployment
from scenarios.workflows.efforts import machine_settings

PATIENCE_MS = 15_000
"""A reply that is late because the machine is busy says nothing about a model."""
MACHINES = {
    "access": "scenarios.workflows.access_machine",
    "administration": "scenarios.workflows.administration_machine",
    "company": "scenarios.apad.company_machine",
    "journey": "scenarios.workflows.journey_machine",
    "ticket": "scenarios.workflows.ticket_machine",
    "token": "scenarios.digitizer.token_machine",
    "trading": "scenarios.workflows.trading_machine",
}


@dataclass
class Tally:
    """What a machine did."""

    walks: int = 0
    checks: int = 0

    @property
    def steps(self) -> int:
        """Every walk is checked once before its first step, then after each."""
        return self.checks - self.walks


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machines", nargs="+", choices=sorted(MACHINES))
    parser.add_argument("--effort", choices=sorted(EFFORTS), default="certify")
    asked = parser.parse_args()
    for name in asked.machines:
        tally, seconds = measured(name, EFFORTS[asked.effort])
        print(f"{name:<16}{tally.walks:>6} walks {tally.steps:>7} steps {seconds:>8.1f} s",
              flush=True)


def measured(name: str, requests_per_call: int) -> tuple[Tally, float]:
    """Run one machine on an exchange of its own; raises what its clause would."""
    tally = Tally()
    with reference() as target:
        limits = msgspec.structs.replace(target.limits, latency_budget_ms=PATIENCE_MS)
        patient = msgspec.structs.replace(target, limits=limits)
        deployment = Deployment(patient, load_contract("3.1"))
        deployment.namespace = f"s{SEED}"
        world = World(deployment, deployment.contract, SEED, requests_per_call)
        machine = counted(importlib.import_module(MACHINES[name]).machine_for(world), tally)
        began = time.perf_counter()
        try:
            run_state_machine_as_test(machine, settings=machine_settings(world))
            return tally, time.perf_counter() - began
        finally:
            deployment.close()


def counted(machine: Any, tally: Tally) -> type[RuleBasedStateMachine]:
    """The machine, with its walks and checks counted."""

    class Counted(machine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            tally.walks += 1

        @invariant()
        def target_agrees_with_the_model(self) -> None:
            tally.checks += 1
            super().target_agrees_with_the_model()

    return Counted


if __name__ == "__main__":
    main()
