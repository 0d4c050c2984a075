"""Two judges, written apart, give every page sample, instance and mutation the same verdict.

The library's judge folds, bundles and compiles in its own way; the tests' judge reads the files
directly. Where they differ, one of them misreads JSON Schema or the rules of folding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import pytest

from conformance.contract import Contract, load_contract, validator_for

from .pages import facts
from .pages.instances import build, mutations
from .pages.judge import Judge
from .pages.samples import samples
from .pages.schema_view import Node, call_files, parts

FILES = call_files(digitizer=True)
EVERY = 11  # one mutation in eleven: a prime, so that each kind and depth has its turn


@cache
def contract() -> Contract:
    return load_contract("3.1")


def values(call: str, part: str, node: Node) -> Iterator[Any]:
    """Samples, the fullest and the barest instance, and some of their mutations."""
    page = facts.facts().get(call)
    if page and part in page.parts:
        yield from (one.value for one in samples(page, part) if one.json)
    for full in (True, False):
        valid = build(node, full)
        yield valid
        yield from (one.value for one in islice(mutations(valid, node), 0, None, EVERY))


@pytest.mark.parametrize("call", sorted(FILES))
def test_both_judges_give_one_verdict(call):
    section, name = call.split("/")
    document = json.loads(FILES[call].read_text(encoding="utf-8"))
    for part, node in parts(document).items():
        ours, theirs = Judge(node), validator_for(contract().call(name, section), part)
        split = [
            json.dumps(value)[:200]
            for value in values(call, part, node)
            if ours.accepts(value) != theirs.judge(value).holds
        ]
        assert not split, f"{call} {part}: " + "\n".join(split[:5])
