"""A target that breaks one thing is caught, by the clause that is about it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.commands import run as command
from conformance.commands.run import RunRequest, run_suite
from conformance.plugin.session import serving
from conformance.report.run_record import read_record
from conformance.target.target_file import read_target
from conformance.verdict.outcome import Outcome
from tests.faults.catalogue import FAULTS
from tests.faults.fault import SOUND, Entry, Fault
from tests.faults.proxy import Proxy, proxy_before

BUDGET_MS = 600
"""Latency budget of the target: what a swallowed reply costs us."""


class Bench:
    """One exchange, one proxy before it, and runs against it."""

    def __init__(self, file: Path, proxy: Proxy, reset: Callable[[], None]) -> None:
        self._file = file
        self._proxy = proxy
        self._reset = reset

    def run(self, entry: Entry, folder: Path) -> tuple[int, list[Outcome]]:
        """Exit code and outcomes of a run of one clause with one fault."""
        self._reset()
        self._proxy.switch_to(entry.name)
        code = run_suite(RunRequest(
            target=str(self._file), clauses=[entry.clause], report_dir=folder,
            cases=[entry.where],
        ))
        return code, list(read_record(folder).outcomes)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    with serving(folder / "exchange.toml", 3) as file:
        target = read_target(file)
        with proxy_before(target.target.websocket) as proxy:
            through = folder / "through.toml"
            through.write_text(behind(file.read_text(), proxy.address))
            yield Bench(through, proxy, resetter(target.hooks.clock.url))


def behind(text: str, address: str) -> str:
    """The exchange's target file with frames going through the proxy, and no other surface."""
    lines = []
    for line in text.splitlines():
        key = line.partition(" ")[0]
        if key == "websocket":
            line = f'websocket = "ws://{address}/WSGateway/"'
        if key not in ("http", "apad", "digitizer"):
            lines.append(line)
    return "\n".join([*lines, "[limits]", f"latency_budget_ms = {BUDGET_MS}", ""])


def resetter(clock: str) -> Callable[[], None]:
    address = clock.rpartition("/")[0] + "/reset"

    def reset() -> None:
        asked = urllib.request.Request(address, json.dumps({"defects": []}).encode())
        urllib.request.urlopen(asked).close()

    return reset


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught_by_its_clause(
    name: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "render_all", lambda *_: None)
    entry = FAULTS[name]

    code, outcomes = bench.run(entry, tmp_path / "run")

    failed = [outcome for outcome in outcomes if outcome.verdict == "fail"]
    told = "\n".join(f"{o.clause} {o.verdict}: {o.reason}" for o in outcomes)
    assert {outcome.clause for outcome in failed} == {entry.clause}, told
    kinds = {outcome.finding.kind for outcome in failed if outcome.finding}
    assert any(kind.startswith(entry.kind) for kind in kinds), (kinds, told)
    assert code == 1
    assert all((tmp_path / "run" / outcome.capsule).is_file() for outcome in failed)


def test_there_are_many_kinds() -> None:
    assert len(FAULTS) >= 40
    assert all(entry.kind for entry in FAULTS.values())


@pytest.mark.parametrize("clause", sorted({entry.clause for entry in FAULTS.values()}))
def test_without_a_fault_the_same_clauses_hold(
    clause: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the fault would not be what was caught."""
    monkeypatch.setattr(command, "render_all", lambda *_: None)
    where = next(entry.where for entry in FAULTS.values() if entry.clause == clause)

    code, outcomes = bench.run(Entry(SOUND, clause, "", Fault, where), tmp_path / "run")

    assert outcomes
    assert {outcome.verdict for outcome in outcomes} <= {"pass", "lenient"}
    assert code == 0
