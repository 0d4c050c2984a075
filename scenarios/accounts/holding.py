"""Words of the scenarios about holds: an account with two kinds of them, and what changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from scenarios.accounts.vocabulary import (
    REFERENCES,
    WITHDRAW_HOLD,
    amount_of,
    hold,
    holds,
    placed,
    reset,
    reversal,
    reverse,
    withdraw_holds,
)
from scenarios.oms_orders.vocabulary import BUY, Floor, send
from scenarios.tickets.vocabulary import Till, fiat_till
from scenarios.tickets.withdrawing import ask, confirmed

Act = Callable[[], Turn]
Cause = Callable[[World, Till], Act]


def held_till(world: World) -> Till:
    """A customer with a manual hold and a withdrawal's hold on a national currency."""
    till = fiat_till(world)
    confirmed(till)
    placed(world, till.owner, till.product)
    return till


def _adds(world: World, till: Till) -> Act:
    return lambda: hold(world, till.owner, till.product)


def _reverses(world: World, till: Till) -> Act:
    row = holds(world, till.owner)[0]
    return lambda: reverse(world, row)


def _reverses_withdrawal(world: World, till: Till) -> Act:
    payload = reversal(withdraw_holds(world, till.owner)[0], WITHDRAW_HOLD)
    return lambda: world.operator.send("ReverseWithdrawHold", payload)


def _resets(world: World, till: Till) -> Act:
    return lambda: reset(world, "ResetHolds", till.owner, till.product)


CAUSES: dict[str, Cause] = {
    "AddAccountHold": _adds, "ReverseAccountHold": _reverses,
    "ReverseWithdrawHold": _reverses_withdrawal, "ResetHolds": _resets,
}
"""By call: how it is made ready to be sent for such a customer."""


KINDS = tuple(range(1, len(REFERENCES) + 1))
"""All reference types by number."""


def every_hold(world: World, who: Session) -> list[Any]:
    """The open holds of all kinds on a customer's account."""
    return [row for kind in KINDS for row in holds(world, who, kind)]


def sum_by_product(found: Iterable[Any]) -> dict[int, Decimal]:
    """What holds hold together, by product."""
    total: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in found:
        total[int(lookup(row, "productId"))] += amount_of(row)
    return dict(total)


def spending(till: Till, floor: Floor, way: str) -> Act:
    """Spend some of the till's currency by an ``order`` or a ``withdrawal``."""
    if way == "order":
        return lambda: send(till.owner, floor, BUY)
    return lambda: ask(till)
