"""Options of a run, as pytest options and as one typed object."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

EFFORTS = {"quick": 20, "standard": 100, "certify": 400}
"""Generated requests per call; 100 at standard is what issue and README promise."""
EXAMPLES = {"quick": 0, "standard": 12, "certify": 20}
"""Requests per call drawn by Hypothesis: about a millisecond and a half each."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run was asked for."""

    target: Path | None
    api_version: str
    effort: str
    sections: tuple[str, ...]
    calls: tuple[str, ...]
    clauses: tuple[str, ...]
    read_only: bool
    seed: int
    run_dir: Path | None
    waivers: Path | None
    defects: tuple[str, ...] = ()

    @property
    def requests_per_call(self) -> int:
        """Generated requests per call at this effort."""
        return EFFORTS[self.effort]

    def reaches(self, effort: str) -> bool:
        """Is the effort at least this one?"""
        order = list(EFFORTS)
        return order.index(self.effort) >= order.index(effort)

    @property
    def examples_per_call(self) -> int:
        """Requests per call drawn by Hypothesis at this effort."""
        return EXAMPLES[self.effort]


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("conformance", "conformance of an AlphaPoint Exchange API deployment")
    group.addoption("--target", metavar="FILE", help="target file; default: our own reference")
    group.addoption("--api-version", default="3.1", help="edition of the contract")
    group.addoption("--effort", choices=sorted(EFFORTS), default="quick")
    group.addoption("--section", action="append", default=[], help="only this section")
    group.addoption("--call", action="append", default=[], help="only this call")
    group.addoption("--clause", action="append", default=[], help="only clauses matching this glob")
    group.addoption("--read-only", action="store_true", help="send nothing that writes")
    group.addoption("--conformance-seed", type=int, default=0, help="seed of generated requests")
    group.addoption("--run-dir", metavar="DIR", help="write the run record here")
    group.addoption("--waivers", metavar="FILE", help="known failures that are excused")
    group.addoption(
        "--defect", action="append", default=[], help="switch on a seeded fault of our reference"
    )


def run_options(config: pytest.Config) -> RunOptions:
    """The options of this session."""
    option = config.getoption
    target, run_dir, waivers = option("--target"), option("--run-dir"), option("--waivers")
    return RunOptions(
        target=Path(target) if target and target != "reference" else None,
        api_version=option("--api-version"),
        effort=option("--effort"),
        sections=tuple(option("--section")),
        calls=tuple(option("--call")),
        clauses=tuple(option("--clause")),
        read_only=option("--read-only"),
        seed=option("--conformance-seed"),
        run_dir=Path(run_dir) if run_dir else None,
        waivers=Path(waivers) if waivers else None,
        defects=tuple(option("--defect")),
    )

