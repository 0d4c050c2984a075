"""The demo exchange: personas, products, instruments and funds, so that reads show something."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from conformance.reference.demo_admin import add_admin_demo
from conformance.reference.demo_apad import add_apad_demo
from conformance.reference.demo_trading import HISTORY_MS, add_trading_demo
from conformance.reference.demo_treasury import add_treasury_demo
from conformance.reference.demo_users import add_user_demo
from conformance.reference.domain.accounts import (
    ADAPTER_ACCOUNT,
    DEPOSIT_ACCOUNT,
    FEE_ACCOUNT,
    Account,
    AccountType,
)
from conformance.reference.domain.catalogue import (
    Instrument,
    InstrumentType,
    Product,
    ProductType,
)
from conformance.reference.domain.ledger import (
    OUTSIDE,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.permissions import DEFAULT_BUNDLES
from conformance.reference.domain.users import ApiKey, User, digest_password
from conformance.reference.exchange import OMS_ID, Exchange


@dataclass(frozen=True, slots=True)
class Persona:
    """One ready-made user and how it logs in."""

    name: str
    user_id: int
    account_id: int
    username: str
    password: str
    api_key: str
    api_secret: str


_PERSONAS: dict[str, tuple[str, ...]] = {
    "trader": DEFAULT_BUNDLES,
    "second_trader": DEFAULT_BUNDLES,
    "read_only": ("AccountReadOnly",),
    "market_maker": (*DEFAULT_BUNDLES, "MarketMaker"),
    "operator": ("Operator",),
    "superuser": ("SUPERUSER",),
    "platform_admin": ("Operator",),
    "company_admin": ("AccountReadOnly",),
    "shareholder": ("AccountReadOnly",),
}
_FUNDS = {1: Decimal(1_000_000), 2: Decimal(100), 3: Decimal(1_000)}


def build_demo(seed: int | None = None, defects: tuple[str, ...] = ()) -> tuple[
    Exchange, dict[str, Persona]
]:
    """A new exchange with demo data, and the personas that can use it."""
    exchange = Exchange(seed=seed, defects=defects)
    exchange.clock.set_back(HISTORY_MS)
    _add_house_accounts(exchange)
    _add_catalogue(exchange)
    add_admin_demo(exchange)
    personas = {name: _add_persona(exchange, name, held) for name, held in _PERSONAS.items()}
    add_user_demo(exchange, personas)
    add_apad_demo(exchange, personas["company_admin"], personas["shareholder"])
    add_trading_demo(exchange, personas)
    add_treasury_demo(exchange, personas)
    exchange.events.flush()
    return exchange, personas


def _add_house_accounts(exchange: Exchange) -> None:
    for account_id, name in (
        (FEE_ACCOUNT, "OMS Fee"),
        (DEPOSIT_ACCOUNT, "OMS Deposit"),
        (ADAPTER_ACCOUNT, "OMS Adapter"),
    ):
        exchange.accounts.add(
            Account(account_id, OMS_ID, name, name, account_type=AccountType.ASSET)
        )
    exchange.ids.reserve("account", ADAPTER_ACCOUNT)


def _add_catalogue(exchange: Exchange) -> None:
    for symbol, full_name, kind, places in (
        ("USD", "US Dollar", ProductType.NATIONAL_CURRENCY, 2),
        ("BTC", "Bitcoin", ProductType.CRYPTO_CURRENCY, 8),
        ("ETH", "Ethereum", ProductType.CRYPTO_CURRENCY, 8),
    ):
        exchange.catalogue.add_product(
            Product(exchange.ids.next("product"), OMS_ID, symbol, full_name, kind, places,
                    Decimal(1).scaleb(-places))
        )
    for symbol, base, quote, step, tick in (
        ("BTCUSD", 2, 1, "0.0001", "0.01"),
        ("ETHUSD", 3, 1, "0.001", "0.01"),
        ("ETHBTC", 3, 2, "0.001", "0.000001"),
    ):
        number = exchange.ids.next("instrument")
        exchange.catalogue.add_instrument(
            Instrument(number, OMS_ID, symbol, base, quote, InstrumentType.STANDARD, number, 1,
                       number, Decimal(step), Decimal(tick), Decimal(step),
                       session_status_ms=exchange.clock.now())
        )


def _add_persona(exchange: Exchange, name: str, permissions: tuple[str, ...]) -> Persona:
    ids = exchange.ids
    user_id, account_id = ids.next("user"), ids.next("account")
    password, salt = ids.token(96), ids.token(64)
    key = ApiKey(ids.token(128), ids.token(128), user_id)
    exchange.users.api_keys[key.key] = key
    exchange.users.add(
        User(user_id, OMS_ID, name, f"{name}@example.com", salt, digest_password(password, salt),
             account_id, email_verified=True, created_ms=exchange.clock.now(),
             permissions=set(permissions))
    )
    exchange.accounts.add(
        Account(account_id, OMS_ID, name, name, user_ids={user_id}, verification_level=1)
    )
    if "Trading" in permissions:
        _fund(exchange, account_id)
    return Persona(name, user_id, account_id, name, password, key.key, key.secret)


def _fund(exchange: Exchange, account_id: int) -> None:
    for product_id, amount in _FUNDS.items():
        exchange.ledger.move(
            (Posting(account_id, product_id, amount), Posting(OUTSIDE, product_id, -amount)),
            TransactionType.OTHER, ReferenceType.DEPOSIT, 0,
        )
