"""Words of the scenarios about scarce funds: a purse that suffices for one of two requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BUY, Floor, funds, open_orders, terms
from scenarios.tickets.vocabulary import FIAT, Till, product_of
from scenarios.tickets.withdrawing import (
    ADMIN_CANCELED,
    FAILED,
    LIMITS_REJECTED,
    REJECTED,
    STATUSES,
    USER_CANCELED,
    withdrawals,
)
from scenarios.tickets.withdrawing import terms as withdrawal_terms

ENDED = {REJECTED, FAILED, USER_CANCELED, ADMIN_CANCELED, LIMITS_REJECTED}


@dataclass(frozen=True, slots=True)
class Purse:
    """Somebody's funds in the second product, half as much again as either request needs."""

    till: Till
    floor: Floor
    lots: int
    amount: Decimal

    @property
    def owner(self) -> Session:
        """Whose funds these are."""
        return self.till.owner

    @property
    def need(self) -> Decimal:
        """What either request needs, a withdrawal its fee besides."""
        return self.floor.lots(self.lots) * self.floor.at()

    def ordering(self) -> tuple[str, dict[str, Any]]:
        """A request that puts the funds into an order."""
        return "SendOrder", terms(self.owner, self.floor, BUY, lots=self.lots)

    def withdrawing(self) -> tuple[str, dict[str, Any]]:
        """A request that withdraws the funds."""
        return "CreateWithdrawTicket", withdrawal_terms(self.till, self.need)

    def promises(self) -> list[Any]:
        """The orders and withdrawals that lay claim to the funds."""
        live = [row for row in withdrawals(self.till) if _status(row) not in ENDED]
        return [*open_orders(self.owner), *live]

    def figures(self) -> tuple[Decimal, Decimal]:
        """(amount, hold) of the purse."""
        return funds(self.owner)[self.till.product]


Claim = Callable[[Purse], tuple[str, dict[str, Any]]]
"""A call and its payload that lay claim to a purse."""


def purse(world: World, floor: Floor) -> Purse:
    """A new customer with little money; Unavailable where the market's money is no currency."""
    product = product_of(world, FIAT)
    if product != floor.market.product2:
        raise Unavailable("prices of the common market are not in a national currency")
    one_lot = floor.lots() * floor.at()
    lots = int((Decimal(100) / one_lot).to_integral_value(ROUND_CEILING))
    amount = one_lot * lots * 3 / 2
    owner = world.throwaway(funds={product: amount})
    return Purse(Till(world, owner, product, FIAT), floor, lots, amount)


def _status(row: Any) -> int:
    value = lookup(row, "status")
    return value if isinstance(value, int) else STATUSES.index(str(value))
