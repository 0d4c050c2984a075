"""The benchmarks still run; their numbers are for whoever runs them by hand."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PER_CALL = 4


def test_every_call_takes_part_in_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass sends to one target what was made on another connection, which the fence must know."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    part = importlib.import_module("generated_part")
    monkeypatch.setattr(part, "PER_CALL", PER_CALL)

    with part.reference() as target:
        bases = part.bases_of(target)
        rate, = part.passes(target, bases, 1)

    assert rate.calls == len(bases) > 200
    assert all(base.sure or base.call.effect == "session" for base in bases)
    assert rate.requests > PER_CALL * rate.calls * 0.9
