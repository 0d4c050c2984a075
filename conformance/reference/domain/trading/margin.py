"""Margin quotes: offers to lend or borrow a product for a number of days.

Lending (the sell side) reserves the product; nothing matches quotes, an operator does. The pages
give no figures for buying power: the two constants below are this venue's own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.accounts import Account, RiskType
from conformance.reference.domain.catalogue import Catalogue, ProductType
from conformance.reference.domain.clock import Clock
from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.ledger import ZERO, Ledger, ReferenceType
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.domain.trading.orders import OrderType, Side, TimeInForce

LEVERAGE = Decimal(2)
"""Buying power of a margin account, as a multiple of its holdings."""
MAINTENANCE = Decimal("0.25")
"""Part of its holdings that a margin account has to keep."""
NORMALIZED_PRODUCT = 1_000_000
"""Id of the made-up product that stands for all holdings together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginTerms:
    """What is offered: ``quantity`` of a product for ``term_days`` at ``rate`` a day."""

    product_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal
    rate: Decimal
    term_days: int
    expires_ms: int | None = None
    client_quote_id: int = 0


@dataclass(slots=True)
class MarginQuote:
    """An open or ended margin quote."""

    quote_id: int
    account_id: int
    entered_by: int
    terms: MarginTerms
    received_ms: int
    hold_id: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class MarginState:
    """What a margin account may buy and must keep, in the normalized product."""

    product_id: int
    buying_power: Decimal
    maintenance: Decimal


@dataclass
class MarginDesk:
    """All margin quotes. ``price_of`` values one product in another, zero when it cannot."""

    ledger: Ledger
    catalogue: Catalogue
    clock: Clock
    ids: Identifiers
    price_of: Callable[[int, int], Decimal]
    quotes: dict[int, MarginQuote] = field(default_factory=dict)
    _expiries: list[tuple[int, int]] = field(default_factory=list)

    def send(self, account: Account, user_id: int, terms: MarginTerms) -> MarginQuote:
        """Enter a margin quote; raises OperationFailed and changes nothing when refused."""
        product = self.catalogue.product(terms.product_id)
        reason = self._why_refused(account, terms)
        if reason:
            raise OperationFailed(reason)
        if terms.side is Side.SELL:
            free = self.ledger.position(account.account_id, product.product_id).available
            if terms.quantity > free:
                raise OperationFailed("Not_Enough_Funds")
        quote = MarginQuote(
            self.ids.next("margin_quote"), account.account_id, user_id, terms, self.clock.now()
        )
        self.quotes[quote.quote_id] = quote
        if terms.expires_ms is not None:
            heapq.heappush(self._expiries, (terms.expires_ms, quote.quote_id))
        if terms.time_in_force in (TimeInForce.IOC, TimeInForce.FOK):
            quote.is_open = False
        elif terms.side is Side.SELL:
            quote.hold_id = self.ledger.place_hold(
                account.account_id, product.product_id, terms.quantity,
                ReferenceType.MARGIN_QUOTE_HOLD, quote.quote_id,
            ).hold_id
        return quote

    def find(self, account_id: int, quote_id: int, client_quote_id: int) -> MarginQuote:
        """The account's open quote by its own id or else the client's; raises NotFound."""
        for quote in reversed(self.quotes.values()):
            if quote.account_id != account_id or not quote.is_open:
                continue
            if quote_id in (0, quote.quote_id) and (
                quote_id or quote.terms.client_quote_id == client_quote_id
            ):
                return quote
        raise NotFound("Margin quote not found")

    def cancel(self, quote: MarginQuote) -> None:
        """End a quote and give back what it reserved."""
        quote.is_open = False
        if quote.hold_id:
            self.ledger.release_hold(quote.hold_id)

    def expire_due(self, now: int) -> None:
        """End the quotes whose time has come."""
        while self._expiries and self._expiries[0][0] <= now:
            _, quote_id = heapq.heappop(self._expiries)
            quote = self.quotes[quote_id]
            if quote.is_open:
                self.cancel(quote)

    def state(self, account: Account) -> MarginState:
        """The account's holdings rolled into one figure."""
        currency = next(
            (p.product_id for p in self.catalogue.products.values()
             if p.product_type is ProductType.NATIONAL_CURRENCY), 0,
        )
        holdings = ZERO
        for position in self.ledger.positions_of(account.account_id):
            same = position.product_id == currency
            price = Decimal(1) if same else self.price_of(position.product_id, currency)
            holdings += position.amount * price
        if not account.trades_on_margin:
            return MarginState(NORMALIZED_PRODUCT, holdings, ZERO)
        return MarginState(NORMALIZED_PRODUCT, holdings * LEVERAGE, holdings * MAINTENANCE)

    def _why_refused(self, account: Account, terms: MarginTerms) -> str:
        if not account.margin_enabled:
            return "Margin is not enabled for this account"
        if not account.trades_on_margin:
            return "Account lacks its liability, lending or profit-and-loss account"
        if account.risk_type is RiskType.NO_TRADING:
            return "Account may not trade"
        if terms.side not in (Side.BUY, Side.SELL):
            return "Invalid Side"
        if terms.order_type is not OrderType.LIMIT and terms.order_type is not OrderType.MARKET:
            return "Invalid OrderType"
        if terms.time_in_force is TimeInForce.UNKNOWN:
            return "Invalid TimeInForce"
        if terms.quantity <= ZERO:
            return "Invalid Quantity"
        if terms.rate < ZERO:
            return "Invalid Rate"
        if terms.term_days <= 0:
            return "Invalid Term"
        if terms.expires_ms is not None and terms.expires_ms <= self.clock.now():
            return "Quote has expired"
        return ""
