"""Request shapes: what a call reads from its payload, checked before the handler runs.

A shape is a msgspec struct whose field names fold to the documented keys: ``account_id`` reads
``AccountId``, ``accountid`` and ``ACCOUNTID`` alike, since letter case does not matter. Strict
reading takes only the documented JSON type; lax reading (HTTP query strings, and deployments whose
clients send numbers as text) also takes the text form.
"""

from __future__ import annotations

import functools
import json
import typing
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec

from conformance.reference.domain.refusals import InvalidRequest

MAX_DEPTH = 64
LONGEST = 2**63 - 1
FREE_FORM = frozenset(("templateform", "depositinfo"))
"""Keys whose objects belong to an account provider: what stands in them is kept as it was sent."""

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""What the pages call *integer*; *long* is the 64 bits that ``int`` reads."""


_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
GuidText = Annotated[str, msgspec.Meta(pattern=_GUID)]
"""An id of 128 bits as text."""
GuidOrEmpty = Annotated[str, msgspec.Meta(pattern=f"^({_GUID[1:-1]})?$")]
"""The same where it may be left empty."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""How many rows, or where a page of them begins."""
_ISO = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?"
IsoText = Annotated[str, msgspec.Meta(pattern=f"^{_ISO}$")]
"""A time as the pages print it."""
IsoOrEmpty = Annotated[str, msgspec.Meta(pattern=f"^({_ISO})?$")]
"""The same where the page leaves it empty."""


class Request(msgspec.Struct, kw_only=True, rename=lambda name: name.replace("_", "")):
    """Base of all request shapes. Unknown keys are ignored."""


class Empty(Request):
    """The payload of a call without parameters."""


class KeyValue(Request):
    """One pair of a configuration; values are always text."""

    key: str
    value: str


R = TypeVar("R")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def parse_payload(text: str, *, bare_text: bool = False) -> Any:
    """JSON text to values with exact numbers; empty text and null are an empty object.

    With ``bare_text``, text that is no JSON is taken as it is.
    """
    if not text.strip():
        return {}
    try:
        value = _decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        if bare_text:
            return text.strip()
        raise InvalidRequest(f"payload is not JSON: {error}") from None
    return {} if value is None else value


def fold_keys(value: Any, depth: int = 0) -> Any:
    """Lower-case every key; raises InvalidRequest for an integer beyond 64 bits."""
    if type(value) is int and not -LONGEST - 1 <= value <= LONGEST:
        raise InvalidRequest("an integer is beyond 64 bits")
    if depth > MAX_DEPTH:
        raise InvalidRequest(f"payload is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        return {
            key.lower(): item if key.lower() in FREE_FORM else fold_keys(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [fold_keys(item, depth + 1) for item in value]
    return value


def read_request(payload: Any, shape: type[R], *, lax: bool = False) -> R:
    """The payload as a request of this shape; raises InvalidRequest naming the key."""
    folded = fold_keys(payload)
    if isinstance(folded, dict):
        decimals = _decimal_keys(typing.cast(Any, shape))
        if not lax and any(isinstance(folded.get(key), str) for key in decimals):
            key = next(key for key in decimals if isinstance(folded.get(key), str))
            raise InvalidRequest(f"{key} must be a number")
    try:
        return msgspec.convert(folded, shape, strict=not lax)
    except (msgspec.ValidationError, OverflowError) as error:
        raise InvalidRequest(str(error)) from None


@functools.cache
def _decimal_keys(shape: Any) -> tuple[str, ...]:
    """Keys that hold decimals: msgspec would also take them as text."""
    if not (isinstance(shape, type) and issubclass(shape, msgspec.Struct)):
        return ()
    hints = typing.get_type_hints(shape)
    return tuple(
        info.encode_name
        for info in msgspec.structs.fields(shape)
        if hints[info.name] is Decimal or Decimal in typing.get_args(hints[info.name])
    )


def json_text(value: str) -> Any:
    """Parse JSON carried inside a string key; raises InvalidRequest."""
    try:
        return json.loads(value, parse_float=Decimal)
    except ValueError as error:
        raise InvalidRequest(f"not JSON text: {error}") from None
