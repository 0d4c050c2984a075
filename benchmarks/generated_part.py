"""The generated part of a run, alone: every call's requests made, sent, answered and judged.

What the benchmarks share. Bases come from recipes where there are some, else from the schema.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.generate.case import Case
from conformance.generate.requests import generator_for
from conformance.generate.world import World
from conformance.oracle.bulk import run_together
from conformance.oracle.sweep import (
    Judge,
    Sweep,
    answered_as_documented,
    refused_as_documented,
)
from conformance.plugin.session import load_recipes, target_of
from conformance.target.deployment import Deployment
from conformance.target.ownership import Ownership
from conformance.target.session import Session, Turn
from conformance.target.target_file import Target
from conformance.target.unavailable import Unavailable

ROOT = Path(__file__).resolve().parent.parent
PER_CALL = 100
SEED = 1


@dataclass(frozen=True)
class Rate:
    """What one pass did."""

    requests: int
    seconds: float
    calls: int
    without_success: int

    @property
    def per_second(self) -> float:
        """Judged requests a second."""
        return self.requests / self.seconds


@contextmanager
def reference() -> Iterator[Target]:
    """Our reference exchange as a process of its own."""
    load_recipes(ROOT / "scenarios")
    with target_of(None, SEED) as target:
        yield target


def through(target: Target, address: str) -> Target:
    """The same target by another address of its WebSocket."""
    place = msgspec.structs.replace(target.target, websocket=f"ws://{address}/WSGateway/")
    return msgspec.structs.replace(target, target=place)


def host_of(target: Target) -> str:
    """``host:port`` of the target's WebSocket."""
    return target.target.websocket.split("/")[2]


@dataclass(frozen=True)
class Base:
    """A call with a payload, who sends it, and whether it is known to succeed."""

    call: Call
    persona: str
    payload: Any
    sure: bool


class Bases(list[Base]):
    """A base for each call that is ever answered, and whose accounts and users they name."""

    owned: Ownership


def bases_of(target: Target) -> Bases:
    """The bases of a target, made once: recipes go one request at a time."""
    contract = load_contract()
    deployment = Deployment(target, contract)
    deployment.namespace = "bench"
    world = World(deployment, contract, SEED)
    try:
        calls = [call for call in contract.calls if call.service == "exchange" and call.replies]
        bases = Bases(_base(world, call) for call in calls)
        bases.owned = deployment.owned
        return bases
    finally:
        deployment.close()


def _base(world: World, call: Call) -> Base:
    if call.effect == "session":  # these end sessions: each gets a connection of its own
        return Base(call, "anonymous", generator_for(call).example(), False)
    try:
        prepared = world.prepare(call)
    except (Unavailable, KeyError, AssertionError):
        return Base(call, "operator", generator_for(call).example(), False)
    persona = prepared.session.persona
    known = persona if persona in world.deployment.target.personas else "trader"
    return Base(call, known, prepared.payload, True)


def passes(target: Target, bases: Bases, rounds: int) -> list[Rate]:
    """Several passes over all calls; the first one also compiles."""
    deployment = Deployment(target, load_contract())
    deployment.owned = bases.owned  # what the bases name is ours on this connection too
    try:
        senders = [(base, _sender(deployment, base)) for base in bases]
        return [one_pass(senders) for _ in range(rounds)]
    finally:
        deployment.close()


def _sender(deployment: Deployment, base: Base) -> Session:
    fresh = base.call.effect == "session" or base.persona == "anonymous"
    return deployment.connect() if fresh else deployment.persona(base.persona)


def one_pass(senders: list[tuple[Base, Session]]) -> Rate:
    """Half of each call's requests valid, half invalid, all calls in flight together."""
    sweeps = [
        Sweep(base.call, session, mixed(base.call, base.payload), judge_of(base.call))
        for base, session in senders
    ]
    started = time.perf_counter()
    run_together(sweeps)
    seconds = time.perf_counter() - started
    judged = sum(sweep.judged for sweep in sweeps)
    return Rate(judged, seconds, len(senders), sum(not base.sure for base, _ in senders))


def mixed(call: Call, base: Any) -> Iterator[Case]:
    """As many requests as are due, half of them valid; fewer valid ones where there are fewer."""
    generator = generator_for(call)
    valid = 0
    for case in itertools.islice(generator.valid(base, SEED, PER_CALL // 2), PER_CALL // 2):
        valid += 1
        yield case
    yield from itertools.islice(generator.invalid(base, SEED, PER_CALL), PER_CALL - valid)


def judge_of(call: Call) -> Judge:
    """Judges by what each case is."""
    answered, refused = answered_as_documented(call), refused_as_documented(call)

    def judge(case: Case, turn: Turn) -> None:
        (answered if case.expect == "answer" else refused)(case, turn)

    return judge
