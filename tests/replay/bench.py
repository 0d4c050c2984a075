"""One exchange whose fault can be changed, and runs and replays against it in this process."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.commands import run as command
from conformance.commands.replay import replay_capsule
from conformance.commands.run import RunRequest, run_suite
from conformance.plugin.session import serving
from conformance.target.target_file import read_target


class Bench:
    """Runs that leave capsules, and replays of them."""

    def __init__(self, file: Path) -> None:
        self.file = file
        clock = read_target(file).hooks.clock
        assert clock is not None
        assert clock.url is not None
        self._reset = clock.url.rpartition("/")[0] + "/reset"

    def put_back(self, *defects: str) -> None:
        """The exchange as it was in the beginning, with these faults."""
        body = json.dumps({"defects": defects}).encode()
        urllib.request.urlopen(urllib.request.Request(self._reset, body)).close()

    def failure(self, defect: str, clause: str, where: str, folder: Path) -> Path:
        """The capsule that a clause leaves with a fault on."""
        self.put_back(defect)
        code = run_suite(RunRequest(
            target=str(self.file), clauses=[clause], report_dir=folder, cases=[where],
        ))
        assert code == 1
        return next((folder / "capsules").glob("*.json"))

    def replay(self, capsule: Path, *defects: str) -> int:
        """Exit code of a replay on the exchange with these faults."""
        self.put_back(*defects)
        return replay_capsule(capsule, str(self.file))


@contextmanager
def bench_in(folder: Path) -> Iterator[Bench]:
    """A bench with an exchange of its own."""
    rendered = command.render_all
    command.render_all = lambda *_: []  # reports have tests of their own
    try:
        with serving(folder / "target.toml", 11) as file:
            yield Bench(file)
    finally:
        command.render_all = rendered
