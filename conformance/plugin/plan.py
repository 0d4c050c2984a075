"""What a run would send, told without sending anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from rich.console import Console as Screen
from rich.markup import escape
from rich.table import Table

from conformance.contract.call import Call
from conformance.contract.errors import UnknownName
from conformance.generate.case import Expectation
from conformance.generate.requests import generator_for
from conformance.generate.shares import requests_over
from conformance.generate.world import persona_for
from conformance.plugin.options import RunOptions, run_options
from conformance.plugin.outcomes import surface_of
from conformance.plugin.selection import clause_of, contract_of
from conformance.target.fence import Fence, Fenced
from conformance.target.target_file import Address, Target, read_target

GENERATED: dict[str, Expectation] = {"response": "answer", "rejection": "refusal"}


@dataclass
class PlannedCall:
    """One call of the plan: its cases by surface, and how many generated requests they send."""

    call: Call
    clauses: set[str] = field(default_factory=set)
    cases: Counter[str] = field(default_factory=Counter)
    generated: int = 0


class PlanPrinter:
    """Prints the plan once the cases are collected."""

    def __init__(self) -> None:
        self._screen = Screen(highlight=False, soft_wrap=True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Everything selected is known: tell it."""
        if not session.items:
            return
        options = run_options(session.config)
        fence = Fence(_target(options), options.read_only)
        planned, others = self._planned(session, options)
        table = Table("call", "effect", "by", "clauses", "cases", "generated", "fence")
        table.columns[0].min_width = max((len(key) for key in planned), default=0)
        refused = 0
        for plan in planned.values():
            verdict = _fence_says(fence, plan.call)
            refused += bool(verdict)
            table.add_row(
                plan.call.key, plan.call.effect, persona_for(plan.call), str(len(plan.clauses)),
                ", ".join(f"{n} {surface}" for surface, n in sorted(plan.cases.items())),
                "0" if verdict else str(plan.generated), escape(verdict) or "sent",
            )
        self._screen.print(table)
        for section, cases in sorted(others.items()):
            self._screen.print(f"{section}: {cases} cases over several calls")
        sent = sum(p.generated for p in planned.values() if not _fence_says(fence, p.call))
        self._screen.print(
            f"{len(planned)} calls, {sum(len(p.clauses) for p in planned.values())} clauses, "
            f"about {sent} generated requests; the fence refuses {refused} calls. Nothing was sent."
        )

    def _planned(
        self, session: pytest.Session, options: RunOptions
    ) -> tuple[dict[str, PlannedCall], Counter[str]]:
        contract = contract_of(session.config)
        planned: dict[str, PlannedCall] = {}
        others: Counter[str] = Counter()
        for item in session.items:
            clause_id = clause_of(item)
            if clause_id is None:
                continue
            section, subject, name = clause_id.split("/", 2)
            try:
                call = contract.call(subject, section)
            except UnknownName:
                others[section] += 1
                continue
            plan = planned.setdefault(call.key, PlannedCall(call))
            plan.clauses.add(clause_id)
            plan.cases[surface_of(item)] += 1
            if item.get_closest_marker("obligation") is not None:
                plan.generated += _generated(call, name, surface_of(item), options)
        return planned, others


def _generated(call: Call, obligation: str, surface: str, options: RunOptions) -> int:
    """How many requests the generated part of a case sends, from a base made by the schema."""
    if obligation not in GENERATED:
        return 0
    base = generator_for(call).example(full=True)
    return sum(1 for _ in requests_over(
        surface, call, GENERATED[obligation], base,
        seed=options.seed, count=options.requests_per_call,
    ))


def _fence_says(fence: Fence, call: Call) -> str:
    try:
        fence.check(call)
    except Fenced as refusal:
        return str(refusal)
    return ""


def _target(options: RunOptions) -> Target:
    if options.target is not None:
        return read_target(options.target)
    return Target(Address("reference", "reference", "ws://127.0.0.1/", exclusive=True))
