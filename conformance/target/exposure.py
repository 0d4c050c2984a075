"""What may be risked on a target: how many requests and orders, and how large one order.

Enforced where requests leave. An order whose size cannot be told beforehand is not sent where its
size is limited: a market order has no price, and an unknown instrument no product to count in.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from conformance.contract.call import Call
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.target.fence import Fenced
from conformance.target.target_file import Limits

PRICES = ("limitprice", "bid", "ask", "offer", "price")
QUANTITIES = ("quantity", "bidqty", "askqty", "offerqty")
SHRINKING = frozenset({"ModifyOrder"})
"""Calls that carry a quantity and can only make an order smaller."""


class Exposure:
    """The limits of one target and what a run has used of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._products: dict[int, str] = {}
        self.requests = 0
        self.orders = 0

    @property
    def limited(self) -> bool:
        """Is there anything to keep an eye on?"""
        limits = self._limits
        return bool(limits.max_notional or limits.max_requests or limits.max_orders)

    @property
    def needs_instruments(self) -> bool:
        """Must somebody tell in which product each instrument is priced?"""
        return bool(self._limits.max_notional) and not self._products

    def learn(self, rows: Iterable[Any]) -> None:
        """Take note of the product that each instrument of a list is priced in."""
        for row in rows:
            keys = _keys(row)
            number, symbol = keys.get("instrumentid"), keys.get("product2symbol")
            if type(number) is int and isinstance(symbol, str):
                self._products[number] = symbol

    def take(self, call: Call | None, payload: str) -> None:
        """Count a request that is about to leave; raises Fenced when it may not."""
        if not self.limited:
            return
        if self._limits.max_requests is not None and self.requests >= self._limits.max_requests:
            raise Fenced(f"the run has sent its {self.requests} requests (max_requests)")
        if call is not None and call.effect == "trade":
            self._take_order(call, payload)
        self.requests += 1

    def _take_order(self, call: Call, payload: str) -> None:
        keys = _keys(_parsed(payload))
        sizes = [keys[key] for key in QUANTITIES if keys.get(key) is not None]
        if not sizes or call.name in SHRINKING:
            return
        if self._limits.max_orders is not None and self.orders >= self._limits.max_orders:
            raise Fenced(f"the run has sent its {self.orders} orders (max_orders)")
        if self._limits.max_notional:
            self._require_small(call, keys, sizes)
        self.orders += 1

    def _require_small(self, call: Call, keys: dict[str, Any], sizes: list[Any]) -> None:
        symbol = self._products.get(_whole(keys.get("instrumentid")))
        limit = self._limits.max_notional.get(symbol) if symbol is not None else None
        if limit is None:
            raise Fenced(f"{call.name}: max_notional names no limit for {symbol or 'its product'}")
        prices = [keys[key] for key in PRICES if keys.get(key)]
        if not prices:
            raise Fenced(f"{call.name}: no price bounds it, and max_notional limits {symbol}")
        notional = max(map(_number, prices)) * max(map(_number, sizes))
        if notional > Decimal(str(limit)):
            raise Fenced(f"{call.name}: {notional} {symbol} is above max_notional {limit}")


def _keys(value: Any) -> dict[str, Any]:
    return {key.lower(): item for key, item in value.items()} if isinstance(value, dict) else {}


def _parsed(payload: str) -> Any:
    try:
        return parse_json(payload)
    except PayloadError:
        return None


def _number(value: Any) -> Decimal:
    """A number, also as text; what is none counts as nothing, since no order comes of it."""
    try:
        found = abs(Decimal(str(value)))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal("Infinity")


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
