"""One generated request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Expectation = Literal["answer", "refusal"]
"""``answer``: valid, so any documented reply will do; ``refusal``: invalid, must be refused."""
Basis = Literal["stated", "inferred"]


@dataclass(frozen=True, slots=True)
class Case:
    """A request to send. ``name`` says what was varied, ``seed`` is set for random ones.

    ``basis`` says why an invalid one must be refused: ``stated`` by the page, or ``inferred``.
    """

    call: str
    name: str
    payload: str
    expect: Expectation
    seed: int | None = None
    basis: Basis = "stated"
