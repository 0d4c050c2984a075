"""From a request that breaks something to the smallest one that still does, by Hypothesis.

The strategy holds, for each key of the failing request, ever simpler choices: leave it out, the
base's value, small values of its type, the value as it is. The last is drawn nearly always, so that
the search starts beside the failing request; Hypothesis then moves every choice down as far as it
goes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from conformance.generate.edits import ABSENT, text_of

BUDGET = 100
"""Requests that shrinking one failure may send."""
_SETTINGS = settings(
    database=None, deadline=None, max_examples=BUDGET, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink), print_blob=False,
)


def smallest(
    base: Any, failing: Any, breaks: Callable[[Any], bool], budget: int = BUDGET
) -> tuple[Any, int]:
    """The smallest request found that still breaks, and how many were tried.

    ``breaks`` sends a request and tells whether it fails in the same way. Each distinct request is
    sent once.
    """
    known: dict[str, bool] = {text_of(failing): True}
    tried = 0

    def still(payload: Any) -> bool:
        nonlocal tried
        text = text_of(payload)
        if text not in known:
            if tried >= budget:
                return False
            tried += 1
            known[text] = breaks(payload)
        return known[text]

    try:
        found = find(_simpler(base, failing), still, settings=_SETTINGS, random=Random(0))
    except HypothesisException:  # not found again within the budget: the failing one stands
        found = failing
    for key in list(found) if isinstance(found, dict) else ():
        fewer = {name: value for name, value in found.items() if name != key}
        if still(fewer):
            found = fewer
    return found, tried


def _simpler(base: Any, failing: Any) -> SearchStrategy[Any]:
    if isinstance(failing, dict):
        return _simpler_object(base if isinstance(base, dict) else {}, failing)
    return _mostly_last([*([] if base is ABSENT else [base]), *_small(failing), failing], 1)


def _simpler_object(base: dict[str, Any], failing: dict[str, Any]) -> SearchStrategy[Any]:
    keys = list(dict.fromkeys([*base, *failing]))
    parts = []
    for key in keys:
        value, normal = failing.get(key, ABSENT), base.get(key, ABSENT)
        if isinstance(value, dict) and value:
            deeper = _simpler_object(normal if isinstance(normal, dict) else {}, value)
            parts.append(_mostly_last([st.just(ABSENT), deeper], len(keys)).flatmap(_as_it_is))
        else:
            parts.append(_mostly_last(_choices(normal, value), len(keys)))
    return st.tuples(*parts).map(
        lambda drawn: {k: v for k, v in zip(keys, drawn, strict=True) if v is not ABSENT}
    )


def _as_it_is(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return strategy


def _mostly_last(choices: list[Any], beside: int) -> SearchStrategy[Any]:
    """One of the choices; the last so often that all of ``beside`` such draws mostly take it."""
    return st.sampled_from([*choices, *[choices[-1]] * (2 * beside * len(choices))])


def _choices(base: Any, failing: Any) -> list[Any]:
    """Simplest first, the failing value last."""
    if failing is ABSENT:
        return [base, ABSENT]
    if base is not ABSENT and base == failing:
        return [ABSENT, failing]
    return [ABSENT, *([] if base is ABSENT else [base]), *_small(failing), failing]


def _small(value: Any) -> list[Any]:
    """Smaller values of the same type."""
    if isinstance(value, bool) or value is None:
        return [False] if value else []
    if isinstance(value, int):
        return _halves(value)
    if isinstance(value, Decimal):
        whole = int(value)
        return [*(Decimal(half) for half in _halves(whole)), Decimal(whole)]
    if isinstance(value, str):
        return ["", "a", value[:1], value[: len(value) // 2]]
    if isinstance(value, list):
        return [[], value[:1]]
    return []


def _halves(value: int) -> list[int]:
    """Zero and the value halved again and again, smallest first."""
    sign, size = (-1 if value < 0 else 1), abs(value)
    return [0, *(sign * (size >> step) for step in range(size.bit_length() - 1, 0, -1))]
