"""Permissions finer than bundles: per instrument, per product, per user group.

Market-data grants open Level 1, ticker and trades of one instrument (with ``level2`` also Level 2)
to a user who holds no bundle for them. Trade grants list what a user may trade. The pages do not
say what holds for a user without any; the reading: everybody may trade everything, until the
OMS is configured to be permissioned by instrument or by product, and only grants count. A product
that was taken from a user stays closed to him until it is granted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.reference.domain.refusals import NotFound

LEVEL1 = "Level1MarketData"
LEVEL2 = "Level2MarketData"


@dataclass
class Grants:
    """All fine-grained permissions of one exchange; pairs are (user id, instrument or product).

    ``market_data`` holds ``level2`` by user id and instrument id.
    """

    market_data: dict[int, dict[int, bool]] = field(default_factory=dict)
    instruments: set[tuple[int, int]] = field(default_factory=set)
    products: set[tuple[int, int]] = field(default_factory=set)
    groups: dict[str, list[str]] = field(default_factory=dict)
    restrict_instruments: bool = False
    restrict_products: bool = False
    denied_products: set[tuple[int, int]] = field(default_factory=set)

    def grant_market_data(self, user_id: int, instrument_id: int, *, level2: bool) -> None:
        """One row per user and instrument; the newest ``level2`` holds."""
        self.market_data.setdefault(user_id, {})[instrument_id] = level2

    def withdraw_market_data(self, user_id: int, instrument_id: int) -> None:
        """All levels of the instrument; withdrawing what was never granted does nothing."""
        self.market_data.get(user_id, {}).pop(instrument_id, None)

    def market_data_of(self, user_id: int) -> dict[int, bool]:
        """Instrument id to ``level2``, by instrument."""
        return dict(sorted(self.market_data.get(user_id, {}).items()))

    def market_data_bundles(self, user_id: int) -> set[str]:
        """The bundles a user holds for some instrument; which one is asked per instrument."""
        levels = self.market_data.get(user_id, {}).values()
        return ({LEVEL1} if levels else set()) | ({LEVEL2} if any(levels) else set())

    def may_see_level1(self, user_id: int, instrument_id: int) -> bool:
        """Is Level 1, ticker and trades of the instrument granted to the user?"""
        return instrument_id in self.market_data.get(user_id, {})

    def may_see_level2(self, user_id: int, instrument_id: int) -> bool:
        """Is Level 2 of the instrument granted to the user?"""
        return self.market_data.get(user_id, {}).get(instrument_id, False)

    def may_trade_instrument(self, user_id: int, instrument_id: int) -> bool:
        """May the user trade the instrument?"""
        return not self.restrict_instruments or (user_id, instrument_id) in self.instruments

    def may_trade_product(self, user_id: int, product_id: int) -> bool:
        """May the user trade the product?"""
        pair = (user_id, product_id)
        if pair in self.denied_products:
            return False
        return not self.restrict_products or pair in self.products

    def grant_products(self, pairs: set[tuple[int, int]]) -> None:
        """Let users trade products."""
        self.products |= pairs
        self.denied_products -= pairs

    def withdraw_product(self, user_id: int, product_id: int) -> None:
        """Take a product from a user, who may not trade it from now on."""
        self.products.discard((user_id, product_id))
        self.denied_products.add((user_id, product_id))

    def instruments_of(self, user_id: int) -> list[int]:
        """Instruments granted to the user, by id."""
        return sorted(i for u, i in self.instruments if u == user_id)

    def products_of(self, user_id: int) -> list[int]:
        """Products granted to the user, by id."""
        return sorted(p for u, p in self.products if u == user_id)

    def add_group(self, name: str, permissions: Iterable[str] = ()) -> None:
        """Set up a user group; no call can, so this belongs to the installation."""
        self.groups[name] = list(permissions)

    def require_group(self, name: str) -> list[str]:
        """The permissions mapped to a group; raises NotFound."""
        try:
            return self.groups[name]
        except KeyError:
            raise NotFound(f"Invalid UserGroupName: {name}") from None

    def grant_to_group(self, name: str, permission: str) -> None:
        """Map a permission to an existing group; a second time does nothing."""
        held = self.require_group(name)
        if permission not in held:
            held.append(permission)

    def group_permissions(self) -> list[tuple[str, str]]:
        """All (group, permission) pairs."""
        return [(name, held) for name, all_held in self.groups.items() for held in all_held]
