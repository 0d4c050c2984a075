"""Words of the scenarios about connections that break: orders with a number of the client's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract.payload import parse_json
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import history


@dataclass(frozen=True, slots=True)
class Named:
    """An order to be sent, and the number by which its client will look for it."""

    client_id: int
    terms: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        """The payload of SendOrder."""
        return {**self.terms, "ClientOrderId": self.client_id}


def cut_off(
    who: Session, orders: Sequence[Named], *, replies: int = 0, part: Named | None = None
) -> set[int]:
    """Send orders and cut the connection when so many are answered; the ids those were given.

    ``part`` is an order that is not sent whole. Unavailable when fewer replies came.
    """
    answered = who.send_and_cut(
        "SendOrder", [order.payload for order in orders], replies=replies,
        part=part.payload if part is not None else None,
    )
    if len(answered) < replies:
        raise Unavailable(f"only {len(answered)} of {replies} replies came before the cut")
    return {int(lookup(parse_json(text), "OrderId")) for text in answered}


def copies(who: Session, orders: Sequence[Named]) -> list[int]:
    """How many orders bear each of the numbers, in the account's whole history."""
    found = [lookup(row, "ClientOrderId") for row in history(who)]
    return [found.count(order.client_id) for order in orders]
