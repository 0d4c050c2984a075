"""``conformance serve``: the reference exchange as a process."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.contract.errors import nearest_names
from conformance.reference.defects import KNOWN
from conformance.reference.server import ServeOptions, load_defects, serve


def run_server(
    port: int,
    dialect: str,
    seed: int | None,
    defects: tuple[str, ...],
    control: bool,
    write_target: Path | None,
) -> None:
    """Serve until interrupted; exit code 2 for an unknown defect."""
    load_defects()
    for name in defects:
        if name not in KNOWN:
            near = ", ".join(nearest_names(name, KNOWN)) or "conformance selftest lists them"
            print(f"conformance: unknown defect {name!r}; nearest: {near}", file=sys.stderr)
            raise SystemExit(2)
    serve(ServeOptions(port, dialect, seed, defects, control, write_target))
