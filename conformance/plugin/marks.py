"""How a case says what it decides."""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def clause(clause_id: str) -> pytest.MarkDecorator:
    """This case decides the clause; its text, basis and source stand in schemas/clauses."""
    return pytest.mark.clause(clause_id)


def clause_case(clause_id: str, *values: Any) -> ParameterSet:
    """One row of ``pytest.mark.parametrize`` that decides a clause of its own."""
    return pytest.param(*values, id=clause_id, marks=clause(clause_id))


def obligation(
    name: str, *, effort: str = "quick", surface: str = "", reads_only: bool = False
) -> pytest.MarkDecorator:
    """This case runs for every call that owes the obligation and takes it as ``call``.

    One that also takes ``surface`` runs over each surface that carries the call, or over the one
    named. ``effort`` is the least at which it runs; ``reads_only`` leaves out calls that write.
    """
    return pytest.mark.obligation(name, effort=effort, surface=surface, reads_only=reads_only)
