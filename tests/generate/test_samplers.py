"""Compiled samplers: whatever they draw, for every call, it is nobody's by chance."""

from __future__ import annotations

import random

import pytest

from conformance.contract.call import Call
from conformance.contract.catalog import load_contract
from conformance.contract.payload import dump_json
from conformance.generate.samplers import sampler
from conformance.target.ownership import Ownership, owner_keys

OWNED = [call for call in load_contract().calls if owner_keys(call)]
DRAWS = 200


@pytest.mark.parametrize("call", OWNED, ids=lambda call: call.key)
def test_no_draw_names_somebody_by_chance(call: Call) -> None:
    request = call.bundled("request")
    draw, nobody, rng = sampler(request, request), Ownership(), random.Random(1)

    for _ in range(DRAWS):
        nobody.check(call, dump_json(draw(rng)))  # raises Fenced where somebody is named
