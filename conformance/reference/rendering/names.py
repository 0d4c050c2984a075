"""Enumerations as the pages spell them in text."""

from __future__ import annotations

from enum import IntEnum

from conformance.reference.domain.trading.orders import ChangeReason, Direction, TimeInForce

# Members of different enumerations are equal as numbers, so the key has to name the type.
_IRREGULAR: dict[tuple[type[IntEnum], str], str] = {
    (ChangeReason, "NO_MORE_MARKET"): "SystemCanceled_NoMoreMarket",
    (ChangeReason, "BELOW_MINIMUM"): "SystemCanceled_BelowMinimum",
    (ChangeReason, "PRICE_COLLAR"): "SystemCanceled_PriceCollar",
    (ChangeReason, "MARGIN_FAILED"): "SystemCanceled_MarginFailed",
    (Direction, "UP_TICK"): "Uptick",
    (Direction, "DOWN_TICK"): "Downtick",
    **{(TimeInForce, member.name): member.name for member in TimeInForce if member},
}
_NAMES: dict[tuple[type[IntEnum], int], str] = {}


def name_of(member: IntEnum) -> str:
    """``StopMarket`` for ``STOP_MARKET``."""
    key = (type(member), int(member))
    found = _NAMES.get(key)
    if found is None:
        regular = "".join(part.title() for part in member.name.split("_"))
        found = _NAMES[key] = _IRREGULAR.get((type(member), member.name), regular)
    return found
