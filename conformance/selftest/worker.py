"""One pytest session that tries many faults: one exchange, put back between them.

``python -m conformance.selftest.worker`` reads ``{"defect": [clauses]}`` as JSON from standard
input and writes one JSON line per fault, as soon as it is tried. The first line is about the sound
exchange: a clause that is red there says nothing about a fault.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from conformance.commands.run import RunRequest, pytest_arguments
from conformance.plugin.console import Console
from conformance.plugin.selection import clause_of
from conformance.plugin.session import serving
from conformance.target.target_file import read_target
from conformance.verdict.capsule import Capsule
from conformance.verdict.outcome import WORST_FIRST, Outcome, Verdict

SEED = 0
EFFORT = "standard"
"""A quick run holds too few random conversations to meet each fault."""
PATIENT = "--patient"
PATIENCE = "\n[limits]\nlatency_budget_ms = 15000\n"
"""For walks that are told again hundreds of times: one reply that came late once, on a busy
machine, would make a walk fail that does not fail again, and nothing could be shrunk."""
SOUND = ""
"""Stands for the exchange without a fault."""
RED = frozenset({"fail", "differs"})
TOLD = RED | {"error", "unverified"}


class Story(msgspec.Struct, frozen=True):
    """Why a clause did not hold, the steps of a walk, and how many requests were sent in it."""

    reason: str
    steps: tuple[str, ...] = ()
    requests: int = 0


class Tried(msgspec.Struct, frozen=True):
    """What became of the clauses named for one fault; those that did not hold tell their story."""

    defect: str
    verdicts: dict[str, Verdict]
    seconds: float = 0.0
    stories: dict[str, Story] = {}


class _Loop:
    """Runs the cases of each fault's clauses, a world of its own each time."""

    def __init__(
        self, tasks: Mapping[str, Sequence[str]], reset: Callable[[str], None],
        tell: Callable[[Tried], None],
    ) -> None:
        self._tasks = tasks
        self._reset = reset
        self._tell = tell
        self._verdicts: dict[str, Verdict] = {}
        self._stories: dict[str, Story] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running each case once."""
        cases: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in session.items:
            cases[clause_of(item) or ""].append(item)
        every = dict.fromkeys(clause for clauses in self._tasks.values() for clause in clauses)
        for defect, clauses in {SOUND: tuple(every), **self._tasks}.items():
            began = time.perf_counter()
            self._reset(defect)
            self._verdicts, self._stories = {}, {}
            items = [item for clause in clauses for item in cases[clause]]
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            verdicts: dict[str, Verdict] = {
                clause: self._verdicts.get(clause, "unverified") for clause in clauses
            }
            took = time.perf_counter() - began
            self._tell(Tried(defect, verdicts, took, self._stories))
            session.shouldstop = False
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The worst verdict of a clause stands for it, and the first story told of it."""
        text = getattr(report, "conformance_outcome", "")
        if not text:
            return
        outcome = msgspec.json.decode(text, type=Outcome)
        clause, verdict = outcome.clause, outcome.verdict
        known = self._verdicts.get(clause, verdict)
        self._verdicts[clause] = min(known, verdict, key=WORST_FIRST.index)
        if verdict in TOLD:
            capsule = getattr(report, "conformance_capsule", "")
            self._stories.setdefault(clause, story_of(outcome, capsule))


def story_of(outcome: Outcome, capsule: str) -> Story:
    """What an outcome and its capsule tell; the capsule's text may be empty."""
    sent = 0
    if capsule:
        sent = sum(line.way == "sent" for line in msgspec.json.decode(capsule, type=Capsule).lines)
    steps = outcome.finding.steps if outcome.finding is not None else ()
    return Story(outcome.reason, steps, sent)


def try_faults(
    tasks: Mapping[str, Sequence[str]], tell: Callable[[Tried], None], *, patient: bool = False
) -> None:
    """Try these faults one after the other; ``patient`` waits long for replies."""
    with (
        tempfile.TemporaryDirectory(prefix="conformance-selftest-") as folder,
        serving(Path(folder) / "target.toml", SEED) as file,
    ):
        if patient:
            file.write_text(file.read_text(encoding="utf-8") + PATIENCE, encoding="utf-8")
        address = _reset_address(file)

        def reset(defect: str) -> None:
            body = json.dumps({"defects": [defect] if defect else []}).encode()
            asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(asked) as answer:
                answer.read()

        request = RunRequest(
            target=str(file), seed=SEED, effort=EFFORT, report_dir=Path(folder) / "run"
        )
        plugins = [_Loop(tasks, reset, tell), Console(silent=True)]
        pytest.main(pytest_arguments(request), plugins=plugins)


def _reset_address(file: Path) -> str:
    clock = read_target(file).hooks.clock
    if clock is None or clock.url is None:
        raise RuntimeError("the reference exchange offers no control endpoint")
    return clock.url.rpartition("/")[0] + "/reset"


def main() -> None:
    """Tasks in, lines out; whatever the cases print goes elsewhere."""
    tasks = json.load(sys.stdin)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)

        def tell(tried: Tried) -> None:
            out.write(msgspec.json.encode(tried).decode() + "\n")
            out.flush()

        try_faults(tasks, tell, patient=PATIENT in sys.argv)


if __name__ == "__main__":
    main()
