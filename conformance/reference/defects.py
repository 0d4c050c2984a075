"""Faults that can be switched on, to prove that the suite catches them.

A defect is a named fork in the reference: ``if exchange.defects("orders/forgets-hold"):``. Every
name must be listed in :data:`KNOWN` with what it breaks, so that a misspelt one cannot pass
silently.
"""

from __future__ import annotations

from collections.abc import Iterable

KNOWN: dict[str, str] = {}


def defect(name: str, breaks: str) -> str:
    """Declare a defect and what it breaks; returns the name, for use where the fork stands."""
    if name in KNOWN:
        raise ValueError(f"defect {name} is declared twice")
    KNOWN[name] = breaks
    return name


class Defects:
    """The faults that are on in one exchange."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._on = frozenset(names)

    def __call__(self, name: str) -> bool:
        """Is this defect on?"""
        if not self._on:
            return False
        if name not in KNOWN:
            raise KeyError(f"undeclared defect {name}")
        return name in self._on

    @property
    def any(self) -> bool:
        """Is any defect on?"""
        return bool(self._on)

    def unknown(self) -> list[str]:
        """Names that were asked for but are declared nowhere."""
        return sorted(self._on - KNOWN.keys())
