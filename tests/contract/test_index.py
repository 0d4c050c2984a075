"""The calls of `schemas/` are those of the 3.1 index: each once, in its section, and no other."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .pages import facts, source
from .pages.schema_view import call_files

EXPECTED = Path(__file__).with_name("index-3.1.txt")
UNLISTED = {"users/ResetPassword2"}
# The index's sections and how many calls each holds, counted on the index file.
SECTIONS = {
    "users": 65,
    "accounts": 35,
    "trades": 5,
    "oms_orders": 17,
    "products": 23,
    "instrs": 12,
    "tickets": 42,
    "user_verification": 2,
    "margin": 3,
    "uncertain": 9,
    "am_mgr": 9,
    "exchange_admin": 9,
    "gen_admin": 18,
    "apad": 20,
}
CALLS = sorted(facts.facts())


@cache
def expected() -> dict[str, str]:
    """Section and name of each indexed call, and its page."""
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


@cache
def document(call: str) -> dict[str, Any]:
    return dict(json.loads(call_files()[call].read_text(encoding="utf-8")))


def test_expected_names_are_those_of_the_index():
    """The committed list cannot drift from the index it was taken from."""
    root = source.docs_root()
    if root is None:
        pytest.skip("missing-material: the documentation pages are not on this machine")
    pages = list(expected().values())
    assert pages == source.call_entries(root)
    assert expected() == {one.id: one.page for one in facts.read(root).values() if one.listed}


def test_expected_names_fill_the_sections():
    assert Counter(call.split("/")[0] for call in expected()) == SECTIONS
    assert len(expected()) == 269


def test_every_indexed_call_has_one_file_and_nothing_else_has():
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line[:1] != "#"]) == len(expected())
    missing = sorted(set(expected()) - set(call_files()))
    surplus = sorted(set(call_files()) - set(expected()) - UNLISTED)
    assert not missing, f"no call file: {missing}"
    assert not surplus, f"not in the index: {surplus}"


def test_call_without_index_entry_says_so():
    unlisted = {call for call in call_files() if document(call)["x-call"].get("listed") is False}
    assert unlisted == UNLISTED


@pytest.mark.parametrize("call", CALLS)
def test_call_file_says_where_it_belongs(call):
    """Folder, file name, identifier, title and page of a call agree with one another."""
    page = facts.facts()[call]
    about = document(call)["x-call"]

    assert document(call)["$id"] == f"apex:calls/{call}"
    assert document(call)["title"] == page.name
    assert about["section"] == page.section
    assert about["page"].rsplit("/", 1)[-1] == page.page.rsplit("/", 1)[-1]


@pytest.mark.parametrize("call", [call for call in CALLS if not call.startswith("apad/")])
def test_call_file_repeats_the_head_of_its_page(call):
    """Category, permissions, mode and deprecation are as printed, letter case apart."""
    page = facts.facts()[call]
    about = document(call)["x-call"]

    assert about["category"] == page.category
    assert [word.lower() for word in about["permissions"]] == [
        word.lower() for word in page.permissions
    ]
    assert about["mode"] == page.mode
    assert about["deprecated"] == page.deprecated
