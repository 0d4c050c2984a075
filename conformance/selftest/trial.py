"""Faults tried by several workers side by side."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence

import msgspec

from conformance.selftest.worker import PATIENT, Tried


def try_side_by_side(
    tasks: Mapping[str, Sequence[str]], jobs: int, tell: Callable[[Tried], None], *,
    patient: bool = False,
) -> None:
    """Try each fault with its clauses; ``tell`` hears of one at a time, as soon as it is tried.

    Each worker also tells of its clauses without a fault, under the name SOUND. ``patient`` waits
    long for replies.
    """
    names = list(tasks)
    shares = [names[start::jobs] for start in range(min(jobs, len(names)))]
    lock = threading.Lock()

    def work(share: list[str]) -> None:
        worker = subprocess.Popen(
            [sys.executable, "-m", "conformance.selftest.worker", *([PATIENT] if patient else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None
        with worker:
            worker.stdin.write(json.dumps({name: list(tasks[name]) for name in share}))
            worker.stdin.close()
            for line in worker.stdout:
                with lock:
                    tell(msgspec.json.decode(line, type=Tried))

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
