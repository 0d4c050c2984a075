"""What becomes of a conversation of a state machine that fails once and not again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, rule

from conformance.oracle.finding import Finding
from conformance.target.unavailable import Unavailable
from scenarios.workflows.efforts import converse

WORLD: Any = SimpleNamespace(requests_per_call=20)


def failing_once(error: Exception) -> type[RuleBasedStateMachine]:
    """A machine of which one step fails, and never again."""
    left = [error]

    class Once(RuleBasedStateMachine):
        @rule()
        def step(self) -> None:
            if left:
                raise left.pop()

    return Once


@pytest.mark.parametrize("error", [
    Finding("silence", required="an answer in time", received="none"),
    Unavailable("a step of the story was not answered"),
    KeyError("our own mistake"),
])
def test_what_happened_once_is_judged_as_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        converse(failing_once(error), WORLD)

    assert caught.value is error
