"""Every order there ever was, who still has open ones, and which orders watch which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.trading.orders import Order


@dataclass
class OrderLog:
    """Orders by id and by account, oldest first."""

    by_id: dict[int, Order] = field(default_factory=dict)
    by_account: defaultdict[int, list[Order]] = field(default_factory=lambda: defaultdict(list))
    open_by_account: defaultdict[int, dict[int, Order]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _watchers: defaultdict[int, list[Order]] = field(default_factory=lambda: defaultdict(list))

    def add(self, order: Order) -> None:
        """Record a new order as open."""
        self.by_id[order.order_id] = order
        self.by_account[order.account_id].append(order)
        self.open_by_account[order.account_id][order.order_id] = order

    def close(self, order: Order) -> None:
        """The order has ended."""
        self.open_by_account[order.account_id].pop(order.order_id, None)

    def get(self, order_id: int) -> Order:
        """The order; raises NotFound."""
        try:
            return self.by_id[order_id]
        except KeyError:
            raise NotFound("Order Not Found") from None

    def open_of(self, account_id: int) -> list[Order]:
        """The account's open orders, oldest first."""
        return list(self.open_by_account[account_id].values())

    def all_open(self) -> list[Order]:
        """Every open order, oldest first."""
        found = [o for orders in self.open_by_account.values() for o in orders.values()]
        return sorted(found, key=lambda order: order.order_id)

    def open_with_client_id(self, account_id: int, client_order_id: int) -> Order:
        """The newest open order with that client id; raises NotFound."""
        for order in reversed(self.open_of(account_id)):
            if order.terms.client_order_id == client_order_id:
                return order
        raise NotFound("Order Not Found")

    def watch(self, order: Order) -> None:
        """Cancel this order when the one it names executes."""
        self._watchers[order.terms.oco_order_id].append(order)

    def watchers_of(self, order_id: int) -> list[Order]:
        """Open orders that end when this one executes."""
        return [o for o in self._watchers.pop(order_id, ()) if o.is_open]
