"""Values to JSON text: decimals in plain notation, enumerations as numbers."""

from __future__ import annotations

from decimal import Decimal

import msgspec

_encode = msgspec.json.Encoder(decimal_format="number").encode

_AS_THEY_ARE = frozenset((str, int, bool, type(None)))


class BareText(str):
    """A reply that is text without JSON quotes, such as ``PONG``."""


def plain_decimal(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros after the point."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _number(value: Decimal) -> object:
    """The encoder writes decimals by ``str``, which is good enough for most."""
    text = str(value)
    if "E" in text or text == "-0" or (text[-1] == "0" and "." in text):
        return msgspec.Raw(plain_decimal(value).encode())
    return value


def _prepare(value: object) -> object:
    """The value with every decimal as the encoder has to write it."""
    if isinstance(value, dict):
        return {
            key: item
            if (kind := type(item)) in _AS_THEY_ARE
            else _number(item) if kind is Decimal else _prepare(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            item
            if (kind := type(item)) in _AS_THEY_ARE
            else _number(item) if kind is Decimal else _prepare(item)
            for item in value
        ]
    return _number(value) if isinstance(value, Decimal) else value


def encode(value: object) -> str:
    """JSON text of a reply; BareText stays as it is."""
    if isinstance(value, BareText):
        return str(value)
    return _encode(_prepare(value)).decode()
