"""A finding: something was required and something else came."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.target.session import Turn


class Finding(AssertionError):
    """A clause does not hold here.

    ``required`` and ``received`` are one line each; ``oracle`` names what demands it; ``state``
    says what changed that must not; ``kind`` is a stable word for the kind of finding, part of the
    signature by which waivers and comparisons recognise a known failure. ``basis`` is weaker than
    the clause's where only a reading demands what did not come.
    """

    def __init__(
        self,
        kind: str,
        *,
        required: str,
        received: str,
        oracle: str = "",
        state: str = "",
        turns: Sequence[Turn] = (),
        count: int = 1,
        basis: str = "stated",
    ) -> None:
        super().__init__(f"required {required}; received {received}")
        self.kind = kind
        self.required = required
        self.received = received
        self.oracle = oracle
        self.state = state
        self.turns = tuple(turns)
        self.count = count
        self.basis = basis


class Unverified(Exception):
    """The clause could not be exercised here; the message is the reason."""
