"""``conformance run``: the scenarios as one pytest session, with our own display."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root
from conformance.plugin.console import Console
from conformance.target.target_file import TargetFileError, read_target
from conformance.verdict.summary import USAGE


def run_suite(
    *,
    target: str | None,
    api_version: str,
    effort: str,
    sections: Sequence[str],
    calls: Sequence[str],
    clauses: Sequence[str],
    read_only: bool,
    seed: int,
    report_dir: Path | None,
) -> int:
    """Run everything selected; the exit code of DESIGN's table."""
    contract = load_contract(api_version)
    for name in sections:
        contract.section(name)
    for name in calls:
        contract.call(name)
    if target and target != "reference":
        try:
            read_target(Path(target))
        except TargetFileError as error:
            print(f"conformance: {error}", file=sys.stderr)
            return USAGE
    root = scenarios_root()
    arguments = [
        str(root), f"--rootdir={root}", "-p", "no:terminal", "-p", "no:cacheprovider",
        "--disable-plugin-autoload", "-p", "conformance.plugin", "-c", os.devnull,
        f"--api-version={api_version}", f"--effort={effort}", f"--conformance-seed={seed}",
    ]
    arguments += [f"--section={name}" for name in sections]
    arguments += [f"--call={name}" for name in calls]
    arguments += [f"--clause={name}" for name in clauses]
    if target:
        arguments.append(f"--target={target}")
    if read_only:
        arguments.append("--read-only")
    if report_dir is not None:
        arguments.append(f"--run-dir={report_dir}")
    return int(pytest.main(arguments, plugins=[Console()]))
