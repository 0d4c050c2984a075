"""Payload texts that are no JSON, or JSON of the wrong kind for any request object."""

from __future__ import annotations

import random
from collections.abc import Iterator

from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json

_ALWAYS = (
    ("cut short", '{"OMSId":'),
    ("not JSON", "hello"),
    ("a trailing comma", '{"OMSId":1,}'),
    ("a bare number", "7"),
    ("a bare text", '"text"'),
    ("single quotes", "{'OMSId':1}"),
    ("an unquoted key", "{OMSId:1}"),
    ("two values", "{} {}"),
    ("an open text", '{"OMSId":"1}'),
    ("not a number", '{"OMSId":NaN}'),
)
_INTRUDERS = '}]{,:"\\x'


def malformed_texts(base: str) -> Iterator[tuple[str, str]]:
    """Named broken texts, the last of them made from the base."""
    yield from _ALWAYS
    if len(base) > 2:
        yield "its last character cut", base[:-1]
        yield "its first character cut", base[1:]


def cut_text(rng: random.Random, base: str) -> str | None:
    """A random damage to the base's text that leaves no JSON; None if this one left some.

    No number is split: who stops reading at the first brace would take its beginning for an id.
    """
    at = rng.randrange(len(base) + 1)
    if rng.random() < 0.5:
        while base[max(at - 1, 0):at].isdigit() and base[at:at + 1].isdigit():
            at += 1
        text = base[:at] + "".join(rng.choices(_INTRUDERS, k=rng.randrange(1, 6))) + base[at:]
    else:
        text = base[:at]
    try:
        parse_json(text)
    except PayloadError:
        return text if text.strip() else None
    return None
