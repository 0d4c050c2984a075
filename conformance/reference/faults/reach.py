"""A caller in whose way nothing stands: for faults that forget whose things are whose."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.registry import load_calls
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotAuthorized
from conformance.reference.faults.registry import Run


class Unbounded(Context):
    """A context that takes every caller for an operator."""

    @property
    def is_operator(self) -> bool:
        """Always."""
        return True


def without_bounds(context: Context, request: Any, run: Run) -> object:
    """Serve the call as if an operator had sent it."""
    handler = load_calls()[context.call.lower()].handler
    return handler(
        Unbounded(context.exchange, context.peer, context.call, context.sequence, context.venues),
        request,
    )


def not_for_operators(context: Context, request: Any, run: Run) -> object:
    """Refuse operators what they may do."""
    if context.is_operator:
        raise NotAuthorized
    return run()
