"""Demo markets: fees, a day and more of trades, and a market maker's resting orders."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle, islice
from typing import Protocol

from conformance.reference.domain.accounts import Account, AccountType
from conformance.reference.domain.clock import DAY_MS, HOUR_MS
from conformance.reference.domain.trading.fees import FeeRule
from conformance.reference.domain.trading.orders import MakerTaker, OrderTerms, OrderType, Side
from conformance.reference.exchange import OMS_ID, Exchange
from conformance.reference.rendering.names import name_of

HISTORY_MS = DAY_MS + 2 * HOUR_MS
"""How far in the past the demo begins, so that daily and 24-hour figures differ."""
_TRADES = 26
# Steps of the price from trade to trade, in thousandths of the starting price.
_STEPS = (1, -2, 3, 0, 1, -1, 2, -3)
# Symbol, starting price, quantity of a trade, quantity of the best resting order.
_MARKETS = (
    ("BTCUSD", Decimal(50_000), Decimal("0.01"), Decimal("0.5")),
    ("ETHUSD", Decimal(2_500), Decimal("0.1"), Decimal(4)),
    ("ETHBTC", Decimal("0.05"), Decimal("0.1"), Decimal(4)),
)
_LEVELS = 5


class Member(Protocol):
    """A persona: who enters orders for which account."""

    @property
    def user_id(self) -> int: ...

    @property
    def account_id(self) -> int: ...


def add_trading_demo(exchange: Exchange, personas: Mapping[str, Member]) -> None:
    """Needs a clock that was set back by :data:`HISTORY_MS`; leaves it at the present."""
    for amount, role in ((Decimal("0.1"), MakerTaker.MAKER), (Decimal("0.2"), MakerTaker.TAKER)):
        exchange.fees.rules.append(FeeRule(exchange.ids.next("fee"), amount, maker_taker=role))
    companions = [_add_companion(exchange, kind) for kind in AccountType]
    maker = personas["market_maker"]
    takers = (personas["trader"], personas["second_trader"])
    for member in (maker, *takers):
        _enable_margin(exchange, member.account_id, companions)
    prices = {symbol: price for symbol, price, _, _ in _MARKETS}
    for number, step in enumerate(islice(cycle(_STEPS), _TRADES)):
        exchange.clock.advance(HISTORY_MS // _TRADES)
        symbol, start, quantity, _ = _MARKETS[number % len(_MARKETS)]
        prices[symbol] += start * step / 1000
        side = Side.BUY if number % 2 else Side.SELL
        _enter(exchange, maker, symbol, side.opposite, quantity, prices[symbol])
        _enter(exchange, takers[number % 2], symbol, side, quantity, prices[symbol])
    for symbol, start, _, best in _MARKETS:
        for level in range(1, _LEVELS + 1):
            distance = start * level / 1000
            _enter(exchange, maker, symbol, Side.BUY, best * level, prices[symbol] - distance)
            _enter(exchange, maker, symbol, Side.SELL, best * level, prices[symbol] + distance)
    exchange.clock.advance(HISTORY_MS % _TRADES)


def _add_companion(exchange: Exchange, kind: AccountType) -> int:
    """An account that stands behind all accounts with margin."""
    name = f"OMS Margin {name_of(kind)}"
    number = exchange.ids.next("account")
    exchange.accounts.add(Account(number, OMS_ID, name, name, account_type=kind))
    return number


def _enable_margin(exchange: Exchange, account_id: int, companions: list[int]) -> None:
    account = exchange.accounts.get(account_id)
    account.margin_enabled = True
    (account.lending_account_id, account.liability_account_id,
     account.profit_loss_account_id) = companions


def _enter(
    exchange: Exchange, member: Member, symbol: str, side: Side, quantity: Decimal, price: Decimal
) -> None:
    instrument = exchange.catalogue.instrument_by_symbol(symbol)
    terms = OrderTerms(
        side=side, order_type=OrderType.LIMIT, quantity=quantity, limit_price=price
    )
    account = exchange.accounts.get(member.account_id)
    order = exchange.desk.place(account, member.user_id, instrument.instrument_id, terms)
    if order.note:
        raise ValueError(f"demo order refused: {order.note}")
