"""How a case says what it decides."""

from __future__ import annotations

import pytest


def clause(clause_id: str) -> pytest.MarkDecorator:
    """This case decides the clause; its text, basis and source stand in schemas/clauses."""
    return pytest.mark.clause(clause_id)


def obligation(name: str) -> pytest.MarkDecorator:
    """This case runs for every call that owes the obligation and takes it as ``call``."""
    return pytest.mark.obligation(name)
