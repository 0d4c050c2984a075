"""Every key and type the pages print is in the schemas, or an erratum says why not.

The digest of facts stands in for the pages where they are not at hand; the two are held to agree.
"""

from __future__ import annotations

import pytest

from .pages import errata, facts, source
from .pages.compare import differences
from .pages.schema_view import call_files


def test_digest_agrees_with_the_pages():
    """What is checked without the pages is what would be checked with them."""
    root = source.docs_root()
    if root is None:
        pytest.skip("missing-material: the documentation pages are not on this machine")
    committed = source.DIGEST.read_text(encoding="utf-8")
    assert committed == facts.dump(facts.read(root)), "run: python -m tests.contract.pages digest"


def test_digest_is_large_enough_to_mean_something():
    """An extractor that finds nothing would let everything pass; figures counted on the pages."""
    calls = facts.load(source.DIGEST.read_text(encoding="utf-8")).values()
    parts = [part for call in calls for part in call.parts.values()]

    assert len(calls) == 270
    assert sum(len(part.keys) for part in parts) > 3200
    assert sum(len(part.samples) for part in parts) > 550
    assert all(row.type for part in parts for row in part.keys)


@pytest.mark.parametrize("call", sorted(facts.facts()))
def test_every_key_of_the_page_is_in_the_schema(call):
    """A documented key that is missing is never sent, never judged and never missed."""
    if call not in call_files():
        pytest.fail(f"{call}: no call file")
    found = [one for one in differences(facts.facts()[call]) if not one.erratum]
    assert not found, "\n".join(["", *map(str, found)])


def test_errata_name_pages_that_exist():
    root = source.docs_root()
    if root is None:
        pytest.skip("missing-material: the documentation pages are not on this machine")
    known = {errata.tail(path.name) for path in root.rglob("*.md")}
    known |= {errata.tail(call.page) for call in facts.facts().values()}
    wrong = [
        (entry["id"], page)
        for entry in errata.entries()
        for page in errata.pages(entry)
        if errata.tail(page) not in known
    ]
    assert not wrong


def test_errata_have_ids_of_their_own():
    ids = [entry["id"] for entry in errata.entries()]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})


def test_every_repair_finds_its_place():
    """A repair that matches nothing was written against another text and hides nothing."""
    samples = {
        errata.tail(call.page): [
            text for part in call.parts.values() for text in (*part.samples, *part.nested)
        ]
        for call in facts.facts().values()
    }
    stale = []
    for entry in errata.entries():
        tails = [errata.tail(page) for page in errata.pages(entry)]
        texts = [text for tail in tails for text in samples.get(tail, ())]
        stale += [
            f"{entry['id']}: {step['from']}"
            for step in entry.get("repair", ())
            if texts
            and (place := errata.place(step["from"]))
            and not any(place.search(text) for text in texts)
        ]
    assert not stale, "\n".join(["", *stale])
