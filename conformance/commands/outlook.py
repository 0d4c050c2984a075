"""What a run against a target could not verify, and why, told before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.clauses import Clause
from conformance.contract.errors import UnknownName
from conformance.generate.world import persona_for
from conformance.target.fence import Fence, Fenced
from conformance.target.target_file import Target

APAD_PERSONAS = ("platform_admin", "company_admin", "shareholder")


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many clauses the claims require, and how many of them fall to each obstacle."""

    required: int
    obstacles: tuple[tuple[str, int], ...]

    @property
    def within_reach(self) -> int:
        """Clauses that nothing we can see beforehand keeps from being exercised."""
        return self.required - sum(count for _, count in self.obstacles)


def foresee(
    target: Target, contract: Contract, usable: Collection[str], answering: Collection[str]
) -> Outlook:
    """Sort the required clauses by what stands in their way.

    ``usable`` personas can log in; ``answering`` are the kinds of gateway that were reached.
    """
    required = contract.required_clauses(target.target.claims)
    found = Counter(
        obstacle for clause in required
        if (obstacle := _obstacle(clause, target, contract, usable, answering)) is not None
    )
    return Outlook(len(required), tuple(found.most_common()))


def _obstacle(
    clause: Clause, target: Target, contract: Contract, usable: Collection[str],
    answering: Collection[str],
) -> str | None:
    try:
        call = contract.call(clause.subject, clause.section)
    except UnknownName:
        return None
    obstacle = _no_service(call, target, answering) or _fenced(call, target)
    if obstacle is None and clause.profile != "public":
        obstacle = _no_persona(call, target, usable)
    return obstacle


def _no_service(call: Call, target: Target, answering: Collection[str]) -> str | None:
    if call.service == "exchange" or call.service in answering:
        return None
    if getattr(target.target, call.service, None):
        return f"the service {call.service} does not answer"
    return f'no address of the service {call.service}: give {call.service} = "..." in [target]'


def _fenced(call: Call, target: Target) -> str | None:
    try:
        Fence(target).check(call)
    except Fenced:
        if target.target.environment == "production":
            return "calls that write are never sent to a production system"
        return "calls that touch other people's markets: set exclusive = true in [target] to allow"
    return None


def _no_persona(call: Call, target: Target, usable: Collection[str]) -> str | None:
    if call.service == "digitizer":
        return None
    needed = APAD_PERSONAS[0] if call.service == "apad" else persona_for(call)
    if needed == "anonymous" or needed in usable:
        return None
    if needed in target.personas:
        return f"persona {needed} cannot log in"
    return f"no persona {needed}: add [personas.{needed}]"
