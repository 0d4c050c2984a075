"""Opening the world of a run: the target, or the reference exchange as a process of its own."""

from __future__ import annotations

import gc
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from conformance.contract.catalog import load_contract
from conformance.generate.world import World
from conformance.plugin.options import RunOptions, run_options
from conformance.target.deployment import Deployment
from conformance.target.loop import DrivenLoop, interruptible
from conformance.target.target_file import Target, read_target

READY_TIMEOUT_S = 20


class ReferenceDidNotStart(Exception):
    """Our own reference exchange could not be started; the message is what it said."""


@contextmanager
def open_world(config: pytest.Config) -> Iterator[World]:
    """The world this session's cases run in."""
    options = run_options(config)
    worker: str = getattr(config, "workerinput", {}).get("workerid", "")
    if worker and options.target is None:
        share_a_core(worker)
    gc.freeze()  # contract and cases stay: the garbage collector need not look at them again
    loop = DrivenLoop()
    with closing(loop), interruptible(loop), _target(options, loop) as target:
        contract = load_contract(options.api_version)
        deployment = Deployment(target, contract, read_only=options.read_only, loop=loop)
        if options.target is None:
            # Nobody was here before, so names need no time in them: the same seed, the same run.
            deployment.namespace = f"s{options.seed}"
        elif worker:
            deployment.namespace = f"{deployment.now_ms()}-{worker}"
        try:
            yield World(
                deployment, contract, options.seed, options.requests_per_call,
                examples_per_call=options.examples_per_call,
            )
        finally:
            deployment.close()


@contextmanager
def _target(options: RunOptions, loop: DrivenLoop) -> Iterator[Target]:
    """The target of the file, or our reference exchange on the loop of the cases.

    Most requests go one at a time. Between two processes each costs twice waking the other one: 150
    microseconds for a Ping on one core, against 80 on one loop. The sockets are real all the same.
    """
    if options.target is not None:
        yield read_target(options.target)
        return
    from conformance.reference.embedded import EmbeddedReference
    from conformance.reference.server import load_defects

    load_defects()
    exchange = EmbeddedReference(
        seed=options.seed, defects=options.defects, heartbeat=True, loop=loop
    )
    try:
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            file = Path(folder) / "target.toml"
            file.write_text(exchange.target_file, encoding="utf-8")
            target = read_target(file)
        yield target
    finally:
        exchange.close()


def share_a_core(worker: str) -> None:
    """Pin this worker to one core: two that wander over two cores get in each other's way."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    number = int(worker.removeprefix("gw")) if worker.removeprefix("gw").isdigit() else 0
    os.sched_setaffinity(0, {cores[number % len(cores)]})


@contextmanager
def target_of(path: Path | None, seed: int, *, defects: tuple[str, ...] = ()) -> Iterator[Target]:
    """The target of a file, or our reference exchange, started for this run and stopped after."""
    if path is not None:
        yield read_target(path)
        return
    with (
        tempfile.TemporaryDirectory(prefix="conformance-") as folder,
        serving(Path(folder) / "target.toml", seed, defects=defects) as file,
    ):
        yield read_target(file)


@contextmanager
def serving(file: Path, seed: int, *, defects: tuple[str, ...] = ()) -> Iterator[Path]:
    """Our reference exchange as a process, described by the target file it writes."""
    command = [
        sys.executable, "-m", "conformance.cli", "serve", "--control",
        "--seed", str(seed), "--write-target", str(file),
        *(word for defect in defects for word in ("--defect", defect)),
    ]
    # What it says goes to a file: a pipe that nobody empties would stop it in the middle of a run.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                process.wait(READY_TIMEOUT_S)
                said.seek(0)
                raise ReferenceDidNotStart(said.read()[-2000:])
            yield file
        finally:
            process.terminate()
            process.wait(READY_TIMEOUT_S)


def load_recipes(scenarios: Path) -> None:
    """Import every ``recipes.py`` below the scenarios, so that their recipes are known."""
    for path in sorted(scenarios.glob("*/recipes.py")):
        importlib.import_module(f"scenarios.{path.parent.name}.recipes")
