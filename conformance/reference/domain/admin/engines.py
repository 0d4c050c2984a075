"""Matching engines and the logical exchanges on them; price bands of instruments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import NotFound

ENGINE = "V2ExchangeCore"


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Prices at which trading stops, and the collar that guards an order's price."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    collar_threshold: Decimal = ZERO
    collar_percent: Decimal = ZERO
    collar_enabled: bool = False

    def is_reached(self, price: Decimal) -> bool:
        """Does a trade at this price stop the market?"""
        return (self.floor is not None and price <= self.floor) or (
            self.ceiling is not None and price >= self.ceiling
        )


@dataclass
class Engines:
    """The logical exchanges, by the name of their engine and their number."""

    exchanges: set[tuple[str, int]] = field(default_factory=set)
    bands: dict[int, PriceBand] = field(default_factory=dict)

    def add_or_edit(self, engine: str, number: int) -> bool:
        """Make the exchange known; True when it was new."""
        is_new = (engine, number) not in self.exchanges
        self.exchanges.add((engine, number))
        return is_new

    def require(self, engine: str | None, number: int | None) -> None:
        """An engine or exchange that is named must exist; raises NotFound."""
        if engine and engine not in {name for name, _ in self.exchanges}:
            raise NotFound(f"Invalid ExchangeServiceId: {engine}")
        if number and not any(self._matching(engine, number)):
            raise NotFound(f"Invalid ExchangeId: {number}")

    def _matching(self, engine: str | None, number: int) -> Iterator[bool]:
        for name, known in self.exchanges:
            yield known == number and (not engine or name == engine)
