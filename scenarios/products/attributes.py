"""Words of the scenarios about what products and instruments are described by: keys and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.generate.world import Prepared, Read, World
from conformance.target.session import Session, Turn, lookup
from scenarios.tickets.vocabulary import done, rows

KEY, VALUE = "Origin", "conformance"
OTHER, OTHER_VALUE = "Colour", "green"


@dataclass(frozen=True, slots=True)
class Described:
    """A product or instrument that nobody else describes, and who describes it."""

    world: World
    kind: str
    number: int

    @property
    def operator(self) -> Session:
        """Who may describe it."""
        return self.world.operator

    @property
    def key(self) -> dict[str, Any]:
        """What names it."""
        return {"OMSId": self.world.oms_id, f"{self.kind}Id": self.number}

    @property
    def reads(self) -> tuple[Read, ...]:
        """The read that shows its pairs."""
        return ((self.operator, f"Get{self.kind}Attributes", self.key),)

    def add(self, key: str, value: str) -> Turn:
        """Send the call that adds a pair."""
        return self.operator.send(
            f"Add{self.kind}Attributes", {**self.key, "KeyName": key, "KeyValue": value}
        )

    def remove(self, key: str, value: str | None = None) -> Turn:
        """Send the call that removes a pair, with its value if one is given."""
        payload = {**self.key, "KeyName": key}
        if value is not None:
            payload["KeyValue"] = value
        return self.operator.send(f"Remove{self.kind}Attributes", payload)

    def turn(self) -> Turn:
        """Send the call that reads the pairs."""
        return self.operator.send(f"Get{self.kind}Attributes", self.key)

    def pairs(self) -> list[tuple[Any, Any]]:
        """The pairs as they read now, in order of their keys."""
        found = rows(self.turn())
        return sorted((lookup(row, "keyName"), lookup(row, "keyValue")) for row in found)

    def with_pairs(self, **pairs: str) -> Described:
        """The same after these pairs were added; Unavailable when one is refused."""
        for key, value in pairs.items():
            done(self.add(key, value))
        return self

    def prepared(self, payload: dict[str, Any]) -> Prepared:
        """A call about it, ready to be sent."""
        return Prepared(self.operator, {**self.key, **payload}, self.reads)
