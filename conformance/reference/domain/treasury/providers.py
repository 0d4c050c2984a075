"""The simulated account providers: addresses, incoming coins, the outside leg of withdrawals.

Every product has one provider, with the product's id. Nothing happens by itself: a test (or the
control endpoint) tells the provider that coins arrived or that a withdrawal went one step on.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.aml import AmlProviderType
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.clock import iso
from conformance.reference.domain.ledger import OUTSIDE, ZERO
from conformance.reference.domain.refusals import NotFound, OperationFailed
from conformance.reference.domain.treasury import deposits, withdrawals
from conformance.reference.domain.treasury.deposits import DepositStatus, DepositTicket
from conformance.reference.domain.treasury.templates import provider_type
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus, WithdrawTicket

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

UNCHECKED = defect("tickets/deposits-unchecked", "A deposit is checked before it counts.")
SMALL_WAITS = defect(
    "tickets/small-withdrawals-wait", "A withdrawal within the threshold needs no operator."
)
ALL_PASS = defect(
    "tickets/large-withdrawals-pass", "A withdrawal beyond the threshold waits for an operator."
)
KEYS_PER_REQUEST = 2
"""GetDepositInfo hands out keys in pairs."""


@dataclass
class Providers:
    """What the providers know: cold balances, unwelcome addresses, who fails next."""

    cold: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unwelcome: set[str] = field(default_factory=set)
    unreachable: set[int] = field(default_factory=set)
    """Products whose provider fails the next withdrawal it is given."""


def deposit_keys(
    exchange: Exchange, account_id: int, product_id: int, provider_id: int, *, fresh: bool
) -> list[str]:
    """The last two keys of an account, or two new ones. Only what lives on a chain has keys."""
    product = exchange.catalogue.product(product_id)
    if product.product_type not in (ProductType.CRYPTO_CURRENCY, ProductType.CONTRACT):
        raise OperationFailed("Only crypto-currencies and shares are deposited by key")
    manager = exchange.asset_manager
    handler = provider_id or manager.default_provider(product_id)
    manager.provider(handler, product_id)
    known = manager.keys_of(account_id, product_id, handler)
    missing = KEYS_PER_REQUEST if fresh else max(KEYS_PER_REQUEST - len(known), 0)
    for _ in range(missing):
        known.append(manager.deposit_key(handler, account_id, product_id, new=True))
    return known[-KEYS_PER_REQUEST:]


def require_provider(exchange: Exchange, asset_manager_id: int, provider_id: int) -> int:
    """The product the provider handles, 0 for none; raises NotFound for one not installed."""
    exchange.asset_manager.require(asset_manager_id)
    if provider_id not in exchange.asset_manager.installed:
        raise NotFound(f"Invalid AccountProviderId: {provider_id}")
    handled = (asset for number, asset in exchange.asset_manager.providers if number == provider_id)
    return next(handled, 0)


def provider_for(exchange: Exchange, product_id: int) -> int:
    """The provider that pays out a product; raises NotFound when nobody does."""
    exchange.catalogue.product(product_id)
    provider_id = exchange.asset_manager.default_provider(product_id)
    if not provider_id:
        raise NotFound("No account provider handles the product")
    return provider_id


def details(exchange: Exchange, product_id: int) -> dict[str, str]:
    """What an operator is shown about the provider of a product: text only."""
    product = exchange.catalogue.products.get(product_id)
    if product is None:
        return {"Name": "unassigned"}
    return {
        "Name": f"{product.symbol} provider",
        "ProviderType": provider_type(product),
        "Asset": product.symbol,
    }


def hot_balance(exchange: Exchange, product_id: int) -> Decimal:
    """What came in from outside and is not in cold storage."""
    inside = -exchange.ledger.position(OUTSIDE, product_id).amount
    return inside - exchange.treasury.providers.cold[product_id]


def cold_balance(exchange: Exchange, product_id: int) -> Decimal:
    """What is in cold storage."""
    return exchange.treasury.providers.cold[product_id]


ADMIN_FUNCTIONS = {"GetHotBalance": hot_balance, "GetColdBalance": cold_balance}


def coins_arrive(exchange: Exchange, address: str, amount: Decimal) -> DepositTicket:
    """Coins were seen at an address: open a ticket that waits for confirmation."""
    keys = exchange.asset_manager.keys
    owner = next((keys[known] for known in keys if known[1] == address), None)
    if owner is None:
        raise NotFound(f"Unknown address: {address}")
    account_id, product_id = owner
    account = exchange.accounts.get(account_id)
    user = exchange.users.get(min(account.user_ids, default=0))
    return deposits.open_ticket(
        exchange, user, account_id, product_id, amount, info={"Address": address},
        status=DepositStatus.PENDING,
    )


def advance_deposit(exchange: Exchange, ticket: DepositTicket) -> DepositStatus:
    """One step of a crypto deposit towards its credit; returns the new status."""
    step = {
        DepositStatus.PENDING: DepositStatus.CONFIRMED,
        DepositStatus.CONFIRMED: DepositStatus.LIMITS_ACCEPTED,
        DepositStatus.AML_ACCEPTED: DepositStatus.LIMITS_ACCEPTED,
        DepositStatus.LIMITS_ACCEPTED: DepositStatus.FULLY_PROCESSED,
    }.get(ticket.status)
    aml = None if exchange.defects(UNCHECKED) else exchange.aml.active(ticket.product_id)
    if ticket.status is DepositStatus.CONFIRMED and aml is not None:
        step = DepositStatus.AML_PROCESSING
    elif ticket.status is DepositStatus.AML_PROCESSING and aml is not None:
        manual = aml.provider_type is AmlProviderType.MANUAL
        step = None if manual else DepositStatus.AML_ACCEPTED
    if step is not None:
        deposits.move_to(exchange, ticket, step)
        ticket.updated_ms = exchange.clock.now()
    return ticket.status


def advance_withdrawal(exchange: Exchange, ticket: WithdrawTicket) -> WithdrawStatus:
    """One step of a withdrawal on its way out; returns the new status, the old one if it waits."""
    step = _next_step(exchange, ticket)
    if step is not None:
        withdrawals.move_to(exchange, ticket, step)
        ticket.updated_ms = exchange.clock.now()
        if step is WithdrawStatus.SUBMITTED:
            ticket.details = _transaction_details(exchange, ticket)
        elif step is WithdrawStatus.CONFIRMED:
            ticket.details["Confirmed"] = True
    return ticket.status


def _next_step(exchange: Exchange, ticket: WithdrawTicket) -> WithdrawStatus | None:
    status = ticket.status
    if status in (WithdrawStatus.CONFIRMED_2FA, WithdrawStatus.AML_PROCESSING):
        return _aml_step(exchange, ticket)
    if status is WithdrawStatus.AML_ACCEPTED:
        return WithdrawStatus.LIMITS_ACCEPTED
    if status is WithdrawStatus.LIMITS_ACCEPTED:
        return WithdrawStatus.AUTO_ACCEPTED if _passes_unseen(exchange, ticket) else None
    if status is WithdrawStatus.DELAYED:
        due = exchange.clock.now() >= ticket.due_ms
        return WithdrawStatus.ACCEPTED if due else None
    if status is WithdrawStatus.SYSTEM_PROCESSING:
        failing = exchange.treasury.providers.unreachable
        if ticket.product_id in failing:
            failing.discard(ticket.product_id)
            return WithdrawStatus.FAILED
        return WithdrawStatus.SUBMITTED
    return {
        WithdrawStatus.ACCEPTED: WithdrawStatus.SYSTEM_PROCESSING,
        WithdrawStatus.AUTO_ACCEPTED: WithdrawStatus.SYSTEM_PROCESSING,
        WithdrawStatus.SUBMITTED: WithdrawStatus.CONFIRMED,
        WithdrawStatus.CONFIRMED: WithdrawStatus.FULLY_PROCESSED,
    }.get(status)


def _aml_step(exchange: Exchange, ticket: WithdrawTicket) -> WithdrawStatus | None:
    config = exchange.aml.active(ticket.product_id)
    if ticket.status is WithdrawStatus.CONFIRMED_2FA:
        return (
            WithdrawStatus.LIMITS_ACCEPTED if config is None else WithdrawStatus.AML_PROCESSING
        )
    if config is None:
        return WithdrawStatus.AML_FAILED
    if config.provider_type is AmlProviderType.MANUAL:
        return None
    unwelcome = exchange.treasury.providers.unwelcome
    if config.provider_type is AmlProviderType.CHAIN_ANALYSIS and any(
        address in ticket.template_form for address in unwelcome
    ):
        return WithdrawStatus.AML_REJECTED
    return WithdrawStatus.AML_ACCEPTED


def _passes_unseen(exchange: Exchange, ticket: WithdrawTicket) -> bool:
    account = exchange.accounts.get(ticket.account_id)
    level = exchange.verification.product(account.verification_level, ticket.product_id)
    threshold = level.auto_withdraw_threshold if level else ZERO
    if exchange.defects(SMALL_WAITS):
        return False
    return ticket.amount <= threshold or exchange.defects(ALL_PASS)


def _transaction_details(exchange: Exchange, ticket: WithdrawTicket) -> dict[str, object]:
    now = iso(exchange.clock.now())
    seed = f"withdraw/{ticket.withdraw_id}"
    return {
        "TxId": hashlib.sha256(seed.encode()).hexdigest(),
        "Confirmed": False,
        "LastUpdated": now,
        "TimeSubmitted": now,
        "AccountProviderName": details(exchange, ticket.product_id)["Name"],
    }
