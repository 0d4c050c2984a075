"""Our rate of generated, sent, answered and judged requests beside that of the schemathesis CLI.

``python benchmarks/generated_requests.py`` runs both against the same reference exchange in one
go: ours over the WebSocket, schemathesis over the HTTP gateway from ``conformance export openapi``.
The goal is 5,000 a second; the ratio says what frames and a generator of our own buy. schemathesis
gets every tenth call, enough for its rate to settle.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from generated_part import Rate, bases_of, passes, reference

from conformance.contract.catalog import load_contract
from conformance.contract.export_openapi import openapi_document
from conformance.target.deployment import Deployment
from conformance.target.target_file import Target

EVERY = 10
EXAMPLES = 20
ROUNDS = 5
PHASES = ("coverage", "fuzzing")
_GENERATED = re.compile(r"(\d+) generated")


def main() -> None:
    """Measure and print."""
    with reference() as target:
        rates = passes(target, bases_of(target), ROUNDS)
        best, first = max(rates, key=lambda rate: rate.per_second), rates[0]
        print(f"{first.calls} calls, {first.requests} requests a pass, over one window")
        for name, rate in (("first pass, compiling included", first), ("best pass", best)):
            print(f"ours, {name:31} {rate.per_second:8.0f} requests/s")
        for phase in PHASES:
            per_second, cases = schemathesis(target, phase)
            ratio = best.per_second / per_second
            print(
                f"schemathesis CLI, {phase:19} {per_second:8.0f} requests/s "
                f"({cases} cases); ours is {ratio:.0f} times as fast"
            )
    _warn(first)


def schemathesis(target: Target, phase: str) -> tuple[float, int]:
    """Cases a second of the CLI in one phase, by its own count and the wall clock."""
    assert target.target.http is not None
    deployment = Deployment(target, load_contract())
    token = deployment.persona("trader").token
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(_sample()))
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", str(document),
            "--url", target.target.http.removesuffix("/AP/"), "--phases", phase,
            "-n", str(EXAMPLES), "-H", f"APToken: {token}", "--seed", "1",
            "--checks", "response_schema_conformance", "--continue-on-failure",
        ]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    deployment.close()
    found = _GENERATED.search(done.stdout)
    if found is None:
        raise SystemExit(f"schemathesis did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return int(found.group(1)) / seconds, int(found.group(1))


def _sample() -> dict[str, Any]:
    """The exported document with every tenth call, and no login but the header we give."""
    document = openapi_document(load_contract())
    document["paths"] = dict(list(document["paths"].items())[::EVERY])
    document["components"].pop("securitySchemes")
    for path in document["paths"].values():
        path["post"].pop("security", None)
    return document


def _warn(rate: Rate) -> None:
    if rate.without_success:
        print(f"{rate.without_success} calls have no base that succeeds; the schema made one")


if __name__ == "__main__":
    main()
