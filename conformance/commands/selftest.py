"""``conformance selftest``: every seeded fault, and whether its clauses catch it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Console as Screen

from conformance.contract.catalog import load_contract
from conformance.contract.errors import nearest_names
from conformance.contract.resources import scenarios_root
from conformance.selftest.expectations import read_expectations
from conformance.selftest.trial import try_side_by_side
from conformance.selftest.worker import RED, SOUND, Story, Tried
from conformance.verdict.outcome import Verdict
from conformance.verdict.summary import CONFORMANT, NOT_CONFORMANT, OUR_ERROR, USAGE


@dataclass
class Matrix:
    """The kill matrix: for each fault the clauses named, and what became of them."""

    expected: Mapping[str, tuple[str, ...]]
    tried: dict[str, Tried] = field(default_factory=dict)
    sound: dict[str, Verdict] = field(default_factory=dict)
    without: dict[str, Story] = field(default_factory=dict)
    """Why a clause is red without any fault."""

    def add(self, tried: Tried) -> None:
        """Take in what became of a fault, or of the clauses without any."""
        if tried.defect == SOUND:
            self.sound |= tried.verdicts
            self.without |= tried.stories
        else:
            self.tried[tried.defect] = tried

    def red(self, defect: str) -> list[str]:
        """The clauses that caught a fault: red with it, and not without it."""
        found = self.tried.get(defect)
        return [clause for clause in found.verdicts if self.caught(defect, clause)] if found else []

    def caught(self, defect: str, clause: str) -> bool:
        """Did this clause show this fault?"""
        now = self.tried[defect].verdicts.get(clause)
        return now in RED and self.sound.get(clause) not in RED

    def told(self, defect: str, clause: str) -> str:
        """What a clause made of a fault, in words."""
        if defect not in self.tried:
            return "not run"
        if self.caught(defect, clause):
            return "caught it"
        if self.sound.get(clause) in RED:
            why = self.without[clause].reason if clause in self.without else "no reason is known"
            return f"{self.sound[clause]} without the fault too: shows nothing ({why})"
        tried = self.tried[defect]
        why = f" ({tried.stories[clause].reason})" if clause in tried.stories else ""
        return f"{tried.verdicts.get(clause, 'not run')}: did not{why}"

    def word(self, defect: str) -> str:
        """What became of a fault."""
        if not self.expected[defect]:
            return "no clause"
        if defect not in self.tried:
            return "not tried"
        return "killed" if self.red(defect) else "SURVIVES"

    @property
    def exit_code(self) -> int:
        """0 when every fault is caught."""
        words = {self.word(defect) for defect in self.expected}
        if "not tried" in words:
            return OUR_ERROR
        return CONFORMANT if words <= {"killed"} else NOT_CONFORMANT


def self_test(defects: tuple[str, ...], jobs: int) -> int:
    """Try faults and print the matrix; exit code 0 when every one is caught."""
    expected = read_expectations(scenarios_root(), load_contract("3.1"))
    for name in defects:
        if name not in expected:
            near = ", ".join(nearest_names(name, expected)) or "none is near"
            print(f"conformance: unknown defect {name!r}; nearest: {near}", file=sys.stderr)
            return USAGE
    matrix = Matrix({name: expected[name] for name in defects or expected})
    screen = Screen(highlight=False, soft_wrap=True)
    _try(matrix, jobs, screen)
    show(matrix, screen)
    return matrix.exit_code


def _try(matrix: Matrix, jobs: int, screen: Screen) -> None:
    todo = {name: clauses for name, clauses in matrix.expected.items() if clauses}

    def tell(tried: Tried) -> None:
        matrix.add(tried)
        if tried.defect != SOUND:
            told = f"{matrix.word(tried.defect):<10}{tried.defect}"
            screen.print(f"  {told}  {tried.seconds:.1f} s")

    try_side_by_side(todo, jobs, tell)


def show(matrix: Matrix, screen: Screen) -> None:
    """The matrix as lines that can be searched: a fault, then each clause named for it."""
    screen.print("\nkill matrix")
    for name, clauses in matrix.expected.items():
        screen.print(f"{matrix.word(name):<10}{name}")
        for clause in clauses:
            screen.print(f"            {clause}  {matrix.told(name, clause)}", markup=False)
    words = [matrix.word(name) for name in matrix.expected]
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    for clause, story in matrix.without.items():
        if matrix.sound[clause] in RED:
            told = f"without a fault: {matrix.sound[clause]} {clause}  {story.reason}"
            screen.print(told, markup=False)
    screen.print(f"{len(words)} seeded faults: " + ", ".join(f"{n} {w}" for w, n in counts.items()))
