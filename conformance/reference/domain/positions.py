"""What an account holds, awaits and has moved: the row behind positions and their events.

Totals follow the trading calendar: day, month and year begin at midnight UTC. They count what was
deposited and withdrawn, not manual bookings, and start anew when an operator resets them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.clock import day_start
from conformance.reference.domain.ledger import ZERO

if TYPE_CHECKING:
    from conformance.reference.domain.catalogue import Product
    from conformance.reference.exchange import Exchange

DAY_TOTAL_STANDS = defect(
    "treasury/day-total-not-updated", "The day's totals count what was deposited and withdrawn."
)


class Totals(NamedTuple):
    """Sums of one direction, in units of the product."""

    day: Decimal
    month: Decimal
    year: Decimal


class _Flow(NamedTuple):
    time_ms: int
    deposited: Decimal
    withdrawn: Decimal


def period_starts(now_ms: int) -> tuple[int, int, int]:
    """When the current day, month and year began, in milliseconds since 1970."""
    moment = datetime.fromtimestamp(now_ms // 1000, UTC)
    month = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    year = datetime(moment.year, 1, 1, tzinfo=UTC)
    return day_start(now_ms), int(month.timestamp()) * 1000, int(year.timestamp()) * 1000


@dataclass
class TreasuryTotals:
    """Completed deposits and withdrawals per account and product, since the last reset."""

    defects: Defects
    _flows: defaultdict[tuple[int, int], list[_Flow]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def deposited(self, account_id: int, product_id: int, amount: Decimal, now_ms: int) -> None:
        """Count a completed deposit."""
        self._flows[account_id, product_id].append(_Flow(now_ms, amount, ZERO))

    def withdrawn(self, account_id: int, product_id: int, amount: Decimal, now_ms: int) -> None:
        """Count a completed withdrawal."""
        self._flows[account_id, product_id].append(_Flow(now_ms, ZERO, amount))

    def reset(self, account_id: int, product_id: int) -> None:
        """Begin anew for one product of one account."""
        self._flows.pop((account_id, product_id), None)

    def deposits(self, account_id: int, product_id: int, now_ms: int) -> Totals:
        """Deposits of the current day, month and year."""
        return self._sums(account_id, product_id, now_ms, "deposited")

    def withdrawals(self, account_id: int, product_id: int, now_ms: int) -> Totals:
        """Withdrawals of the current day, month and year."""
        return self._sums(account_id, product_id, now_ms, "withdrawn")

    def _sums(self, account_id: int, product_id: int, now_ms: int, what: str) -> Totals:
        flows = self._flows.get((account_id, product_id))
        if not flows:
            return Totals(ZERO, ZERO, ZERO)
        day, month, year = (
            sum((getattr(flow, what) for flow in flows if flow.time_ms >= start), ZERO)
            for start in period_starts(now_ms)
        )
        return Totals(ZERO if self.defects(DAY_TOTAL_STANDS) else day, month, year)


def pending_deposits(exchange: Exchange, account_id: int, product_id: int) -> Decimal:
    """What is announced but not credited yet."""
    tickets = exchange.treasury.deposits_of(account_id)
    return sum((t.amount for t in tickets if t.product_id == product_id and t.is_pending), ZERO)


def pending_withdraws(exchange: Exchange, account_id: int, product_id: int) -> Decimal:
    """What is on its way out, fees included."""
    tickets = exchange.treasury.withdrawals_of(account_id)
    return sum((t.total for t in tickets if t.product_id == product_id and t.is_live), ZERO)


def products_of(exchange: Exchange, account_id: int) -> list[int]:
    """Products that the account has or had, or that are on their way to it, in order.

    No page says whether products it never touched are listed. They are not: a list of everything
    an exchange knows would say nothing of the account.
    """
    held = {position.product_id for position in exchange.ledger.positions_of(account_id)}
    coming = {ticket.product_id for ticket in exchange.treasury.deposits_of(account_id)}
    return sorted(held | coming)


def notional_rate(exchange: Exchange, product_id: int, notional_product_id: int) -> Decimal:
    """Units of the notional product per unit of the product; zero while no price is known."""
    if product_id == notional_product_id:
        return Decimal(1)
    return exchange.treasury.last_price(product_id, notional_product_id)


class PositionFigures(dict[str, object]):
    """A position by the page's keys; keeps its valuation, which only deployments print."""

    __slots__ = ("rate", "unit_id", "unit_symbol")

    def __init__(self, values: dict[str, object], rate: Decimal, unit: Product | None) -> None:
        super().__init__(values)
        self.rate = rate
        self.unit_id = unit.product_id if unit else 0
        self.unit_symbol = unit.symbol if unit else ""

    def worth(self, key: str) -> Decimal:
        """One of the amounts, in the notional product."""
        value = self[key]
        return value * self.rate if isinstance(value, Decimal) else ZERO


def position_row(exchange: Exchange, account_id: int, product_id: int) -> PositionFigures:
    """One position with the keys GetAccountPositions prints; events show some of them."""
    ledger, totals, now = exchange.ledger, exchange.treasury.totals, exchange.clock.now()
    position = ledger.positions.get((account_id, product_id))
    account = exchange.accounts.get(account_id)
    level = exchange.verification.product(account.verification_level, product_id)
    unit = exchange.catalogue.products.get(level.notional_product_id) if level else None
    rate = notional_rate(exchange, product_id, unit.product_id if unit else 0)
    deposits = totals.deposits(account_id, product_id, now)
    withdraws = totals.withdrawals(account_id, product_id, now)
    values: dict[str, object] = {
        "omsId": exchange.oms_id,
        "accountId": account_id,
        "productSymbol": exchange.catalogue.product(product_id).symbol,
        "productId": product_id,
        "amount": position.amount if position else ZERO,
        "hold": position.hold if position else ZERO,
        "pendingDeposits": pending_deposits(exchange, account_id, product_id),
        "pendingWithdraws": pending_withdraws(exchange, account_id, product_id),
        "totalDayDeposits": deposits.day,
        "totalMonthDeposits": deposits.month,
        "totalYearDeposits": deposits.year,
        "totalYearDepositNotional": deposits.year * rate,
        "totalDayWithdraws": withdraws.day,
        "totalMonthWithdraws": withdraws.month,
        "totalYearWithdraws": withdraws.year,
        "totalYearWithdrawNotional": withdraws.year * rate,
    }
    return PositionFigures(values, rate, unit)


def position_changed(exchange: Exchange, account_id: int, product_id: int) -> None:
    """Tell subscribers of the account that a pending amount changed without a movement."""
    exchange.ledger.on_change(exchange.ledger.position(account_id, product_id))
