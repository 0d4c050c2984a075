"""``conformance selftest --rules``: each rule of a model, and whether its machine notices a breach.

A seeded fault breaks one rule; the clause of the machine must turn red, and the walk that shows it
is shrunk. What is counted is that walk: its steps, and the requests that were sent in it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console as Screen

from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root
from conformance.selftest.rules import SeededRule, rules_of
from conformance.selftest.trial import try_side_by_side
from conformance.selftest.worker import RED, SOUND, Story, Tried
from conformance.verdict.outcome import Verdict
from conformance.verdict.summary import CONFORMANT, NOT_CONFORMANT, OUR_ERROR, USAGE

HEAD = """\
# Rules of the models

<!-- Written by `conformance selftest --rules --write FILE`; run it after a change of the rules. -->

The models say in advance what an exchange must come to. Here is each of their rules, with a fault
of our reference that breaks it and the shortest walk in which the machine's clause saw the fault:
its steps, and the requests sent from the walk's start to the failure, preparation included. A
meeting of requests, which is no walk, has no steps. Measured with the standard effort and seed 0.
"""


class RuleTrial:
    """What became of the rules: a verdict, and a story, for each fault."""

    def __init__(self, rules: Sequence[SeededRule]) -> None:
        self.rules = rules
        self.sound: dict[str, Verdict] = {}
        self.tried: dict[str, Tried] = {}

    def add(self, tried: Tried) -> None:
        """Take in what became of a fault, or of the clauses without any."""
        if tried.defect == SOUND:
            self.sound |= tried.verdicts
        else:
            self.tried[tried.defect] = tried

    def word(self, each: SeededRule) -> str:
        """What became of a rule's fault."""
        if each.fault not in self.tried:
            return "not tried"
        red = self.tried[each.fault].verdicts[each.clause] in RED
        if red and self.sound.get(each.clause) in RED:
            return "red anyway"
        return "killed" if red else "SURVIVES"

    def story(self, each: SeededRule) -> Story:
        """What the clause told about the fault."""
        tried = self.tried.get(each.fault)
        return tried.stories.get(each.clause, Story("")) if tried is not None else Story("")

    @property
    def exit_code(self) -> int:
        """0 when every rule's fault is caught by its clause."""
        words = {self.word(each) for each in self.rules}
        if "not tried" in words:
            return OUR_ERROR
        return CONFORMANT if words <= {"killed"} else NOT_CONFORMANT


def seeded_rules() -> tuple[SeededRule, ...]:
    """Every rule of a model with its fault; raises ModelRulesError."""
    return rules_of(scenarios_root(), load_contract("3.1"))


def try_rules(defects: tuple[str, ...], jobs: int, page: Path | None) -> int:
    """Try the fault of each rule, or only these; print them and write the page."""
    known = seeded_rules()
    strange = set(defects) - {each.fault for each in known}
    if strange:
        told_of = ", ".join(sorted(strange))
        print(f"conformance: no rule of a model is broken by {told_of}", file=sys.stderr)
        return USAGE
    rules = [each for each in known if not defects or each.fault in defects]
    trial, screen = RuleTrial(rules), Screen(highlight=False, soft_wrap=True)

    def tell(tried: Tried) -> None:
        trial.add(tried)
        for each in (each for each in rules if each.fault == tried.defect):
            screen.print(told(trial, each), markup=False)

    try_side_by_side({each.fault: (each.clause,) for each in rules}, jobs, tell, patient=True)
    killed = sum(trial.word(each) == "killed" for each in rules)
    screen.print(f"{len(rules)} rules of models: {killed} faults killed by their machine")
    if page is not None:
        page.write_text(page_of(trial), encoding="utf-8")
    return trial.exit_code


def told(trial: RuleTrial, each: SeededRule) -> str:
    """A rule in lines: what became of its fault, how far the failure was, and the walk to it."""
    story = trial.story(each)
    numbers = f"{len(story.steps)} steps, {story.requests} requests"
    lines = [f"{trial.word(each):<10}{each.rule.name}  {each.fault}  {numbers}"]
    lines += [f"            {step}" for step in story.steps]
    if trial.word(each) != "killed" and story.reason:
        lines.append(f"            {story.reason}")
    return "\n".join(lines)


def page_of(trial: RuleTrial) -> str:
    """The page of all rules, a table for each clause."""
    by_clause: dict[str, list[SeededRule]] = {}
    for each in trial.rules:
        by_clause.setdefault(each.clause, []).append(each)
    return "\n".join([HEAD, *(_table(trial, clause, rules) for clause, rules in by_clause.items())])


def _table(trial: RuleTrial, clause: str, rules: Sequence[SeededRule]) -> str:
    lines = [f"## {clause}", "", "| rule | says | fault | caught | steps | requests | walk |",
             "|---|---|---|---|---|---|---|"]
    for each in rules:
        story = trial.story(each)
        cells = (
            f"`{each.rule.name}`", each.rule.text, f"`{each.fault}`",
            {"killed": "yes"}.get(trial.word(each), "no"), str(len(story.steps) or ""),
            str(story.requests), "<br>".join(f"`{step}`" for step in story.steps),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])

