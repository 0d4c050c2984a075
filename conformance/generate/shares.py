"""Which of a call's generated requests go over each of its surfaces.

Behind every surface is the same call, so what is seen over one need not be sought over all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from conformance.contract.call import Call
from conformance.generate.case import Case, Expectation
from conformance.generate.requests import generator_for

SECOND = "http"
"""The surface that most calls have besides their first one."""
SHARE = 5
"""One request in so many goes over the second surface too."""
EVERY_EDGE_FROM = 100
"""Requests per call from which every edge goes over the second surface, whatever the share."""


def requests_over(
    surface: str, call: Call, expect: Expectation, base: Any, *, seed: int, count: int
) -> Iterator[Case]:
    """The requests of one call and kind over one surface, ``count`` being wanted over the first."""
    generator = generator_for(call)
    make = generator.valid if expect == "answer" else generator.invalid
    if surface != SECOND:
        return make(base, seed, count)
    if count < EVERY_EDGE_FROM:
        return islice(make(base, seed, count), 0, None, SHARE)
    return make(base, seed, count // SHARE)
