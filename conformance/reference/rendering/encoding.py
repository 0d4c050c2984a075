"""Values to JSON text: decimals in plain notation, enumerations as numbers."""

from __future__ import annotations

from decimal import Decimal

import msgspec

_encode = msgspec.json.Encoder(decimal_format="number").encode


class BareText(str):
    """A reply that is text without JSON quotes, such as ``PONG``."""


def plain_decimal(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros after the point."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _prepare(value: object) -> object:
    if isinstance(value, Decimal):
        return msgspec.Raw(plain_decimal(value).encode())
    if isinstance(value, dict):
        return {key: _prepare(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_prepare(item) for item in value]
    return value


def encode(value: object) -> str:
    """JSON text of a reply; BareText stays as it is."""
    if isinstance(value, BareText):
        return str(value)
    return _encode(_prepare(value)).decode()
